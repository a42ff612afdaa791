"""Turnout: per cent is computed, what can't be is refused, what surprises is asked about."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from activity import turnout
from activity.models import Entry, Turnout
from foundation.intake.numbers import UNKNOWN, Count
from tests.activity.sending import LOG, change, hidden, logged, send, told
from tests.factories import make_kommune

FILLED = {"form": "direct", "semester": "2026h", "eligible": "4 000", "votes": "820"}
OLDER = {**FILLED, "semester": "2025h", "day": "20.10.2025"}


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-26T12:00:00+01:00", tick=False):
        yield


def test_semester_is_filled_in_from_the_day(writer, leader):
    page = writer.get(f"{LOG}ny/valgoppslutning/").content.decode()
    assert '<option value="2026h" selected>' in page

    with time_machine.travel("2027-03-01T12:00:00+01:00", tick=False):
        writer.force_login(leader)
        page = writer.get(f"{LOG}ny/valgoppslutning/").content.decode()
    assert '<option value="2027v" selected>' in page


def test_per_cent_and_candidates_for_each_seat_are_computed(writer):
    entry = logged(writer, "valgoppslutning", **FILLED, candidates="40", seats="25", contested="5")

    row = Turnout.objects.get(entry=entry)
    assert (row.semester, row.share) == ("2026h", Decimal("20.5"))
    found = told(writer.get(f"/en{LOG}valgoppslutning/{entry.pk}/").content.decode())
    assert found["Turnout"] == "20,5 %"
    assert found["Candidates for each seat"] == "1,6"
    assert found["People who could vote"] == "4 000"


def test_what_is_not_known_gives_no_per_cent(writer):
    entry = logged(
        writer, "valgoppslutning", form="meeting", semester="2026h", votes="60",
        eligible_answer="unknown",
    )  # fmt: skip

    row = Turnout.objects.get(entry=entry)
    assert (row.eligible, row.votes, row.share) == (UNKNOWN, Count.of(60), None)
    assert "Turnout" not in told(
        writer.get(f"/en{LOG}valgoppslutning/{entry.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"votes": "4001"}, "votes"),
        ({"seats": "4", "contested": "5"}, "contested"),
        ({"eligible": "4.000"}, "eligible"),
        ({"semester": "2027v"}, "semester"),
        ({"semester": "1066h"}, "semester"),
        ({"semester": "x"}, "semester"),
        ({"form": "acclamation"}, "form"),
    ],
)
def test_what_can_not_be_is_an_error_at_the_field(writer, wrong, field):
    answer = send(
        writer, "valgoppslutning", **{**FILLED, **wrong, "votes_reason": "Jo, det er det"}
    )

    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert not Entry.objects.exists()


def test_far_from_last_time_is_asked_and_taken_with_a_reason(writer):
    logged(writer, "valgoppslutning", **OLDER)

    asked = send(writer, "valgoppslutning", **{**FILLED, "votes": "1 900"})
    page = asked.content.decode()
    assert asked.status_code == 422
    assert 'name="votes_reason"' in page
    assert 'name="eligible_reason"' not in page
    entry = logged(
        writer, "valgoppslutning", **{**FILLED, "votes": "1 900"}, votes_reason="Valgfesten"
    )

    assert entry.reasons == {"votes": "Valgfesten"}
    page = writer.get(f"{LOG}valgoppslutning/{entry.pk}/endre/").content.decode()
    assert 'value="Valgfesten"' in page


def test_half_more_or_less_is_not_asked_about(writer):
    logged(writer, "valgoppslutning", **OLDER)

    assert logged(writer, "valgoppslutning", **{**FILLED, "votes": "1 230"}).reasons == {}


def test_only_the_same_campus_and_form_are_compared(writer, organisation):
    bergen = organisation.campuses.get()
    forde = organisation.campuses.create(kommune=make_kommune("4647"), position=1)
    logged(writer, "valgoppslutning", **OLDER, campus=bergen.pk)

    for other in ({"campus": forde.pk}, {"campus": bergen.pk, "form": "indirect"}, {"campus": ""}):
        assert logged(writer, "valgoppslutning", **{**FILLED, "votes": "90", **other})
    asked = send(writer, "valgoppslutning", **{**FILLED, "votes": "90"}, campus=bergen.pk)
    assert asked.status_code == 422


def test_a_break_in_the_series_is_not_asked_about_and_ends_it(writer, organisation):
    logged(writer, "valgoppslutning", **OLDER)
    entry = logged(
        writer, "valgoppslutning", **{**FILLED, "eligible": "9 000", "votes": "2 000"},
        break_note="Vi slo oss sammen med SP Elvestad",
    )  # fmt: skip

    found = told(writer.get(f"/en{LOG}valgoppslutning/{entry.pk}/").content.decode())
    assert found["Can&#x27;t be compared with earlier elections"].startswith("Vi slo oss sammen")
    (series,) = turnout.series_of(organisation)
    assert [point.share for point in series.points] == [Decimal("20.5"), Decimal("22.2")]
    assert [point.semester.code for point in series.since_break] == ["2026h"]


def test_a_second_election_of_the_semester_is_asked_about(writer):
    first = logged(writer, "valgoppslutning", **FILLED)

    asked = send(writer, "valgoppslutning", **{**FILLED, "votes": "810"})
    assert asked.status_code == 422
    assert 'name="semester_reason"' in asked.content.decode()
    second = logged(
        writer, "valgoppslutning", **{**FILLED, "votes": "810"}, semester_reason="Omvalg"
    )
    assert second.reasons == {"semester": "Omvalg"}

    # What was first is not asked about the other; the second still has its reason.
    assert change(writer, first, **FILLED, day="26.11.2026").status_code == 302
    assert change(writer, second, **FILLED, day="26.11.2026").status_code == 422
    answer = change(
        writer, second, **{**FILLED, "votes": "811"}, day="26.11.2026", semester_reason="Omvalg"
    )
    assert answer.status_code == 302
    second.refresh_from_db()
    assert second.reasons == {"semester": "Omvalg"}


def test_a_day_in_another_semester_is_asked_about(writer):
    wrong = {**FILLED, "day": "10.03.2026"}

    asked = send(writer, "valgoppslutning", **wrong)

    assert asked.status_code == 422
    assert 'name="day_reason"' in asked.content.decode()
    assert logged(writer, "valgoppslutning", **wrong, day_reason="Telt på nytt")


def test_the_next_one_has_as_many_who_could_vote(writer):
    entry = logged(writer, "valgoppslutning", **FILLED, seats="25")

    page = writer.get(f"{LOG}ny/valgoppslutning/?som={entry.pk}").content.decode()

    assert 'name="eligible" value="4\xa0000"' in page
    assert 'name="seats" value="25"' in page
    assert 'name="votes" value=' not in page


def test_a_draft_keeps_what_was_answered(writer):
    logged(writer, "valgoppslutning", **OLDER)
    page = writer.get(f"{LOG}ny/valgoppslutning/").content.decode()
    typed = {**FILLED, "votes": "1 900", "votes_reason": "Valgfesten", "semester": "2019v"}
    writer.post(
        f"{LOG}ny/valgoppslutning/utkast/",
        {**typed, "draft_version": hidden(page, "draft_version")},
    )

    page = writer.get(f"{LOG}ny/valgoppslutning/").content.decode()

    assert 'value="1 900"' in page
    assert 'value="Valgfesten"' in page
    assert '<option value="2019v" selected>' in page


def test_each_series_is_told_by_itself_the_newest_first(writer, organisation):
    for year in (2023, 2024, 2025):
        logged(
            writer, "valgoppslutning", form="indirect", semester=f"{year}h",
            day=f"01.10.{year}", eligible="100", votes="50",
        )  # fmt: skip
    gone = logged(writer, "valgoppslutning", **OLDER)
    logged(writer, "valgoppslutning", **FILLED)
    Entry.objects.filter(pk=gone.pk).update(
        removed_at=timezone.now() - timedelta(days=1), removed_by=gone.logged_by
    )

    first, second = turnout.series_of(organisation)

    assert (first.form, len(first.points)) == ("direct", 1)
    assert [point.semester.code for point in second.points] == ["2023h", "2024h", "2025h"]
