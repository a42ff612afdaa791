"""Every room of the members and every page of one's log-in: rules, reflow, thumbs, languages."""

import pytest

from tests.browser.conftest import SCREENS
from tests.browser.rules import RULES, RULES_OF_COLOUR, faults

pytestmark = pytest.mark.browser

ROOM = "/medlem/fjordvik/"
ROOMS = {
    "home": ROOM,
    "people": f"{ROOM}folk/",
    "earlier-people": f"{ROOM}folk/tidligere/",
    "history": f"{ROOM}folk/historikk/",
    "invite": f"{ROOM}folk/inviter/",
    "invite-many": f"{ROOM}folk/inviter/flere/",
    "invitations": f"{ROOM}folk/invitasjoner/",
    "requests": f"{ROOM}folk/sporsmal/",
    "facts": f"{ROOM}opplysninger/",
    "handover": f"{ROOM}overlapp/",
    "handover-note": f"{ROOM}overlapp/erfaringsskriv/",
    "calendar": f"{ROOM}kalender/",
    "own-date": f"{ROOM}kalender/ny/",
    "seen": f"{ROOM}hva-nso-ser/",
    "log-recruitment": f"{ROOM}logg/ny/rekruttering/",
    "log-turnout": f"{ROOM}logg/ny/valgoppslutning/",
    "log-routine": f"{ROOM}logg/ny/rutine/",
    "log-export": f"{ROOM}logg/eksport/",
    "log-import": f"{ROOM}logg/importer/",
    "account": "/konto/",
    "places": "/konto/okter/",
    "keys": "/konto/nokler/",
    "two-steps": "/konto/totrinn/",
    "my-data": "/konto/mine-data/",
}
WINDOWS = {
    (1280, "light"): RULES,
    (1280, "dark"): RULES_OF_COLOUR,
    (360, "dark"): RULES,
    (360, "light"): RULES_OF_COLOUR,
}
# In the other languages the words are others, the colours the same.
TRANSLATED = {(1280, "light"): RULES, (360, "dark"): RULES}
# A link among words may be as high as its line; a task is pressed anywhere in its row.
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip, p > a:not([class]), dd > a"))
  .map((one) => [one.outerHTML.slice(0, 90), one.closest("label, .tasks li") ?? one])
  .map(([name, target]) => [name, target.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.5)
"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def leader(reader, portal):
    """A window of the demo's leader in Fjordvik."""

    def open_as(who="leder", **window):
        one = reader(reduced_motion="reduce", **window)
        page = one.open("/konto/logg-inn/passord/")
        page.fill("#id_login", f"{who}.fjordvik@demo.example")
        page.fill("#id_password", portal.password)
        page.click("form.form button")
        page.wait_for_url("**/medlem/fjordvik/")
        return one

    return open_as


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_keeps_the_rules(leader, name):
    one = leader()
    for language in ("nb", "nn", "en"):
        prefix = "" if language == "nb" else f"/{language}"
        page = one.open(prefix + ROOMS[name])
        assert one.answer.status == 200
        assert "no-store" in one.answer.headers["cache-control"]
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        for (width, scheme), rules in (TRANSLATED if prefix else WINDOWS).items():
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            screen = SCREENS / "members" / language / f"{name}-{width}-{scheme}.png"
            screen.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=screen, full_page=True)
            assert page.evaluate(TOO_WIDE) <= 0, (language, width)
            assert faults(page, rules) == [], (language, width, scheme)
    one.all_quiet()


def test_no_room_scrolls_sideways_on_the_smallest_screen(leader):
    one = leader(width=320, height=256)
    for name, address in ROOMS.items():
        page = one.open(address)
        assert page.evaluate(TOO_WIDE) <= 0, name


def test_what_one_presses_in_the_rooms_is_as_high_as_a_thumb(leader):
    one = leader(width=360, height=740, has_touch=True, is_mobile=True)
    for name, address in ROOMS.items():
        assert one.open(address).evaluate(SMALL_TARGETS) == [], name


def test_each_tries_the_addresses_of_the_others(leader, reader, portal):
    """The last check of the issue: three roles of two organisations."""
    for who in ("leder", "forer", "leser"):
        one = leader(who)
        for address in ("/medlem/elvestad/", "/medlem/elvestad/folk/", "/medlem/aldri-sett/"):
            assert one.page.goto(address).status == 404, (who, address)
    other = reader()
    page = other.open("/konto/logg-inn/passord/")
    page.fill("#id_login", "leder.elvestad@demo.example")
    page.fill("#id_password", portal.password)
    page.click("form.form button")
    page.wait_for_url("**/medlem/elvestad/")
    assert page.goto("/medlem/fjordvik/").status == 404
    assert page.goto("/medlem/fjordvik/folk/inviter/").status == 404
