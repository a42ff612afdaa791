"""What an entry says, as plain values: kept at every save, and compared to see what changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from activity.models import Entry, EntryVersion
from memberorgs.models import User

COMMON = ("title", "text", "note", "may_be_told", "reasons")
# Fields of details that are no fact of their own.
_NOT_KEPT = {"entry"}


def facts_of(entry: Entry) -> dict[str, Any]:
    """All that one can change, in an order of its own; two queries.

    Codes and numbers of other rows, days as ISO text; `detail` holds the columns of the kind.
    """
    return facts_with(entry, entry.priorities.values_list("pk", flat=True))


def facts_with(entry: Entry, priorities: Iterable[int]) -> dict[str, Any]:
    """The same, where the numbers of its priorities and its detail are at hand; no query."""
    return {
        "day": entry.day.isoformat(),
        "campus": entry.campus_id,
        **{name: getattr(entry, name) for name in COMMON},
        "priorities": sorted(priorities),
        "detail": _columns(entry.detail),
    }


def _columns(detail: Any) -> dict[str, Any]:
    if detail is None:
        return {}
    names = [field.name for field in detail._meta.concrete_fields if field.name not in _NOT_KEPT]
    return {name: _plain(getattr(detail, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def keep(entry: Entry, facts: dict[str, Any], *, by: User) -> EntryVersion:
    """Puts down how the entry is now."""
    return EntryVersion.objects.create(entry=entry, number=entry.version, facts=facts, saved_by=by)


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of what differs; of details their own names."""
    names = [name for name in after if name != "detail" and before.get(name) != after[name]]
    old = before.get("detail") or {}
    now = after.get("detail") or {}
    return names + [name for name, value in now.items() if old.get(name) != value]
