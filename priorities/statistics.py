"""Numbers about the plan, each defined once; pages, lists and mails read them here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext

from priorities.as_of import AsOf
from priorities.choices import STATUS_MARKS, STATUS_ORDER, MilestoneState, Status
from priorities.history import facts_of
from priorities.models import (
    ActionPlan,
    Indicator,
    IndicatorValue,
    Milestone,
    Priority,
    ProgressUpdatePage,
    StatusChange,
)

# Days without news after which a priority is silent.
SILENT_AFTER = timedelta(days=45)


@dataclass(frozen=True)
class Silence:
    """When a priority last had public news (None: never) and for how many days it has been silent.

    Days count from the last news; without any, from the adoption of the plan or the priority's
    publication, whichever is later.
    """

    priority: Priority
    last_word: date | None
    days: int


@dataclass(frozen=True)
class Standing:
    """How a priority goes: the valid status, the next milestone, the day of the last public word.

    The last word is a status, a milestone that was reached, or news. `silent_days` counts from it,
    or from the adoption of the plan without any; 0 until the priority has been silent for long.
    `changes` are its statuses, the newest first, `milestones` by planned date.
    """

    status: StatusChange | None = None
    next: Milestone | None = None
    next_is_late: bool = False
    updated: date | None = None
    silent_days: int = 0
    changes: Sequence[StatusChange] = ()
    milestones: Sequence[Milestone] = ()


@dataclass(frozen=True)
class Share:
    """One part of the bar that shows all statuses: a count, and where it lies, in per cent."""

    status: Status
    count: int
    start: str
    width: str
    middle: str

    @property
    def label(self) -> str:
        """The word for the status where political and organisational ones are counted as one."""
        return gettext("Won or completed") if self.status == Status.WON else str(self.status.label)

    @property
    def mark(self) -> str:
        return STATUS_MARKS[self.status]


@dataclass(frozen=True)
class Measured:
    """An indicator with its values up to a day, the oldest first.

    `percent` is the part of the way from baseline to target, whole and rounded down, so that 100
    means that the target is reached; None before the first value.
    """

    indicator: Indicator
    values: list[IndicatorValue]
    percent: int | None

    @property
    def latest(self) -> IndicatorValue | None:
        return self.values[-1] if self.values else None


def status_of(priorities: Iterable[Priority], asked: AsOf | None = None) -> dict[int, StatusChange]:
    """The valid public status of each priority (pk → status), or as it was on a day."""
    found = facts_of(StatusChange, priorities, asked or AsOf.today())
    return {pk: changes[0] for pk, changes in found.items()}


def standings(plan: ActionPlan, priorities: Iterable[Priority], asked: AsOf) -> dict[int, Standing]:
    """How each priority of `plan` went on the day (pk → standing). Three queries."""
    priorities = list(priorities)
    changes = facts_of(StatusChange, priorities, asked)
    milestones = facts_of(Milestone, priorities, asked)
    news = dict(
        ProgressUpdatePage.objects.public_news()
        .public_on(asked)
        .filter(priorities__in=[priority.pk for priority in priorities])
        .order_by()
        .values_list("priorities")
        .annotate(Max("date"))
    )
    return {
        priority.pk: clock(
            plan,
            changes.get(priority.pk, []),
            milestones.get(priority.pk, []),
            news.get(priority.pk),
            asked.day,
        )
        for priority in priorities
    }


def clock(
    plan: ActionPlan,
    statuses: Sequence[StatusChange],
    milestones: Sequence[Milestone],
    newest: date | None,
    day: date,
) -> Standing:
    """How one priority of `plan` went on `day`. `statuses` begin with the valid one, if any;
    `newest` is the date of the newest news."""
    status = statuses[0] if statuses else None
    done = [one.done_on for one in milestones if one.state(day) == MilestoneState.DONE]
    ahead = next_milestone(milestones, day)
    words = [*done, newest, status.decided_on if status else None]
    updated = max((word for word in words if word), default=None)
    since = updated or plan.adopted_on
    silent = (day - since).days if since else 0
    return Standing(
        status=status,
        next=ahead,
        next_is_late=ahead is not None and ahead.state(day) == MilestoneState.LATE,
        updated=updated,
        silent_days=silent if silent >= SILENT_AFTER.days else 0,
        changes=statuses,
        milestones=milestones,
    )


def next_milestone(milestones: Iterable[Milestone], day: date) -> Milestone | None:
    """The first that was not reached by `day`, a late one included."""
    ahead = [one for one in milestones if one.state(day) != MilestoneState.DONE]
    return min(ahead, key=lambda one: (one.planned_on, one.pk), default=None)


def reached(milestones: Iterable[Milestone], day: date) -> int:
    """How many were reached by `day`."""
    return sum(one.state(day) == MilestoneState.DONE for one in milestones)


def timeline(
    milestones: Iterable[Milestone], day: date
) -> list[tuple[MilestoneState | None, Milestone | None]]:
    """State and milestone in the order of their dates, with (None, None) where `day` lies."""
    behind, ahead = [], []
    for one in milestones:
        state = one.state(day)
        if state in (MilestoneState.DONE, MilestoneState.LATE):
            behind.append((one.done_on or one.planned_on, one.pk, state, one))
        else:
            ahead.append((one.planned_on, one.pk, state, one))
    if not behind and not ahead:
        return []
    before, after = (
        [(state, one) for _, _, state, one in sorted(those, key=lambda row: row[:2])]
        for those in (behind, ahead)
    )
    return [*before, (None, None), *after]


def measured(indicators: Iterable[Indicator], day: date) -> list[Measured]:
    """The indicators with their values up to `day`."""
    found = []
    for indicator in indicators:
        way = indicator.progress(day)
        percent = None if way is None else int(way * 100)
        found.append(Measured(indicator, indicator.measured(day), percent))
    return found


def sums(statuses: Iterable[StatusChange]) -> list[tuple[Status, int]]:
    """How many priorities have each status, in the order in which sums are shown; no zeros."""
    counted: dict[str, int] = {}
    for change in statuses:
        counted[change.status] = counted.get(change.status, 0) + 1
    return [(status, counted[status]) for status in STATUS_ORDER if counted.get(status)]


def shares(statuses: Iterable[StatusChange]) -> list[Share]:
    """The sums as parts of one bar, from left to right."""
    counted = sums(statuses)
    total = sum(count for _, count in counted)
    found, before = [], 0
    for status, count in counted:
        start, width = 100 * before / total, 100 * count / total
        found.append(
            Share(status, count, f"{start:.3f}", f"{width:.3f}", f"{start + width / 2:.3f}")
        )
        before += count
    return found


def last_changed(statuses: Iterable[StatusChange]) -> StatusChange | None:
    """The status that was decided last."""
    return max(statuses, key=lambda change: (change.decided_on, change.pk), default=None)


def silences(plan: ActionPlan, today: date | None = None) -> list[Silence]:
    """How long each standing priority of `plan` has been silent, the longest first. One query."""
    day = today or timezone.localdate()
    rows = (
        plan.priorities.filter(live=True, archived_at__isnull=True)
        .select_related("section", "plan")
        .annotate(
            last_word=Max("updates__date", filter=Q(updates__live=True, updates__date__lte=day))
        )
    )
    found = []
    for row in rows:
        published = timezone.localdate(row.first_published_at) if row.first_published_at else day
        since = row.last_word or max(plan.adopted_on or published, published)
        found.append(Silence(row, row.last_word, max((day - since).days, 0)))
    return sorted(found, key=lambda silence: (-silence.days, silence.priority.position))


def silent(plan: ActionPlan, today: date | None = None) -> list[Silence]:
    """Those that have been silent too long."""
    return [one for one in silences(plan, today) if one.days >= SILENT_AFTER.days]
