"""Words for the facts of the audit log: staff read “rolle: leder”, the row holds `role: leader`.

Each app registers those of its events in `AppConfig.ready()`. What has no words, such as a fact of
an earlier version, is read as it was recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.audit.retention import what_of

if TYPE_CHECKING:
    from foundation.audit.models import AuditEntry

# From one value (of a list: each by itself) to words.
Reader = Callable[[Any], str]


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def day(value: Any) -> str:
    """A day in ISO text; anything else as it stands."""
    try:
        return date_format(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)


def one_of(words: Mapping[str, str | Promise]) -> Reader:
    """One of these codes."""
    return lambda value: str(words.get(value, value))


def field_of(
    model: str,
    others: Mapping[str, str | Promise] | None = None,
    names: Callable[[str], str] = str,
) -> Reader:
    """The name of a field of `model` ("app.Model").

    `others` has words for what is no plain field of it, `names` leads from the recorded name to
    the field's.
    """

    def read(value: Any) -> str:
        if others and value in others:
            return str(others[value])
        try:
            return str(apps.get_model(model)._meta.get_field(names(value)).verbose_name)  # type: ignore[union-attr]
        except (FieldDoesNotExist, AttributeError):
            return str(value)

    return read


@dataclass(frozen=True)
class Words:
    """What a fact is called, and how a value of it is read."""

    name: str | Promise
    read: Reader = plain


_facts: dict[tuple[str, str], Words] = {}


def register(family: str, facts: Mapping[str, Words]) -> None:
    """Add facts of the events of a family ("term" of "term.ended"): recorded name → words."""
    _facts.update({(family, name): words for name, words in facts.items()})


def words_of(event: str, name: str) -> Words | None:
    return _facts.get((event.partition(".")[0], name))


def in_words(entry: "AuditEntry") -> str:
    """The facts of an entry on a line, in the active language."""
    if entry.event == "retention.purged":
        return "; ".join(_removed(entry.facts))
    parts = []
    for name, value in _in_order(entry):
        if value in ("", None, []):
            continue
        words = words_of(entry.event, name) or Words(name)
        values = value if isinstance(value, list) else [value]
        parts.append(f"{words.name}: {', '.join(map(words.read, values))}")
    return "; ".join(parts)


def _in_order(entry: "AuditEntry") -> list[tuple[str, Any]]:
    """As their words were registered: PostgreSQL keeps no order of its own. Those without last."""
    family = entry.event.partition(".")[0]
    places = {name: place for place, (of, name) in enumerate(_facts) if of == family}
    last = len(_facts)
    return sorted(entry.facts.items(), key=lambda one: (places.get(one[0], last), one[0]))


def _removed(facts: Mapping[str, Any]) -> list[str]:
    """How many rows went, by the kind of data."""
    return [
        f"{what_of(kind)} ({rows})"
        for kind, rows in zip(facts.get("kinds", ()), facts.get("rows", ()), strict=False)
    ]
