"""Addresses of the demo that are measured."""

PLAN = "/handlingsplan/2026-2027/"
PRIORITY = f"{PLAN}kommune-og-fylkestingsvalget-2027/"

UNCACHED = {
    "forside": "/",
    "plan": PLAN,
    "prioritering": PRIORITY,
    "nyhetsliste": "/nyheter/",
    "søk": "/sok/?q=bolig",
}
LIGHT = {
    "plan": PLAN,
    "prioritering": PRIORITY,
    "nyhetsliste": "/nyheter/",
    "nyhet": f"{PLAN}statsbudsjettet/halvt-gjennomslag-i-budsjettforslaget/",
}
OTHERS = {
    "forside": "/",
    "søk": "/sok/?q=bolig",
    "rettelser": "/framdrift/rettelser/",
    "framdrift": "/framdrift/",
    "personvern": "/personvern/",
    "tilgjengelighet": "/tilgjengelighet/",
    "om portalen": "/om-portalen/",
    "forside på engelsk": "/en/",
    "plan på nynorsk": f"/nn{PLAN}",
    "medlemslag, ett av dem": "/medlemslag/fjordvik/",
}
WITH_MAP = {"medlemslag": "/medlemslag/"}
JUDGED = {name: path for name, path in UNCACHED.items() if name != "søk"}
"""What Lighthouse looks at."""
