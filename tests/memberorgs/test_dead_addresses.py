"""Staff give a person another address, after a check, and the organisation is told."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from foundation.audit.models import AuditEntry
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import CalendarLink, User
from outbox.models import OutgoingMail
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def person():
    organisation = OrganisationFactory(mailbox="Post@lag.example", language="nn")
    term = TermFactory(organisation=organisation, person__email="dod@test.example")
    return term.person


def change(client, person, email="levende@test.example", checked="called"):
    address = reverse("change_address", args=[person.pk])
    return client.post(address, {"email": email, "checked": checked})


def test_the_old_ways_in_end_and_the_new_address_holds(client, staff, person):
    CalendarLink.objects.create(
        organisation=person.terms.get().organisation, person=person, digest="x"
    )
    other = type(client)()
    other.force_login(person)
    assert change(client, person, "Levende@Test.example").status_code == 302
    person.refresh_from_db()
    assert person.email == "levende@test.example"
    assert not person.has_usable_password()
    assert not CalendarLink.objects.exists()
    assert not other.get("/konto/logg-inn/").wsgi_request.user.is_authenticated
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id, entry.person_id) == (
        "person.address_changed",
        staff.pk,
        person.pk,
    )
    assert entry.organisation == person.terms.get().organisation.code
    assert entry.facts == {"checked": "called"}
    assert "example" not in str(entry.facts)


def test_both_addresses_the_mailbox_and_the_other_leaders_are_told_once_each(client, staff, person):
    organisation = person.terms.get().organisation
    leader = TermFactory(organisation=organisation).person
    reader = TermFactory(organisation=organisation, role=Role.READER).person
    elsewhere = TermFactory().person
    change(client, person)
    told = sorted(OutgoingMail.objects.values_list("to", flat=True))
    assert told == sorted(
        ["dod@test.example", "levende@test.example", "post@lag.example", leader.email]
    )
    assert not {reader.email, elsewhere.email} & set(told)
    for mail in OutgoingMail.objects.all():
        others = set(told) - {mail.to}
        assert not any(address in mail.body for address in others)
    assert OutgoingMail.objects.get(to="post@lag.example").language == "nn"
    assert "/konto/logg-inn/" in OutgoingMail.objects.get(to="levende@test.example").body


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"email": "ingen adresse"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "DOD@test.example"}, "email"),
        ({"email": "opptatt@test.example"}, "email"),
        ({"checked": ""}, "checked"),
        ({"checked": "trust me"}, "checked"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_changes_nothing(client, staff, person, fields, at):
    UserFactory(email="opptatt@test.example")
    answer = change(client, person, **fields)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [at]
    person.refresh_from_db()
    assert person.email == "dod@test.example"
    assert not OutgoingMail.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("kind", ["admin", "editor", "staff", "right", "retired", "self"])
def test_staff_take_over_nobody_who_may_more_than_members(client, staff, kind):
    """Whoever chooses an address can log in with it."""
    person = {
        "admin": lambda: UserFactory(admin=True),
        "editor": lambda: UserFactory(role=RoleGroup.EDITOR),
        "staff": lambda: UserFactory(role=RoleGroup.STAFF),
        "right": UserFactory,
        "retired": UserFactory,
        "self": lambda: staff,
    }[kind]()
    TermFactory(person=person)
    if kind == "right":
        person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    if kind == "retired":
        User.objects.filter(pk=person.pk).update(is_active=False, retired_at="2026-01-01T00:00Z")
    assert client.get(reverse("change_address", args=[person.pk])).status_code == 404
    assert change(client, person).status_code == 404
    assert not User.objects.filter(email="levende@test.example").exists()


def test_an_administrator_may_change_an_editors(client):
    client.force_login(UserFactory(admin=True))
    editor = UserFactory(role=RoleGroup.EDITOR)
    assert change(client, editor).status_code == 302
    editor.refresh_from_db()
    assert editor.email == "levende@test.example"
