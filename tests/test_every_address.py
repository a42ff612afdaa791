"""Every page as every role: the right answer, one main heading, nothing that crashes."""

import re

import pytest
from django.urls import reverse

from memberorgs.choices import RoleGroup
from priorities.models import PriorityPage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ROLES = [None, "visitor", *RoleGroup, "admin"]
IN_ADMIN = {RoleGroup.EDITOR, RoleGroup.PUBLISHER, RoleGroup.STAFF, "admin"}
IMPORTERS = {RoleGroup.EDITOR, RoleGroup.PUBLISHER, "admin"}

PUBLIC = [
    "/",
    "/handlingsplan/2026-2027/",
    "/handlingsplan/2026-2027/statsbudsjettet/",
    "/om-portalen/",
    "/personvern/",
    "/personvern/versjoner/",
    "/konto/mine-data/slettet/",
    "/en/tilgjengelighet/",
    "/konto/passord/glemt/",
    "/robots.txt",
    "/helse/live",
    "/demo/post/",
]


@pytest.fixture(params=ROLES, ids=str)
def role(request, client, published_plan):
    if request.param == "admin":
        client.force_login(UserFactory(admin=True))
    elif request.param != "visitor":
        client.force_login(UserFactory(role=request.param))
    return request.param


def test_public_pages_are_for_all(client, role):
    for address in PUBLIC:
        response = client.get(address)
        assert response.status_code == 200, address
        if "html" in response.headers["Content-Type"]:
            assert len(re.findall(r"<h1[ >]", response.content.decode())) == 1, address


def test_the_admin_is_for_those_who_work_there(client, role, published_plan):
    page = PriorityPage.objects.first()
    doors = {
        "/admin/": IN_ADMIN,
        "/admin/handlingsplan/les-inn/": IMPORTERS,
        f"/admin/handlingsplan/{published_plan.pk}/": IMPORTERS,
        reverse("wagtailadmin_pages:edit", args=[page.pk]): IMPORTERS,
        reverse("wagtailadmin_pages:history", args=[page.pk]): IMPORTERS,
        reverse("wagtailadmin_pages:usage", args=[page.pk]): IMPORTERS,
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]): IMPORTERS,
        reverse("wagtailusers_users:index"): {"admin"},
        reverse("wagtailusers_groups:index"): {"admin"},
    }
    for address, allowed in doors.items():
        response = client.get(address)
        if role in allowed:
            assert response.status_code == 200, address
        elif role == "visitor":
            assert response.status_code == 302, address
            assert response.url.startswith("/konto/logg-inn/"), address
        elif role in IN_ADMIN:
            assert response.status_code in {302, 403, 404}, address
        else:
            assert response.status_code == 404, address


def test_nothing_is_deleted_or_put_by_way_of_a_page(client, role):
    """A page answers no other method than reading."""
    before = PriorityPage.objects.count()
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)("/handlingsplan/2026-2027/").status_code < 500
    assert PriorityPage.objects.count() == before
