"""Numbers about entries of the log, each defined here and nowhere else.

Contacts are counted by `lobbying.statistics`. Sums leave out what is no number: "don't know" and
"doesn't apply" are neither 0 nor anything else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Aggregate, Count, Q, Subquery, Sum
from django.db.models.functions import JSONObject

from activity.choices import EntryKind, RoutineState, RoutineTopic
from activity.models import Entry, Routine, Turnout
from activity.models.entries import EntryQuerySet
from activity.semesters import Semester
from memberorgs.models import MemberOrganisation
from priorities.models import Priority

# Fewer organisations than this are no sum, but somebody's number.
FEWEST_ORGANISATIONS = 3


@dataclass(frozen=True)
class EntryNumbers:
    """What an organisation logged in a semester, beside contacts: how many entries of each kind,
    and sums of what was counted (None where nobody has counted)."""

    recruitments: int
    turnouts: int
    routines: int
    others: int
    reached: int | None
    interested: int | None
    candidates: int | None

    @property
    def entries(self) -> int:
        return self.recruitments + self.turnouts + self.routines + self.others


def of_organisation(organisation: MemberOrganisation, semester: Semester) -> EntryNumbers:
    """One query."""
    return EntryNumbers(**_rows(organisation, semester).aggregate(**_counts()))


def _rows(organisation: MemberOrganisation, semester: Semester) -> EntryQuerySet:
    rows = Entry.objects.there().filter(
        organisation=organisation, day__range=(semester.first, semester.last)
    )
    return rows.order_by()


def _counts() -> dict[str, Aggregate]:
    """What `EntryNumbers` holds."""
    kinds: dict[str, Aggregate] = {
        f"{kind}s": Count("pk", filter=Q(kind=kind)) for kind in EntryKind
    }
    sums: dict[str, Aggregate] = {
        name: Sum(f"recruitment__{name}_number") for name in ("reached", "interested", "candidates")
    }
    return kinds | sums


def as_value(organisation: MemberOrganisation, semester: Semester) -> Subquery:
    """`of_organisation` as one JSON value for a query of something else; NULL without entries.
    `read_value` reads it."""
    # Of all that are there `removed_at` is NULL, so that all of them are one group.
    rows = _rows(organisation, semester).values("removed_at")
    return Subquery(rows.annotate(told=JSONObject(**_counts())).values("told"))


def read_value(value: Mapping[str, int | None] | None) -> EntryNumbers:
    nothing = {f"{kind}s": 0 for kind in EntryKind}
    sums: dict[str, int | None] = dict.fromkeys(("reached", "interested", "candidates"))
    return EntryNumbers(**(nothing | sums | dict(value or {})))  # type: ignore[arg-type]


def states(organisation: MemberOrganisation) -> EntryQuerySet:
    """The entries that tell how things stand: routines and turnouts, with their details."""
    rows = Entry.objects.there().filter(
        organisation=organisation, kind__in=[EntryKind.ROUTINE, EntryKind.TURNOUT]
    )
    return rows.select_related("routine", "turnout").defer("note", "text")


def latest_routines(entries: Iterable[Entry]) -> list[Routine]:
    """Of `states`: the newest of each routine, in the order of topics."""
    rows = [entry for entry in entries if entry.kind == EntryKind.ROUTINE]
    rows.sort(key=lambda entry: (entry.day, entry.logged_at, entry.pk))
    newest = {(row.routine.topic, row.routine.own_name.casefold()): row.routine for row in rows}
    order = list(RoutineTopic)
    return sorted(
        newest.values(), key=lambda row: (order.index(RoutineTopic(row.topic)), row.own_name)
    )


@dataclass(frozen=True)
class RoutineNumbers:
    """Of the routines that every organisation ought to have: how many are in place."""

    in_place: int
    under_way: int
    all: int


def routines(entries: Iterable[Entry]) -> RoutineNumbers:
    """Of `states`."""
    usual = [one for one in latest_routines(entries) if one.topic != RoutineTopic.OWN]
    found = Counter(one.state for one in usual)
    return RoutineNumbers(
        found[RoutineState.HAVE], found[RoutineState.UNDER_WAY], len(RoutineTopic) - 1
    )


@dataclass(frozen=True)
class Trend:
    """The latest turnout of an organisation, and how it moved since the one before.

    Shares are per cent. `change` is in percentage points; None where the series is broken or has
    no earlier one.
    """

    turnout: Turnout
    share: Decimal
    change: Decimal | None

    @property
    def distance(self) -> Decimal | None:
        return None if self.change is None else abs(self.change)


def turnout_trend(entries: Iterable[Entry]) -> Trend | None:
    """Of `states`: elections of the same form and campus are compared. None without numbers."""
    rows = [entry for entry in entries if entry.kind == EntryKind.TURNOUT and entry.turnout.share]
    rows.sort(key=lambda row: (row.turnout.semester, row.day, row.pk), reverse=True)
    if not rows:
        return None
    latest = rows[0].turnout
    alike = (
        row.turnout.share
        for row in rows[1:]
        if (row.turnout.form, row.campus_id) == (latest.form, rows[0].campus_id)
    )
    before = None if latest.break_note else next(alike, None)
    share = latest.share or Decimal(0)
    return Trend(latest, share, None if before is None else share - before)


@dataclass(frozen=True)
class PublicNumbers:
    """Entries of a kind that are tied to a priority, and of how many organisations."""

    entries: int
    organisations: int


def public_of_priority(priority: Priority) -> dict[EntryKind, PublicNumbers]:
    """Recruitment and routines, as sums of confirmed organisations; kinds that too few have are
    left out. One query."""
    rows = (
        Entry.objects.there()
        .about(priority)
        .filter(
            kind__in=[EntryKind.RECRUITMENT, EntryKind.ROUTINE],
            organisation__confirmed_at__isnull=False,
        )
        .order_by()
        .values("kind")
        .annotate(entries=Count("pk"), organisations=Count("organisation", distinct=True))
    )
    return {
        EntryKind(row["kind"]): PublicNumbers(row["entries"], row["organisations"])
        for row in rows
        if row["organisations"] >= FEWEST_ORGANISATIONS
    }
