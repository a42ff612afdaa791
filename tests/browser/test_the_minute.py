"""A meeting is logged in a minute, on a phone of 360 px; the browser counts the taps."""

import re
import sys
import time

import pytest
from django.test import Client

from geography.models import Party
from lobbying import parties
from lobbying.models import Answer, Contact
from lobbying.reference_data import load
from tests.browser.conftest import SCREENS
from tests.browser.rules import faults
from tests.factories import OrganisationFactory, TermFactory, make_kommune
from tests.lobbying.conftest import make_party

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LOG = "/medlem/fjordvik/logg/"
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
MOST_TAPS, MOST_SECONDS = 12, 60
# What a person takes to read, choose and hit, and to move on by one screen.
SECONDS_A_TAP, SECONDS_A_SCREEN = 3, 1.5
COUNT = """
addEventListener("pointerdown", () =>
  sessionStorage.setItem("taps", 1 + Number(sessionStorage.getItem("taps"))), true);
"""


class Thumb:
    """Taps on a phone, as a thumb does; what it costs is told at the end."""

    def __init__(self, visit, **window):
        self.window = visit(**PHONE, **window)
        self.page = self.window.page
        self.taps = 0
        self.way = 0

    def tap(self, target):
        """In the middle of what is seen of it, after moving there."""
        before = self.page.evaluate("scrollY")
        # As a person does who reads it in the middle of the screen.
        target.evaluate("(one) => one.scrollIntoView({block: 'center', behavior: 'instant'})")
        self.way += abs(self.page.evaluate("scrollY") - before)
        box = target.bounding_box()
        self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.taps += 1

    def seconds(self, waited):
        screens = self.way / PHONE["height"]
        return waited + self.taps * SECONDS_A_TAP + screens * SECONDS_A_SCREEN


@pytest.fixture
def thumb(visit, live_server, transactional_db, settings):
    """`thumb(**window)`: a leader's phone at the log of an organisation."""
    settings.BASE_URL = live_server.url
    make_kommune("4601", "Bergen")
    make_kommune("4602", "Kinn")
    for place, letter in enumerate("abcdefghi"):
        make_party(f"{parties.MADE_UP}{letter}", 1001 + place)
    make_party("lokalliste", 900, kind=Party.Kind.LOCAL_LIST)
    load()
    person = TermFactory(organisation=OrganisationFactory(code="fjordvik")).person

    def open_log(**window):
        found = Thumb(visit, **window)
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        found.window.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        found.window.context.add_init_script(COUNT)
        found.window.open(LOG)
        return found

    return open_log


def party(page, letter):
    return page.locator(f'label.choice:has(input[name=party][value="{parties.MADE_UP}{letter}"])')


def answer(page, place, words):
    return page.locator(".ask").nth(place).locator("label", has_text=words)


def show(thumb, name):
    """At both widths, to be looked at beside the mock."""
    folder = SCREENS / "members" / "nb"
    folder.mkdir(parents=True, exist_ok=True)
    page = thumb.page
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        page.screenshot(path=folder / f"{name}-{width}-light.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.set_viewport_size({"width": 360, "height": 740})


def send(thumb):
    thumb.tap(thumb.page.locator(".stickbar button").first)
    thumb.page.wait_for_url(re.compile("/kvittering/"))


def begin(thumb):
    thumb.tap(thumb.page.locator(".quick a.first"))
    thumb.page.wait_for_url("**/logg/ny/pavirkning/")


@pytest.mark.parametrize("scripts", [True, False], ids=["as it is", "without JavaScript"])
@pytest.mark.parametrize("answers", [0, 3], ids=["default fields", "three demands"])
def test_a_meeting_takes_a_minute_and_few_taps(thumb, scripts, answers):
    one = thumb(java_script_enabled=scripts)
    begun = time.monotonic()
    begin(one)
    one.tap(party(one.page, "a"))
    for place in range(answers):
        one.tap(answer(one.page, place, ("Ja", "Delvis", "Nei")[place]))
    if answers:
        show(one, "contact-form" if scripts else "contact-form-plain")
    send(one)
    seconds = one.seconds(time.monotonic() - begun)
    if scripts:
        assert one.page.evaluate("Number(sessionStorage.getItem('taps'))") == one.taps
    sys.stdout.write(f"{one.taps} taps, {seconds:.0f} s, {answers} answers\n")
    assert one.taps <= MOST_TAPS
    assert seconds <= MOST_SECONDS
    contact = Contact.objects.get()
    assert (contact.kommune_id, contact.kind, contact.asked.count()) == ("4601", "meeting", 1)
    assert list(Answer.objects.order_by("demand__position").values_list("answer", flat=True)) == [
        "yes", "partly", "no",
    ][:answers]  # fmt: skip
    if answers and scripts:
        show(one, "contact-receipt")
        assert faults(one.page) == []
    if scripts:
        one.window.all_quiet()


def test_parties_that_differ_and_the_place_are_shown_at_once(thumb):
    one = thumb()
    begin(one)
    page = one.page
    assert not page.locator("#id_differ").is_visible()
    one.tap(party(page, "a"))
    one.tap(party(page, "b"))
    one.tap(answer(page, 0, "Ja"))
    one.tap(page.locator("label[for=id_differ]"))
    page.wait_for_selector(".ask-each")
    one.tap(answer(page, 1, "Nei"))
    one.tap(party(page, "c"))
    page.wait_for_function(
        "() => document.querySelector('.ask-each').querySelectorAll('.ask').length === 3"
    )
    show(one, "contact-differ")
    assert faults(page) == []
    send(one)
    said = Answer.objects.values_list("asked__party", "answer").order_by("asked__party")
    made_up = parties.MADE_UP
    assert list(said) == [(f"{made_up}a", "yes"), (f"{made_up}b", "no"), (f"{made_up}c", "yes")]
    assert one.taps <= MOST_TAPS
    one.window.all_quiet()


def test_the_demands_follow_the_place_and_come_back_with_their_answers(thumb):
    one = thumb()
    begin(one)
    page = one.page
    one.tap(party(page, "a"))
    one.tap(answer(page, 0, "Ja"))
    first = page.locator(".ask legend").first.inner_text()
    page.select_option("#id_place", "46")
    page.wait_for_function(
        "(text) => document.querySelector('.ask legend').innerText !== text", arg=first
    )
    assert page.locator(".seg :checked:not([value=''])").count() == 0
    page.select_option("#id_place", "4601")
    page.wait_for_function(
        "(text) => document.querySelector('.ask legend').innerText === text", arg=first
    )
    assert page.locator(".seg :checked:not([value=''])").count() == 1
    # The net is gone: the button for it is there, and nothing is lost.
    one.window.context.set_offline(True)
    page.select_option("#id_place", "46")
    page.wait_for_selector("[data-show]", state="attached")
    assert page.locator(".seg :checked:not([value=''])").count() == 1


def test_without_javascript_each_party_and_another_place_take_a_step(thumb):
    one = thumb(java_script_enabled=False)
    begin(one)
    page = one.page
    one.tap(party(page, "a"))
    one.tap(party(page, "b"))
    one.tap(answer(page, 0, "Ja"))
    one.tap(page.locator("label[for=id_differ]"))
    one.tap(page.locator("[data-show]"))
    page.wait_for_selector(".ask-each")
    one.tap(answer(page, 1, "Nei"))
    page.locator("details:has(> .row #id_find_place) > summary").click()
    page.fill("#id_find_place", "kinn")
    page.locator("button[value=place]").click()
    page.wait_for_selector("option[value='4602'][selected]", state="attached")
    show(one, "contact-differ-plain")
    send(one)
    assert set(Answer.objects.values_list("answer", flat=True)) == {"yes", "no"}
    assert Contact.objects.get().kommune_id == "4602"
