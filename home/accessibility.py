"""What is known of the site's accessibility: one file, read by the statement, health and tests."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.languages import SOURCE

FILE = Path(__file__).resolve().parent / "data" / "accessibility.toml"
# The authority asks for a look at least once a year.
GOOD_FOR = timedelta(days=365)
# What WCAG 2.2 added on levels A and AA.
NEWER = frozenset({"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"})


class Where(StrEnum):
    PUBLIC = "public"
    MEMBERS = "members"
    EDITING = "editing"


class Group(TextChoices):
    """Whom a breach hits, in the order of the authority's form."""

    NO_SIGHT = "no_sight", _("If you do not see")
    LOW_SIGHT = "low_sight", _("If you see little")
    COLOUR = "colour", _("If you do not tell colours apart")
    HEARING = "hearing", _("If you do not hear, or hear little")
    STRENGTH = "strength", _("If your hands lack strength or precision")
    COGNITION = "cognition", _("If you find it hard to read, understand or remember")


class Said(NamedTuple):
    """A breach in one language."""

    name: str
    page: str
    what: str
    meaning: str
    reason: str
    plan: str


@dataclass(frozen=True)
class Breach:
    """A success criterion of WCAG that a part of the site does not meet, until `due`."""

    criterion: str
    level: str
    where: Where
    affects: frozenset[Group]
    due: date
    said: Mapping[str, Said]

    @property
    def here(self) -> Said:
        """In the active language."""
        return self.said[get_language() or SOURCE]


@dataclass(frozen=True)
class Knowledge:
    """The whole file. `requirements` are those of WCAG 2.1; `NEWER` come besides."""

    updated: date
    tested: date
    requirements: int
    tools: tuple[Mapping[str, str], ...]
    breaches: tuple[Breach, ...]

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Raises `KeyError` or `ValueError` for a file that lacks something."""
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            told["updated"],
            told["tested"],
            told["requirements"],
            tuple(told["tools"]),
            tuple(_breach(one) for one in told.get("breaches", ())),
        )

    def count(self, where: Where | None = None) -> int:
        """How many of `requirements` are not met, in all or in one part of the site."""
        return len(self._broken(where) - NEWER)

    def count_newer(self) -> int:
        return len(self._broken() & NEWER)

    def _broken(self, where: Where | None = None) -> frozenset[str]:
        return frozenset(
            one.criterion for one in self.breaches if where is None or one.where is where
        )

    def by_group(self) -> list[tuple[Group, list[Breach]]]:
        return [(group, [one for one in self.breaches if group in one.affects]) for group in Group]

    def tools_here(self) -> list[str]:
        """In the active language."""
        return [tool[get_language() or SOURCE] for tool in self.tools]

    @property
    def is_old(self) -> bool:
        return timezone.localdate() - self.updated > GOOD_FOR


def _breach(told: Mapping[str, Any]) -> Breach:
    return Breach(
        told["criterion"],
        told["level"],
        Where(told["where"]),
        frozenset(Group(one) for one in told["affects"]),
        told["due"],
        {code: Said(**told[code]) for code in ("nb", "nn", "en")},
    )


@cache
def known() -> Knowledge:
    """Read once for each process."""
    return Knowledge.read()
