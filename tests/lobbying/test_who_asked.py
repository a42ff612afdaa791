"""The table of parties and demands, and its page for members."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lobbying import access, actions, who_asked
from lobbying.models import Contact, Demand
from lobbying.places import Place, find
from memberorgs.access import standing
from memberorgs.choices import RoleGroup
from tests.factories import UserFactory, make_kommune

pytestmark = pytest.mark.django_db

ADDRESS = "/en/medlem/fjordvik/partiene/"


@pytest.fixture
def table(bergen, election, reader, organisation):
    """The table of a place as a reader sees it."""

    def make(place=None):
        answers = access.answers_in_room(standing(reader, organisation.code))
        where = place or Place(kommune=bergen)
        return who_asked.table(place=where, election=election, answers=answers)

    return make


def cell(table, party, demand):
    row = next(row for row in table.rows if row.demand.code == demand)
    return next(one for one in row.positions if one.column.party.pk == party)


class TestPositions:
    def test_not_asked_no_answer_and_no_are_three_things(self, log, table):
        log(a={"k1": ("no_answer",)}, b={"k1": ("no", "said"), "k2": ("yes", "said")})
        found = table()
        assert cell(found, "a", "k1").word.reply == "no_answer"
        assert cell(found, "a", "k2").word is None
        assert cell(found, "b", "k1").word.reply == "no"

    def test_a_weaker_answer_never_replaces_a_stronger_one_and_is_not_hidden(self, log, table):
        log(days=10, a={"k1": ("yes", "written")})
        log(days=2, a={"k1": ("no", "said")})
        found = cell(table(), "a", "k1")
        assert (found.word.reply, found.word.strength) == ("yes", 2)
        assert (found.later.reply, found.later.strength) == ("no", 1)
        assert found.told == 2

    def test_of_equally_strong_ones_the_latest_counts(self, log, table):
        log(days=2, a={"k1": ("no", "written")})
        log(days=10, a={"k1": ("yes", "written")})
        found = cell(table(), "a", "k1")
        assert (found.word.reply, found.later, found.told) == ("no", None, 2)

    @pytest.mark.parametrize("later", ["10:00:00", "09:00:00.5", "09:00:01"])
    def test_of_one_day_the_last_that_was_logged_counts(self, log, table, later):
        first, second = (log(a={"k1": (reply, "said")}) for reply in ("no", "yes"))
        # The first row is the later one, so that its number decides nothing.
        Contact.objects.filter(pk=first.pk).update(logged_at=f"2026-11-26 {later}+00:00")
        Contact.objects.filter(pk=second.pk).update(logged_at="2026-11-26 09:00:00+00:00")
        assert cell(table(), "a", "k1").word.reply == "no"

    def test_of_what_was_logged_at_once_the_last_row_counts(self, log, table):
        # Numbers of one and of two digits.
        for reply in ("no",) * 10 + ("yes",):
            log(a={"k1": (reply, "said")})
        Contact.objects.update(logged_at="2026-11-26 09:00:00+00:00")
        assert cell(table(), "a", "k1").word.reply == "yes"

    def test_silence_takes_no_answer_away(self, log, table):
        log(days=10, a={"k1": ("partly", "said")})
        log(days=1, a={"k1": ("no_answer",)})
        assert cell(table(), "a", "k1").word.reply == "partly"
        assert cell(table(), "a", "k1").later.reply == "no_answer"

    def test_each_grade_is_stronger_than_the_one_before(self, log, table):
        for days, grade in enumerate(("vote", "programme", "written", "said"), 1):
            log(days=10 + days, a={"k1": ("yes", grade)})
            log(days=10 - days, b={"k1": ("yes", grade)})
        assert cell(table(), "a", "k1").word.strength == 4
        assert cell(table(), "b", "k1").word.strength == 4

    def test_parties_stand_in_their_order_and_lists_are_told_apart(self, log, table, parties):
        log(b={"k1": ("yes", "vote")}, a={"k1": ("no", "said")})
        log(lists={"Bylista": {"k1": ("yes", "said")}, "Allmenningen": {"k1": ("no", "said")}})
        names = [column.short for column in table().columns]
        assert names == ["A", "B", "Allmenningen", "Bylista"]
        assert [party.pk for party in table().not_asked] == ["s"]

    def test_a_kommune_is_asked_its_own_demands_and_oslo_both(self, table, bergen, oslo, demands):
        def codes(place):
            return {row.demand.code for row in table(place).rows}

        assert codes(Place(kommune=bergen)) == {"k1", "k2"}
        assert codes(Place(fylke=bergen.fylke)) == {"f1"}
        assert codes(Place(kommune=oslo)) == {"k1", "k2", "f1"}
        assert find("03") == Place(kommune=oslo)
        assert find("99") is find("9999") is find("x") is None

    def test_other_places_and_what_was_taken_away_are_not_there(self, log, table, leader):
        log(a={"k1": ("yes", "said")}, kommune=make_kommune("1103"))
        gone = log(b={"k1": ("yes", "said")})
        actions.remove_contact(contact=gone, by=leader)
        assert not table().has_answers

    def test_a_hidden_demand_is_not_asked(self, log, table):
        log(a={"k1": ("yes", "said")})
        Demand.objects.filter(code="k1").update(hidden=True)
        assert not table().has_answers
        assert [row.demand.code for row in table().rows] == ["k2"]


class TestAskedBefore:
    def test_tells_who_else_spoke_with_the_same_party_there_last(
        self, log, other, stranger, organisation, parties, bergen
    ):
        log(a={}, days=1)
        log(of=other, by=stranger, a={"k1": ("no", "said")}, days=9)
        log(of=other, by=stranger, a={}, days=4)
        log(of=other, by=stranger, b={}, kommune=make_kommune("1103"))
        found = who_asked.asked_before(
            place=Place(kommune=bergen), parties=list(parties.values()), but=organisation
        )
        assert [(one.column.party.pk, one.organisations) for one in found] == [("a", (other,))]
        assert found[0].day == timezone.localdate() - timedelta(days=4)


class TestPage:
    def test_shows_who_asked_and_when_but_no_note(
        self, client, log, other, stranger, reader, leader
    ):
        log(of=other, by=stranger, a={"k1": ("yes", "written")}, note="Hemmelig", days=3)
        client.force_login(reader)
        response = client.get(ADDRESS)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response.context["choice"].chosen.number == "4601"
        text = response.content.decode()
        for words in ("Demand k1", "Test list a", "SP Elvestad", "In writing"):
            assert words in text
        assert "Hemmelig" not in text
        assert stranger.email not in text

    def test_any_place_can_be_chosen_and_nonsense_gives_the_own_one(
        self, client, reader, demands, oslo
    ):
        make_kommune("1103", "Stavanger")
        client.force_login(reader)

        def chosen(number):
            return client.get(ADDRESS, {"sted": number}).context["choice"].chosen.number

        assert [chosen(number) for number in ("1103", "11", "46", "0301", "03")] == [
            "1103", "11", "46", "0301", "0301",
        ]  # fmt: skip
        assert [chosen(number) for number in ("", "9999", "<b>", "٣", "\0")] == ["4601"] * 5

    def test_own_places_come_first_and_each_place_once(self, client, reader, organisation, oslo):
        organisation.campuses.create(kommune=make_kommune("1103"), position=1)
        make_kommune("1106")
        client.force_login(reader)
        choice = client.get(ADDRESS).context["choice"]
        assert [place.number for place in choice.own] == ["4601", "1103", "46", "11"]
        assert choice.groups[0].places == choice.own
        everything = [place.number for group in choice.groups for place in group.places]
        assert sorted(everything) == ["0301", "11", "1103", "1106", "46", "4601"]

    def test_without_reference_data_it_says_what_is_missing(self, client, reader, organisation):
        organisation.campuses.all().delete()
        client.force_login(reader)
        assert client.get(ADDRESS).status_code == 200

    def test_is_for_the_organisations_people_and_staff(self, client, organisation, stranger):
        for user, status in (
            (stranger, 404),
            (UserFactory(), 404),
            (UserFactory(role=RoleGroup.EDITOR), 404),
            (UserFactory(role=RoleGroup.STAFF), 200),
        ):
            client.force_login(user)
            assert client.get(ADDRESS).status_code == status
        client.logout()
        assert client.get(ADDRESS).status_code == 302

    def test_costs_the_same_with_many_answers_and_changes_no_row(
        self, client, reader, log, demands, parties
    ):
        client.force_login(reader)

        def statements():
            with CaptureQueriesContext(
                connection,
            ) as found:
                client.get(ADDRESS)
            return [one["sql"] for one in found if not one["sql"].startswith("SAVEPOINT")]

        log(a={"k1": ("yes", "said")})
        statements()
        few = statements()
        for days in range(2, 8):
            log(
                days=days, a={"k1": ("no", "vote"), "k2": ("no", "said")}, b={"k1": ("yes", "said")}
            )
        many = statements()
        assert len(few) == len(many) <= 16
        assert all(sql.startswith("SELECT") for sql in many)
