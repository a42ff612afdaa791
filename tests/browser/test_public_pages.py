"""Every kind of public page, in three languages, on a phone and on a desk, light and dark."""

import pytest

from tests.browser.conftest import SCREENS
from tests.browser.public_pages import KINDS, LANGUAGES
from tests.browser.rules import faults

pytestmark = pytest.mark.browser

WINDOWS = [(1280, "light"), (1280, "dark"), (360, "dark"), (360, "light")]

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
    for width, scheme in WINDOWS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert faults(page) == [], (width, scheme)
        assert page.evaluate(TOO_WIDE) <= 0, width
    one.all_quiet()
    if not kind.sets_cookies:
        assert one.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
