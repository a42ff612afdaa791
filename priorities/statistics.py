"""Numbers about the plan, each defined once; pages, lists and mails read them here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from priorities.choices import STATUS_ORDER, Status
from priorities.models import ActionPlan, Priority, StatusChange

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


def status_of(priorities: Iterable[Priority], day: date | None = None) -> dict[int, StatusChange]:
    """The valid public status of each priority (pk → status), or as it was on `day`. One query."""
    changes = StatusChange.objects.filter(live=True, priority__in=list(priorities))
    if day is not None:
        changes = changes.public_on(day).filter(decided_on__lte=day)
    newest: dict[int, StatusChange] = {}
    for change in changes.newest_first().select_related("priority__section"):
        newest.setdefault(change.priority_id, change)
    return newest


def sums(statuses: Iterable[StatusChange]) -> list[tuple[Status, int]]:
    """How many priorities have each status, in the order in which sums are shown; no zeros."""
    counted: dict[str, int] = {}
    for change in statuses:
        counted[change.status] = counted.get(change.status, 0) + 1
    return [(status, counted[status]) for status in STATUS_ORDER if counted.get(status)]


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


