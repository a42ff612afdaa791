"""Those who take over read what was agreed in contacts, and no notes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lobbying import actions
from tests.factories import TermFactory

pytestmark = pytest.mark.django_db

NOTE = "/en/medlem/fjordvik/overlapp/erfaringsskriv/"


def test_what_was_agreed_stands_in_the_note(client, leader, organisation, log):
    due = timezone.localdate() + timedelta(days=100)
    log(a={}, next_step="We send figures", next_step_due=due, note="Hemmelig", days=5)
    log(a={}, next_step="Too old", days=400)
    log(a={}, days=2)
    gone = log(a={}, next_step="Taken away", days=3)
    actions.remove_contact(contact=gone, by=leader)
    comes = TermFactory(organisation=organisation, incoming=True).person
    for reader in (leader, comes):
        client.force_login(reader)
        page = client.get(NOTE).content.decode()
        assert "Agreed in contacts" in page
        assert page.count("We send figures") == 1
        assert "Meeting: A, " in page
        for words in ("Hemmelig", "Too old", "Taken away"):
            assert words not in page


def test_without_any_there_is_no_box(client, leader, log):
    log(a={}, days=2)
    client.force_login(leader)
    assert "Agreed in contacts" not in client.get(NOTE).content.decode()


def test_anothers_agreements_are_theirs(client, leader, log, other, stranger):
    log(of=other, by=stranger, a={}, next_step="Their own matter")
    client.force_login(leader)
    assert "Their own matter" not in client.get(NOTE).content.decode()
