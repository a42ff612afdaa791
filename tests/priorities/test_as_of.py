"""`?dato=`: the plan and its priorities as the public could read them at the end of a day."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from priorities.as_of import read_day
from priorities.models import ActionPlan, Indicator, PriorityPage
from tests.factories import (
    IndicatorFactory,
    MilestoneFactory,
    StatusChangeFactory,
    make_update,
    publish_changes,
)

pytestmark = pytest.mark.django_db

PLAN = "/handlingsplan/2026-2027/"


def at(day, hour=11):
    """The clock stands still at this hour (UTC) of an ISO date."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    return time_machine.travel(moment, tick=False)


@pytest.fixture(autouse=True)
def _today():
    with at("2026-11-25"):
        yield


@pytest.fixture
def plan(published_plan):
    return published_plan


@pytest.fixture
def priority(plan):
    return plan.priorities.get(position=2)


@pytest.fixture
def address(priority):
    return PriorityPage.objects.get(priority=priority).url


def main(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    text = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    # Short dates are held together by a space that does not break.
    return text.replace("\xa0", " ")


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026-12-1", date(2026, 12, 1)),
        ("1.12.2026", date(2026, 12, 1)),
        ("01.12.2026", date(2026, 12, 1)),
        ("1. 12. 2026", date(2026, 12, 1)),
        ("2026-02-29", None),
        ("31.4.2026", None),
        ("0000-01-01", None),
        ("12/1/2026", None),
        ("20261201", None),
        ("2026-12-01T00:00", None),
        ("٢٠٢٦-١٢-٠١", None),
        ("i går", None),
    ],
)
def test_a_date_is_read_both_ways(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize("asked", ["2026-11-10", "10.11.2026"])
def test_an_earlier_day_is_marked_on_plan_and_priority(client, address, asked):
    for page in (PLAN, address):
        text = main(client, f"{page}?dato={asked}")
        note = text.split('class="note is-late"')[1].split("</div>")[0]
        assert "Slik var det 10. november 2026." in note
        assert f'<a href="{page}">Se hvordan det er nå</a>' in note
        assert 'value="2026-11-10"' in text
    assert "I dag," not in text


@pytest.mark.parametrize("asked", ["2026-11-25", "25.11.2026", "", "  "])
def test_the_day_of_today_is_today(client, address, asked):
    for page in (PLAN, address):
        text = client.get(page, {"dato": asked}).content.decode()
        assert "Slik var det" not in text
        assert 'class="note' not in text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("2026-11-26", "26. november 2026 er i framtida."),
        ("9999-12-31", "31. desember 9999 er i framtida."),
        ("i går", "Vi kan ikke lese «i går» som en dato."),
        ("<script>", "Vi kan ikke lese «&lt;script&gt;» som en dato."),
        ("2026-04-11", "11. april 2026 var planen ikke vedtatt ennå."),
        ("0001-01-01", "var planen ikke vedtatt ennå."),
        ("\x00", "som en dato."),
    ],
)
def test_a_day_that_cannot_be_shown_is_said_and_today_is_shown(
    client, priority, address, asked, sentence
):
    StatusChangeFactory(priority=priority, published=True, decided_on=date(2026, 11, 25))
    for page in (PLAN, address):
        response = client.get(page, {"dato": asked})
        text = response.content.decode()
        assert response.status_code == 200
        assert sentence in text
        assert "Her ser du hvordan det er i dag." in text
        assert "I gang" in text
        # Only the citation of the page names a day: this one.
        assert "?dato=" not in re.sub(
            r'<details class="data cite".*?</details>', "", text, flags=re.S
        )


def test_a_plan_without_a_date_can_be_asked_about_from_its_first_year_on(client, plan):
    ActionPlan.objects.update(adopted_on=None)
    assert "Slik var det 1. januar 2026." in main(client, f"{PLAN}?dato=2026-01-01")
    assert "ikke vedtatt ennå" in main(client, f"{PLAN}?dato=2025-12-31")


@override_settings(DEMO=False, BASE_URL="https://portal.example")
def test_an_earlier_day_is_not_for_search_engines(client, address):
    for page in (PLAN, address):
        text = client.get(f"{page}?dato=2026-11-10").content.decode()
        assert '<meta name="robots" content="noindex">' in text
        assert f'<link rel="canonical" href="https://portal.example{page}">' in text
        for shown in (page, f"{page}?dato=2026-11-25", f"{page}?dato=x"):
            assert 'name="robots"' not in client.get(shown).content.decode()


def test_links_between_plan_and_priorities_stay_on_the_day(client, plan, priority, address):
    with at("2026-11-01"):
        StatusChangeFactory(priority=priority, published=True, decided_on=date(2026, 11, 1))
    query = "?dato=2026-11-10"
    text = main(client, PLAN + query)
    assert f'href="{address}{query}"' in text
    assert f'href="{PLAN}?status=under_way&amp;dato=2026-11-10"' in text
    chosen = main(client, f"{PLAN}?status=under_way&dato=2026-11-10")
    assert '<input type="hidden" name="status" value="under_way">' in chosen
    assert f'href="{PLAN}{query}"' in chosen
    text = main(client, address + query)
    assert text.count(f'href="{PLAN}{query}"') == 2
    assert re.search(r'href="[^"]+\?dato=2026-11-10" rel="prev"', text)
    assert re.search(r'href="[^"]+\?dato=2026-11-10" rel="next"', text)


def test_a_status_is_seen_from_the_day_that_it_was_published(client, plan, priority, address):
    with at("2026-11-01"):
        StatusChangeFactory(
            priority=priority,
            status="not_started",
            reason_nb="Vi venter.",
            decided_on=date(2026, 11, 1),
            published=True,
        )
    with at("2026-11-10"):
        StatusChangeFactory(
            priority=priority,
            status="won",
            reason_nb="Alt er vedtatt.",
            decided_on=date(2026, 11, 3),
            published=True,
        )
    shown = {
        "2026-10-31": "Prioriteringen hadde ingen status ennå.",
        "2026-11-01": "Vi venter.",
        "2026-11-09": "Vi venter.",
        "2026-11-10": "Alt er vedtatt.",
    }
    for day, sentence in shown.items():
        text = main(client, f"{address}?dato={day}")
        assert sentence in text, day
        assert (
            text.count("Vi venter.") + text.count("Alt er vedtatt.")
            == [0, 1, 1, 2][list(shown).index(day)]
        )
    assert "Ikke startet: 1" in main(client, f"{PLAN}?dato=2026-11-09")
    assert "Gjennomslag eller fullført: 1" in main(client, f"{PLAN}?dato=2026-11-10")
    assert 'class="chart"' not in main(client, f"{PLAN}?dato=2026-10-31")


def test_the_day_ends_at_midnight_in_oslo(client, plan, priority, address):
    with time_machine.travel(datetime(2026, 11, 9, 22, 59, 59, tzinfo=UTC), tick=False):
        StatusChangeFactory(priority=priority, decided_on=date(2026, 11, 9), published=True)
    with time_machine.travel(datetime(2026, 11, 9, 23, 0, 0, tzinfo=UTC), tick=False):
        StatusChangeFactory(
            priority=priority, status="won", decided_on=date(2026, 11, 10), published=True
        )
    assert 'class="verdict is-go"' in main(client, f"{address}?dato=2026-11-09")
    assert 'class="verdict is-win"' in main(client, f"{address}?dato=2026-11-10")


def test_later_corrections_of_a_status_are_undone(client, plan, priority, address):
    with at("2026-11-01"):
        change = StatusChangeFactory(
            priority=priority,
            status="partly",
            cause="compromise",
            reason_nb="Seks av ni.",
            reason_en="Six of nine.",
            decided_on=date(2026, 11, 1),
            published=True,
        )
    with at("2026-11-05"):
        change = publish_changes(change, reason_nb="Fem av ni.", correction_reason="Vi telte feil.")
    with at("2026-11-10"):
        publish_changes(
            change,
            status="won",
            cause="",
            reason_nb="Ni av ni.",
            decided_on=date(2026, 11, 9),
            correction_reason="Nytt vedtak.",
        )
    for day, mark, reason in (
        ("2026-11-04", "part", "Seks av ni."),
        ("2026-11-05", "part", "Fem av ni."),
        ("2026-11-09", "part", "Fem av ni."),
        ("2026-11-10", "win", "Ni av ni."),
    ):
        text = main(client, f"{address}?dato={day}")
        assert f'class="verdict is-{mark}"' in text, day
        assert reason in text, day
        assert ("Det ble et kompromiss" in text) is (mark == "part"), day
        decided = 9 if mark == "win" else 1
        assert f"Satt av arbeidsutvalget {decided}. november 2026" in words(text), day


def test_what_is_withdrawn_later_still_stood(client, plan, priority, address):
    with at("2026-11-01"):
        change = StatusChangeFactory(
            priority=priority, decided_on=date(2026, 11, 1), published=True
        )
    with at("2026-11-10"):
        change.unpublish()
    assert "Vi er i gang." in main(client, f"{address}?dato=2026-11-09")
    assert "Vi er i gang." not in main(client, f"{address}?dato=2026-11-10")
    assert "Vi er i gang." not in main(client, address)


def test_a_milestone_stands_as_it_was_planned_then(client, plan, priority, address):
    with at("2026-11-01"):
        milestone = MilestoneFactory(
            priority=priority,
            planned_on=date(2026, 11, 8),
            title_nb="Alle har svart",
            published=True,
        )
    with at("2026-11-05"):
        milestone = publish_changes(
            milestone, planned_on=date(2026, 11, 20), moved_reason_nb="Tre lag venter."
        )
    with at("2026-11-12"):
        milestone = publish_changes(
            milestone,
            planned_on=date(2026, 12, 18),
            moved_reason_nb="Ett lag venter.",
            title_nb="Nesten alle har svart",
        )
    with at("2026-11-20"):
        publish_changes(milestone, done_on=date(2026, 11, 19))

    def line(day):
        return words(
            main(client, f"{address}?dato={day}").split('class="miles">')[1].split("</ol>")[0]
        )

    assert 'class="miles"' not in main(client, f"{address}?dato=2026-10-31")
    assert line("2026-11-04") == "4. november 2026 Snart: 8. november 2026 Alle har svart"
    assert line("2026-11-05") == (
        "5. november 2026 Planlagt 20. november 2026 Alle har svart "
        "Flyttet fra 8. november 2026 til 20. november 2026: Tre lag venter."
    )
    assert line("2026-11-12") == (
        "12. november 2026 Planlagt 18. desember 2026 Nesten alle har svart "
        "Flyttet fra 8. november 2026 til 18. desember 2026: Ett lag venter."
    )
    assert line("2026-11-19").startswith("19. november 2026 Planlagt 18. desember 2026")
    assert line("2026-11-20").startswith("Nådd 19. november 2026")
    row = main(client, f"{PLAN}?dato=2026-11-04")
    assert "Neste: Alle har svart, 8. nov. 2026" in row
    assert "flyttet" not in row


def test_an_indicator_shows_the_values_of_the_day(client, plan, priority, address):
    with at("2026-11-01"):
        indicator = IndicatorFactory(
            priority=priority,
            target=Decimal(50),
            measured={"2026-10-20": "10", "2026-11-01": "30"},
            published=True,
        )
    with at("2026-11-05"):
        indicator = Indicator.objects.get(pk=indicator.pk)
        values = list(indicator.values.all())
        values[1].value = Decimal(20)
        indicator.values = values
        indicator.target = Decimal(100)
        indicator.correction_reason = "To lag var talt dobbelt."
        indicator.full_clean()
        indicator.save_revision().publish()
    with at("2026-11-10"):
        indicator = Indicator.objects.get(pk=indicator.pk)
        indicator.values = list(indicator.values.all())[:1]
        indicator.correction_reason = "Tallet gjaldt noe annet."
        indicator.save_revision().publish()

    def said(day):
        return words(main(client, f"{address}?dato={day}"))

    assert "Kommuner med møte" not in said("2026-10-31")
    assert "30 kommuner 1. november 2026" in said("2026-11-04")
    assert "60 % av veien fra 0 til målet 50" in said("2026-11-04")
    assert "20 kommuner 1. november 2026" in said("2026-11-05")
    assert "20 % av veien fra 0 til målet 100" in said("2026-11-09")
    assert "10 kommuner 20. oktober 2026" in said("2026-11-10")
    assert Indicator.objects.get().values.count() == 1


def test_news_count_from_the_day_that_they_could_be_read(client, plan, priority, address):
    with at("2026-11-08"):
        make_update(priority, title="Sent ute", date=date(2026, 11, 3))
        make_update(priority, title="Tidlig ute", date=date(2026, 11, 10))
    for day, seen in (
        ("2026-11-07", []),
        ("2026-11-08", ["Sent ute"]),
        ("2026-11-10", ["Tidlig ute", "Sent ute"]),
    ):
        text = main(client, f"{address}?dato={day}")
        assert re.findall("Sent ute|Tidlig ute", text) == seen, day
    assert "Oppdatert 3. nov. 2026" in main(client, f"{PLAN}?dato=2026-11-08")


def test_news_keep_the_day_from_one_part_of_the_list_to_the_next(client, plan, priority, address):
    with at("2026-11-08"):
        for number in range(6):
            make_update(priority, title=f"Nytt {number}", date=date(2026, 11, 1))
    text = main(client, f"{address}?dato=2026-11-10")
    assert 'href="?dato=2026-11-10&amp;side=2#nytt"' in text
    assert len(re.findall(r"Nytt \d", main(client, f"{address}?dato=2026-11-10&side=2"))) == 1


@pytest.fixture
def amended(db, read_in, adopted_text):
    """A plan that was changed, shortened and lengthened in November."""
    first = adopted_text
    second = first.replace(
        "- Jobbe for gjennomslag for NSOs statsbudsjettprioritering.",
        "- Jobbe for gjennomslag for hele NSOs statsbudsjettprioritering.",
    )
    gone = next(line for line in first.splitlines() if "studiestøtteordninger" in line)
    second = second.replace(gone, "- Jobbe for noe som er helt nytt i denne planen.")
    assert second.count("hele NSOs") == second.count("helt nytt") == 1
    with at("2026-11-01"):
        read_in(first, publish=True)
    with at("2026-11-10"):
        read_in(second, publish=True)
    return ActionPlan.objects.get()


def test_the_adopted_words_are_those_of_the_day(client, amended):
    for day, old in (("2026-10-01", True), ("2026-11-09", True), ("2026-11-10", False)):
        text = main(client, f"{PLAN}?dato={day}")
        assert ("for NSOs statsbudsjettprioritering.</p>" in text) is old, day
        assert ("for hele NSOs" in text) is not old, day
        assert ("studiestøtteordninger for internasjonale studenter.</p>" in text) is old, day
        assert ("helt nytt" in text) is not old, day
        numbers = re.findall(r'class="prow__n" aria-hidden="true">(\d+)<', text)
        assert [int(number) for number in numbers] == [*range(1, 16)], day
    page = PriorityPage.objects.get(priority__position=1, priority__archived_at=None)
    assert "for NSOs statsbudsjettprioritering.</p>" in main(client, f"{page.url}?dato=2026-11-09")
    assert "for hele NSOs" in main(client, page.url)


def test_a_priority_that_was_archived_later_still_stands(client, amended):
    page = PriorityPage.objects.get(priority__archived_at__isnull=False)
    before = main(client, f"{page.url}?dato=2026-11-09")
    assert "gikk ut av planen" not in before
    assert "nr. 10 av 15" in before
    assert 'rel="prev"' in before
    assert 'rel="next"' in before
    assert "gikk ut av planen" in main(client, f"{page.url}?dato=2026-11-10")
    assert "gikk ut av planen 10. november 2026" in main(client, page.url)


def test_a_priority_that_came_later_says_that_it_was_not_there(client, amended):
    page = PriorityPage.objects.get(priority__adopted_text__contains="helt nytt")
    text = main(client, f"{page.url}?dato=2026-11-09")
    assert "Da var ikke prioriteringen med i planen ennå." in text
    assert "helt nytt" in text
    assert "Slik var det" not in text
    assert "Slik var det" in main(client, f"{page.url}?dato=2026-11-10")


def test_a_section_that_is_gone_stands_on_its_days(client, db, read_in, adopted_text):
    with at("2026-11-01"):
        read_in(adopted_text, publish=True)
    shorter = adopted_text[: adopted_text.index("## Organisatoriske")]
    with at("2026-11-10"):
        read_in(shorter, publish=True)
    assert "Organisatoriske" in main(client, f"{PLAN}?dato=2026-11-09")
    assert "Organisatoriske" not in main(client, f"{PLAN}?dato=2026-11-10")


def test_texts_of_the_page_are_those_of_the_day(client, db, read_in, adopted_text):
    with at("2026-11-01"):
        read_in(adopted_text, publish=True)
    page = PriorityPage.objects.get(priority__position=2)
    for day, summary in (("2026-11-05", "Først dette."), ("2026-11-10", "Så noe annet.")):
        with at(day):
            page = publish_changes(page, summary=summary, owner_role=f"Rolle {day}")
    for day, seen in (
        ("2026-10-01", []),
        ("2026-11-04", []),
        ("2026-11-05", ["Først dette."]),
        ("2026-11-10", ["Så noe annet."]),
    ):
        text = main(client, f"{page.url}?dato={day}")
        assert re.findall(r"Først dette\.|Så noe annet\.", text) == seen, day
    page.revisions.all().delete()
    assert "Så noe annet." in main(client, f"{page.url}?dato=2026-11-05")


def test_each_day_looks_afterwards_as_it_looked_then(client, plan, priority, address):
    """Whatever happens later: what was read on a day is what `?dato=` shows of it."""
    kept = {}

    def of_the_day(text):
        """What stands there, without the mark of the day itself and what differs by design."""
        text = re.sub(r'<li class="miles__today.*?</li>', "", text, flags=re.S)
        for name in ("crumbs", "past", "note is-late", "data cite"):
            text = re.sub(rf'<(\w+) class="{name}".*?</\1>', "", text, flags=re.S)
        # Silence grows by the day.
        text = re.sub(r"Stille i \d+ dag(er)?", "", text)
        return words(text.replace("Prioriteringen hadde ingen", "Prioriteringen har ingen"))

    rows = {}

    def happen(day):
        if day == 2:
            rows["s"] = StatusChangeFactory(
                priority=priority, decided_on=date(2026, 11, 2), published=True
            )
            rows["m"] = MilestoneFactory(
                priority=priority, planned_on=date(2026, 12, 10), published=True
            )
            rows["i"] = IndicatorFactory(
                priority=priority, measured={"2026-11-01": "5"}, published=True
            )
        elif day == 4:
            rows["s"] = publish_changes(
                rows["s"], reason_nb="Rettet grunn.", meeting="AU 3", correction_reason="Feil."
            )
            make_update(priority, date=date(2026, 11, 4))
        elif day == 6:
            rows["m"] = publish_changes(
                rows["m"], planned_on=date(2026, 12, 20), moved_reason_nb="Venter."
            )
            rows["i"] = publish_changes(
                rows["i"], target=Decimal(40), correction_reason="Nytt mål fra landsstyret."
            )
        elif day == 8:
            rows["s2"] = StatusChangeFactory(
                priority=priority, status="won", decided_on=date(2026, 11, 8), published=True
            )
            rows["m"] = publish_changes(rows["m"], done_on=date(2026, 11, 7))
        elif day == 10:
            rows["s2"].unpublish()
            rows["m"].unpublish()

    for day in range(1, 12):
        with at(f"2026-11-{day:02}"):
            happen(day)
        with at(f"2026-11-{day:02}", hour=21):
            kept[day] = [of_the_day(main(client, page)) for page in (address, PLAN)]
    assert len({tuple(one) for one in kept.values()}) == 6
    for day, seen in kept.items():
        query = f"?dato=2026-11-{day:02}"
        assert [of_the_day(main(client, page + query)) for page in (address, PLAN)] == seen, day


def test_looking_back_changes_nothing(client, amended, django_assert_num_queries):
    page = PriorityPage.objects.get(priority__position=1, priority__archived_at=None)
    for address in (PLAN, page.url):
        client.get(f"{address}?dato=2026-11-09")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{address}?dato=2026-11-09")
        written = [one["sql"] for one in queries if re.match("(INSERT|UPDATE|DELETE)", one["sql"])]
        assert written == []
