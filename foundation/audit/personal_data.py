"""Which table holds what about a person: one registry for handing it out and for erasing it.

An app registers each of its tables that has a user, a name or an address; a test walks the models
and fails on a personal field that no entry names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.functional import Promise

Row = dict[str, Any]


@dataclass(frozen=True)
class Holding:
    """What one table holds about a person.

    `fields` are the personal ones. `rows(user)` gives what is handed out: dicts of plain values,
    keyed by the words that people read. `erase(user)` removes or blanks it and returns how many
    rows it touched; it can run twice. `why_kept` is said where something stays.
    """

    model: str
    title: str | Promise
    fields: frozenset[str]
    rows: Callable[[AbstractBaseUser], Iterable[Row]]
    erase: Callable[[AbstractBaseUser], int]
    why_kept: str | Promise = ""

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
    exemptions: dict[str, Exemption] = field(default_factory=dict)


_registry = _Registry()


def register(*holdings: Holding) -> None:
    for holding in holdings:
        _registry.holdings[holding.model.lower()] = holding


def exempt(model: str, *fields: str, why: str) -> None:
    _registry.exemptions[model.lower()] = Exemption(model, frozenset(fields), why)


def holdings() -> list[Holding]:
    """In the order of registration: the lower floors first."""
    return list(_registry.holdings.values())


def named_fields(model: str) -> frozenset[str]:
    """The fields of a model ("app.model") that a holding or an exemption names."""
    label = model.lower()
    found: frozenset[str] = frozenset()
    if label in _registry.holdings:
        found |= _registry.holdings[label].fields
    if label in _registry.exemptions:
        found |= _registry.exemptions[label].fields
    return found
