"""Who gave whom which right is in the audit log, also for rights that come from no term."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from foundation.audit.models import AuditEntry
from memberorgs.choices import RoleGroup
from memberorgs.models import User
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


def test_a_closed_log_in_and_a_new_admin_are_told():
    person = UserFactory()
    already = len(told())
    person.is_superuser = True
    person.save()
    person.is_active = False
    person.save()
    person.first_name = "Kari"
    person.save()
    person.is_active, person.is_staff = True, True
    person.save(update_fields=["first_name"])
    person.save(update_fields=["is_active"])
    assert told()[already:] == [
        (None, person.pk, {"is_superuser": True}),
        (None, person.pk, {"is_active": False}),
        (None, person.pk, {"is_active": True}),
    ]


def test_one_who_is_an_admin_from_the_start_is_told():
    call_command("createsuperuser", interactive=False, email="sjef@test.example", verbosity=0)
    admin = User.objects.get(email="sjef@test.example")
    UserFactory()
    assert told() == [(None, admin.pk, {"is_superuser": True})]


def test_people_put_into_a_group_and_taken_out_are_told_each():
    one, two = UserFactory(), UserFactory()
    group = Group.objects.get(name=RoleGroup.INSIGHT)
    group.user_set.add(one, two)
    group.user_set.remove(one)
    group.user_set.clear()
    given, taken = {"given": [RoleGroup.INSIGHT]}, {"taken": [RoleGroup.INSIGHT]}
    assert told() == [
        (None, one.pk, given),
        (None, two.pk, given),
        (None, one.pk, taken),
        (None, two.pk, taken),
    ]


def test_who_was_in_a_group_that_goes_is_told():
    person = UserFactory(role=RoleGroup.INSIGHT)
    Group.objects.get(name=RoleGroup.INSIGHT).delete()
    assert told() == [(None, person.pk, {"taken": [RoleGroup.INSIGHT]})]
    assert told_of_groups() == [(None, {"group": RoleGroup.INSIGHT, "removed": True})]


def test_rights_of_a_persons_own_are_told():
    person = UserFactory()
    right = Permission.objects.get(codename="access_admin")
    person.user_permissions.add(right)
    person.user_permissions.clear()
    right.user_set.add(person)
    assert told() == [
        (None, person.pk, {"given": ["access_admin"]}),
        (None, person.pk, {"taken": ["access_admin"]}),
        (None, person.pk, {"given": ["access_admin"]}),
    ]


def told_of_groups():
    entries = AuditEntry.objects.filter(event="rights.group_changed").order_by("pk")
    return [(one.actor_id, one.facts) for one in entries]


def places(page, rights):
    """A form's part about single places, with one page."""
    form = {
        "page_permissions-TOTAL_FORMS": "1",
        "page_permissions-INITIAL_FORMS": "0",
        "page_permissions-0-page": page,
        "page_permissions-0-permissions": rights,
    }
    for prefix in ("collection_permissions", "document_permissions", "image_permissions"):
        form |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return form


def test_what_an_admin_lets_a_group_do_has_their_name(client):
    admin, group = UserFactory(admin=True), Group.objects.create(name="Nye")
    page = Page.objects.get(depth=1)
    rights = places(page=page.pk, rights=["publish_page"])
    address = reverse("wagtailusers_groups:edit", args=[group.pk])
    client.force_login(admin)
    already = len(told_of_groups())
    access = Permission.objects.get(codename="access_admin")
    form = {"name": "Nye", "permissions": [access.pk]}
    assert client.post(address, form | rights).status_code == 302
    assert GroupPagePermission.objects.filter(group=group).count() == 1
    there = {"group": "Nye", "place": f"page {page.pk}"}
    assert told_of_groups()[already:] == [
        (admin.pk, {"group": "Nye", "given": ["access_admin"]}),
        (admin.pk, there | {"given": ["publish_page"]}),
    ]
    form["permissions"] = []
    rights |= {
        "page_permissions-INITIAL_FORMS": "1",
        "page_permissions-0-permissions": [],
        "page_permissions-0-DELETE": "on",
    }
    assert client.post(address, form | rights).status_code == 302
    assert not GroupPagePermission.objects.filter(group=group).exists()
    assert told_of_groups()[already + 2 :] == [
        (admin.pk, {"group": "Nye", "taken": ["access_admin"]}),
        (admin.pk, there | {"taken": ["publish_page"]}),
    ]
    # What is saved as it was tells nothing.
    rights |= {"page_permissions-TOTAL_FORMS": "0", "page_permissions-INITIAL_FORMS": "0"}
    assert client.post(address, form | rights).status_code == 302
    assert len(told_of_groups()) == already + 4


def test_rights_given_with_a_new_group_are_told(client):
    client.force_login(UserFactory(admin=True))
    page = Page.objects.get(depth=1)
    answer = client.post(
        reverse("wagtailusers_groups:add"),
        {"name": "Nye"} | places(page=page.pk, rights=["change_page"]),
    )
    assert answer.status_code == 302
    facts = [facts for _actor, facts in told_of_groups()]
    assert {"group": "Nye", "given": ["change_page"], "place": f"page {page.pk}"} in facts
