"""What contacts show on pages of lower apps."""

from datetime import timedelta
from typing import Any

from lobbying import access, statistics
from lobbying.brief import briefs
from lobbying.models import Contact
from memberorgs.access import Standing
from priorities.models import Priority

# Days back, and how many of them, that the handover note tells what was agreed in.
AGREED_WITHIN, MOST_AGREED = 365, 40


def of_priority(priority: Priority) -> dict[str, Any] | None:
    """The public numbers of contacts about it; None while there are none."""
    numbers = statistics.public_of_priority(priority)
    return {"numbers": numbers, "priority": priority} if numbers.contacts else None


def agreed(at: Standing) -> dict[str, Any] | None:
    """What was agreed in the contacts of the last year, for those who take over; never a note."""
    since = at.day - timedelta(days=AGREED_WITHIN)
    rows = access.contacts_of(at).filter(day__gte=since).exclude(next_step="")
    newest = rows.newest_first().values_list("pk", flat=True)[:MOST_AGREED]
    found = briefs(Contact.objects.filter(pk__in=list(newest)))
    return {"contacts": found} if found else None
