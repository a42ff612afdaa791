"""What each version changed, from what to what, in the reader's words.

Works on what `activity.versions` and `lobbying.versions` keep: on entries and on contacts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import DateField, Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from activity.models import Entry, Recruitment, Routine, Turnout
from activity.semesters import Semester
from activity.words import name_of
from foundation.intake.numbers import Answer, Count
from geography.models import Fylke, Kommune, Party
from lobbying.choices import Grade, Reply
from lobbying.models import Contact, Demand
from memberorgs.models import MemberOrganisation, OrganisationCampus
from priorities.models.pages import rows_of

# What one version says, piece by piece: the name of a fact, or a tuple for a party's answers.
Flat = dict[Any, Any]
FIELDS = {
    field.name: field
    for model in (Recruitment, Turnout, Routine, Entry, Contact)
    for field in model._meta.concrete_fields
}
# Facts that name rows, with the rows and the key that they are named by.
ROWS: dict[str, tuple[type[Model], str]] = {
    "campus": (OrganisationCampus, "pk"),
    "kommune": (Kommune, "pk"),
    "fylke": (Fylke, "pk"),
    "organisations": (MemberOrganisation, "code"),
    "parties": (Party, "pk"),
    "demands": (Demand, "pk"),
}
# Told to those who may read the note.
PRIVATE = "note"


@dataclass(frozen=True)
class Change:
    """`old` and `new` are empty where nothing was said; both are where the reader may not know."""

    name: str
    old: str
    new: str

    @property
    def is_told(self) -> bool:
        return bool(self.old or self.new)


@dataclass(frozen=True)
class Told:
    """A version with its number, time and person, and what it changed; nothing for the first."""

    version: Any
    changes: tuple[Change, ...] = ()


def history_of(versions: Iterable[Any], *, with_notes: bool) -> list[Told]:
    """Of `versions`, the newest first. A query for each kind of row that a change names."""
    rows = list(versions)
    facts = [_flat(row.facts) for row in rows]
    changed = [_changed(before, now) for now, before in pairwise(facts)]
    words = _Words(changed)
    told = [
        Told(row, tuple(words.change(key, old, new, with_notes) for key, old, new in changes))
        for row, changes in zip(rows, changed, strict=False)
    ]
    return told + [Told(row) for row in rows[-1:]]


def _flat(facts: Mapping[str, Any]) -> Flat:
    """Numbers as one `Count`, reasons and answers of parties one by one."""
    whole = {**facts, **(facts.get("detail") or {})}
    flat: Flat = {}
    for name, value in whole.items():
        if name.endswith("_answer") and f"{name.removesuffix('_answer')}_number" in whole:
            base = name.removesuffix("_answer")
            flat[base] = str(Count(Answer(value), whole[f"{base}_number"]))
        elif name == "reasons":
            flat |= {("reasons", about): reason for about, reason in value.items()}
        elif name == "parties":
            for one in value:
                who = one["party"], one["list_name"]
                flat["parties", *who] = True
                for said in one["answers"]:
                    flat["parties", *who, said["demand"]] = said
        elif name != "detail" and not name.endswith("_number"):
            flat[name] = value
    return flat


def _changed(before: Flat, now: Flat) -> list[tuple[Any, Any, Any]]:
    keys = [*now, *(key for key in before if key not in now)]
    found = [(key, before.get(key), now.get(key)) for key in keys]
    return [(key, old, new) for key, old, new in found if (old or None) != (new or None)]


class _Words:
    """The words of all facts that some changes name."""

    def __init__(self, changed: list[list[tuple[Any, Any, Any]]]) -> None:
        wanted: dict[str, set[Any]] = {}
        for key, old, new in (change for changes in changed for change in changes):
            if isinstance(key, tuple) and key[0] == "parties":
                wanted.setdefault("parties", set()).add(key[1])
                wanted.setdefault("demands", set()).update(key[3:])
            elif key in ROWS or key == "priorities":
                for value in (old, new):
                    many = value if isinstance(value, list) else [value]
                    wanted.setdefault(key, set()).update(one for one in many if one is not None)
        priorities = wanted.pop("priorities", set())
        rows = rows_of(priorities, get_language() or "nb") if priorities else {}
        self.rows: dict[str, dict[Any, str]] = {
            "priorities": {number: str(row.page.title) for number, row in rows.items()}
        }
        for name, keys in wanted.items():
            self.rows[name] = _names(*ROWS[name], keys) if keys else {}

    def change(self, key: Any, old: Any, new: Any, with_notes: bool) -> Change:
        if key == PRIVATE and not with_notes:
            return Change(capfirst(name_of(key)), "", "")
        name = self._name(key)
        return Change(capfirst(name), self._value(key, old), self._value(key, new))

    def _name(self, key: Any) -> str:
        if not isinstance(key, tuple):
            return name_of(key)
        if key[0] == "reasons":
            return gettext("%(what)s: why it is right") % {"what": name_of(key[1])}
        _parties, code, list_name, *demand = key
        party = list_name or self._row("parties", code)
        if not demand:
            return party
        return f"{party}: {self._row('demands', demand[0])}"

    def _value(self, key: Any, value: Any) -> str:
        if isinstance(key, tuple):
            return self._said(key, value)
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        if value in (None, "", []):
            return ""
        if isinstance(value, list):
            return ", ".join(self._row(key, one) for one in value)
        if key in ROWS:
            return self._row(key, value)
        if key == "semester":
            return str(Semester.read(value) or value)
        field = FIELDS.get(key)
        if isinstance(field, DateField):
            return str(date_format(date.fromisoformat(value), "DATE_FORMAT"))
        if field is not None and field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return str(value)

    def _said(self, key: tuple[Any, ...], value: Any) -> str:
        if key[0] == "reasons":
            return str(value or "")
        if value is None:
            return ""
        if value is True:
            return gettext("asked")
        parts = [dict(Reply.choices).get(value["answer"], value["answer"])]
        parts += [dict(Grade.choices).get(value["grade"], "")] if value["grade"] else []
        parts += [value["evidence"]] if value["evidence"] else []
        return ", ".join(map(str, parts))

    def _row(self, name: str, key: Any) -> str:
        """Of a row that is gone since, its key."""
        return self.rows.get(name, {}).get(key, str(key))


def _names(model: type[Model], by: str, keys: Iterable[Any]) -> dict[Any, str]:
    rows = model._default_manager.filter(**{f"{by}__in": keys})
    if model is OrganisationCampus:
        rows = rows.select_related("kommune")
    return {getattr(row, by): str(row) for row in rows}
