"""The calendar of milestones."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from priorities.models import Milestone, PriorityPage
from tests.factories import MilestoneFactory, publish_changes

pytestmark = pytest.mark.django_db

ADDRESS = "/framdrift/milepaeler.ics"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 25, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def priority(published_plan):
    return published_plan.priorities.get(position=2)


def calendar_of(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="milepaeler.ics"'
    lines = response.content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    return Calendar.from_ical(response.content)


def events(calendar):
    return calendar.walk("VEVENT")


def test_a_milestone_is_a_day_in_the_calendar(client, priority):
    milestone = MilestoneFactory(
        priority=priority,
        title_nb="Kravlista; vedtatt, og ute",
        detail_nb="Alle lag har svart.",
        published=True,
    )
    calendar = calendar_of(client)
    assert str(calendar["VERSION"]) == "2.0"
    (event,) = events(calendar)
    assert str(event["UID"]) == f"milepael-{milestone.pk}@localhost"
    assert event.decoded("DTSTART") == date(2026, 12, 15)
    assert event.decoded("DTEND") == date(2026, 12, 16)
    assert str(event["SUMMARY"]) == "Kravlista; vedtatt, og ute"
    assert event["SUMMARY"].params["LANGUAGE"] == "nb"
    assert "Alle lag har svart." in event["DESCRIPTION"]
    page = PriorityPage.objects.get(priority=priority)
    assert str(event["URL"]) == f"http://localhost:8000{page.url}"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert event.decoded("DTSTAMP") == datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert event.decoded("LAST-MODIFIED") == datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert event["SEQUENCE"] == 0


def test_a_moved_milestone_is_the_same_event_later(client, priority):
    milestone = MilestoneFactory(priority=priority, published=True)
    (before,) = events(calendar_of(client))
    with time_machine.travel(datetime(2026, 11, 26, 11, tzinfo=UTC), tick=False):
        milestone = publish_changes(
            milestone, planned_on=date(2027, 1, 8), moved_reason_nb="Tre lag venter."
        )
        (after,) = events(calendar_of(client))
        assert after["UID"] == before["UID"]
        assert after["SEQUENCE"] == 1
        assert after.decoded("DTSTART") == date(2027, 1, 8)
        assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")
        assert "15. desember 2026" in after["DESCRIPTION"]
        assert "Tre lag venter." in after["DESCRIPTION"]
        publish_changes(milestone, planned_on=date(2027, 2, 8), moved_reason_nb="To lag venter.")
        assert events(calendar_of(client))[0]["SEQUENCE"] == 2


def test_a_reached_milestone_says_so_on_the_day_it_was_reached(client, priority):
    milestone = MilestoneFactory(priority=priority, published=True)
    publish_changes(milestone, done_on=date(2026, 11, 20))
    (event,) = events(calendar_of(client))
    assert event.decoded("DTSTART") == date(2026, 11, 20)
    assert str(event["SUMMARY"]) != "Kravlista er vedtatt"
    assert str(event["SUMMARY"]).endswith("Kravlista er vedtatt")
    assert "15. desember 2026" in event["DESCRIPTION"]


def test_drafts_withdrawn_and_archived_ones_are_not_in_it(client, published_plan, priority):
    MilestoneFactory(priority=priority, title_nb="Utkast")
    MilestoneFactory(priority=priority, title_nb="Trukket", published=True).unpublish()
    gone = published_plan.priorities.get(position=6)
    MilestoneFactory(priority=gone, title_nb="Arkivert", published=True)
    type(gone).objects.filter(pk=gone.pk).update(
        archived_at=datetime(2026, 11, 2, 12, tzinfo=UTC), archived_in=gone.source
    )
    assert events(calendar_of(client)) == []


def test_one_priority_at_a_time(client, published_plan, priority):
    other = published_plan.priorities.get(position=6)
    MilestoneFactory(priority=priority, title_nb="Én", published=True)
    MilestoneFactory(priority=other, title_nb="To", published=True)
    calendar = calendar_of(client, f"{ADDRESS}?prioritering={other.pk}")
    assert [str(event["SUMMARY"]) for event in events(calendar)] == ["To"]
    assert "Studenthelse og SHoT" in str(calendar["X-WR-CALNAME"])
    assert len(events(calendar_of(client))) == 2


@pytest.mark.parametrize("wanted", ["", "0", "x", "-1", "9" * 30, "%00", "²"])
def test_an_unknown_priority_is_not_all_of_them(client, priority, wanted):
    assert client.get(f"{ADDRESS}?prioritering={wanted}").status_code == 404


def test_a_language_without_words_of_its_own_gets_bokmal(client, priority):
    MilestoneFactory(priority=priority, title_en="The list is adopted", published=True)
    assert str(events(calendar_of(client))[0]["SUMMARY"]) == "Kravlista er vedtatt"


def test_the_page_cache_may_keep_it(client, priority):
    response = client.get(ADDRESS)
    assert response.reader_keys == ("prioritering",)
    assert "public" in response["Cache-Control"]


@pytest.mark.parametrize("text", ["A\x0bB", "A\r\nEND:VEVENT\r\nB", "A\\nB;,:B", "Å" * 120])
def test_no_text_breaks_the_calendar(client, priority, text):
    milestone = MilestoneFactory(priority=priority, published=True)
    Milestone.objects.filter(pk=milestone.pk).update(title_nb=text[:120], detail_nb=text)
    (event,) = events(calendar_of(client))
    assert str(event["SUMMARY"])[0] == text[0]
    assert str(event["SUMMARY"])[-1] == text[-1]


def test_more_milestones_cost_no_more_queries(client, published_plan):
    def cost():
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        return len(queries)

    MilestoneFactory(priority=published_plan.priorities.first(), published=True)
    before = cost()
    for priority in published_plan.priorities.all():
        MilestoneFactory(priority=priority, published=True)
    assert cost() == before


def test_the_priority_leads_to_its_calendar(client, priority):
    MilestoneFactory(priority=priority, published=True)
    page = client.get(PriorityPage.objects.get(priority=priority).url).content.decode()
    assert f'href="{ADDRESS}?prioritering={priority.pk}"' in page


def test_each_language_has_its_words(client, priority):
    MilestoneFactory(
        priority=priority,
        title_nn="Kravlista er vedteken",
        title_en="The demands are adopted",
        published=True,
    )
    for prefix, words in (("/nn", "Kravlista er vedteken"), ("/en", "The demands are adopted")):
        (event,) = events(calendar_of(client, prefix + ADDRESS))
        assert str(event["SUMMARY"]) == words
        assert event["SUMMARY"].params["LANGUAGE"] == prefix[1:]
        assert f"http://localhost:8000{prefix}/handlingsplan/" in event["URL"]
