"""Who gave whom which right is in the audit log, also for rights that come from no term."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from foundation.audit.models import AuditEntry
from memberorgs.choices import RoleGroup
from memberorgs.people import retire
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def told():
    entries = AuditEntry.objects.filter(event="rights.changed").order_by("pk")
    return [(one.actor_id, one.person_id, one.facts) for one in entries]


def test_what_an_admin_gives_and_takes_has_their_name(client):
    admin, person = UserFactory(admin=True), UserFactory(role=RoleGroup.EDITOR)
    already = len(told())
    client.force_login(admin)
    answer = client.post(
        reverse("wagtailusers_users:edit", args=[person.pk]),
        {
            "email": person.email,
            "first_name": "Kari",
            "last_name": "Fjord",
            "language": "nb",
            "is_active": "on",
            "groups": [Group.objects.get(name=RoleGroup.PUBLISHER).pk],
        },
    )
    assert answer.status_code == 302
    facts = told()[already:]
    assert (admin.pk, person.pk, {"given": [RoleGroup.PUBLISHER]}) in facts
    assert (admin.pk, person.pk, {"taken": [RoleGroup.EDITOR]}) in facts


def test_a_closed_log_in_and_a_new_admin_are_told(db):
    person = UserFactory()
    already = len(told())
    person.is_superuser = True
    person.save()
    person.is_active = False
    person.save()
    person.first_name = "Kari"
    person.save()
    assert told()[already:] == [
        (None, person.pk, {"is_superuser": True}),
        (None, person.pk, {"is_active": False}),
    ]


def test_whose_log_in_is_taken_away_loses_the_groups_aloud():
    person = UserFactory(role=RoleGroup.STAFF)
    already = len(told())
    retire(person, by=None)
    facts = [facts for _actor, _person, facts in told()[already:]]
    assert {"taken": [RoleGroup.STAFF]} in facts
    assert {"is_active": False} in facts
