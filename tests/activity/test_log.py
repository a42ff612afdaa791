"""The list of what was logged, and what the members' home makes of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.actions import log_entry, remove_entry
from activity.choices import ElectionForm, RecruitmentWay, RoutineState, RoutineTopic
from activity.facts import EntryFacts
from activity.models import Recruitment, Routine, Turnout
from foundation.intake.numbers import Count
from geography.models import Party
from lobbying.actions import log_contact
from lobbying.choices import ContactKind, Counterpart
from lobbying.facts import Asked, ContactFacts
from tests.factories import make_kommune

HOME, LOG = "/medlem/fjordvik/", "/medlem/fjordvik/logg/"
NOW = "2026-11-26 12:00 +0100"


@pytest.fixture
def party(db):
    return Party.objects.create(
        code="dla", kind=Party.Kind.PARTY, short_name="DLA", position=1, in_storting_2025=False,
        name_nb="Demolista A", name_nn="Demolista A", name_en="Demo list A",
    )  # fmt: skip


@pytest.fixture
def bergen(db):
    kommune = make_kommune("4601")
    kommune.name_display = "Bergen"
    kommune.save()
    return kommune


@pytest.fixture
def contact(organisation, leader, party, bergen):
    def make(day=date(2026, 11, 3), at=None, **facts):
        return log_contact(
            organisation=at or organisation,
            facts=ContactFacts(
                **{
                    "counterpart": Counterpart.PARTY,
                    "kind": ContactKind.MEETING,
                    "day": day,
                    "kommune": bergen,
                    "asked": (Asked(party),),
                    **facts,
                }
            ),
            by=leader,
        )

    return make


@pytest.fixture
def entry(organisation, leader):
    def make(detail=None, day=date(2026, 11, 2), at=None, **facts):
        facts.setdefault("title", "" if detail else "Kurs i møteledelse")
        told = EntryFacts(day=day, detail=detail, **facts)
        return log_entry(organisation=at or organisation, facts=told, by=leader)

    return make


@pytest.fixture
def page(client, leader):
    def get(address, by=leader):
        client.force_login(by)
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    with time_machine.travel(NOW, tick=True):
        yield get


def recruitment(**counts):
    counted = {name: Count.of(number) for name, number in counts.items()}
    return Recruitment(way=RecruitmentWay.STAND, **counted)


def turnout(semester, votes, eligible=1000, **more):
    return Turnout(
        form=ElectionForm.DIRECT,
        semester=semester,
        votes=Count.of(votes),
        eligible=Count.of(eligible),
        **more,
    )


def test_contacts_and_entries_stand_in_one_list_the_newest_first(page, contact, entry):
    contact(day=date(2026, 11, 3))
    entry(day=date(2026, 11, 4))
    contact(day=date(2026, 10, 5), counterpart=Counterpart.ADMINISTRATION, asked=())

    html = page(LOG)

    places = [html.index(words) for words in ("Kurs i møteledelse", "Møte: DLA", "administrasjon")]
    assert places == sorted(places)
    assert "3 oppføringer" in html


def test_the_list_is_filtered_and_searched(page, contact, entry):
    contact(note="Hemmelig ord: tyttebær")
    entry(title="Kurs i Ålesund")
    entry(title="Fest", day=date(2025, 3, 1))

    assert "Fest" not in page(f"{LOG}?semester=2026h")
    assert "Kurs" not in page(f"{LOG}?type=pavirkning")
    assert "Møte" not in page(f"{LOG}?type=annet").partition("<ol")[2].partition("</ol>")[0]
    assert "Kurs i Ålesund" in page(f"{LOG}?q=ålesund")
    assert "Møte: DLA" in page(f"{LOG}?q=bergen+dla")
    assert "Møte: DLA" in page(f"{LOG}?q=tyttebær")
    assert "Ingenting passer" in page(f"{LOG}?q=finnesikke")
    for nonsense in ("?q=%00", "?type=x&semester=9999x&side=tull", "?q=" + "x" * 5000, "?q=%22"):
        page(f"{LOG}{nonsense}")


def test_staff_find_nothing_by_the_words_of_a_note(page, contact, entry, db):
    from tests.factories import UserFactory

    contact(note="Hemmelig ord: tyttebær")
    entry(note="Også tyttebær")

    html = page(f"{LOG}?q=tyttebær", by=UserFactory(role="Sekretariat"))

    assert "Ingenting passer" in html


def test_what_was_taken_away_stands_on_a_list_of_its_own(page, entry, leader):
    gone = entry(title="Tastefeil")
    remove_entry(entry=gone, by=leader)

    assert "Tastefeil" not in page(LOG)
    assert "Tastefeil" in page(f"{LOG}?borte=1")


def test_others_entries_are_not_in_the_list(page, entry, contact, other, stranger):
    entry(at=other, title="Det andre laget")
    joint = contact(at=other, together_with=())

    html = page(LOG)

    assert "Det andre laget" not in html
    assert f"/pavirkning/{joint.pk}/" not in html


def test_the_home_tells_the_semester_in_the_same_numbers_as_the_log(page, contact, entry):
    for day in (date(2026, 9, 1), date(2026, 11, 3), date(2026, 3, 1)):
        contact(day=day)
    entry(recruitment(reached=120))
    entry(recruitment(reached=None))
    entry(Routine(topic=RoutineTopic.STATUTES, state=RoutineState.MISSING), day=date(2026, 9, 1))
    entry(Routine(topic=RoutineTopic.STATUTES, state=RoutineState.HAVE), day=date(2026, 10, 1))
    entry(turnout("2025h", 170), day=date(2025, 10, 1))
    entry(turnout("2026h", 210), day=date(2026, 10, 1))

    html = page(HOME)

    numbers = html.partition('id="semester"')[2]
    assert "<b>2</b>" in numbers
    assert "1 av 7" in numbers
    assert "120" in numbers
    assert "21 %" in numbers.replace("\xa0", " ")
    assert "opp 4 prosentpoeng" in numbers
    assert "3 oppføringer" in page(f"{LOG}?type=pavirkning")


def test_a_break_in_the_series_is_not_compared(entry, organisation):
    from activity import statistics

    entry(turnout("2025h", 170), day=date(2025, 10, 1))
    entry(turnout("2026h", 210, break_note="Slått sammen"), day=date(2026, 10, 1))

    trend = statistics.turnout_trend(statistics.states(organisation))

    assert (trend.share, trend.change) == (Decimal("21.0"), None)


def test_agreed_steps_are_tasks(page, contact, leader):
    contact(next_step="Sende notat om halltid", next_step_due=date(2026, 12, 1))
    contact(next_step="Lenge siden", next_step_due=date(2026, 1, 1))

    html = page(HOME)

    assert "Sende notat om halltid" in html
    assert "Lenge siden" not in html


def test_pages_ask_as_often_however_much_there_is(page, contact, entry, client):
    def queries(address):
        page(address)
        with CaptureQueriesContext(connection) as found:
            page(address)
        statements = [one["sql"] for one in found]
        # Logging in is the test's own.
        return len([one for one in statements if "UPDATE" not in one and "INSERT" not in one])

    contact()
    entry(recruitment(reached=3))
    few = {address: queries(address) for address in (HOME, LOG)}
    for days in range(40):
        contact(day=date(2026, 11, 1) - timedelta(days=days))
        entry(recruitment(reached=3), day=date(2026, 11, 1) - timedelta(days=days))

    assert {address: queries(address) for address in few} == few
