"""Every address × every role × GET and POST, held against the table in rights.txt.

An address that is missing from the table fails; a change of a right shows in its diff. After a
change that is meant: `RIGHTS=write .venv/bin/python -m pytest tests/test_rights.py`.
"""

import os
import re
from contextlib import contextmanager
from copy import copy
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Workflow

from activity.actions import log_entry
from activity.facts import EntryFacts
from activity.help import ask
from content.models import PortalDocument, PortalImage
from foundation.tokens.secret_links import digest, new_secret
from home.models import PrivacyStatement
from lobbying.models import Demand, Election
from memberorgs.actions import INVITATION, Office, invite
from memberorgs.choices import HandoverStart, Role, RoleGroup
from memberorgs.models import AccessRequest, Handover, NationalDate
from memberorgs.wheel import new_link
from priorities.models import PlanImport, PriorityPage
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("rights.txt")
ROLES = (
    "visitor", "nobody", "reader", "reporter", "leader", "leader_b", "ended", "incoming",
    "insight", "editor", "publisher", "staff", "admin",
)  # fmt: skip
# Members of the organisation that the examples are about.
INSIDE = {"reader", "reporter", "leader", "incoming"}
OUTSIDE = {"nobody", "leader_b", "ended", "insight", "editor", "publisher"}
METHODS = ("GET", "POST")
# A number that no row has, on any database.
NO_SUCH = 987654
# No worker runs in a test; Wagtail's page for trying out what an error looks like, and two steps of
# its own that are never asked for without the step before.
MEANT = {
    "helse/klar": {"503"},
    "admin/failwhale/": {"500"},
    "admin/choose-external-link/": {"500"},
    "admin/redirects/import/process/": {"500"},
}
# In addresses below /admin/ that are no rooms of Wagtail's own.
OURS = ("medlem", "hjelp", "handlingsplan", "memberorgs", "lobbying")
# Addresses written as regular expressions, with one that they match.
WRITTEN = {
    r"^(?:nb|no)(?:/(?P<path>.*))?$": "nb/",
    r"^((?:[\w\-]+/)*)$": "om-portalen/",
}


def routes(resolver=None, before=""):
    """(route, pattern) of all addresses, in the order in which they are tried."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from routes(pattern, route)


class House:
    """One of each thing that an address may name, and a client for each role."""

    def __init__(self, plan):
        self.organisation = OrganisationFactory(code="fjordvik")
        other = OrganisationFactory(code="elvestad")
        leader = UserFactory(email="leder@test.example")
        self.people = {
            "nobody": UserFactory(),
            "leader": leader,
            "insight": UserFactory(role=RoleGroup.INSIGHT),
            "editor": UserFactory(role=RoleGroup.EDITOR),
            "publisher": UserFactory(role=RoleGroup.PUBLISHER),
            "staff": UserFactory(role=RoleGroup.STAFF),
            "admin": UserFactory(admin=True),
        }
        self.term = TermFactory(organisation=self.organisation, person=leader)
        # Two leaders, so that none of them is the last.
        TermFactory(organisation=self.organisation)
        for name, what in {
            "reader": {"role": Role.READER},
            "reporter": {"role": Role.REPORTER},
            "incoming": {"incoming": True},
            "ended": {"over": True},
            "leader_b": {"organisation": other},
        }.items():
            term = TermFactory(**{"organisation": self.organisation, **what})
            self.people[name] = term.person
        self.invitation = invite(
            organisation=self.organisation,
            email="ny@test.example",
            office=Office(Role.REPORTER, self.term.begins, self.term.ends),
            by=leader,
        )
        self.secret = new_secret()
        self.invitation.digest = digest(INVITATION, self.secret)
        self.invitation.save()
        self.asked = AccessRequest.objects.create(
            organisation=self.organisation,
            name="Ny",
            email="ny2@test.example",
            title="leder",
            evidence="Protokoll",
        )
        self.handover = Handover.objects.create(
            organisation=self.organisation, start=HandoverStart.BUTTON, begun_by=leader
        )
        today = timezone.localdate()
        self.date = self.organisation.dates.create(
            starts=today, ends=today, kind="meeting", title="Møte"
        )
        self.entry = log_entry(
            organisation=self.organisation,
            facts=EntryFacts(today, title="Kurs", may_be_told=True),
            by=leader,
        )
        self.help = ask(
            organisation=self.organisation, topic="other", title="Hvor er loven?", by=leader
        )
        self.privacy = PrivacyStatement.objects.create(
            adopted_on=date(2026, 1, 2), body_nb="<p>Ord</p>"
        )
        NationalDate.objects.create(
            starts=today, ends=today, kind="nso", title_nb="Landsmøte", confidence="demo"
        )
        election = Election.objects.create(code="2027", name_nb="Valg", day=today)
        Demand.objects.create(
            election=election,
            code="k1",
            level="kommune",
            theme="bolig",
            text_nb="Bygg studentboliger",
            position=1,
            confidence="sourced",
        )
        self.calendar = new_link(organisation=self.organisation, person=leader)
        self.page = PriorityPage.objects.source().filter(priority__plan=plan).first()
        self.image = PortalImage.objects.create(title="Bilde", file=get_test_image_file())
        self.document = PortalDocument.objects.create(
            title="Brev", file=ContentFile(b"x", name="brev.txt")
        )

    def values(self, route, pattern):
        """What stands for each named part of the route."""
        model = getattr(pattern.callback, "view_initkwargs", {}).get("model")
        row = model.objects.first() if isinstance(model, type) else None
        known = {
            "code": self.organisation.code,
            "secret": self.secret,
            "page_id": self.page.pk,
            "page_pk": self.page.pk,
            "page_to_move_id": self.page.pk,
            "parent_page_id": self.page.pk,
            "revision_id": self.page.latest_revision_id,
            "image_id": self.image.pk,
            "document_id": self.document.pk,
            "doc_id": self.document.pk,
            "collection_id": Collection.objects.first().pk,
            "workflow_pk": getattr(Workflow.objects.first(), "pk", NO_SUCH),
            "plan_id": self.page.priority.plan_id,
            "upload_id": PlanImport.objects.first().pk,
            "pk": row.pk if row is not None else NO_SUCH,
            "app_label": "wagtailcore",
            "app_name": "wagtailcore",
            "content_type_app_name": "priorities",
            "content_type_model_name": "priority",
            "model_name": "page",
            "slug": "x",
            "uidb64": "x",
            "token": "x",
            "name": "20260101T000000.000000Z-00000000-0000-0000-0000-000000000000",
            "path": "images/finnes-ikke.png",
            "kind": "plan",
            "digest": "0" * 12,
            "filter_spec": "max-10x10",
            "action_name": "approve",
            "action": "publish",
            "mode": "x",
            "day": self.privacy.adopted_on,
        }
        if "medlem/<slug:code>/folk/invitasjoner/" in route:
            known["pk"] = self.invitation.pk
        elif "medlem/<slug:code>/folk/sporsmal/" in route:
            known["pk"] = self.asked.pk
        elif "medlem/<slug:code>/overlapp/" in route:
            known["pk"] = self.handover.pk
        elif "medlem/<slug:code>/kalender/" in route:
            known["pk"] = self.date.pk
        elif "medlem/kalender/" in route:
            known["secret"] = self.calendar
        elif "medlem/<slug:code>/logg/" in route or "admin/medlemslogg/" in route:
            known |= {"kind": "annet", "pk": self.entry.pk}
        elif "medlem/<slug:code>/hjelp/" in route or "admin/hjelp/" in route:
            known["pk"] = self.help.pk
        elif "medlem/tall/kontakter/" in route or "nyheter/feed/prioritering/" in route:
            known["pk"] = self.page.priority_id
        elif route.startswith("admin/medlemslag/"):
            known["pk"] = self.organisation.pk
        elif "medlem/<slug:code>/folk/" in route:
            known["pk"] = self.term.pk
        return known

    def address(self, route, pattern):
        if route in WRITTEN:
            return "/" + WRITTEN[route]
        known = self.values(route, pattern)
        path = re.sub(
            r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda m: str(known.get(m[1], NO_SUCH)), route
        )
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(known.get(m[1], NO_SUCH)), path)
        path = re.sub(r"\(\\d\+\)", str(self.document.pk), path).replace("(.*)", "brev.txt")
        path = re.sub(r"\(\?:[^()]*\)\??", "", path)
        return "/" + path.replace("^", "").replace("$", "").replace("\\", "")

    def client(self, role):
        client = Client(raise_request_exception=False)
        if role != "visitor":
            client.force_login(self.people[role])
        return client


@contextmanager
def undone():
    """Whatever is written inside is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        cache.clear()


def answer(client, method, address):
    papers = copy(client.cookies)
    with undone():
        cache.clear()
        response = getattr(client, method.lower())(address)
        status = str(response.status_code)
        if status == "302" and response.url.startswith("/konto/logg-inn/"):
            status = "login"
        # As `close()` does, which would close the database too.
        for closer in response._resource_closers:
            closer()
    client.cookies = papers
    return status


def is_ours(route):
    """Not Wagtail's own rooms, which `make deep` walks."""
    return not route.startswith("admin/") or any(ours in route for ours in OURS)


def read_table():
    rows = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        method, *cells, route = line.split(maxsplit=len(ROLES) + 1)
        rows[method, route] = dict(zip(ROLES, cells, strict=True))
    return rows


def write_table(rows):
    wide = [max(len(role), 5) for role in ROLES]
    head = " ".join(role.ljust(width) for role, width in zip(ROLES, wide, strict=True))
    lines = [f"{'':<5}{head} address"]
    for (method, route), cells in rows.items():
        told = " ".join(cells[role].ljust(width) for role, width in zip(ROLES, wide, strict=True))
        lines.append(f"{method:<5}{told} {route}")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def walk(house, which):
    found = {}
    clients = {role: house.client(role) for role in ROLES}
    seen = set()
    for route, pattern in routes():
        if route in seen or not which(route):
            continue
        seen.add(route)
        address = house.address(route, pattern)
        for method in METHODS:
            found[method, route] = {
                role: answer(client, method, address) for role, client in clients.items()
            }
    return found


@pytest.fixture
def house(published_plan):
    return House(published_plan)


def compare(found):
    table = read_table() if TABLE.exists() else {}
    if os.environ.get("RIGHTS") == "write":
        order = [(method, route) for route, _ in routes() for method in METHODS]
        table |= found
        write_table({key: table[key] for key in dict.fromkeys(order) if key in table})
        table = read_table()
    wrong = [
        f"{method} {route}: {role} gets {cells[role]}, the table says {table[method, route][role]}"
        for (method, route), cells in found.items()
        for role in ROLES
        if (method, route) in table and table[method, route][role] != cells[role]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_address_and_no_other():
    wanted = {(method, route) for route, _ in routes() for method in METHODS}
    rows = set(read_table())
    assert not wanted - rows, sorted(wanted - rows)
    assert not rows - wanted, sorted(rows - wanted)


def test_our_own_addresses_give_what_the_table_says(house):
    compare(walk(house, is_ours))


def test_nothing_in_the_table_is_an_error_or_open_by_accident():
    for (method, route), cells in read_table().items():
        fine = MEANT.get(route, set())
        assert not {cell for cell in cells.values() if cell.startswith("5")} - fine, (method, route)
        if route.startswith("medlem/<slug:code>/"):
            # A wrong method is told before anybody looks at what is there.
            wrong = {"405"} if set(cells.values()) == {"405"} else {"404"}
            assert cells["visitor"] in {"login", "404", "405"}, (method, route)
            assert {cells[role] for role in OUTSIDE} == wrong, (method, route)
        if route.startswith("admin/") and not route.startswith(("admin/login", "admin/logout")):
            outside = {cells[role] for role in ROLES if role in INSIDE | {"nobody", "leader_b"}}
            assert outside <= {"404"}, (method, route)
            # Icons and words of the admin's own scripts are for all.
            if route not in {"admin/sprite/", "admin/jsi18n/"}:
                assert cells["visitor"] in {"login", "302", "404", "405"}, (method, route)


@pytest.mark.parametrize("role", sorted(OUTSIDE))
def test_another_organisation_is_as_unknown_as_one_that_never_was(house, role):
    client = house.client(role)
    for route, pattern in routes():
        if not route.startswith("medlem/<slug:code>/"):
            continue
        address = house.address(route, pattern)
        there, nowhere = (
            client.get(one) for one in (address, address.replace("fjordvik", "aldri"))
        )
        assert there.status_code == nowhere.status_code, route
        assert there.status_code in {404, 405}, route
        assert re.sub(rb"fjordvik|aldri", b"", there.content) == re.sub(
            rb"fjordvik|aldri", b"", nowhere.content
        ), route
