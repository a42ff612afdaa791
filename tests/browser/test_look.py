"""What only a browser can tell: rules of access, reflow, keyboard, size of targets, the policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ]
}
PAGES = [
    "front",
    "plan",
    "priority",
    "past",
    "news",
    "update",
    "corrections",
    "plain",
    "privacy",
    "accessibility",
    "door",
    "log-in",
    "missing",
]
WINDOWS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]

OPEN_ALL = "document.querySelectorAll('main details').forEach((one) => (one.open = true))"
# A link in running text may be as high as its line (WCAG 2.5.8); everything else is a target.
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), summary")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip, p > a:not([class])"))
  .map((one) => [one.outerHTML.slice(0, 90), one.closest(".prow") ?? one])
  .map(([name, target]) => [name, target.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.5)
"""


def faults(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def fail_to_log_in(page):
    page.fill("#id_login", "ida@demo.example")
    page.fill("#id_password", "feil passord")
    page.click("form.form button")
    page.wait_for_selector(".errsum")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_the_rules_in_every_window(house, visit, name):
    one = visit(reduced_motion="reduce")  # else colours are still on their way to the new theme
    page = one.open(house[name])
    if name == "log-in":
        fail_to_log_in(page)
    assert page.locator("h1").count() == 1
    page.evaluate(OPEN_ALL)
    for width, theme in WINDOWS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        assert faults(page) == [], (width, theme)
    one.all_quiet()


def test_no_page_scrolls_sideways_on_the_smallest_screen(house, visit):
    one = visit(320, 256)
    for name in PAGES:
        page = one.open(house[name])
        if name == "log-in":
            fail_to_log_in(page)
        page.evaluate(OPEN_ALL)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, (name, over)
        name_end = page.locator(".brand span").first.evaluate(
            "one => one.getBoundingClientRect().right"
        )
        if page.locator(".menu > summary").count():
            assert name_end <= page.locator(".menu > summary").bounding_box()["x"], name


def test_what_one_presses_is_as_high_as_a_thumb(house, visit):
    one = visit(360, 740, has_touch=True, is_mobile=True)
    for name in PAGES:
        page = one.open(house[name])
        if page.locator(".menu > summary").count():
            page.locator(".menu > summary").click()
        page.evaluate(OPEN_ALL)
        assert page.evaluate(SMALL_TARGETS) == [], name


def test_the_first_stop_of_the_keyboard_skips_to_the_content(house, visit):
    page = visit().open(house["priority"])
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innhold"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_every_stop_of_the_keyboard_is_seen(house, visit):
    page = visit().open(house["front"])
    stops = page.locator("a, button, summary").filter(visible=True).count()
    for _ in range(stops):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
            " * (getComputedStyle(document.activeElement).outlineStyle !== 'none')"
        )
        assert width >= 3, page.evaluate("document.activeElement.outerHTML")
    assert page.evaluate("!!document.activeElement.closest('footer')")


def test_a_card_of_the_front_page_leads_to_its_priority(house, visit):
    page = visit().open(house["front"])
    assert page.locator(".vote").count() == 15
    page.get_by_role("link", name="5. Velferdstilbudet", exact=True).first.click()
    assert page.locator("h1").inner_text() == "Velferdstilbudet"
    assert page.url.endswith(house["priority"])


def test_the_menu_of_the_phone_opens_by_keyboard_and_leads_on(house, visit):
    page = visit(360, 740).open(house["front"])
    link = page.locator(".menu").get_by_role("link", name="Handlingsplanen")
    assert not link.is_visible()
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    assert link.is_visible()
    link.click()
    page.wait_for_url("**/handlingsplan/2026-2027/")


def test_a_failed_log_in_moves_to_the_summary_and_on_to_the_field(house, visit):
    page = visit().open(house["log-in"])
    fail_to_log_in(page)
    assert page.title().startswith("Feil: ")
    assert page.evaluate("document.activeElement.className") == "errsum"
    assert page.input_value("#id_login") == "ida@demo.example"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_login"


def test_icons_are_drawn_under_the_policy(house, visit):
    one = visit()
    page = one.open(house["priority"])
    assert page.locator("svg.icon").count() > 3
    page.wait_for_function(
        "[...document.querySelectorAll('svg.icon')].filter((one) => one.checkVisibility())"
        ".every((one) => one.getBBox().width > 0)"
    )
    one.all_quiet()


def test_the_page_keeps_still_for_those_who_ask_for_it(house, visit):
    page = visit(reduced_motion="reduce").open(house["front"])
    card = page.locator(".vote").first
    card.hover()
    assert card.evaluate("one => getComputedStyle(one).translate") == "none"
    assert card.evaluate("one => parseFloat(getComputedStyle(one).transitionDuration)") == 0


def test_borders_hold_where_the_system_picks_the_colours(house, visit):
    page = visit(forced_colors="active").open(house["front"])
    for part in (".btn >> visible=true", ".vote"):
        style = page.locator(part).first.evaluate("one => getComputedStyle(one).borderTopStyle")
        assert style == "solid", part


def test_paper_gets_the_words_and_nothing_to_press(house, visit):
    page = visit(700).open(house["priority"])
    page.emulate_media(media="print")
    assert page.locator(".adopted").is_visible()
    for part in (".top", ".foot", ".crumbs", ".demo"):
        assert not page.locator(part).is_visible(), part
