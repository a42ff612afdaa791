"""What NSO sees about an organisation."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from memberorgs import sections, statistics
from memberorgs.access import standing
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import AccessRequest, Invitation, MemberOrganisation
from memberorgs.seen import seen
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return TermFactory(person__first_name="Ingrid", title="Leder")


@pytest.fixture
def organisation(leader):
    return leader.organisation


def address(organisation):
    return f"/medlem/{organisation.code}/hva-nso-ser/"


def raised(person, organisation):
    return [flag.raised for flag in seen(standing(person, organisation.code)).flags]


def invite(organisation, by, days=0):
    sent = timezone.now() - timedelta(days=days)
    today = timezone.localdate()
    return Invitation.objects.create(
        organisation=organisation,
        email="ny@test.example",
        role=Role.REPORTER,
        title="Nestleder",
        begins=today,
        ends=today + timedelta(days=300),
        digest="x",
        sent_at=sent,
        expires_at=sent + timedelta(days=14),
        invited_by=by,
    )


def test_facts_people_and_invitations_are_told(client, leader, organisation):
    organisation.mailbox = "post@provevik.example"
    organisation.membership_evidence = "Sto på lista fra 2025"
    organisation.save()
    invite(organisation, leader.person)
    client.force_login(leader.person)
    response = client.get(address(organisation))
    text = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    told = ("Ingrid", "Leder", "post@provevik.example", "Nestleder", "Sto på lista fra 2025")
    for words in told:
        assert words in text


def test_the_flags_are_those_of_staffs_list(leader, organisation):
    today, now = timezone.localdate(), timezone.now()
    assert raised(leader.person, organisation) == [False, True, False, False, False]
    TermFactory(organisation=organisation, role=Role.READER)
    assert raised(leader.person, organisation) == [False] * 5
    invite(organisation, leader.person, days=8)
    AccessRequest.objects.create(
        organisation=organisation, name="Kari", email="kari@test.example", title="leder"
    )
    assert raised(leader.person, organisation) == [False, False, True, True, False]
    leader.role = Role.READER
    leader.save()
    assert raised(leader.person, organisation)[0]
    everyone = MemberOrganisation.objects.all()
    assert organisation in statistics.without_leader(everyone, today)
    assert organisation in statistics.with_unanswered_invitation(everyone, now)


@pytest.mark.parametrize(
    ("who", "status"),
    [("reader", 200), ("incoming", 200), ("staff", 200), ("ex", 404), ("other", 404)],
)
def test_who_may_read_it(client, organisation, who, status):
    person = {
        "reader": lambda: TermFactory(organisation=organisation, role=Role.READER).person,
        "incoming": lambda: TermFactory(organisation=organisation, incoming=True).person,
        "staff": lambda: UserFactory(role=RoleGroup.STAFF),
        "ex": lambda: TermFactory(organisation=organisation, over=True).person,
        "other": lambda: TermFactory(organisation=OrganisationFactory()).person,
    }[who]()
    client.force_login(person)
    assert client.get(address(organisation)).status_code == status


def test_an_address_that_was_invited_is_for_those_who_invite(client, leader, organisation):
    invite(organisation, leader.person)
    client.force_login(TermFactory(organisation=organisation, role=Role.READER).person)
    assert "ny@test.example" not in client.get(address(organisation)).content.decode()
    client.force_login(leader.person)
    assert "ny@test.example" in client.get(address(organisation)).content.decode()


def test_what_other_parts_of_the_portal_show_staff_is_told_too(client, leader, organisation):
    sections.seen_by_staff.register(
        sections.Section("test", 1, "components/note.html", lambda at: {"text": "Rapporter"})
    )
    try:
        client.force_login(leader.person)
        assert "Rapporter" in client.get(address(organisation)).content.decode()
    finally:
        del sections.seen_by_staff._sections["test"]


def test_queries_do_not_grow_with_people(client, leader, organisation):
    client.force_login(leader.person)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(organisation))
        counts.append(len(queries))
        for _number in range(8):
            TermFactory(organisation=organisation, role=Role.READER)
    assert counts[0] == counts[1]
