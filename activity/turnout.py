"""An organisation's elections over time: what its own trend is drawn from."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from activity.choices import ElectionForm
from activity.models import Turnout
from activity.semesters import Semester
from memberorgs.models import MemberOrganisation, OrganisationCampus


@dataclass(frozen=True)
class Point:
    """One election. `share` is per cent, None where it is not known.

    `break_note` says why it can't be compared with those before it; empty where it can.
    """

    entry: int
    semester: Semester
    share: Decimal | None
    votes: int | None
    eligible: int | None
    break_note: str = ""


@dataclass(frozen=True)
class Series:
    """Elections of one form at one campus (None: at all of them), the oldest first."""

    form: ElectionForm
    campus: OrganisationCampus | None
    points: tuple[Point, ...]

    @property
    def label(self) -> str:
        """`Direct election`, with the campus where there is one."""
        name = str(self.form.label).capitalize()
        return f"{name}, {self.campus}" if self.campus else name

    @property
    def since_break(self) -> tuple[Point, ...]:
        """Those that can be compared with the last one."""
        for place in range(len(self.points) - 1, -1, -1):
            if self.points[place].break_note:
                return self.points[place:]
        return self.points


def elections_of(organisation: MemberOrganisation) -> QuerySet[Turnout]:
    """That are there, with their entries."""
    return Turnout.objects.filter(
        entry__organisation=organisation, entry__removed_at=None
    ).select_related("entry")


def series_of(organisation: MemberOrganisation) -> list[Series]:
    """What belongs together, the series with the newest election first; one query."""
    rows = elections_of(organisation).select_related("entry__campus__kommune")
    found: dict[tuple[str, int | None], list[Turnout]] = {}
    for row in rows.order_by("semester", "entry__day", "entry_id"):
        found.setdefault((row.form, row.entry.campus_id), []).append(row)
    series = [
        Series(ElectionForm(form), rows[0].entry.campus, tuple(map(_point, rows)))
        for (form, _campus), rows in found.items()
    ]
    return sorted(series, key=lambda one: one.points[-1].semester, reverse=True)


def _point(row: Turnout) -> Point:
    semester = row.when
    if semester is None:
        # The database holds no other codes.
        raise ValueError(row.semester)
    return Point(
        row.entry_id, semester, row.share, row.votes.number, row.eligible.number, row.break_note
    )
