"""The secretariat's side of organisations: list, page, form, import, succession."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from foundation.audit import retention
from foundation.audit.models import AuditEntry
from geography import reference_data
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import (
    AccessRequest,
    Invitation,
    MemberOrganisation,
    OrganisationImport,
    StudentCount,
    Succession,
    Term,
)
from memberorgs.models.invitations import expiry
from memberorgs.organisation_table import HEADER
from tests.factories import OrganisationFactory, TermFactory, UserFactory, make_kommune

pytestmark = pytest.mark.django_db

LIST = "/admin/medlemslag/"
IMPORT = "/admin/medlemslag/les-inn/"
LINES = ("campuses", "student_counts", "social_links")


@pytest.fixture
def staff(client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    return user


def page_of(organisation):
    return f"{LIST}inspect/{organisation.pk}/"


def listed(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [one.code for one in answer.context["object_list"]]


def invite(organisation, days_ago, **values):
    sent = timezone.now() - timedelta(days=days_ago)
    begins = timezone.localdate() - timedelta(days=20)
    return Invitation.objects.create(
        organisation=organisation,
        email=f"ny{days_ago}@test.example",
        begins=begins,
        ends=begins + timedelta(days=365),
        digest=f"{organisation.pk}-{days_ago}",
        sent_at=sent,
        invited_at=sent,
        expires_at=expiry(sent, begins),
        invited_by=UserFactory(),
        **values,
    )


def form_of(organisation=None, **values):
    """What a browser sends from the form, with `values` over it."""
    data = {
        "code": "nytt-lag",
        "name_nb": "Nytt lag",
        "name_nn": "",
        "name_en": "",
        "short_name": "NL",
        "kind": "private",
        "elects_in": "unknown",
        "language": "nb",
        "mailbox": "",
        "website": "",
        "membership_evidence": "",
    }
    for name in LINES:
        data |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    if organisation is not None:
        for name in ("code", "name_nb", "short_name", "kind", "mailbox"):
            data[name] = getattr(organisation, name)
        if organisation.terms_begin_day:
            data["terms_begin_day"] = organisation.terms_begin_day
            data["terms_begin_month"] = organisation.terms_begin_month
        campuses = list(organisation.campuses.all())
        data["campuses-TOTAL_FORMS"] = data["campuses-INITIAL_FORMS"] = str(len(campuses))
        for place, campus in enumerate(campuses):
            data |= {
                f"campuses-{place}-id": campus.pk,
                f"campuses-{place}-kommune": campus.kommune_id,
                f"campuses-{place}-name": campus.name,
                f"campuses-{place}-position": campus.position,
            }
            if campus.is_main:
                data[f"campuses-{place}-is_main"] = "on"
    return {name: value for name, value in (data | values).items() if value is not None}


class TestTheList:
    def test_what_staff_see_of_each(self, client, staff):
        organisation = OrganisationFactory(name_nb="Studentparlamentet i Fjordvik")
        TermFactory(organisation=organisation)
        TermFactory(organisation=organisation, role=Role.READER)
        TermFactory(organisation=organisation, over=True)
        TermFactory(organisation=organisation, incoming=True)
        OrganisationFactory(unconfirmed=True)
        first = client.get(LIST, {"q": "fjordvik"}).context["object_list"][0]
        assert (first.has_leader, first.log_ins) == (True, 2)

    def test_nobodys_last_log_in_is_shown(self, client, staff):
        organisation = OrganisationFactory()
        person = UserFactory(last_login=timezone.now().replace(year=2019))
        TermFactory(organisation=organisation, person=person)
        client.force_login(UserFactory(admin=True))
        for address in (LIST, page_of(organisation), "/admin/users/"):
            body = client.get(address).content.decode()
            assert "2019" not in body
            assert "last_login" not in body

    def test_filters_by_place_and_kind(self, client, staff):
        west = OrganisationFactory(kommune="4601", kind="university")
        north = OrganisationFactory(kommune="5501", kind="private")
        north.campuses.create(kommune=make_kommune("5503"))
        assert listed(client, fylke="55") == [north.code]
        assert listed(client, kind="university") == [west.code]
        assert listed(client, fylke="55", kind="university") == []

    def test_those_that_lack_something(self, client, staff):
        fine, alone, reader, empty = (OrganisationFactory() for _ in range(4))
        for one in (fine, fine, alone):
            TermFactory(organisation=one)
        TermFactory(organisation=alone, person__is_active=False)
        for _ in range(2):
            TermFactory(organisation=reader, role=Role.REPORTER)
        TermFactory(organisation=empty, over=True)
        TermFactory(organisation=empty, incoming=True)
        TermFactory(organisation=empty, ended_at=timezone.now(), ended_by=staff)
        # Nobody's business: unconfirmed, or gone.
        OrganisationFactory(unconfirmed=True)
        OrganisationFactory(left=True)
        assert set(listed(client, lacks="leader")) == {reader.code, empty.code}
        assert set(listed(client, lacks="second_log_in")) == {alone.code, empty.code}

    def test_those_with_something_unanswered(self, client, staff):
        waiting, fresh, gone = (OrganisationFactory() for _ in range(3))
        invite(waiting, 8)
        invite(fresh, 6)
        invite(gone, 8, revoked_at=timezone.now(), revoked_by=staff)
        asking = OrganisationFactory()
        AccessRequest.objects.create(organisation=asking, name="A", email="a@b.example", title="L")
        assert listed(client, lacks="invitation") == [waiting.code]
        assert listed(client, lacks="request") == [asking.code]

    def test_confirmed_and_left(self, client, staff):
        here = OrganisationFactory()
        new = OrganisationFactory(unconfirmed=True)
        left = OrganisationFactory(left=True)
        assert set(listed(client, confirmed="yes")) == {here.code, left.code}
        assert listed(client, confirmed="no") == [new.code]
        assert listed(client, membership="left") == [left.code]
        assert set(listed(client, membership="here")) == {here.code, new.code}

    def test_the_desk_counts_what_the_filters_show(self, client, staff):
        OrganisationFactory()
        waiting = OrganisationFactory()
        invite(waiting, 9)
        OrganisationFactory(unconfirmed=True)
        body = client.get("/admin/").content.decode()
        for query, number in (
            ("lacks=leader", 2),
            ("lacks=second_log_in", 2),
            ("lacks=invitation", 1),
            ("confirmed=no&amp;membership=here", 1),
        ):
            assert re.search(rf'{query}"[^>]*><b>{number}</b>', body), query
            asked = dict(pair.split("=") for pair in query.split("&amp;"))
            assert len(listed(client, **asked)) == number
        assert "lacks=request" not in body
        assert "ny9@test.example" in body

    @pytest.mark.parametrize("query", [{}, {"lacks": "leader"}, {"fylke": "46"}, {"q": "Prøvevik"}])
    def test_it_costs_the_same_with_many(self, client, staff, query, django_assert_max_num_queries):
        def more(count):
            for _ in range(count):
                one = OrganisationFactory()
                TermFactory(organisation=one, role=Role.REPORTER)
                TermFactory(organisation=one, role=Role.READER)

        more(2)
        client.get(LIST, query)
        with django_assert_max_num_queries(30) as first:
            client.get(LIST, query)
        more(40)
        with django_assert_max_num_queries(len(first)):
            answer = client.get(LIST, query)
        assert len(answer.context["object_list"]) > 2

    def test_it_is_paginated(self, client, staff):
        for _ in range(51):
            OrganisationFactory()
        assert len(listed(client)) == 50
        assert len(listed(client, p=2)) == 1


class TestExport:
    def test_what_is_filtered_goes_out_as_it_comes_in(self, client, staff):
        OrganisationFactory(code="vest", name_nb="=1+1", kommune="4601")
        OrganisationFactory(code="nord", kommune="5501")
        answer = client.get(LIST, {"export": "csv", "fylke": "46"})
        data = b"".join(answer.streaming_content)
        assert data.startswith(b"\xef\xbb\xbf")
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
        assert header == HEADER
        assert [row[:2] for row in rows] == [["vest", "'=1+1"]]
        entry = AuditEntry.objects.get(event="organisation.exported")
        assert (entry.actor_id, entry.facts) == (staff.pk, {"rows": 1, "format": "csv"})

    def test_a_workbook_without_formulas(self, client, staff):
        OrganisationFactory(code="vest", name_nb="=1+1")
        answer = client.get(LIST, {"export": "xlsx"})
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        assert [cell.value for cell in sheet[1]] == HEADER
        assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
        assert AuditEntry.objects.get().facts["format"] == "xlsx"


class TestThePage:
    def test_all_that_staff_need_of_one(self, client, staff):
        organisation = OrganisationFactory(mailbox="post@lag.example", kommune="4601")
        TermFactory(organisation=organisation, person__first_name="Kari", person__last_name="Prøve")
        TermFactory(organisation=organisation, over=True, person__first_name="Forrige")
        invite(organisation, 3)
        StudentCount.objects.create(organisation=organisation, year=2025, students=12690)
        before = OrganisationFactory(left=True, name_nb="Det gamle laget")
        Succession.objects.create(
            predecessor=before, successor=organisation, kind="merger", on=date(2026, 1, 1)
        )
        body = client.get(page_of(organisation)).content.decode()
        for words in ("Kari Prøve", "Forrige", "ny3@test.example", "post@lag.example", "2025"):
            assert words in body
        assert "Det gamle laget" in body
        assert re.search(r"12\s690", body)
        assert page_of(organisation) in client.get(page_of(before)).content.decode()

    def test_confirming_is_a_post_and_is_audited(self, client, staff):
        organisation = OrganisationFactory(unconfirmed=True)
        address = reverse("organisation_confirm", args=[organisation.pk])
        assert client.get(address).status_code == 405
        for _ in range(2):
            assert client.post(address, {"answer": "yes"}).status_code == 302
        organisation.refresh_from_db()
        assert (organisation.is_confirmed, organisation.confirmed_by) == (True, staff)
        client.post(address, {"answer": "no"})
        organisation.refresh_from_db()
        assert not organisation.is_confirmed
        assert list(AuditEntry.objects.values_list("event", flat=True).order_by("pk")) == [
            "organisation.confirmed",
            "organisation.unconfirmed",
        ]

    def test_it_costs_the_same_with_many_people(self, client, staff, django_assert_max_num_queries):
        organisation = OrganisationFactory()
        for _ in range(2):
            TermFactory(organisation=organisation)
        client.get(page_of(organisation))
        with django_assert_max_num_queries(40) as first:
            client.get(page_of(organisation))
        for number in range(8):
            TermFactory(organisation=organisation)
            TermFactory(organisation=organisation, over=True)
            invite(organisation, number)
        with django_assert_max_num_queries(len(first)):
            client.get(page_of(organisation))


class TestTheForm:
    def test_a_new_one_with_its_campuses(self, client, staff):
        make_kommune("4601")
        make_kommune("5501")
        answer = client.post(
            f"{LIST}new/",
            form_of(
                **{
                    "campuses-TOTAL_FORMS": "2",
                    "campuses-0-kommune": "5501",
                    "campuses-0-position": "0",
                    "campuses-1-kommune": "4601",
                    "campuses-1-position": "1",
                    "student_counts-TOTAL_FORMS": "1",
                    "student_counts-0-year": "2025",
                    "student_counts-0-students": "900",
                    "social_links-TOTAL_FORMS": "1",
                    "social_links-0-service": "instagram",
                    "social_links-0-url": "https://social.example/lag",
                }
            ),
        )
        made = MemberOrganisation.objects.get(code="nytt-lag")
        assert answer.url == page_of(made)
        assert not made.is_confirmed
        assert [(one.kommune_id, one.is_main) for one in made.campuses.all()] == [
            ("5501", True),
            ("4601", False),
        ]
        assert made.student_counts.get().students == 900
        assert made.social_links.get().service == "instagram"
        assert AuditEntry.objects.get().event == "organisation.made"

    def test_main_campuses_change_places_and_what_changed_is_audited(self, client, staff):
        organisation = OrganisationFactory(kommune="4601")
        organisation.campuses.create(kommune=make_kommune("5501"), position=1)
        data = form_of(
            organisation,
            mailbox="post@lag.example",
            **{"campuses-0-is_main": None, "campuses-1-is_main": "on"},
        )
        assert client.post(f"{LIST}edit/{organisation.pk}/", data).status_code == 302
        found = organisation.campuses.values_list("kommune_id", "is_main")
        assert set(found) == {("4601", False), ("5501", True)}
        entry = AuditEntry.objects.get()
        assert entry.event == "organisation.changed"
        assert set(entry.facts["fields"]) == {"mailbox", "campuses"}
        assert "post@lag.example" not in str(entry.facts)

    def test_saving_without_a_change_is_no_event(self, client, staff):
        organisation = OrganisationFactory()
        address = f"{LIST}edit/{organisation.pk}/"
        assert client.post(address, form_of(organisation)).status_code == 302
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize(
        ("values", "at"),
        [
            ({"code": "Nei Takk"}, "code"),
            ({"code": "kart"}, "code"),
            ({"name_nb": ""}, "name_nb"),
            ({"mailbox": "nei"}, "mailbox"),
            ({"terms_begin_day": "1"}, "__all__"),
            ({"member_from": "01.01.2027", "left_on": "01.01.2026"}, "__all__"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_is_kept(self, client, staff, values, at):
        answer = client.post(f"{LIST}new/", form_of(**values, name_en="Typed in English"))
        assert answer.status_code == 200
        assert at in answer.context["form"].errors
        assert "Typed in English" in answer.content.decode()
        assert not MemberOrganisation.objects.exists()

    def test_a_line_that_is_wrong_stops_all_of_it(self, client, staff):
        organisation = OrganisationFactory(kommune="4601", mailbox="")
        data = form_of(
            organisation,
            mailbox="post@lag.example",
            **{
                "campuses-TOTAL_FORMS": "2",
                "campuses-1-kommune": "4601",
                "campuses-1-is_main": "on",
                "campuses-1-position": "1",
            },
        )
        answer = client.post(f"{LIST}edit/{organisation.pk}/", data)
        assert answer.status_code == 200
        organisation.refresh_from_db()
        assert organisation.mailbox == ""
        assert organisation.campuses.count() == 1

    def test_nobody_elses_campus_is_taken_for_a_number(self, client, staff):
        other = OrganisationFactory().campuses.get()
        organisation = OrganisationFactory()
        data = form_of(
            organisation,
            **{
                "student_counts-TOTAL_FORMS": "1",
                "student_counts-0-year": "2025",
                "student_counts-0-students": "900",
                "student_counts-0-campus": other.pk,
            },
        )
        assert client.post(f"{LIST}edit/{organisation.pk}/", data).status_code == 200
        assert not StudentCount.objects.exists()

    def test_a_code_that_changes_is_kept_and_leads_on(self, client, staff):
        organisation = OrganisationFactory(code="gammel")
        client.post(f"{LIST}edit/{organisation.pk}/", form_of(organisation, code="fersk"))
        assert set(organisation.codes.values_list("code", flat=True)) == {"gammel", "fersk"}

    def test_the_history_shows_who_changed_it(self, client, staff):
        organisation = OrganisationFactory(mailbox="")
        client.post(f"{LIST}edit/{organisation.pk}/", form_of(organisation, mailbox="a@b.example"))
        body = client.get(f"{LIST}history/{organisation.pk}/").content.decode()
        assert str(staff) in body


class TestSuccession:
    def tell(self, client, organisation, successor, kind="merger", on="01.08.2026"):
        return client.post(
            reverse("organisation_succession", args=[organisation.pk]),
            {"kind": kind, "successor": successor.pk, "on": on},
        )

    def test_a_merger_ends_the_membership_and_is_audited(self, client, staff):
        old, new = OrganisationFactory(code="gammel"), OrganisationFactory(code="fersk")
        assert self.tell(client, old, new).url == page_of(old)
        old.refresh_from_db()
        assert old.left_on == date(2026, 8, 1)
        assert Succession.objects.get().successor == new
        entry = AuditEntry.objects.get()
        assert (entry.event, entry.organisation) == ("organisation.succeeded", "gammel")
        assert entry.facts["successor"] == "fersk"

    def test_a_split_does_not_end_it(self, client, staff):
        old, new = OrganisationFactory(), OrganisationFactory()
        self.tell(client, old, new, kind="split")
        old.refresh_from_db()
        assert old.left_on is None

    def test_a_day_on_which_it_left_already_stays(self, client, staff):
        old, new = OrganisationFactory(left=True), OrganisationFactory()
        self.tell(client, old, new)
        old.refresh_from_db()
        assert old.left_on == date(2026, 1, 1)

    def test_what_can_not_be_is_told(self, client, staff):
        old, new = OrganisationFactory(), OrganisationFactory()
        assert self.tell(client, old, old).status_code == 200
        self.tell(client, old, new)
        assert self.tell(client, old, new).status_code == 200
        assert self.tell(client, new, old).status_code == 200
        assert self.tell(client, new, OrganisationFactory(), on="i fjor").status_code == 200
        assert Succession.objects.count() == 1

    def test_it_can_be_taken_back(self, client, staff):
        old, new = OrganisationFactory(), OrganisationFactory()
        self.tell(client, old, new)
        found = Succession.objects.get()
        other = reverse("organisation_succession_remove", args=[new.pk, found.pk])
        assert client.post(other).status_code == 404
        client.post(reverse("organisation_succession_remove", args=[old.pk, found.pk]))
        assert not Succession.objects.exists()
        assert AuditEntry.objects.filter(event="organisation.succession_removed").exists()


HEAD = "id;name;short_name;kind\n"


def upload(client, data, name="lag.csv"):
    data = data if isinstance(data, bytes) else data.encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


class TestImport:
    def test_a_look_then_apply(self, client, staff):
        OrganisationFactory(code="a", name_nb="Før", short_name="A", kind="private")
        uploaded = upload(client, HEAD + "a;Etter;A;private\nfersk;Nytt lag;N;private\n")
        look = client.get(uploaded.url)
        body = look.content.decode()
        assert "<del>Før</del>" in body
        assert "<ins>Etter</ins>" in body
        assert "Nytt lag" in body
        assert MemberOrganisation.objects.count() == 1

        seen = {"fingerprint": look.context["plan"].fingerprint}
        for _ in range(2):
            assert client.post(uploaded.url, seen).url == LIST
        assert set(MemberOrganisation.objects.values_list("name_nb", flat=True)) == {
            "Etter",
            "Nytt lag",
        }
        kept = OrganisationImport.objects.get()
        assert (kept.made, kept.changed, bytes(kept.content)) == (1, 1, b"")
        assert kept.applied_by == staff
        assert AuditEntry.objects.filter(event="organisation.imported").count() == 1
        assert client.get(uploaded.url).url == IMPORT
        assert "lag.csv" in client.get(IMPORT).content.decode()

    def test_errors_stand_by_row_and_column_and_nothing_can_be_applied(self, client, staff):
        uploaded = upload(client, HEAD + "a;A;A;private\nb;;B;klubb\n")
        look = client.get(uploaded.url)
        places = [(one.row, one.column) for one in look.context["plan"].errors]
        assert places == [(3, "B"), (3, "D")]
        assert 'name="fingerprint"' not in look.content.decode()
        client.post(uploaded.url, {"fingerprint": look.context["plan"].fingerprint})
        assert not MemberOrganisation.objects.exists()

    def test_what_others_changed_meanwhile_is_looked_at_again(self, client, staff):
        OrganisationFactory(code="a", name_nb="Før", short_name="A", kind="private")
        uploaded = upload(client, HEAD + "a;Etter;A;private\n")
        seen = client.get(uploaded.url).context["plan"].fingerprint
        MemberOrganisation.objects.update(name_nb="Imens")
        assert client.post(uploaded.url, {"fingerprint": seen}).url == uploaded.url
        assert MemberOrganisation.objects.get().name_nb == "Imens"

    def test_the_export_changes_nothing_when_it_comes_back(self, client, staff):
        reference_data.load()
        OrganisationFactory(code="lag", name_nb="@lag", kommune="0301")
        data = b"".join(client.get(LIST, {"export": "csv"}).streaming_content)
        look = client.get(upload(client, data).url)
        assert look.context["plan"].is_empty

    @pytest.mark.parametrize(
        "data",
        [b"", b"PK\x03\x04 a workbook", b"\x89PNG\x00", b'a;b\n"open', b"x" * (5 * 1024**2 + 1)],
        ids=["empty", "workbook", "picture", "quotes", "large"],
    )
    def test_what_is_no_table_is_told_at_the_field(self, client, staff, data):
        answer = upload(client, data)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["file"]
        assert not OrganisationImport.objects.exists()

    def test_markup_in_a_file_is_shown_as_text(self, client, staff):
        uploaded = upload(client, HEAD + "a;<script>alert(1)</script>;A;private\n", "<b>.csv")
        body = client.get(uploaded.url).content.decode()
        assert "<script>alert(1)" not in body
        assert "<b>.csv" not in body

    def test_files_that_nobody_applied_go_after_a_week(self, client, staff):
        upload(client, HEAD + "a;A;A;private\n")
        OrganisationImport.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
        upload(client, HEAD + "b;B;B;private\n")
        retention.purge_all()
        assert bytes(OrganisationImport.objects.get().content).endswith(b"b;B;B;private\n")


def every_address(organisation, person):
    kept = OrganisationImport.objects.create(
        filename="x", content=HEAD.encode(), uploaded_by=UserFactory()
    )
    return [
        LIST,
        f"{LIST}results/",
        f"{LIST}?export=csv",
        f"{LIST}new/",
        f"{LIST}edit/{organisation.pk}/",
        page_of(organisation),
        f"{LIST}history/{organisation.pk}/",
        IMPORT,
        f"{IMPORT}{kept.pk}/",
        reverse("organisation_confirm", args=[organisation.pk]),
        reverse("organisation_succession", args=[organisation.pk]),
        reverse("organisation_succession_remove", args=[organisation.pk, 1]),
        reverse("change_address", args=[person.pk]),
        "/admin/rapporter/logg/",
        "/admin/rapporter/logg/resultat/",
        "/admin/rapporter/logg/?export=csv",
    ]


class TestWhoMay:
    @pytest.mark.parametrize(
        "role", [RoleGroup.EDITOR, RoleGroup.PUBLISHER, RoleGroup.INSIGHT, "leader", None]
    )
    def test_others_neither_see_nor_do_anything(self, client, role):
        organisation = OrganisationFactory(unconfirmed=True)
        leader = TermFactory(organisation=organisation).person
        user = UserFactory(role=role) if role != "leader" else leader
        client.force_login(user)
        for address in every_address(organisation, leader):
            for answer in (client.get(address), client.post(address, form_of(answer="yes"))):
                assert answer.status_code in {302, 403, 404, 405}, address
                assert organisation.name_nb not in answer.content.decode()
        organisation.refresh_from_db()
        assert not organisation.is_confirmed
        assert MemberOrganisation.objects.count() == 1
        assert not AuditEntry.objects.exists()

    def test_a_visitor_is_led_to_the_log_in(self, client):
        organisation = OrganisationFactory()
        for address in every_address(organisation, UserFactory()):
            assert client.get(address).url.startswith("/konto/logg-inn/"), address

    @pytest.mark.parametrize("who", ["staff", "admin"])
    def test_staff_and_admins_see_all_of_it(self, client, who):
        organisation = OrganisationFactory()
        user = UserFactory(role=RoleGroup.STAFF) if who == "staff" else UserFactory(admin=True)
        client.force_login(user)
        person = TermFactory(organisation=organisation).person
        for address in every_address(organisation, person):
            if "bekreft" in address or "fjern" in address:
                continue
            assert client.get(address).status_code == 200, address

    @pytest.mark.parametrize("who", ["staff", "admin"])
    def test_nobody_deletes_an_organisation(self, client, who):
        organisation = OrganisationFactory()
        user = UserFactory(role=RoleGroup.STAFF) if who == "staff" else UserFactory(admin=True)
        client.force_login(user)
        assert client.post(f"{LIST}delete/{organisation.pk}/").status_code == 404
        assert "delete" not in client.get(page_of(organisation)).content.decode()
        assert not user.has_perm("memberorgs.delete_memberorganisation") or user.is_superuser
        bulk = "/admin/bulk/memberorgs/memberorganisation/delete/"
        assert client.post(f"{bulk}?id={organisation.pk}").status_code in {302, 404}
        assert MemberOrganisation.objects.exists()

    def test_people_are_not_deleted_and_it_is_said_kindly(self, client):
        admin = UserFactory(admin=True)
        client.force_login(admin)
        person = TermFactory().person
        body = client.get(f"/admin/users/edit/{person.pk}/").content.decode()
        assert f"/admin/users/delete/{person.pk}/" not in body
        assert f"delete/{person.pk}/" not in client.get("/admin/users/").content.decode()
        bulk = f"/admin/bulk/memberorgs/user/delete/?id={person.pk}"
        for address in (f"/admin/users/delete/{person.pk}/", bulk):
            answer = client.post(address)
            assert answer.url == "/admin/users/"
        person.refresh_from_db()
        assert Term.objects.filter(person=person).exists()
