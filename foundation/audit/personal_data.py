"""Which table holds what about a person: one registry for handing it out and for erasing it.

An app registers each of its tables that has a user, a name or an address; a test walks the models
and fails on a personal field that no entry names.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext

Row = Mapping[str | Promise, Any]

# A text field is taken for personal when its name ends in one of these words.
PERSONAL_WORD = re.compile(
    r"(?:^|_)(?:name|phone|email|mail|mailbox|address|ip|agent|author|sender|recipient|to)$"
)
# So is a plain number that is a user's.
USER_NUMBER = re.compile(r"(?:^|_)(?:user|actor|person)_id$")


def nothing(user: AbstractBaseUser) -> int:
    """Erases nothing: what stays is a number, and the name behind it goes with the person."""
    return 0


def no_files(user: AbstractBaseUser) -> Iterable[tuple[str, "File[bytes]"]]:
    return ()


@dataclass(frozen=True)
class Holding:
    """What one table holds about a person.

    `fields` are the personal ones. `rows(user)` gives what is handed out: dicts of plain values,
    keyed by the words that people read. `erase(user)` removes or blanks it and returns how many
    rows it touched; it can run twice, and finds what it must by address before that is gone.
    `why_kept` is said where something stays. `files(user)` are handed out beside the rows, by
    name. `rows_at(address)` and `erase_at(address)` do the same for an address that nobody has a
    log-in with. `place` orders: what people look for first is shown first.
    """

    model: str
    title: str | Promise
    fields: frozenset[str]
    rows: Callable[[AbstractBaseUser], Iterable[Row]]
    erase: Callable[[AbstractBaseUser], int]
    why_kept: str | Promise = ""
    files: Callable[[AbstractBaseUser], Iterable[tuple[str, "File[bytes]"]]] = no_files
    rows_at: Callable[[str], Iterable[Row]] | None = None
    erase_at: Callable[[str], int] | None = None
    place: int = 50

    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)


@dataclass(frozen=True)
class Exemption:
    """Fields that look personal and are not, or are nobody's who has a log-in; with the reason."""

    model: str
    fields: frozenset[str]
    why: str


@dataclass
class _Registry:
    holdings: dict[str, Holding] = field(default_factory=dict)
    exemptions: list[Exemption] = field(default_factory=list)


_registry = _Registry()


def register(*holdings: Holding) -> None:
    for holding in holdings:
        _registry.holdings[holding.model.lower()] = holding


def exempt(model: str, *fields: str, why: str) -> None:
    """Add to what is exempted; a model may have several reasons, one for each call."""
    _registry.exemptions.append(Exemption(model.lower(), frozenset(fields), why))


def holdings() -> list[Holding]:
    """By place, then by table."""
    return sorted(_registry.holdings.values(), key=lambda one: (one.place, one.model.lower()))


def title_of(model: str) -> str:
    return capfirst(str(_registry.holdings[model.lower()].title))


def exemptions() -> list[Exemption]:
    return list(_registry.exemptions)


def named_fields(model: str) -> frozenset[str]:
    """The fields of a model ("app.model") that a holding or an exemption names."""
    label = model.lower()
    found: frozenset[str] = frozenset()
    if label in _registry.holdings:
        found |= _registry.holdings[label].fields
    for one in _registry.exemptions:
        if one.model == label:
            found |= one.fields
    return found


def looks_personal(candidate: "models.Field[Any, Any]") -> bool:
    """Whether a field points to a user, or is by kind or by name one that holds a person."""
    if candidate.is_relation:
        return candidate.related_model is get_user_model()
    if isinstance(candidate, models.EmailField | models.GenericIPAddressField):
        return True
    if isinstance(candidate, models.CharField | models.TextField):
        return bool(PERSONAL_WORD.search(candidate.name))
    if isinstance(candidate, models.IntegerField):
        return bool(USER_NUMBER.search(candidate.name))
    return False


def unnamed_fields() -> list[str]:
    """Personal fields of all tables ("app.Model.field") that the registry does not know."""
    return [
        f"{model._meta.label}.{candidate.name}"
        for model in apps.get_models(include_auto_created=True)
        for candidate in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if candidate.name not in named_fields(model._meta.label) and looks_personal(candidate)
    ]


def by_number(
    model: str,
    *people: str,
    title: str | Promise,
    shown: Iterable[str] = (),
    why_kept: str | Promise = "",
    place: int = 70,
) -> Holding:
    """A table that holds people as numbers only, in the fields `people`.

    It stays as history, for the reason `why_kept`; without one the person's rows are removed.
    Handed out are what the row is, the fields `shown`, and in which of `people` the person stands.
    """

    def of(user: AbstractBaseUser) -> models.QuerySet[Any]:
        mine = Q()
        for name in people:
            mine |= Q(**{name: user.pk})
        return apps.get_model(model)._default_manager.filter(mine)

    def rows(user: AbstractBaseUser) -> Iterator[Row]:
        table = apps.get_model(model)
        names = {name: table._meta.get_field(name) for name in (*people, *shown)}
        related = [name for name in shown if names[name].is_relation]
        found = of(user).select_related(*related) if related else of(user)
        for row in found.order_by("pk").iterator(chunk_size=200):
            stands = [name for name in people if getattr(row, names[name].attname) == user.pk]
            yield {
                gettext("what"): str(row),
                **{_label(names[name]): readable(row, name) for name in shown},
                gettext("your part"): ", ".join(_label(names[name]) for name in stands),
            }

    def remove(user: AbstractBaseUser) -> int:
        return of(user).delete()[0]

    return Holding(
        model=model,
        title=title,
        fields=frozenset(people),
        rows=rows,
        erase=nothing if why_kept else remove,
        why_kept=why_kept,
        place=place,
    )


def _label(candidate: Any) -> str:
    return str(candidate.verbose_name)


def readable(row: models.Model, name: str) -> Any:
    """The value of a field as people read it: the words of a choice, the name of a related row."""
    words = getattr(row, f"get_{name}_display", None)
    if words is not None:
        return words()
    value = getattr(row, name)
    return str(value) if isinstance(value, models.Model) else value


@dataclass(frozen=True)
class Section:
    """What one table holds about one person, for reading: up to `most` rows."""

    model: str
    title: str
    rows: list[dict[str, Any]]
    has_more: bool
    why_kept: str


def sections_of(user: AbstractBaseUser, *, most: int | None = None) -> list[Section]:
    """All that is kept about a person, by table; tables that hold nothing are left out.

    `most` limits the rows of each; None gives all of them.
    """
    return _sections(((one, one.rows(user)) for one in holdings()), most)


def files_of(user: AbstractBaseUser) -> Iterator[tuple[str, "File[bytes]"]]:
    """The person's own files, by name."""
    for holding in holdings():
        yield from holding.files(user)


def sections_at(address: str) -> list[Section]:
    """All that is kept about an address that nobody has a log-in with."""
    return _sections(
        ((one, one.rows_at(address)) for one in holdings() if one.rows_at is not None), None
    )


def _sections(found: Iterable[tuple[Holding, Iterable[Row]]], most: int | None) -> list[Section]:
    sections = []
    for holding, rows in found:
        told = list(islice(rows, None if most is None else most + 1))
        if told:
            sections.append(
                Section(
                    model=holding.model,
                    title=capfirst(str(holding.title)),
                    rows=[
                        # A label may be a message that was not translated where it was made.
                        {gettext(str(label)): value for label, value in row.items()}
                        for row in told[:most]
                    ],
                    has_more=most is not None and len(told) > most,
                    why_kept=str(holding.why_kept),
                )
            )
    return sections


def erase_at(address: str) -> dict[str, int]:
    """Removes what is kept about an address without a log-in; rows by table."""
    done = {one.model: one.erase_at(address) for one in holdings() if one.erase_at is not None}
    return {model: count for model, count in done.items() if count}
