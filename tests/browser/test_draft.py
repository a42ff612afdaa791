"""No typed word is lost in a real browser: no session, no net, two tabs, two taps."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from activity.models import Entry
from foundation.intake.models import Draft
from tests.browser.rules import RULES, faults
from tests.browser.test_passkeys import log_in_with_password, log_out
from tests.factories import PASSWORD, OrganisationFactory, TermFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

NEW = "/medlem/fjordvik/logg/ny/annet/"
RECEIPT = re.compile(r"/kvittering/$")
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('utkast|')).length"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def organisation(transactional_db):
    return OrganisationFactory(code="fjordvik")


@pytest.fixture
def leader(organisation):
    return TermFactory(organisation=organisation).person


@pytest.fixture
def window(visit, settings, live_server, leader):
    settings.BASE_URL = live_server.url
    window = visit(width=360, height=740, has_touch=True)
    log_in_with_password(window, leader)
    return window


@pytest.fixture
def page(window):
    return window.open(NEW)


def note(page, name):
    return page.locator(f"[data-note={name}]")


def is_saved(page, text):
    """Waits until the server has it and the page says so."""
    for _ in range(100):
        if Draft.objects.filter(fields__text=[text]).exists():
            break
        page.wait_for_timeout(100)
    page.locator("[data-saved]:not(:empty)").wait_for()
    expect(page.locator("[data-trouble] [data-note]:visible")).to_have_count(0)
    assert Draft.objects.get().fields["text"] == [text]


def brought_back(page, text):
    page.click("[data-bring]")
    expect(page.locator("#id_text")).to_have_value(text)


def type_in(page, title="Kurs i møteledelse", text="Tolv kom."):
    page.fill("#id_title", title)
    page.fill("#id_text", text)


def send(page):
    page.click("[data-main]")
    page.wait_for_url(RECEIPT)


def test_it_is_saved_as_one_types_and_sent_once(page):
    type_in(page)
    is_saved(page, "Tolv kom.")
    assert re.search(r"\d\d.\d\d", page.text_content("[data-saved]"))

    page.fill("#id_text", "Tretten kom.")
    send(page)

    assert Entry.objects.get().text == "Tretten kom."
    assert not Draft.objects.exists()
    assert page.evaluate(KEPT) == 0


def test_two_taps_are_one_entry(page):
    asked = []
    page.on("request", lambda one: asked.append(one) if one.method == "POST" else None)
    type_in(page)

    page.evaluate(
        "() => { const one = document.querySelector('[data-main]'); one.click(); one.click(); }"
    )
    page.wait_for_url(RECEIPT)

    assert Entry.objects.count() == 1
    assert len([one for one in asked if one.url.endswith(NEW)]) == 1


def test_a_lost_session_is_told_and_all_comes_back(window, page, leader):
    type_in(page, text="Halve siden.")
    is_saved(page, "Halve siden.")
    Session.objects.all().delete()

    page.fill("#id_text", "Hele siden.")
    note(page, "away").wait_for()
    assert page.evaluate(KEPT) == 1
    assert faults(page, RULES) == []
    note(page, "away").locator("a").click()
    page.wait_for_url(re.compile("logg-inn"))
    log_in_with_password(window, leader)
    page.goto(NEW)
    # The server has the half page, this browser the whole one.
    assert page.input_value("#id_text") == "Halve siden."
    assert faults(page, RULES) == []
    brought_back(page, "Hele siden.")
    is_saved(page, "Hele siden.")
    send(page)

    assert Entry.objects.get().text == "Hele siden."
    assert page.evaluate(KEPT) == 0


def test_a_session_that_is_lost_at_the_last_tap_sends_nothing_and_loses_nothing(
    window, page, leader
):
    type_in(page)
    Session.objects.all().delete()

    page.click("[data-main]")

    note(page, "away").wait_for()
    expect(page.locator("[data-main]")).to_be_enabled()
    assert not Entry.objects.exists()
    log_in_with_password(window, leader)
    page.goto(NEW)
    brought_back(page, "Tolv kom.")
    send(page)
    assert Entry.objects.count() == 1


def test_logging_in_again_in_another_tab_is_enough(window, page, leader):
    type_in(page)
    is_saved(page, "Tolv kom.")
    Session.objects.all().delete()
    other = window.context.new_page()
    other.goto("/konto/logg-inn/passord/")
    other.fill("#id_login", leader.email)
    other.fill("#id_password", PASSWORD)
    other.click("form.form button")
    other.wait_for_load_state()

    page.fill("#id_text", "Tretten kom.")
    send(page)

    assert Entry.objects.get().text == "Tretten kom."


def test_somebody_else_at_the_machine_is_offered_nothing(window, page, organisation):
    type_in(page, text="Bare mitt.")
    is_saved(page, "Bare mitt.")
    Session.objects.all().delete()
    page.fill("#id_text", "Bare mitt, og mer.")
    note(page, "away").wait_for()

    log_in_with_password(window, TermFactory(organisation=organisation).person)
    page.goto(NEW)

    assert page.input_value("#id_text") == ""
    assert not page.is_visible("[data-bring]")


def test_logging_out_leaves_nothing_in_the_browser(window, page):
    type_in(page)
    window.context.set_offline(True)
    page.fill("#id_text", "Tretten kom.")
    note(page, "offline").wait_for()
    assert page.evaluate(KEPT) == 1
    window.context.set_offline(False)

    log_out(page)

    assert page.evaluate(KEPT) == 0


def test_the_net_goes_away_and_comes_back(window, page):
    type_in(page)
    is_saved(page, "Tolv kom.")
    window.context.set_offline(True)
    page.fill("#id_text", "Skrevet i tunnelen.")
    note(page, "offline").wait_for()

    page.click("[data-main]")
    note(page, "not_sent").wait_for()
    assert page.evaluate(KEPT) == 1
    assert not Entry.objects.exists()

    window.context.set_offline(False)
    note(page, "back").wait_for()
    assert not Entry.objects.exists()
    page.click("[data-send]")
    page.wait_for_url(RECEIPT)
    assert Entry.objects.get().text == "Skrevet i tunnelen."
    assert page.evaluate(KEPT) == 0


def test_a_tab_closed_without_net_is_offered_again(window, page):
    window.context.set_offline(True)
    type_in(page, text="Skrevet i tunnelen.")
    page.close()
    window.context.set_offline(False)

    page = window.context.new_page()
    page.goto(NEW)
    brought_back(page, "Skrevet i tunnelen.")
    send(page)

    assert Entry.objects.get().text == "Skrevet i tunnelen."


def test_an_answer_that_never_came_leads_to_one_entry(window, page):
    """The server has logged it, and the net goes before the receipt comes."""

    def lose(route):
        if route.request.method == "POST" and not Entry.objects.exists():
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route(f"**{NEW}", lose)
    type_in(page)
    page.click("[data-main]")
    for _ in range(50):
        if Entry.objects.exists():
            break
        page.wait_for_timeout(100)
    assert Entry.objects.count() == 1

    page = window.context.new_page()
    page.goto(NEW)
    assert page.is_visible("[data-if-sending]")
    brought_back(page, "Tolv kom.")
    send(page)
    assert Entry.objects.count() == 1
    assert page.evaluate(KEPT) == 0


def test_two_tabs_are_told_and_neither_is_lost(window, page):
    other = window.context.new_page()
    other.goto(NEW)
    type_in(page, text="Fra den ene.")
    is_saved(page, "Fra den ene.")

    type_in(other, text="Fra den andre.")
    note(other, "clash").wait_for()
    assert faults(other, RULES) == []
    assert other.evaluate(TOO_WIDE) <= 0
    assert Draft.objects.get().fields["text"] == ["Fra den ene."]
    other.locator("[data-note=clash] [data-mine]").click()
    is_saved(other, "Fra den andre.")

    # The first tab still has its own words, and is told in its turn.
    page.fill("#id_title", "Kurs i debatt")
    note(page, "clash").wait_for()
    send(page)
    assert Entry.objects.get().text == "Fra den ene."
    send(other)
    assert Entry.objects.count() == 2


def test_a_change_is_kept_in_the_browser(window, page):
    type_in(page)
    send(page)
    change = page.url.replace("kvittering", "endre")
    page.goto(change)
    page.fill("#id_text", "Tretten kom.")
    page.locator("[data-saved]:not(:empty)").wait_for()
    page.goto(change)
    brought_back(page, "Tretten kom.")

    page.click("[data-main]")
    page.wait_for_url(lambda url: "endre" not in url)

    assert Entry.objects.get().text == "Tretten kom."
    assert page.evaluate(KEPT) == 0


def test_without_javascript_a_lost_session_brings_all_back(visit, settings, live_server, leader):
    settings.BASE_URL = live_server.url
    window = visit(width=360, height=740, java_script_enabled=False)
    log_in_with_password(window, leader)
    page = window.page
    page.goto(NEW)
    type_in(page)
    Session.objects.all().delete()

    page.click("[data-main]")

    page.wait_for_url(re.compile("logg-inn"))
    page.click("a[href*=passord]")
    page.fill("#id_login", leader.email)
    page.fill("#id_password", PASSWORD)
    page.click("form.form button")
    page.wait_for_url(f"**{NEW}")
    assert page.input_value("#id_text") == "Tolv kom."
    send(page)
    assert Entry.objects.count() == 1
