"""The demo's entries of the members' log beside contacts: recruitment, turnout, routines, others.

Made up, and told by the demo's own organisations. Days count back from today.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from activity.actions import log_entry
from activity.choices import (
    ElectionForm,
    EntryKind,
    LogKind,
    RecruitmentWay,
    RoutineState,
    RoutineTopic,
)
from activity.facts import Detail, EntryFacts
from activity.forms.base import usual_priorities
from activity.models import Entry, Recruitment, Routine, Turnout
from activity.semesters import Semester
from foundation.intake.numbers import UNKNOWN, Count
from memberorgs.models import MemberOrganisation
from portal.demo_content.contacts import writer_of

# Days ago; elections lie half a year and a year apart.
HALF_YEAR, YEAR = 180, 365
USUAL = {
    EntryKind.RECRUITMENT: LogKind.RECRUITMENT,
    EntryKind.TURNOUT: LogKind.TURNOUT,
    EntryKind.ROUTINE: LogKind.ROUTINE,
}


def seed() -> int:
    """Makes the entries where nobody has logged any; how many of them.

    Makes none where the demo organisations are missing.
    """
    if not settings.DEMO:
        raise RuntimeError("demo entries are made in demo mode only")
    with transaction.atomic():
        wanted = {code for code, _facts in _told(timezone.localdate())}
        found = {one.code: one for one in MemberOrganisation.objects.filter(code__in=wanted)}
        if Entry.objects.exists() or wanted != found.keys():
            return 0
        usual = {kind: tuple(usual_priorities(slug)) for kind, slug in USUAL.items()}
        people = {code: writer_of(one) for code, one in found.items()}
        made = 0
        for code, facts in _told(timezone.localdate()):
            tied = usual.get(facts.kind, ())
            log_entry(
                organisation=found[code],
                facts=replace(facts, priorities=tied),
                by=people[code],
            )
            made += 1
    return made


def _told(today: date) -> Iterator[tuple[str, EntryFacts]]:
    """Code of the organisation, and what it did."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def facts(days: int, detail: Detail | None = None, **more: object) -> EntryFacts:
        return EntryFacts(ago(days), detail, **more)  # type: ignore[arg-type]

    def turnout(days: int, eligible: int, votes: int, seats: int, candidates: int) -> EntryFacts:
        detail = Turnout(form=ElectionForm.DIRECT, semester=Semester.of(ago(days)).code)
        detail.eligible, detail.votes = Count.of(eligible), Count.of(votes)
        detail.seats, detail.candidates = Count.of(seats), Count.of(candidates)
        detail.contested = UNKNOWN
        return facts(days, detail)

    def routine(days: int, topic: RoutineTopic, state: RoutineState) -> EntryFacts:
        reviewed = ago(days) if state == RoutineState.HAVE else None
        shared = topic == RoutineTopic.WHEEL
        return facts(
            days, Routine(topic=topic, state=state, reviewed_on=reviewed, may_be_shared=shared)
        )

    def recruitment(
        days: int, way: RecruitmentWay, offices: str, reached: Count, interested: Count
    ) -> Recruitment:
        detail = Recruitment(way=way, offices=offices)
        detail.reached, detail.interested = reached, interested
        detail.open, detail.filled, detail.candidates = Count.of(12), Count.of(9), Count.of(17)
        return detail

    yield (
        "fjordvik",
        facts(
            30,
            recruitment(
                30, RecruitmentWay.STAND, "studentparlamentet", Count.of(240), Count.of(31)
            ),
            text="Stand i vrimlearealet i lunsjen, med vafler.",
            may_be_told=True,
        ),
    )
    yield (
        "fjordvik",
        facts(
            12,
            recruitment(12, RecruitmentWay.VISIT, "tillitsvalgte", Count.of(160), UNKNOWN),
            note="Neste gang: spør faglærer tidligere.",
        ),
    )
    yield "fjordvik", turnout(YEAR + 20, 9800, 1568, 25, 39)
    yield "fjordvik", turnout(20, 10100, 1919, 25, 44)
    yield "fjordvik", routine(70, RoutineTopic.STATUTES, RoutineState.HAVE)
    yield "fjordvik", routine(66, RoutineTopic.WHEEL, RoutineState.HAVE)
    yield "fjordvik", routine(44, RoutineTopic.HANDOVER, RoutineState.UNDER_WAY)
    yield (
        "fjordvik",
        facts(18, title="Kurs i møteledelse for nye tillitsvalgte", text="Tolv kom."),
    )
    yield "elvestad", turnout(HALF_YEAR, 3100, 403, 15, 18)
    yield "elvestad", routine(90, RoutineTopic.ARCHIVE, RoutineState.MISSING)
    yield "elvestad", routine(40, RoutineTopic.ELECTION_RULES, RoutineState.HAVE)
    yield (
        "elvestad",
        facts(
            25,
            recruitment(25, RecruitmentWay.CAMPAIGN, "studentrådet", UNKNOWN, Count.of(12)),
            may_be_told=True,
        ),
    )
    yield "bjorkevik", routine(33, RoutineTopic.STATUTES, RoutineState.HAVE)
    yield "bjorkevik", turnout(HALF_YEAR + 10, 2400, 288, 11, 14)
    yield "bjorkevik", facts(8, title="Samling for tillitsvalgte", may_be_told=True)
