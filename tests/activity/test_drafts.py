"""No typed word is lost: without a session, with an old key, in two tabs, and sent twice."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from activity.kinds import KINDS
from activity.models import Entry
from foundation.intake import drafts, held
from foundation.intake.models import Draft
from tests.factories import PASSWORD, TermFactory

NEW = "/medlem/fjordvik/logg/ny/annet/"
LOG_IN = "/konto/logg-inn/"
ORIGIN = {"origin": "http://testserver"}


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def opened(client, address=NEW):
    return client.get(address).content.decode()


def filled(page, **values):
    names = ("submission_key", "draft_version", "typed_by", "opened")
    kept = {name: hidden(page, name) for name in names if f'name="{name}"' in page}
    return {"title": "Kurs", "day": f"{timezone.localdate():%d.%m.%Y}", **kept, **values}


def log_in(client, person, way_on=NEW):
    return client.post(
        LOG_IN, {"login": person.email, "password": PASSWORD, "next": way_on}, headers=ORIGIN
    )


def lose_session(client):
    Session.objects.all().delete()


@pytest.fixture
def writer(client, leader):
    client.force_login(leader)
    return client


@pytest.fixture
def second(organisation):
    """Another writer of the same organisation."""
    return TermFactory(organisation=organisation).person


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_word_is_there_after_logging_in_again(writer, leader, kind):
    address = f"/medlem/fjordvik/logg/ny/{kind}/"
    page = opened(writer, address)
    form = re.search(r'<form class="form".*?</form>', page, re.S)[0]
    names = re.findall(r'<textarea[^>]*name="(\w+)"', form)
    names += re.findall(r'<input type="text"[^>]*name="(\w+)"', form)
    words = {name: f"skrev i {name}" for name in names}
    lose_session(writer)

    answer = writer.post(address, filled(page, **words))

    assert answer.status_code == 302
    assert answer.url == f"{LOG_IN}?next={address}"
    assert log_in(writer, leader, address).url == address
    page = opened(writer, address)
    assert "ikke sendt" in page
    assert [word for word in words.values() if word not in page] == []
    assert not Entry.objects.exists()


def test_what_waited_is_sent_once_and_then_gone(writer, leader):
    page = opened(writer)
    lose_session(writer)
    writer.post(NEW, filled(page, text="Tolv kom."))
    log_in(writer, leader)
    again = opened(writer)
    assert hidden(again, "submission_key") == hidden(page, "submission_key")

    writer.post(NEW, filled(again, text="Tolv kom."))

    assert Entry.objects.get().text == "Tolv kom."
    assert "Tolv kom." not in opened(writer)
    assert held.HELD not in writer.session


def test_files_are_told_to_be_chosen_again(writer, leader, tmp_path):
    page = opened(writer)
    lose_session(writer)
    file = tmp_path / "referat.txt"
    file.write_text("Vi var tolv.")
    with file.open("rb") as opened_file:
        writer.post(NEW, filled(page, files=opened_file))
    log_in(writer, leader)
    assert "Velg dem på nytt" in opened(writer)


def test_another_person_at_the_machine_sees_none_of_it(writer, leader, second):
    page = opened(writer)
    lose_session(writer)
    writer.post(NEW, filled(page, note="Bare for meg"))

    log_in(writer, second)

    assert held.HELD not in writer.session
    assert "Bare for meg" not in opened(writer)
    writer.post("/konto/logg-ut/")
    log_in(writer, leader)
    assert "Bare for meg" not in opened(writer)


def test_it_waits_for_an_hour(writer, leader):
    page = opened(writer)
    lose_session(writer)
    writer.post(NEW, filled(page, text="Tolv kom."))
    assert Session.objects.get().expire_date < timezone.now() + timedelta(minutes=61)
    # Whichever way one logs in: not all of them set it themselves.
    writer.force_login(leader)
    assert "Tolv kom." in opened(writer)
    assert writer.session.get_expiry_age() > 20 * 24 * 3600

    with time_machine.travel(timezone.now() + timedelta(minutes=62)):
        assert "Tolv kom." not in opened(writer)
        assert held.HELD not in writer.session


def test_a_visitor_without_a_mark_fills_no_session(client, leader):
    for mark in ("", "1", f"{leader.pk}:not-signed"):
        client.post(NEW, {"title": "Kurs", "typed_by": mark})
    assert not Session.objects.exists()


def test_more_than_a_draft_holds_is_not_held(writer):
    page = opened(writer)
    lose_session(writer)
    writer.post(NEW, filled(page, text="a" * (drafts.MOST_CHARACTERS + 1)))
    assert not Session.objects.exists()


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def enter(browser, person):
    page = opened(browser, f"{LOG_IN}passord/")
    token = hidden(page, "csrfmiddlewaretoken")
    browser.post(
        LOG_IN,
        {"login": person.email, "password": PASSWORD, "csrfmiddlewaretoken": token},
        headers=ORIGIN,
    )


def leave(browser):
    token = hidden(opened(browser), "csrfmiddlewaretoken")
    answer = browser.post("/konto/logg-ut/", {"csrfmiddlewaretoken": token}, headers=ORIGIN)
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def with_key(page, **values):
    return filled(page, csrfmiddlewaretoken=hidden(page, "csrfmiddlewaretoken"), **values)


def test_an_old_key_of_the_form_loses_nothing(browser, leader):
    enter(browser, leader)
    page = opened(browser)
    leave(browser)
    enter(browser, leader)

    answer = browser.post(NEW, with_key(page, text="Tolv kom."), headers=ORIGIN)

    assert (answer.status_code, answer.url) == (302, NEW)
    again = opened(browser)
    assert "Tolv kom." in again
    assert "ikke sendt" in again
    assert not Entry.objects.exists()
    browser.post(NEW, with_key(again, text="Tolv kom."), headers=ORIGIN)
    assert Entry.objects.get().text == "Tolv kom."


def test_an_old_key_and_nobody_logged_in_loses_nothing(browser, leader):
    enter(browser, leader)
    page = opened(browser)
    leave(browser)
    enter(browser, leader)
    leave(browser)

    answer = browser.post(NEW, with_key(page, text="Tolv kom."), headers=ORIGIN)

    assert answer.url == NEW
    assert browser.get(NEW).url == f"{LOG_IN}?next={NEW}"
    enter(browser, leader)
    assert "Tolv kom." in opened(browser)


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {}])
def test_the_page_of_a_stranger_holds_nothing(browser, leader, headers):
    enter(browser, leader)
    page = opened(browser)

    answer = browser.post(NEW, filled(page, text="Falskt"), headers=headers)

    assert answer.status_code == 403
    assert "Falskt" not in answer.content.decode()
    assert "Falskt" not in opened(browser)


def test_words_of_one_do_not_land_in_the_form_of_another(browser, leader, second):
    enter(browser, leader)
    page = opened(browser)
    leave(browser)
    enter(browser, second)

    answer = browser.post(NEW, with_key(page, text="Tolv kom."), headers=ORIGIN)

    assert answer.status_code == 403
    assert "Tolv kom." in answer.content.decode()
    assert "Tolv kom." not in opened(browser)
    assert not Entry.objects.exists()


def test_a_change_that_lost_its_session_is_shown_as_typed(writer, leader):
    writer.post(NEW, filled(opened(writer)))
    change = f"/medlem/fjordvik/logg/annet/{Entry.objects.get().pk}/endre/"
    page = opened(writer, change)
    lose_session(writer)
    writer.post(change, filled(page, title="Kurs i debatt"))
    log_in(writer, leader, change)

    again = opened(writer, change)
    assert "Kurs i debatt" in again
    writer.post(change, filled(again, title="Kurs i debatt"))

    entry = Entry.objects.get()
    assert (entry.title, entry.version) == ("Kurs i debatt", 2)
    assert held.HELD not in writer.session


def test_other_words_with_the_same_key_become_a_change(writer):
    page = opened(writer)
    writer.post(NEW, filled(page, text="Tolv kom."))
    entry = Entry.objects.get()

    answer = writer.post(NEW, filled(page, text="Tretten kom."))

    assert answer.url == f"/medlem/fjordvik/logg/annet/{entry.pk}/endre/"
    again = opened(writer, answer.url)
    assert "Tretten kom." in again
    writer.post(answer.url, filled(again, text="Tretten kom."))
    entry.refresh_from_db()
    assert (entry.text, Entry.objects.count()) == ("Tretten kom.", 1)


def test_what_was_taken_away_and_sent_again_is_asked_about(writer):
    page = opened(writer)
    writer.post(NEW, filled(page, text="Tolv kom."))
    writer.post(f"/medlem/fjordvik/logg/annet/{Entry.objects.get().pk}/ta-bort/")

    answer = writer.post(NEW, filled(page, text="Tolv kom."))

    again = answer.content.decode()
    assert "Tolv kom." in again
    writer.post(NEW, filled(again, text="Tolv kom."))
    assert Entry.objects.there().count() == 1


def test_the_draft_of_another_tab_outlives_what_this_one_sends(writer):
    first, other = opened(writer), opened(writer)
    writer.post(f"{NEW}utkast/", filled(other, title="Stand", text="Fra den andre fanen"))

    writer.post(NEW, filled(first, text="Fra den første"))

    assert Entry.objects.get().text == "Fra den første"
    assert "Fra den andre fanen" in opened(writer)


def test_two_people_at_the_same_are_told_and_keep_their_own(writer, client, leader, second):
    writer.post(f"{NEW}utkast/", filled(opened(writer), text="Fra den ene"))
    client.force_login(second)

    page = opened(client)

    assert str(leader) in page
    assert "Fra den ene" not in page
    client.post(f"{NEW}utkast/", filled(page, text="Fra den andre"))
    kept = Draft.objects.order_by("pk").values_list("person", "fields__text")
    assert list(kept) == [(leader.pk, ["Fra den ene"]), (second.pk, ["Fra den andre"])]


def test_a_draft_is_thrown_away_by_its_own_writer_only(writer, client, second):
    writer.post(f"{NEW}utkast/", filled(opened(writer), text="Halvveis"))
    client.force_login(second)
    client.post(f"{NEW}utkast/", filled(opened(client), text="Min egen"))
    page = opened(client)
    assert 'name="throw_away"' in page
    assert "hentes tilbake" in page

    client.post(NEW, {"throw_away": "1"})

    assert Draft.objects.get().fields["text"] == ["Halvveis"]
    assert "Min egen" not in opened(client)


def test_what_a_browser_kept_is_shown_and_not_yet_saved(writer):
    page = opened(writer)

    shown = writer.post(NEW, filled(page, text="Fra nettleseren", again="1")).content.decode()

    assert "Fra nettleseren" in shown
    assert "data-unsaved" in shown
    assert hidden(shown, "submission_key") == hidden(page, "submission_key")
    assert not Entry.objects.exists()
    assert not Draft.objects.exists()


def test_what_is_folded_and_filled_is_open(writer):
    page = opened(writer)
    assert '<details class="more-fields">' in page
    writer.post(f"{NEW}utkast/", filled(page, note="Husk nøkkelen"))
    assert '<details class="more-fields" open>' in opened(writer)


def test_the_receipt_tells_the_browser_what_to_forget(writer):
    page = opened(writer)
    receipt = writer.post(NEW, filled(page)).url
    assert f'data-sent="{hidden(page, "submission_key")}"' in opened(writer, receipt)
