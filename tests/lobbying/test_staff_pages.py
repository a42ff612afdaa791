"""The secretariat's pages of elections and demands, and what may not change there."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from foundation.audit.models import AuditEntry
from lobbying import actions
from lobbying.models import Demand, Election
from memberorgs.choices import RoleGroup
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    return user


def address(model, name, *args):
    return reverse(f"wagtailsnippets_lobbying_{model}:{name}", args=args)


def demand_form(election, **values):
    return {
        "election": election.pk,
        "code": "k9",
        "level": "kommune",
        "theme": "bolig",
        "position": "3",
        "text_nb": "Bygg studentboliger",
        "text_nn": "",
        "text_en": "",
        "priority": "",
        "adopted_on": "",
        "adopted_by": "",
        "source": "",
        "confidence": "sourced",
    } | values


def told(*events):
    entries = AuditEntry.objects.filter(event__in=events).order_by("pk")
    return [(one.actor_id, one.event, one.facts) for one in entries]


def errors(response):
    return set(response.context["form"].errors)


class TestDemands:
    def test_one_is_added_changed_and_told_of(self, client, staff, election):
        added = client.post(
            address("demand", "add"),
            demand_form(election, adopted_on="2027-02-01", adopted_by="landsstyret"),
        )
        assert added.status_code == 302
        row = Demand.objects.get(code="k9")
        assert (row.adopted_on, row.adopted_by) == (date(2027, 2, 1), "landsstyret")
        assert (row.hidden, row.is_example) == (False, False)
        changed = client.post(
            address("demand", "edit", row.pk),
            demand_form(
                election,
                text_nn="Bygg studentbustader",
                hidden="on",
                code="annen",
                adopted_on="2027-02-01",
                adopted_by="landsstyret",
            ),
        )
        assert changed.status_code == 302
        row.refresh_from_db()
        # The file of the portal finds a demand by its code.
        assert (row.text_nn, row.hidden, row.code) == ("Bygg studentbustader", True, "k9")
        named = {"election": election.code, "demand": "k9"}
        assert told("demand.made", "demand.changed") == [
            (staff.pk, "demand.made", named),
            (staff.pk, "demand.changed", named | {"fields": ["text_nn", "hidden"]}),
        ]

    def test_a_save_that_changes_nothing_is_not_told_of(self, client, staff, election, demands):
        row = demands["k1"]
        same = demand_form(election, theme=row.theme, position=row.position, text_nb=row.text_nb)
        same |= {"text_nn": row.text_nn, "text_en": row.text_en, "confidence": row.confidence}
        same |= {"is_example": "on"} if row.is_example else {}
        assert client.post(address("demand", "edit", row.pk), same).status_code == 302
        assert told("demand.changed") == []

    def test_the_form_begins_with_the_coming_election_and_the_next_place(
        self, client, staff, election, demands
    ):
        Election.objects.create(code="2019", name_nb="Valg", day=date(2019, 9, 9))
        form = client.get(address("demand", "add")).context["form"]
        assert form.initial["election"] == election.pk
        assert form.initial["position"] == max(one.position for one in demands.values()) + 1
        # What is made up for the demo is made nowhere else.
        assert "demo" not in dict(form.fields["confidence"].choices)
        assert "same_meaning" not in form.fields

    @pytest.mark.parametrize(
        ("wrong", "fields"),
        [
            ({"text_nb": " "}, {"text_nb"}),
            ({"code": "k1"}, {"code"}),
            ({"code": "k 9"}, {"code"}),
            ({"confidence": "demo"}, {"confidence"}),
            ({"adopted_by": "landsmøtet"}, {"__all__"}),
            ({"level": "fylke"}, {"level"}),
        ],
    )
    def test_what_is_wrong_is_said_at_the_field(
        self, client, staff, election, demands, wrong, fields
    ):
        Election.objects.update(of_fylker=False)
        response = client.post(address("demand", "add"), demand_form(election, **wrong))
        assert response.status_code == 200
        assert errors(response) == fields
        assert not Demand.objects.filter(text_nb="Bygg studentboliger").exists()

    def test_what_parties_have_answered_stays_the_same(self, client, staff, log, election, demands):
        log(a={"k1": ("yes", "said")})
        row = demands["k1"]
        other = Election.objects.create(code="2031", name_nb="Valg", day=date(2031, 9, 8))
        edit = address("demand", "edit", row.pk)
        form = demand_form(other, level="fylke", text_nb="Noe annet", confidence=row.confidence)
        refused = client.post(edit, form)
        assert errors(refused) == {"same_meaning"}
        row.refresh_from_db()
        assert row.text_nb != "Noe annet"
        assert client.post(edit, form | {"same_meaning": "on"}).status_code == 302
        row.refresh_from_db()
        assert (row.text_nb, row.level, row.election) == ("Noe annet", "kommune", election)
        # What says nothing else to those who were asked needs no tick.
        moved = form | {"position": "7", "hidden": "on"}
        assert client.post(edit, moved).status_code == 302
        row.refresh_from_db()
        assert (row.position, row.hidden) == (7, True)

    def test_the_list_tells_of_answers_and_costs_the_same_for_many(
        self, client, staff, log, leader, demands, django_assert_max_num_queries
    ):
        log(a={"k1": ("yes", "said")}, b={"k1": ("no", "said")})
        gone = log(days=3, a={"k1": ("no", "said")})
        actions.remove_contact(contact=gone, by=leader)
        page = address("demand", "list")
        client.get(page)
        with django_assert_max_num_queries(30) as few:
            found = client.get(page).context["object_list"]
        assert {one.code: one.number_of_answers for one in found} == {"k1": 2, "k2": 0, "f1": 0}
        first = demands["k1"]
        for place in range(20):
            Demand.objects.create(
                election=first.election,
                code=f"x{place}",
                level="kommune",
                theme="bolig",
                text_nb=f"Krav {place}",
                position=place,
                confidence="sourced",
            )
        with django_assert_max_num_queries(len(few)):
            client.get(page)

    def test_it_is_found_by_words_and_filters_and_taken_out(self, client, staff, demands):
        page = address("demand", "list")

        def codes(**query):
            return {one.code for one in client.get(page, query).context["object_list"]}

        assert codes(level="fylke") == {"f1"}
        assert codes(q=demands["k2"].text_nb) == {"k2"}
        Demand.objects.filter(code="k1").update(hidden=True)
        assert codes(hidden="true") == {"k1"}
        export = client.get(page, {"export": "csv"})
        text = b"".join(export.streaming_content).decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(text)))) == 4
        assert told("admin.exported") == [(staff.pk, "admin.exported", {"path": page})]

    def test_its_page_and_history_are_there(self, client, staff, election, demands):
        row = demands["k1"]
        assert row.text_nb in client.get(address("demand", "inspect", row.pk)).content.decode()
        client.post(
            address("demand", "edit", row.pk), demand_form(election, text_nb="Nye ord", code="k1")
        )
        history = client.get(address("demand", "history", row.pk))
        assert [one.user for one in history.context["object_list"]] == [staff]


class TestElections:
    FORM = {
        "code": "2031",
        "name_nb": "Kommunevalget 2031",
        "name_nn": "",
        "name_en": "",
        "day": "2031-09-08",
        "of_kommuner": "on",
    }

    def test_one_is_added_changed_and_told_of(self, client, staff):
        assert client.post(address("election", "add"), self.FORM).status_code == 302
        row = Election.objects.get(code="2031")
        assert (row.of_kommuner, row.of_fylker) == (True, False)
        edit = address("election", "edit", row.pk)
        client.post(edit, self.FORM | {"day": "2031-09-15", "code": "2032"})
        row.refresh_from_db()
        # It stands in addresses.
        assert (row.code, row.day) == ("2031", date(2031, 9, 15))
        assert told("election.made", "election.changed") == [
            (staff.pk, "election.made", {"election": "2031"}),
            (staff.pk, "election.changed", {"election": "2031", "fields": ["day"]}),
        ]

    def test_it_elects_something_and_all_that_demands_are_made_to(
        self, client, staff, election, demands
    ):
        nothing = self.FORM | {"of_kommuner": ""}
        assert errors(client.post(address("election", "add"), nothing)) == {"of_kommuner"}
        edit = address("election", "edit", election.pk)
        assert errors(client.post(edit, self.FORM)) == {"of_fylker"}


@pytest.mark.parametrize("model", ["election", "demand"])
class TestRights:
    @pytest.fixture
    def row(self, model, election, demands):
        return election if model == "election" else demands["k2"]

    def test_nobody_deletes_one(self, client, model, row):
        for person in (UserFactory(role=RoleGroup.STAFF), UserFactory(admin=True)):
            client.force_login(person)
            client.post(address(model, "delete", row.pk))
            assert type(row).objects.filter(pk=row.pk).exists()
            assert (
                address(model, "delete", row.pk)
                not in client.get(address(model, "edit", row.pk)).content.decode()
            )

    @pytest.mark.parametrize("role", [RoleGroup.EDITOR, RoleGroup.PUBLISHER, RoleGroup.INSIGHT])
    def test_who_is_not_staff_gets_in_nowhere(self, client, model, row, role):
        client.force_login(UserFactory(role=role))
        before = type(row).objects.filter(pk=row.pk).values().get()
        for name, args in (
            ("list", []), ("add", []), ("edit", [row.pk]), ("inspect", [row.pk]),
            ("history", [row.pk]),
        ):  # fmt: skip
            path = address(model, name, *args)
            assert client.get(path).status_code in {302, 404}
            assert client.post(path, {"name_nb": "x", "text_nb": "x"}).status_code in {
                302,
                404,
                405,
            }
        assert type(row).objects.filter(pk=row.pk).values().get() == before
        assert type(row).objects.count() == (1 if model == "election" else 3)

    def test_the_menu_shows_it_to_staff(self, client, model, row):
        client.force_login(UserFactory(role=RoleGroup.STAFF))
        assert address(model, "list") in client.get("/admin/").content.decode()
        client.force_login(UserFactory(role=RoleGroup.EDITOR))
        assert address(model, "list") not in client.get("/admin/").content.decode()
