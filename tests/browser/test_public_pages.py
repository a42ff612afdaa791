"""Every kind of public page, in three languages, on a phone and on a desk, light and dark."""

import pytest

from tests.browser.conftest import SCREENS
from tests.browser.public_pages import KINDS, LANGUAGES
from tests.browser.rules import RULES, RULES_OF_COLOUR, faults

pytestmark = pytest.mark.browser

# Each width and each theme under all rules, each pair of them under those of colour.
WINDOWS = {
    (1280, "light"): RULES,
    (1280, "dark"): RULES_OF_COLOUR,
    (360, "dark"): RULES,
    (360, "light"): RULES_OF_COLOUR,
}

OPEN_ALL = "document.querySelectorAll('main details').forEach((one) => (one.open = true))"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KINDS)
def test_a_public_page_keeps_the_rules(reader, name, language):
    kind = KINDS[name]
    one = reader(reduced_motion="reduce")  # else colours are still on their way to the new theme
    page = one.open(kind.address(language))
    assert one.answer.status == kind.status
    assert page.locator("html").get_attribute("lang") == kind.language(language)
    assert page.locator("h1").count() == 1
    for width, scheme in WINDOWS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        screen = SCREENS / language / f"{name}-{width}-{scheme}.png"
        screen.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=screen, full_page=True)
        assert page.evaluate(TOO_WIDE) <= 0, width
    page.evaluate(OPEN_ALL)
    for (width, scheme), rules in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert faults(page, rules) == [], (width, scheme)
        assert page.evaluate(TOO_WIDE) <= 0, width
    one.all_quiet()
    if not kind.sets_cookies:
        assert one.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
