"""What axe-core finds on a page, under all rules that we are to keep."""

from importlib.resources import files

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What the colours alone decide.
RULES_OF_COLOUR = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def faults(page, rules=RULES):
    """`[(rule, [markup, …]), …]`; nothing is well."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("async (rules) => (await axe.run(rules)).violations", rules)
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
