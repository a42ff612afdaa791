"""How the plan goes as a whole, on one page: what changed, what comes, who has been silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from priorities.choices import GIVES_RESULT, MilestoneState
from priorities.models import ActionPlanPage, Milestone, StatusChange
from priorities.models.pages import Row
from priorities.statistics import Share, shares

MOST_CHANGES = 6
MOST_MILESTONES = 6


class Changed(NamedTuple):
    """A status that a priority got, and the priority that it is about."""

    row: Row
    change: StatusChange


class Ahead(NamedTuple):
    """A milestone that is not reached, and the priority that it is about."""

    row: Row
    milestone: Milestone


@dataclass(frozen=True)
class Progress:
    """All numbers are counts of standing priorities or of their published milestones."""

    rows: Sequence[Row]
    shares: Sequence[Share]
    unset: int
    with_result: int
    milestones: int
    reached: int
    changes: Sequence[Changed]
    late: Sequence[Ahead]
    ahead: Sequence[Ahead]
    clock: Sequence[Row]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def silent(self) -> int:
        """How many have been silent for long."""
        return sum(bool(row.how.silent_days) for row in self.rows)


def progress_of(plan_page: ActionPlanPage, reader: str) -> Progress:
    """How the plan goes today. Its lists are short, the newest or the nearest first."""
    today = timezone.localdate()
    rows = plan_page.rows(reader)
    statuses = [row.how.status for row in rows if row.how.status]
    changes = [Changed(row, change) for row in rows for change in row.how.changes]
    milestones = [(Ahead(row, one), one.state(today)) for row in rows for one in row.how.milestones]
    late = [ahead for ahead, state in milestones if state == MilestoneState.LATE]
    coming = [
        ahead
        for ahead, state in milestones
        if state in (MilestoneState.DUE, MilestoneState.UPCOMING)
    ]
    return Progress(
        rows=rows,
        shares=shares(statuses),
        unset=len(rows) - len(statuses),
        with_result=sum(change.status in GIVES_RESULT for change in statuses),
        milestones=len(milestones),
        reached=sum(state == MilestoneState.DONE for _, state in milestones),
        changes=sorted(
            changes, key=lambda one: (one.change.decided_on, one.change.pk), reverse=True
        )[:MOST_CHANGES],
        late=sorted(late, key=_planned),
        ahead=sorted(coming, key=_planned)[:MOST_MILESTONES],
        clock=sorted(rows, key=_waited),
    )


def _waited(row: Row) -> tuple[bool, date | None]:
    return row.how.updated is not None, row.how.updated


def _planned(ahead: Ahead) -> tuple[object, int]:
    return ahead.milestone.planned_on, ahead.milestone.pk
