"""What the public reads of status, milestones, indicators and corrections."""

import itertools
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from memberorgs.choices import RoleGroup
from priorities.choices import STATUS_DEFINITIONS, Status
from priorities.models import Correction, IndicatorValue, Priority, PriorityPage
from priorities.statistics import measured, shares, timeline
from priorities.templatetags.facts import amount
from tests.factories import (
    IndicatorFactory,
    MilestoneFactory,
    StatusChangeFactory,
    UserFactory,
    make_update,
    publish_changes,
)

pytestmark = pytest.mark.django_db

PLAN = "/handlingsplan/2026-2027/"
CORRECTIONS = "/framdrift/rettelser/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 25, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def priority(published_plan):
    return published_plan.priorities.get(position=2)


@pytest.fixture
def page(priority):
    return PriorityPage.objects.get(priority=priority)


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def words(html):
    """The text that one reads, spaces joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def part(html, opening, closing):
    return html.split(opening, 1)[1].split(closing, 1)[0]


def set_all(plan, status="under_way", **values):
    for priority in plan.priorities.all():
        StatusChangeFactory(priority=priority, status=status, published=True, **values)


def test_a_card_of_the_front_page_carries_its_status(client, priority):
    StatusChangeFactory(priority=priority, status="partly", cause="compromise", published=True)
    text = text_of(client, "/")
    assert 'class="vote is-part vote--set"' in text
    assert "2. Kommune- og fylkestingsvalget 2027: Delvis gjennomslag" in words(text)
    assert "3. Kvalitet, vurdering og kunstig intelligens: Ingen status ennå" in words(text)


def test_the_front_page_sums_up_and_says_what_changed_last(client, published_plan):
    set_all(published_plan)
    six = published_plan.priorities.get(position=6)
    StatusChangeFactory(priority=six, status="won", decided_on=date(2026, 11, 19), published=True)
    text = text_of(client, "/")
    key = words(part(text, 'class="hall-key">', "</ul>"))
    assert key == "1 Gjennomslag eller fullført 14 I gang"
    assert "Sist endret: 6. Studenthelse og SHoT : Gjennomslag, 19. november 2026." in words(text)


def test_the_front_page_is_as_before_while_nothing_has_a_status(client, priority):
    StatusChangeFactory(priority=priority)
    MilestoneFactory(priority=priority)
    text = text_of(client, "/")
    assert "hall-key" not in text
    assert "vote--set" not in text
    assert "Ingen status" not in text
    assert "Siste nytt" not in text


def test_the_front_page_shows_news_and_what_comes_next(client, published_plan, priority):
    for number in range(6):
        make_update(priority, title=f"Nytt {number}", date=date(2026, 11, number + 1))
    MilestoneFactory(priority=priority, title_nb="Kravlista er ute", published=True)
    text = text_of(client, "/")
    assert [f"Nytt {number}" in text for number in range(6)] == [False, *[True] * 5]
    assert text.index("Nytt 5") < text.index("Nytt 4")
    assert "15. des. 2026 Kravlista er ute 2. Kommune- og" in words(text)
    assert 'href="/nyheter/"' in part(text, "<main", "</main>")


def test_an_organisational_priority_is_completed_not_won(client, published_plan):
    last = published_plan.priorities.get(position=15)
    StatusChangeFactory(priority=last, status="won", published=True)
    page = PriorityPage.objects.get(priority=last)
    assert "Fullført" in words(part(text_of(client, page.url), 'class="verdict', "</section>"))
    assert "15. Er NSO Oslo-sentrert?: Fullført" in words(text_of(client, "/"))


def test_a_row_of_the_plan_tells_status_next_step_and_last_word(client, priority):
    StatusChangeFactory(priority=priority, published=True, decided_on=date(2026, 11, 3))
    MilestoneFactory(
        priority=priority, planned_on=date(2027, 3, 1), title_nb="Etter", published=True
    )
    MilestoneFactory(
        priority=priority, planned_on=date(2026, 12, 2), title_nb="Før", published=True
    )
    make_update(priority, date=date(2026, 11, 20))
    row = part(text_of(client, PLAN), "Kommune- og fylkestingsvalget 2027</a>", "</li>")
    assert 'class="status is-go"' in row
    side = words(part(row, 'class="prow__side">', "</div>"))
    assert side == "I gang Neste: Før, 2. des. 2026 Oppdatert 20. nov. 2026"


def test_a_row_says_when_the_next_step_is_late_or_moved(client, priority):
    milestone = MilestoneFactory(priority=priority, published=True)
    milestone = publish_changes(
        milestone, planned_on=date(2027, 1, 8), moved_reason_nb="Tre lag venter."
    )
    assert "Neste: Kravlista er vedtatt, flyttet til 8. jan. 2027" in words(text_of(client, PLAN))
    with time_machine.travel(datetime(2027, 1, 9, 11, tzinfo=UTC)):
        assert "Forsinket: Kravlista er vedtatt, 8. jan. 2027" in words(text_of(client, PLAN))


def test_the_bar_has_its_numbers_in_words_and_in_a_table(client, published_plan):
    set_all(published_plan)
    StatusChangeFactory(
        priority=published_plan.priorities.get(position=1),
        status="lost",
        cause="money",
        decided_on=date(2026, 11, 4),
        published=True,
    )
    published_plan.priorities.get(position=15).statuschanges.get().unpublish()
    text = text_of(client, PLAN)
    figure = part(text, '<figure class="chart">', "</figure>")
    assert 'aria-label="I gang: 13, Ikke gjennomslag: 1, Ingen status ennå: 1"' in figure
    table = part(figure, "<tbody>", "</tbody>")
    assert words(table) == "I gang 13 Ikke gjennomslag 1 Ingen status ennå 1 Alle 15"
    widths = [
        float(width) for width in re.findall(r'<rect x="[\d.]+%" y="1" width="([\d.]+)%', figure)
    ]
    assert widths == [92.857, 7.143]


def test_the_parts_of_the_bar_fill_it_and_lie_side_by_side(published_plan):
    for number, priority in enumerate(published_plan.priorities.all()):
        StatusChangeFactory(
            priority=priority, status=Status.values[number % 8], cause="money", published=True
        )
    parts = shares(StatusChangeFactory._meta.model.objects.all())
    assert sum(one.count for one in parts) == 15
    assert float(parts[0].start) == 0
    for before, after in itertools.pairwise(parts):
        assert float(before.start) + float(before.width) == pytest.approx(
            float(after.start), abs=0.01
        )
    assert float(parts[-1].start) + float(parts[-1].width) == pytest.approx(100, abs=0.01)


def test_without_a_status_the_plan_says_so_and_shows_no_bar(client, published_plan):
    text = text_of(client, PLAN)
    assert "Ingen prioritering har fått status ennå." in text
    assert 'class="chart"' not in text
    assert 'class="pills"' not in text


def numbers_shown(text):
    return [
        int(number) for number in re.findall(r'class="prow__n" aria-hidden="true">(\d+)<', text)
    ]


def test_the_plan_can_be_filtered_by_status(client, published_plan):
    set_all(published_plan)
    for position in (3, 13):
        StatusChangeFactory(
            priority=published_plan.priorities.get(position=position),
            status="paused",
            cause="others",
            decided_on=date(2026, 11, 5),
            published=True,
        )
    text = text_of(client, PLAN)
    assert f'href="{PLAN}?status=paused"' in text
    assert numbers_shown(text) == [*range(1, 16)]
    chosen = text_of(client, f"{PLAN}?status=paused")
    assert numbers_shown(chosen) == [3, 13]
    current = re.findall(r'<a class="pill[^>]*aria-current="true">(.*?)</a>', chosen)
    assert [words(one) for one in current] == ["På vent 2"]
    assert "15" in words(part(chosen, 'class="pills"', "</li>"))


def test_a_filter_that_fits_nothing_says_so(client, published_plan):
    set_all(published_plan)
    text = text_of(client, f"{PLAN}?status=lost")
    assert "Ingen prioritering har statusen «Ikke gjennomslag»." in text
    assert numbers_shown(text) == []


@pytest.mark.parametrize("value", ["vunnet", "<b>x</b>", "PARTLY", "x" * 500, "\x00"])
def test_an_unknown_filter_is_ignored_and_said(client, published_plan, value):
    set_all(published_plan)
    response = client.get(PLAN, {"status": value})
    text = response.content.decode()
    assert response.status_code == 200
    assert numbers_shown(text) == [*range(1, 16)]
    assert "Det finnes ingen status «" in text
    assert "<b>x</b>" not in text
    assert "x" * 100 not in text


def test_the_scale_is_explained_in_public(client, published_plan):
    scale = part(text_of(client, PLAN), 'id="skala"', "</details>")
    for definition in STATUS_DEFINITIONS.values():
        assert str(definition) in scale
    assert len(re.findall('class="status is-', scale)) == 8


def test_a_status_tells_what_why_who_when_and_where_from(client, priority, page):
    StatusChangeFactory(
        priority=priority,
        status="partly",
        cause="compromise",
        decided_on=date(2026, 11, 20),
        reason_nb="Fem av ni <i>krav</i> er tatt inn.",
        note_nb="De fire andre <b>venter</b>.",
        meeting="AU-møte 14",
        case_number="5/26",
        source_title="Protokollen",
        source_url="https://eksempel.example/protokoll",
        published=True,
    )
    verdict = part(text_of(client, page.url), 'class="verdict is-part"', "</section>")
    said = words(verdict)
    assert "Delvis gjennomslag Fem av ni &lt;i&gt;krav&lt;/i&gt; er tatt inn." in said
    assert "Satt av arbeidsutvalget 20. november 2026 (AU-møte 14, sak 5/26)" in said
    assert "Årsak: Det ble et kompromiss" in said
    assert '<a href="https://eksempel.example/protokoll">Protokollen</a>' in verdict
    assert "&lt;b&gt;venter&lt;/b&gt;" in verdict
    assert f'href="{PLAN}#skala"' in verdict
    assert "Tidligere" not in said


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, "3. november 2026"),
        ({"meeting": "AU-møte 14"}, "3. november 2026 (AU-møte 14)"),
        ({"case_number": "5/26"}, "3. november 2026 (sak 5/26)"),
    ],
)
def test_what_is_not_known_of_a_decision_leaves_no_trace(client, priority, page, values, shown):
    StatusChangeFactory(priority=priority, published=True, **values)
    verdict = part(text_of(client, page.url), 'class="verdict', "</section>")
    assert f"Satt av arbeidsutvalget {shown} Hva ordene betyr" in words(verdict)
    assert "Kilde" not in verdict
    assert "()" not in verdict


def test_earlier_statuses_stand_with_date_and_reason_the_newest_first(client, priority, page):
    for month, status in ((6, "not_started"), (9, "under_way"), (11, "won")):
        StatusChangeFactory(
            priority=priority,
            status=status,
            decided_on=date(2026, month, 5),
            reason_nb=f"Grunn {month}.",
            published=True,
        )
    StatusChangeFactory(priority=priority, decided_on=date(2026, 11, 6), reason_nb="Kladd.")
    text = text_of(client, page.url)
    verdict = part(text, 'class="verdict is-win"', "</section>")
    assert "Tidligere statuser (2)" in words(verdict)
    assert re.findall(r"Grunn (\d+)\.", verdict) == ["11", "9", "6"]
    assert "5. september 2026" in verdict
    assert "Kladd." not in text


def test_no_status_is_said_in_one_sentence(client, page):
    text = text_of(client, page.url)
    assert "Prioriteringen har ingen status ennå." in text
    for trace in ("Milepæler", "Nyheter</h2>", "Ansvarlig", "Henger sammen med", "rettet her"):
        assert trace not in part(text, "<main", "</main>"), trace


def test_milestones_stand_by_date_with_today_among_them(client, priority, page):
    for title, planned, done in (
        ("Nådd i tide", date(2026, 9, 1), date(2026, 8, 28)),
        ("Skulle vært nådd", date(2026, 11, 15), None),
        ("Kommer snart", date(2026, 12, 1), None),
        ("Kommer siden", date(2027, 4, 1), None),
    ):
        MilestoneFactory(
            priority=priority, title_nb=title, planned_on=planned, done_on=done, published=True
        )
    MilestoneFactory(priority=priority, title_nb="Kladd")
    text = text_of(client, page.url)
    row = words(part(text, '<ol class="miles">', "</ol>"))
    assert row == (
        "Nådd 28. august 2026 Nådd i tide "
        "Forsinket, skulle vært nådd 15. november 2026 Skulle vært nådd "
        "I dag, 25. november "
        "Snart: 1. desember 2026 Kommer snart "
        "Planlagt 1. april 2027 Kommer siden"
    )
    assert "1 av 4 nådd" in words(text)


def test_a_moved_milestone_keeps_its_old_date_in_sight(client, priority, page):
    milestone = MilestoneFactory(priority=priority, published=True)
    publish_changes(milestone, planned_on=date(2027, 1, 8), moved_reason_nb="Tre lag venter.")
    text = text_of(client, page.url)
    assert "<del>15. desember 2026</del> til 8. januar 2027: Tre lag venter." in text


def test_the_line_of_time_breaks_at_the_day(priority):
    today = MilestoneFactory.build(planned_on=date(2026, 11, 25))
    done_today = MilestoneFactory.build(planned_on=date(2026, 12, 25), done_on=date(2026, 11, 25))
    order = timeline([today, done_today], date(2026, 11, 25))
    assert [one for _, one in order] == [done_today, None, today]
    assert timeline([], date(2026, 11, 25)) == []


def test_an_indicator_tells_start_target_last_value_and_how_far(client, priority, page):
    IndicatorFactory(
        priority=priority,
        baseline=Decimal("1000"),
        target=Decimal("2000.5"),
        measured={"2026-10-01": "1250.25", "2026-11-20": "1730", "2026-12-01": "1999"},
        published=True,
    )
    text = text_of(client, page.url)
    figure = part(text, '<figure class="chart">', "</figure>")
    said = words(figure).replace("\xa0", " ")
    assert "Kommuner med møte 1 730 kommuner 20. november 2026" in said
    assert "72 % av veien fra 1 000 til målet 2 000,5" in said
    assert 'width="72%"' in figure
    assert "01.10.2026 1 250,25 Opptelling 20.11.2026 1 730 Opptelling Mål 2 000,5" in said
    assert "1 999" not in said


def test_an_indicator_that_was_never_measured_says_so(client, priority, page):
    IndicatorFactory(priority=priority, published=True)
    text = text_of(client, page.url)
    assert "Ikke målt ennå." in text
    assert "av veien" not in text


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "percent"),
    [
        ("up", 0, 58, "57.99", 99),
        ("up", 0, 58, "58", 100),
        ("up", 0, 58, "80", 100),
        ("up", 10, 58, "3", 0),
        ("down", 100, 50, "75", 50),
        ("down", 100, 50, "120", 0),
    ],
)
def test_progress_is_derived_and_never_rounded_up(
    priority, direction, baseline, target, value, percent
):
    indicator = IndicatorFactory(
        priority=priority,
        direction=direction,
        baseline=Decimal(baseline),
        target=Decimal(target),
        measured={"2026-11-20": value},
    )
    assert measured([indicator], date(2026, 11, 25))[0].percent == percent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.00", "0"),
        ("1234567.50", "1 234 567,5"),
        ("100.00", "100"),
        ("-3.25", "-3,25"),
        ("1E+3", "1 000"),
    ],
)
def test_numbers_are_written_the_norwegian_way(value, shown):
    assert amount(Decimal(value)).replace("\xa0", " ") == shown


def test_news_of_a_priority_stand_five_at_a_time(client, priority, page):
    other = Priority.objects.get(position=4)
    for number in range(1, 8):
        make_update(other, priority, title=f"Nytt nr {number}.", date=date(2026, 10, number))
    make_update(priority, title="Kladd", published=False)
    first, second = text_of(client, page.url), text_of(client, f"{page.url}?side=2")
    assert re.findall(r"Nytt nr (\d)\.", first) == ["7", "6", "5", "4", "3"]
    assert re.findall(r"Nytt nr (\d)\.", second) == ["2", "1"]
    assert 'href="?side=2#nytt"' in first
    assert "7 i alt" in first
    assert "Kladd" not in first
    assert re.findall(r"Nytt nr (\d)\.", text_of(client, f"{page.url}?side=99")) == ["2", "1"]
    assert len(re.findall(r"Nytt nr (\d)\.", text_of(client, f"{page.url}?side=x"))) == 5


def test_short_text_owner_and_related_stand_where_they_are_written(client, priority, page):
    page.summary = "Partiene skal svare før valget."
    page.owner_role = "Arbeidsutvalget, politisk ansvarlig"
    page.related = [Priority.objects.get(position=8)]
    page.save_revision().publish()
    text = text_of(client, page.url)
    assert '<p class="lead">Partiene skal svare før valget.</p>' in text
    assert '<meta name="description" content="Partiene skal svare før valget.">' in text
    assert "Arbeidsutvalget, politisk ansvarlig" in text
    assert "8. Arealer til studentidretten</span></a>" in text


@pytest.fixture
def corrected(priority):
    """A status whose reason was corrected by a publisher."""
    user = UserFactory(role=RoleGroup.PUBLISHER, first_name="Kari", last_name="Nordmann")
    change = StatusChangeFactory(priority=priority, reason_nb="Alle ni krav.", published=True)
    change.reason_nb = "Fem av ni <krav>."
    change.correction_reason = "Vi telte feil."
    change.save_revision(user=user).publish(user=user)
    return change


def test_a_correction_says_what_it_said_what_it_says_and_why(client, corrected, page):
    text = text_of(client, CORRECTIONS)
    listed = part(text, 'class="news-list"', "</ol>")
    assert "<del>Alle ni krav.</del>" in listed
    assert "<ins>Fem av ni &lt;krav&gt;.</ins>" in listed
    assert "Hvorfor: Vi telte feil." in words(listed)
    assert "25. november 2026" in listed
    assert f'href="{page.url}"' in listed
    for name in ("Kari", "Nordmann", "@test.example"):
        assert name not in text


def test_what_is_withdrawn_is_said_to_be(client, corrected):
    corrected.refresh_from_db()
    corrected.unpublish()
    listed = part(text_of(client, CORRECTIONS), 'class="news-list"', "</ol>")
    assert words(listed).count("Trukket tilbake") == 1
    assert "True" not in listed


def test_what_was_empty_is_nothing_rather_than_a_dash(client, priority):
    milestone = MilestoneFactory(priority=priority, published=True)
    publish_changes(milestone, done_on=date(2026, 11, 24))
    listed = part(text_of(client, CORRECTIONS), 'class="news-list"', "</ol>")
    assert "Sto ingenting Står nå 24.11.2026 Hvorfor: Milepælen er nådd." in words(listed)
    assert "<del>" not in listed


def test_corrections_come_thirty_at_a_time_the_newest_first(client, priority):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(31):
        Correction.objects.create(
            priority=priority,
            kind="milestone",
            object_id=1,
            subject=f"Rettet {number}.",
            field="title_nb",
            old="a",
            new="b",
            corrected_at=at + timedelta(hours=number),
        )
    first = re.findall(r"Rettet (\d+)\.", text_of(client, CORRECTIONS))
    assert [int(number) for number in first] == [*range(30, 0, -1)]
    assert re.findall(r"Rettet (\d+)\.", text_of(client, f"{CORRECTIONS}?side=2")) == ["0"]
    assert re.findall(r"Rettet (\d+)\.", text_of(client, f"{CORRECTIONS}?side=77")) == ["0"]
    assert len(re.findall(r"Rettet (\d+)\.", text_of(client, f"{CORRECTIONS}?side=-1"))) in (1, 30)


def test_corrections_of_one_priority(client, corrected, published_plan, priority, page):
    other = published_plan.priorities.get(position=4)
    milestone = MilestoneFactory(priority=other, title_nb="Noe annet", published=True)
    publish_changes(milestone, done_on=date(2026, 11, 24))
    address = f"{CORRECTIONS}?prioritering={priority.pk}"
    assert f'href="{address}"' in text_of(client, page.url)
    only = text_of(client, address)
    assert "Noe annet" not in only
    assert "Alle ni krav." in only
    for wanted in ("0", "x", "9" * 40, "²", "<b>"):
        every = client.get(CORRECTIONS, {"prioritering": wanted}).content.decode()
        assert "Noe annet" in every
        assert "Vi kjenner ikke prioriteringen" in every


def test_the_list_of_corrections_is_one_click_from_everywhere(client, db, page):
    assert f'href="{reverse("corrections")}"' in text_of(client, "/").split("<footer")[1]
    assert "Ingenting er rettet ennå." in text_of(client, CORRECTIONS)
    assert "rettet her" not in text_of(client, page.url)
    assert client.post(CORRECTIONS).status_code == 405


@pytest.mark.parametrize("door", ["front", "plan", "priority", "past", "news", "corrections"])
def test_more_facts_cost_no_more_queries(client, published_plan, page, door, settle):
    address = {
        "front": "/",
        "plan": PLAN,
        "priority": page.url,
        "past": f"{page.url}?dato=2026-11-24",
        "news": "/nyheter/",
        "corrections": CORRECTIONS,
    }[door]

    def grow(numbers):
        with time_machine.travel(datetime(2026, 11, 23, 11, tzinfo=UTC), tick=False):
            for number in numbers:
                for priority in published_plan.priorities.filter(position__in=[1, 2, 12]):
                    StatusChangeFactory(priority=priority, published=True)
                    IndicatorFactory(
                        priority=priority, measured={"2026-11-01": "3"}, published=True
                    )
                    milestone = MilestoneFactory(priority=priority, published=True)
                    publish_changes(milestone, done_on=date(2026, 11, 22))
                    publish_changes(
                        MilestoneFactory(priority=priority, published=True),
                        planned_on=date(2027, 1, 8),
                        moved_reason_nb="Venter.",
                    )
                    make_update(priority, title=f"Nytt {number}", date=date(2026, 11, 20))

    def cost():
        settle()
        text_of(client, address)
        with CaptureQueriesContext(connection) as queries:
            text_of(client, address)
        # The generation is asked for five times a second at most, whatever is read.
        return len([one for one in queries if "content_generation" not in one["sql"]])

    grow(range(1))
    before = cost()
    grow(range(1, 4))
    assert cost() == before
    assert before <= {"past": 26, "priority": 3}.get(door, 12)


def test_what_a_priority_remembers_goes_when_it_changes(client, priority, page, settle):
    """Its words, its indicators with their values, what it is related to, how much news it has."""

    def read(prefix=""):
        settle()
        text_of(client, prefix + page.url)
        with CaptureQueriesContext(connection) as queries:
            text = text_of(client, prefix + page.url)
        assert "indicatorvalue" not in "".join(one["sql"] for one in queries)
        return text

    text = read()
    assert "Kommuner med møte" not in text
    assert "Arealer til studentidretten</span>" not in text

    indicator = IndicatorFactory(
        priority=priority, baseline=Decimal(0), target=Decimal(58), published=True
    )
    assert "Ikke målt ennå." in read()
    IndicatorValue.objects.create(
        indicator=indicator, measured_on=date(2026, 11, 20), value=41, source_title="Opptelling"
    )
    assert "70 % av veien" in read().replace("\xa0", " ")
    indicator.unpublish()
    assert "Kommuner med møte" not in read()

    page.related.add(Priority.objects.get(position=8))
    page.related.commit()
    for prefix in ("", "/nn"):
        assert "8. Arealer til studentidretten" in words(read(prefix))

    updates = [make_update(priority, title=f"Nytt {number}") for number in range(6)]
    assert "6 i alt" in read()
    assert "6 i alt" in read("/nn")
    updates[0].unpublish()
    for prefix in ("", "/nn"):
        text = read(prefix)
        assert "i alt" not in text
        assert len(re.findall(r">Nytt \d<", text)) == 5

    priority.adopted_text = "Andre vedtatte ord."
    priority.save()
    assert "Andre vedtatte ord." in read()


def test_a_draft_of_a_page_shows_what_it_is_related_to(client, page, settle):
    settle()
    text_of(client, page.url)
    page.related = [Priority.objects.get(position=8)]
    draft = page.save_revision().as_object()
    settle()
    preview = draft.make_preview_request(preview_mode=draft.default_preview_mode)
    assert "8. Arealer til studentidretten" in words(preview.content.decode())
    assert "8. Arealer til studentidretten" not in words(text_of(client, page.url))
