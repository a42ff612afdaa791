"""Invitations: made, opened, accepted once, renewed, withdrawn, moved; every way it can fail."""

import logging
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from foundation.audit.models import AuditEntry
from memberorgs import actions
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import Invitation, Term, User
from memberorgs.models.invitations import expiry
from outbox.models import OutgoingMail
from portal.logs import WithoutSecrets
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")
NEW = {"press": "new", "first_name": "Kari", "last_name": "Nordmann", "language": "nn"}


def at(*moment):
    return time_machine.travel(datetime(*moment, tzinfo=OSLO), tick=True)


@pytest.fixture
def leader():
    return TermFactory(person__first_name="Ingrid").person


@pytest.fixture
def organisation(leader):
    return leader.terms.get().organisation


@pytest.fixture
def invited(organisation, leader, link_to):
    """Makes an invitation; returns it and the path of its link."""

    def make(email="kari@example.no", begins=None, ends=None, role=Role.REPORTER, **kwargs):
        today = timezone.localdate()
        office = actions.Office(
            role, begins or today, ends or today + timedelta(days=200), "nestleder"
        )
        made = actions.invite(
            organisation=organisation, email=email, office=office, by=leader, **kwargs
        )
        return made, link_to(made.email)

    return make


def logged_in_as(client):
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).email if number else None


def test_a_leader_invites_by_the_form_and_the_mail_carries_a_link(
    client, leader, organisation, link_to
):
    client.force_login(leader)
    address = f"/medlem/{organisation.code}/folk/inviter/"
    page = client.get(address).content.decode()
    assert 'name="begins" value="' in page
    answer = client.post(
        address,
        {
            "email": " Kari@Example.NO ",
            "role": "reporter",
            "title": "nestleder",
            "begins": "1.7.2030",
            "ends": "2031-06-30",
        },
    )
    assert answer.status_code == 302
    made = Invitation.objects.get()
    assert (made.email, made.role, made.title) == ("kari@example.no", "reporter", "nestleder")
    assert (made.begins, made.ends) == (date(2030, 7, 1), date(2031, 6, 30))
    secret = link_to("kari@example.no").split("/")[-2]
    assert secret not in str(vars(made))
    mail = OutgoingMail.objects.get(to="kari@example.no")
    assert mail.sensitive
    assert mail.expires_at == made.expires_at
    assert AuditEntry.objects.get(event="invitation.made").actor_id == leader.pk


@pytest.mark.parametrize(
    ("sent", "begins", "works_until"),
    [
        ((2027, 6, 3, 12), date(2027, 7, 1), (2027, 7, 16)),
        ((2027, 9, 3, 12), date(2027, 7, 1), (2027, 9, 17, 12)),
    ],
)
def test_a_link_works_14_days_or_until_14_days_after_the_term_begins(sent, begins, works_until):
    assert expiry(datetime(*sent, tzinfo=OSLO), begins) == datetime(*works_until, tzinfo=OSLO)


def test_an_invitation_of_3_june_for_a_term_from_1_july_works_on_2_july(client, invited):
    with at(2027, 6, 3, 12):
        _made, link = invited(begins=date(2027, 7, 1), ends=date(2028, 6, 30))
    with at(2027, 7, 2, 9):
        assert client.post(link, NEW).status_code == 302
        assert Term.objects.get(person__email="kari@example.no").is_active()
    with at(2027, 6, 3, 12):
        _made, other = invited("per@example.no", begins=date(2027, 7, 1), ends=date(2028, 6, 30))
    with at(2027, 7, 16, 0, 1):
        assert client.get(other).status_code == 410


def test_the_page_shows_who_invites_to_what_and_reading_it_changes_nothing(
    client, invited, organisation, django_assert_max_num_queries
):
    made, link = invited()
    rows = (OutgoingMail.objects.count(), AuditEntry.objects.count(), Session.objects.count())
    for method in ("get", "head", "options"):
        for suffix in ("", ".", ">", "&gt;"):
            with django_assert_max_num_queries(8) as queries:
                answer = getattr(client, method)(link + suffix)
            assert answer.status_code == 200
            assert not [q for q in queries if not q["sql"].startswith("SELECT")]
    assert rows == (
        OutgoingMail.objects.count(),
        AuditEntry.objects.count(),
        Session.objects.count(),
    )
    made.refresh_from_db()
    assert made.accepted_at is None
    answer = client.get(link)
    text = answer.content.decode()
    for told in ("Ingrid", organisation.name_nb, "nestleder", "kari@example.no"):
        assert told in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_whoever_is_new_gets_a_log_in_and_is_in(client, invited, organisation):
    _made, link = invited()
    answer = client.post(link, NEW)
    assert answer.url == f"/nn/medlem/{organisation.code}/"
    person = User.objects.get(email="kari@example.no")
    assert (person.first_name, person.last_name, person.language) == ("Kari", "Nordmann", "nn")
    assert not person.has_usable_password()
    assert logged_in_as(client) == "kari@example.no"
    assert client.get(answer.url).status_code == 200


def test_without_a_name_nothing_happens_and_what_was_typed_stands(client, invited):
    _made, link = invited()
    text = client.post(link, NEW | {"last_name": ""}).content.decode()
    assert 'href="#id_last_name"' in text
    assert 'value="Kari"' in text
    assert not Term.objects.filter(person__email="kari@example.no").exists()


def test_whoever_has_a_log_in_just_accepts(client, invited, organisation):
    person = UserFactory(email="kari@example.no")
    _made, link = invited()
    client.force_login(person)
    assert client.post(link, {"press": "accept"}).url == f"/medlem/{organisation.code}/"
    assert person.terms.get().given_by == organisation.terms.get(role="leader").person


def test_a_visitor_with_a_log_in_accepts_by_the_link_alone(client, invited):
    person = UserFactory(email="kari@example.no")
    _made, link = invited()
    assert client.post(link, {"press": "accept"}).status_code == 302
    assert logged_in_as(client) == person.email
    assert person.terms.count() == 1


def test_a_second_factor_is_asked_for_before_anything_is_accepted(client, invited):
    """What a stage of the log-in answers is what the visitor gets."""
    person = UserFactory(email="kari@example.no")
    _made, link = invited()
    with mock.patch(
        "allauth.account.adapter.DefaultAccountAdapter.get_login_stages",
        return_value=["tests.memberorgs.test_invitations.AskForMore"],
    ):
        answer = client.post(link, {"press": "accept"})
    assert answer.url == "/mer/"
    assert logged_in_as(client) is None
    assert person.terms.count() == 0


class AskForMore:
    """A stage of the log-in that is not passed yet."""

    key = "mfa_authenticate"
    urlname = None

    def __init__(self, controller, request, login):
        pass

    def handle(self):
        from django.http import HttpResponseRedirect

        return HttpResponseRedirect("/mer/"), True


def test_a_link_alone_opens_no_log_in_of_nsos_own_people(client, invited):
    UserFactory(email="kari@example.no", role=RoleGroup.PUBLISHER)
    _made, link = invited(shared_mailbox=True)
    for press in ({"press": "accept"}, NEW):
        client.post(link, press)
        assert logged_in_as(client) is None
    assert User.objects.get(email="kari@example.no").is_active
    assert Term.objects.filter(person__email="kari@example.no").count() == 0


def test_whoever_is_logged_in_as_another_is_told_and_may_log_out(client, invited):
    made, link = invited()
    other = UserFactory()
    client.force_login(other)
    text = client.get(link).content.decode()
    assert other.email in text
    assert 'value="log_out"' in text
    for press in ({"press": "accept"}, NEW):
        assert client.post(link, press).status_code == 200
    assert not Term.objects.filter(invitation=made).exists()
    assert client.post(link, {"press": "log_out"}).url == link
    assert logged_in_as(client) is None


def test_a_double_click_is_one_term(client, invited):
    _made, link = invited()
    client.post(link, NEW)
    # The second press was sent before the first one's answer came.
    second = Client().post(link, NEW)
    assert second.status_code == 410
    assert Term.objects.filter(person__email="kari@example.no").count() == 1
    # Whoever accepted it is led in, however often.
    assert client.post(link, {"press": "accept"}).status_code == 302
    assert client.get(link).status_code == 302


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("known", [True, False])
def test_two_presses_at_once_are_one_term(invited, known):
    made, _link = invited()
    person = UserFactory(email=made.email) if known else None
    barrier, outcomes = Barrier(2), []

    def press():
        barrier.wait()
        try:
            if person:
                actions.accept(invitation=made, by=person)
            else:
                actions.accept_as_new(
                    invitation=made, first_name="Kari", last_name="Nordmann", language="nb"
                )
            outcomes.append("accepted")
        except actions.NotPossible:
            outcomes.append("refused")
        finally:
            connections.close_all()

    both = [Thread(target=press) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["accepted", "refused"]
    assert Term.objects.filter(person__email="kari@example.no").count() == 1


def test_a_renewed_invitation_kills_the_old_link(client, invited, leader, organisation, link_to):
    made, old = invited()
    client.force_login(leader)
    client.post(f"/medlem/{organisation.code}/folk/invitasjoner/{made.pk}/ny/")
    new = link_to("kari@example.no")
    client.logout()
    assert new != old
    assert client.get(old).status_code == 404
    assert client.post(old, NEW).status_code == 404
    assert client.post(new, NEW).status_code == 302


def test_a_link_that_was_renewed_while_somebody_pressed_is_not_accepted(invited, leader):
    made, _link = invited()
    opened = Invitation.objects.get(pk=made.pk)
    actions.renew(invitation=made, by=leader)
    with pytest.raises(actions.NotPossible):
        actions.accept_as_new(invitation=opened, first_name="K", last_name="N", language="nb")
    assert not User.objects.filter(email="kari@example.no").exists()


CLOSED = {
    "used": lambda made, by: actions.accept_as_new(
        invitation=made, first_name="K", last_name="N", language="nb"
    ),
    "revoked": lambda made, by: actions.revoke(invitation=made, by=by),
    "organisation_closed": lambda made, by: (
        type(made.organisation)
        .objects.filter(pk=made.organisation_id)
        .update(left_on=timezone.localdate())
    ),
    "expired": lambda made, by: Invitation.objects.filter(pk=made.pk).update(
        expires_at=timezone.now() - timedelta(minutes=1)
    ),
    "term_over": lambda made, by: Invitation.objects.filter(pk=made.pk).update(
        begins=timezone.localdate() - timedelta(days=9),
        ends=timezone.localdate() - timedelta(days=1),
    ),
}


@pytest.mark.parametrize("reason", CLOSED)
def test_a_closed_invitation_says_why_and_shows_a_way_on(client, invited, leader, reason):
    made, link = invited()
    CLOSED[reason](made, leader)
    terms = Term.objects.count()
    for answer in (client.get(f"/en{link}"), client.post(f"/en{link}", NEW)):
        assert answer.status_code == 410
        text = answer.content.decode()
        with override("en"):
            assert str(actions.CLOSED_WORDS[reason]) in text
        assert text.count("<h1") == 1
    assert Term.objects.count() == terms
    if reason in {"revoked", "expired", "term_over"}:
        assert '/en/konto/spor-om-tilgang/"' in text


@pytest.mark.parametrize("secret", ["x", "A" * 43, "A" * 42, "%00", "æ" * 43, "A" * 4000])
def test_a_broken_link_is_a_page_that_helps(client, secret):
    answer = client.get(f"/konto/invitasjon/{secret}/")
    assert answer.status_code == 404
    assert "/konto/spor-om-tilgang/" in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_secrets_stay_out_of_the_logs(client, invited, leader, caplog):
    made, link = invited()
    actions.revoke(invitation=made, by=leader)
    secret = link.split("/")[-2]
    caplog.handler.addFilter(WithoutSecrets())
    with caplog.at_level(logging.DEBUG):
        client.get(link)
        client.get(link.replace(secret, secret[:-1]))
        Client(enforce_csrf_checks=True).post(link, NEW)
    assert "/konto/invitasjon/" in caplog.text
    assert secret[:-1] not in caplog.text


def test_a_form_of_a_page_without_referrer_is_taken_with_its_key_only(invited):
    """A browser calls the origin of such a form "null"."""
    _made, link = invited()
    browser = Client(enforce_csrf_checks=True)
    browser.get(link)
    key = browser.cookies["csrf-8000"].value
    assert browser.post(link, NEW, headers={"origin": "null"}).status_code == 403
    stranger = browser.post(
        link, NEW | {"csrfmiddlewaretoken": key}, headers={"origin": "https://evil.example"}
    )
    assert stranger.status_code == 403
    own = browser.post(link, NEW | {"csrfmiddlewaretoken": key}, headers={"origin": "null"})
    assert own.status_code == 302


def test_a_shared_mailbox_must_be_called_so(client, leader, organisation):
    client.force_login(leader)
    address = f"/medlem/{organisation.code}/folk/inviter/"
    asked = {
        "email": "leder@example.no",
        "role": "leader",
        "begins": "01.07.2030",
        "ends": "30.06.2031",
    }
    assert client.post(address, asked).status_code == 200
    assert not Invitation.objects.exists()
    client.post(address, asked | {"shared_mailbox": "on"})
    assert Invitation.objects.get().shared_mailbox


def test_a_new_person_on_a_shared_mailbox_begins_with_nothing_of_the_one_before(
    client, invited, organisation
):
    before = UserFactory(email="leder@example.no", shared_mailbox=True, first_name="Per")
    old_term = TermFactory(person=before, organisation=organisation)
    other_browser = Client()
    other_browser.force_login(before)
    _made, link = invited("leder@example.no", shared_mailbox=True)
    text = client.get(link).content.decode()
    assert "Per" in text
    assert client.post(link, NEW).status_code == 302
    now = User.objects.get(email="leder@example.no")
    assert now.pk != before.pk
    assert now.shared_mailbox
    assert now.terms.count() == 1
    before.refresh_from_db()
    assert not before.is_active
    assert (before.first_name, before.email != now.email) == ("Per", True)
    assert before.terms.get() == old_term
    assert "_auth_user_id" not in other_browser.session or (
        other_browser.get(f"/medlem/{organisation.code}/").status_code == 302
    )


def test_the_same_person_on_a_shared_mailbox_goes_on(client, invited):
    before = UserFactory(email="leder@example.no", shared_mailbox=True)
    _made, link = invited("leder@example.no", shared_mailbox=True)
    client.post(link, {"press": "accept"})
    assert before.terms.count() == 1


def test_an_own_address_is_asked_for_and_proved_by_a_new_link(client, invited, link_to):
    made, link = invited("leder@example.no", shared_mailbox=True)
    for refused in ("", "post@example.no", "leder@example.no"):
        assert client.post(link, {"press": "move", "email": refused}).status_code == 200
    answer = client.post(link, {"press": "move", "email": "Kari@privat.example"})
    assert "kari@privat.example" in answer.content.decode()
    made.refresh_from_db()
    assert (made.email, made.shared_mailbox) == ("kari@privat.example", False)
    assert client.get(link).status_code == 404
    assert client.post(link_to("kari@privat.example"), NEW).status_code == 302
    assert User.objects.get(email="kari@privat.example").terms.count() == 1


def many(emails, **changes):
    return {
        "emails": emails,
        "role": "reader",
        "begins": "01.07.2030",
        "ends": "30.06.2031",
    } | changes


@pytest.fixture
def bulk(client, leader, organisation):
    client.force_login(leader)
    return f"/medlem/{organisation.code}/folk/inviter/flere/"


def test_a_leader_pastes_several_addresses(client, bulk):
    pasted = "a@example.no\nBo Lie <b@example.no>; c@example.no\n\n A@example.no ,d@example.no"
    assert client.post(bulk, many(pasted)).status_code == 302
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        f"{name}@example.no" for name in "abcd"
    }
    assert OutgoingMail.objects.filter(kind="invitation").count() == 4


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("a@example.no\nper@\nb@example.no", 2),
        ("a@example.no\nb@example.no\nleder@example.no", 3),
        ("a@example.no\nhar@example.no", 2),
    ],
)
def test_all_are_invited_or_nobody_and_the_line_is_named(client, bulk, invited, pasted, line):
    invited("har@example.no", begins=date(2030, 7, 1), ends=date(2031, 6, 30), role=Role.READER)
    answer = client.post(f"/en{bulk}", many(pasted))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f"Line {line}" in text
    assert pasted.splitlines()[0] in text
    assert Invitation.objects.count() == 1


def test_twenty_at_a_time(client, bulk):
    pasted = "\n".join(f"p{number}@example.no" for number in range(21))
    assert client.post(bulk, many(pasted)).status_code == 200
    assert not Invitation.objects.exists()


def test_an_organisation_sends_so_many_a_day_and_what_was_typed_stays(
    client, bulk, invited, monkeypatch
):
    monkeypatch.setattr(actions.invitations, "A_DAY", 3)
    invited("a@example.no")
    answer = client.post(bulk, many("b@example.no\nc@example.no\nd@example.no"))
    assert answer.status_code == 429
    assert "b@example.no" in answer.content.decode()
    assert Invitation.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=True):
        client.force_login(User.objects.get(terms__role="leader"))
        assert client.post(bulk, many("b@example.no\nc@example.no")).status_code == 302


def test_what_is_wrong_with_the_days_is_told_at_the_day(client, leader, organisation):
    client.force_login(leader)
    address = f"/medlem/{organisation.code}/folk/inviter/"
    given = {"email": "k@example.no", "role": "reader", "begins": "01.07.2030"}
    for ends in ("", "30.13.2030", "30.06.2030", "i morgen", "01.07.20300"):
        text = client.post(address, given | {"ends": ends}).content.decode()
        assert 'href="#id_ends"' in text, ends
        assert 'value="k@example.no"' in text
    text = client.post(address, given | {"begins": "01.07.2020", "ends": "30.06.2021"})
    assert 'href="#id_ends"' in text.content.decode()
    assert not Invitation.objects.exists()


def test_a_leader_cannot_prolong_by_inviting_themselves(leader, organisation):
    office = actions.Office(Role.LEADER, date(2030, 7, 1), date(2031, 6, 30))
    with pytest.raises(actions.NotPossible):
        actions.invite(organisation=organisation, email=leader.email, office=office, by=leader)


def test_nobody_is_invited_when_the_mail_cannot_be_queued(leader, organisation, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("memberorgs.mails.enqueue", broken)
    office = actions.Office(Role.READER, date(2030, 7, 1), date(2031, 6, 30))
    with pytest.raises(RuntimeError):
        actions.invite(organisation=organisation, email="k@example.no", office=office, by=leader)
    assert not Invitation.objects.exists()
    assert not AuditEntry.objects.filter(event="invitation.made").exists()


def test_unanswered_invitations_are_listed_withdrawn_and_leave_the_list(
    client, invited, leader, organisation
):
    made, link = invited()
    client.force_login(leader)
    people = f"/medlem/{organisation.code}/folk/"
    assert "kari@example.no" in client.get(people).content.decode()
    assert "kari@example.no" in client.get(f"{people}invitasjoner/").content.decode()
    # The page that one lands on says so, once.
    client.post(f"{people}invitasjoner/{made.pk}/trekk/", follow=True)
    assert "kari@example.no" not in client.get(f"{people}invitasjoner/").content.decode()
    assert client.get(link).status_code == 410


def test_an_invitation_of_another_organisation_is_not_there(client, invited):
    made, _link = invited()
    stranger = TermFactory(organisation=OrganisationFactory())
    client.force_login(stranger.person)
    base = f"/medlem/{stranger.organisation.code}/folk/invitasjoner/{made.pk}"
    for what in ("ny", "trekk"):
        assert client.post(f"{base}/{what}/").status_code == 404
        assert client.get(f"{base}/{what}/").status_code == 405
    made.refresh_from_db()
    assert (made.sendings, made.revoked_at) == (1, None)
