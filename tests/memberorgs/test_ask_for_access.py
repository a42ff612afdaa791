"""Whoever was elected and got nothing asks, and those who know answer."""

import re
from datetime import date

import pytest

from memberorgs.choices import RequestDecision, RoleGroup
from memberorgs.models import AccessRequest, Invitation
from outbox.models import OutgoingMail
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
ASK = "/konto/spor-om-tilgang/"


@pytest.fixture
def organisation():
    return OrganisationFactory(mailbox="post@fjordvik.example")


@pytest.fixture
def leader(organisation):
    return TermFactory(organisation=organisation).person


@pytest.fixture
def words(organisation):
    return {
        "organisation": organisation.pk,
        "title": "nestleder",
        "name": "Mona Lie",
        "email": "Mona@Example.no",
        "evidence": "https://fjordvik.example/referat",
    }


@pytest.fixture
def asked(client, words, leader):
    client.post(ASK, words)
    return AccessRequest.objects.get()


def office(**changes):
    return {"role": "reporter", "title": "nestleder", "begins": "01.07.2030",
            "ends": "30.06.2031", "answer": "yes"} | changes  # fmt: skip


def test_the_leader_the_mailbox_and_staff_are_told_each_in_a_mail_of_their_own(
    client, words, leader, organisation, mails_to
):
    staff = UserFactory(role=RoleGroup.STAFF)
    TermFactory(organisation=organisation, role="reader")
    answer = client.post(ASK, words)
    assert answer.url == f"{ASK}takk/"
    assert client.get(answer.url).status_code == 200
    told = set(OutgoingMail.objects.values_list("to", flat=True))
    assert told == {leader.email, staff.email, "post@fjordvik.example"}
    mail = OutgoingMail.objects.get(to=leader.email)
    assert f"/medlem/{organisation.code}/folk/" in mail.body
    assert "Mona Lie" in mail.body


def test_asking_twice_is_asking_once_and_is_answered_the_same(client, words, leader):
    first, second = client.post(ASK, words), client.post(ASK, words | {"name": "Andre"})
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert AccessRequest.objects.get().name == "Mona Lie"
    assert OutgoingMail.objects.filter(to=leader.email).count() == 1


def test_only_organisations_that_the_public_knows_can_be_chosen(client, organisation):
    hidden = [OrganisationFactory(unconfirmed=True), OrganisationFactory(left=True)]
    text = client.get(ASK).content.decode()
    assert organisation.name_nb in text
    for one in hidden:
        assert one.name_nb not in text


def test_empty_fields_are_told_at_each_of_them(client):
    text = client.post(ASK, {"name": "Mona Lie"}).content.decode()
    summary = text.split('class="errsum"')[1].split("</ul>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == [
        "id_organisation",
        "id_title",
        "id_email",
        "id_evidence",
    ]
    assert 'value="Mona Lie"' in text


def test_too_many_requests_are_stopped_kindly(client, words):
    for _ in range(3):
        assert client.post(ASK, words).status_code == 302
    answer = client.post(ASK, words)
    assert answer.status_code == 429
    assert 'value="Mona Lie"' in answer.content.decode()
    for number in range(6):
        client.post(ASK, words | {"email": f"p{number}@example.no"})
    assert client.post(ASK, words | {"email": "sist@example.no"}).status_code == 429
    elsewhere = client.post(ASK, words | {"email": "ny@example.no"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_all_of_them_together_are_stopped_too(client, words, monkeypatch):
    monkeypatch.setattr(
        "memberorgs.invitation_views.ASKING", {"ask": "10/h/ip", "ask_everybody": "2/d/key"}
    )
    answers = [
        client.post(
            ASK, words | {"email": f"p{number}@example.no"}, REMOTE_ADDR=f"192.0.2.{number}"
        ).status_code
        for number in range(3)
    ]
    assert answers == [302, 302, 429]


@pytest.mark.parametrize("who", ["leader", "staff"])
def test_a_yes_sends_an_ordinary_invitation(client, asked, leader, organisation, link_to, who):
    client.force_login(leader if who == "leader" else UserFactory(role=RoleGroup.STAFF))
    address = f"/medlem/{organisation.code}/folk/sporsmal/{asked.pk}/"
    assert "fjordvik.example/referat" in client.get(address).content.decode()
    assert client.post(address, office()).status_code == 302
    asked.refresh_from_db()
    made = Invitation.objects.get()
    assert (asked.decision, asked.invitation) == (RequestDecision.CONFIRMED, made)
    assert (made.email, made.begins) == ("mona@example.no", date(2030, 7, 1))
    assert link_to("mona@example.no")
    # Another who answers reads that it is done.
    assert client.post(address, office(answer="no")).status_code == 302
    asked.refresh_from_db()
    assert asked.decision == RequestDecision.CONFIRMED


def test_a_no_is_told_and_opens_nothing(client, asked, leader, organisation, mails_to):
    client.force_login(leader)
    client.post(f"/medlem/{organisation.code}/folk/sporsmal/{asked.pk}/", {"answer": "no"})
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by) == (RequestDecision.REFUSED, leader)
    assert mails_to("mona@example.no") == ["access_refused"]
    assert not Invitation.objects.exists()


def test_what_is_wrong_with_the_office_is_told_and_nothing_is_decided(
    client, asked, leader, organisation
):
    client.force_login(leader)
    address = f"/medlem/{organisation.code}/folk/sporsmal/{asked.pk}/"
    text = client.post(address, office(ends="i fjor")).content.decode()
    assert 'href="#id_ends"' in text
    asked.refresh_from_db()
    assert asked.decision == ""


def test_nobody_else_sees_or_answers_it(client, asked, organisation):
    address = f"/medlem/{organisation.code}/folk/sporsmal/{asked.pk}/"
    assert client.get(address).status_code == 302
    reader = TermFactory(organisation=organisation, role="reporter").person
    stranger = TermFactory()
    for person in (reader, stranger.person):
        client.force_login(person)
        assert client.get(address).status_code == 404
        assert client.post(address, office()).status_code == 404
    own = f"/medlem/{stranger.organisation.code}/folk/sporsmal/{asked.pk}/"
    assert client.post(own, office()).status_code == 404
    asked.refresh_from_db()
    assert asked.decision == ""
