"""What the log shows on pages of lower apps."""

from typing import Any

from activity import statistics
from activity.choices import EntryKind
from memberorgs.access import Standing
from priorities.models import Priority


def of_priority(priority: Priority) -> dict[str, Any] | None:
    """Sums of recruitment and routines, of enough organisations to be nobody's number."""
    found = statistics.public_of_priority(priority)
    if not found:
        return None
    return {
        "recruitment": found.get(EntryKind.RECRUITMENT),
        "routines": found.get(EntryKind.ROUTINE),
    }


def seen_by_staff(at: Standing) -> dict[str, Any]:
    """What NSO reads of the log, told to the organisation itself."""
    return {"code": at.organisation.code}
