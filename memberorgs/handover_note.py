"""The handover note: what the portal knows and what those who leave want to say, on paper."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from memberorgs.access import Standing
from memberorgs.choices import DateKind
from memberorgs.models import Handover, HandoverTick, Invitation, Term
from memberorgs.sections import Entry, Shown, Task, entries_of, handover_note, open_matters_of

# Days ahead that the newest note looks.
AHEAD = 365
# What one can do nothing about isn't a deadline.
NO_DEADLINES = frozenset({DateKind.PUBLIC_HOLIDAY, DateKind.QUIET, DateKind.STUDY_START})
PEOPLE, INVITATIONS, OPEN_MATTERS, DEADLINES = 60, 20, 30, 80


@dataclass(frozen=True)
class Note:
    """What stands in a note. `day` is the one it tells of.

    A former one has no open matters, deadlines, invitations and sections: they were of that day.
    """

    handover: Handover | None
    is_newest: bool
    day: date
    people: list[Term]
    ticks: list[HandoverTick]
    invitations: list[Invitation]
    open_matters: list[Task]
    deadlines: list[Entry]
    sections: list[Shown]


def note(at: Standing, handover: Handover | None, *, is_newest: bool) -> Note:
    """Gather it; as many queries whatever there is, beside those of the sections."""
    closed_at = handover.closed_at if handover else None
    day = at.day if is_newest or closed_at is None else timezone.localdate(closed_at)
    ticks = handover.ticks.select_related("ticked_by").order_by("ticked_at") if handover else []
    found = Note(handover, is_newest, day, _people(at, day), list(ticks), [], [], [], [])
    if is_newest:
        invited = Invitation.objects.filter(organisation=at.organisation)
        found.invitations.extend(invited.open_at(timezone.now())[:INVITATIONS])
        found.open_matters.extend(open_matters_of(at)[:OPEN_MATTERS])
        dates = entries_of(at.organisation, day, day + timedelta(days=AHEAD))
        found.deadlines.extend([one for one in dates if one.kind not in NO_DEADLINES][:DEADLINES])
        found.sections.extend(handover_note.of(at))
    return found


def _people(at: Standing, day: date) -> list[Term]:
    """Whose term ran on `day` or begins later, those with the most rights first."""
    terms = Term.objects.filter(organisation=at.organisation, ends__gte=day)
    terms = terms.filter(Q(ended_at=None) | Q(ended_at__date__gte=day))
    if day != at.day:
        terms = terms.filter(begins__lte=day)
    rows = terms.select_related("person", "campus__kommune").order_by("begins", "pk")[:PEOPLE]
    return sorted(rows, key=lambda term: -term.rank)
