"""What contacts show on pages of lower apps."""

from typing import Any

from lobbying import statistics
from priorities.models import Priority


def of_priority(priority: Priority) -> dict[str, Any] | None:
    """The public numbers of contacts about it; None while there are none."""
    numbers = statistics.public_of_priority(priority)
    return {"numbers": numbers, "priority": priority} if numbers.contacts else None
