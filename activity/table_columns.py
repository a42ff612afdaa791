"""The columns of a log's table: how each is called, written, read, and put into a form.

A column has the name of the form's field that it fills; so a row of a table is judged by the very
form that people fill in.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Choices, Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from activity.choices import (
    ElectionForm,
    EntryKind,
    RecruitmentWay,
    RoutineState,
    RoutineTopic,
)
from activity.semesters import Semester
from activity.table_words import Words, squeezed
from activity.words import name_of
from foundation.intake.fields import DayField
from foundation.intake.numbers import BLANK, Count
from foundation.intake.reading import NO_TEXT
from foundation.intake.writing import Cell

# What a form is sent with: names of controls, with their values.
Data = dict[str, list[str]]
SAYS_YES = {"true", "sann", "1", "x"}
SAYS_NO = {"false", "usann", "0"}


@dataclass(frozen=True)
class Column:
    """A text, unless a subclass says otherwise. `name` is the field's; `label` stands above it.

    `is_offered`: it stands in the template that one fills in.
    """

    name: str
    label: str | Promise
    is_offered: bool = True
    # The value of an empty cell.
    nothing: ClassVar[Any] = ""

    def read(self, text: str, words: Words) -> Any:
        """The value in a cell. Raises ValidationError with a sentence."""
        return text

    def write(self, value: Any, words: Words) -> Cell:
        return "".join(one for one in _lines(str(value or "")) if one not in NO_TEXT)

    def data(self, value: Any) -> Data:
        """What the form is sent with for that value."""
        return {self.name: [str(value)]} if value not in (None, "") else {}

    def takes(self, words: Words) -> str:
        """What one may write, for the page that explains the table."""
        return gettext("text")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class DayColumn(Column):
    nothing = None

    def read(self, text: str, words: Words) -> date | None:
        return DayField(required=False).clean(text)  # type: ignore[no-any-return]

    def write(self, value: date | None, words: Words) -> Cell:
        return value

    def takes(self, words: Words) -> str:
        return gettext("a day, like 26.11.2026")


class CountColumn(Column):
    nothing = BLANK

    def read(self, text: str, words: Words) -> Count:
        return Count.from_cell(text)

    def write(self, value: Count | None, words: Words) -> Cell:
        return value.as_cell if value else None

    def data(self, value: Count | None) -> Data:
        if not value:
            return {}
        if value.number is not None:
            return {self.name: [str(value.number)]}
        return {f"{self.name}_answer": [str(value.answer)]}

    def takes(self, words: Words) -> str:
        return gettext("a whole number, “doesn't apply” or “don't know”")


@dataclass(frozen=True)
class ChoiceColumn(Column):
    choices: type[Choices] = EntryKind

    def read(self, text: str, words: Words) -> str:
        if not text:
            return ""
        if found := _words(self.choices).get(squeezed(text)):
            return found
        raise ValidationError(
            gettext("“%(text)s” is none of: %(choices)s.")
            % {"text": text[:80], "choices": self.takes(words)}
        )

    def write(self, value: Any, words: Words) -> Cell:
        return str(self.choices(value).label) if value else ""

    def takes(self, words: Words) -> str:
        return ", ".join(str(label) for label in self.choices.labels)


@cache
def _words(choices: type[Choices]) -> dict[str, str]:
    """Labels in all languages, and codes, to the code."""
    return in_all_languages(lambda: [(str(label), str(code)) for code, label in choices.choices])


def in_all_languages(pairs: Callable[[], Iterable[tuple[str, str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for word, code in pairs():
                found.setdefault(squeezed(word), code)
    return found | {code: code for code in list(found.values())}


class SemesterColumn(Column):
    def read(self, text: str, words: Words) -> str:
        if not text:
            return ""
        word = squeezed(text)
        if Semester.read(word):
            return word
        year = re.search(r"(?:19|20|21)[0-9]{2}", word)
        season = _season(word.replace(year[0], "").strip()) if year else ""
        if year is None or not season:
            raise ValidationError(
                gettext("“%(text)s” is no semester. Write %(example)s.")
                % {"text": text[:80], "example": self._example()}
            )
        return f"{year[0]}{season}"

    def write(self, value: Any, words: Words) -> Cell:
        return str(Semester.read(value) or value or "")

    def takes(self, words: Words) -> str:
        return gettext("a semester, like %(example)s") % {"example": self._example()}

    def _example(self) -> str:
        return str(Semester(2026, is_autumn=True))


def _season(word: str) -> str:
    """`h` for a word for autumn in any language and form (høst, høsten), `v` for one for spring;
    else empty."""
    found = {
        code
        for known, code in _seasons().items()
        if word and (known.startswith(word) or word.startswith(known))
    }
    return found.pop() if len(found) == 1 else ""


@cache
def _seasons() -> dict[str, str]:
    """`autumn` in all languages, without its year, to `h`."""
    year = "2000"
    named = in_all_languages(
        lambda: [(str(Semester(int(year), half)), "h" if half else "v") for half in (False, True)]
    )
    return {word.replace(year, "").strip(): code for word, code in named.items()}


@cache
def _yes_and_no() -> dict[str, str]:
    return in_all_languages(lambda: [(gettext("Yes"), "yes"), (gettext("No"), "no")])


class YesColumn(Column):
    nothing = False

    def read(self, text: str, words: Words) -> bool:
        said = squeezed(text)
        word = _yes_and_no().get(said)
        if said in SAYS_YES or word == "yes":
            return True
        if not said or said in SAYS_NO or word == "no":
            return False
        raise ValidationError(gettext("Write yes or no."))

    def write(self, value: Any, words: Words) -> Cell:
        return gettext("Yes") if value else gettext("No")

    def data(self, value: Any) -> Data:
        return {self.name: ["on"]} if value else {}

    def takes(self, words: Words) -> str:
        return gettext("yes or no")


class CampusColumn(Column):
    nothing = None

    def read(self, text: str, words: Words) -> int | None:
        return words.campus(text) if text else None

    def write(self, value: Any, words: Words) -> Cell:
        number = value.pk if isinstance(value, Model) else value
        return words.campuses.get(number, "") if number else ""

    def takes(self, words: Words) -> str:
        return ", ".join(words.campuses.values())


class PrioritiesColumn(Column):
    nothing: ClassVar[Any] = ()

    def read(self, text: str, words: Words) -> list[int]:
        return words.priorities_in(text)

    def write(self, value: Any, words: Words) -> Cell:
        return words.told_priorities(_numbers(value))

    def data(self, value: Any) -> Data:
        return {self.name: [str(one) for one in _numbers(value)]}

    def takes(self, words: Words) -> str:
        return gettext("titles of priorities, or their places in the plan, with ; between")


def _numbers(value: Any) -> list[int]:
    return [one.pk if isinstance(one, Model) else one for one in value or ()]


class KeyColumn(Column):
    """Names a row of the log that is there."""

    nothing = None

    def read(self, text: str, words: Words) -> UUID | None:
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError:
            raise ValidationError(
                gettext("This is no key of the portal. Leave it empty for a new row.")
            ) from None

    def takes(self, words: Words) -> str:
        return gettext("as it came from the portal; empty for a new row")


class ReasonColumn(Column):
    """`label` is the name of the field that was asked about."""

    def heading(self) -> str:
        about = name_of(self.name.removesuffix("_reason"))
        return capfirst(gettext("%(what)s: why it is right") % {"what": about})


KEY = KeyColumn("key", gettext_lazy("Key"), is_offered=False)
KIND = ChoiceColumn("kind", pgettext_lazy("column", "Kind"), is_offered=False, choices=EntryKind)
_BEFORE: tuple[Column, ...] = (
    KEY,
    KIND,
    DayColumn("day", gettext_lazy("Day")),
    Column("title", pgettext_lazy("column", "In short")),
)
_AFTER: tuple[Column, ...] = (
    CampusColumn("campus", gettext_lazy("Campus")),
    Column("text", gettext_lazy("More about it")),
    PrioritiesColumn("priorities", gettext_lazy("Priorities")),
    YesColumn("may_be_told", gettext_lazy("May be told in public")),
    Column("note", gettext_lazy("Private note")),
)
_OF_KINDS: dict[str, tuple[Column, ...]] = {
    "rekruttering": (
        ChoiceColumn("way", gettext_lazy("What was done"), choices=RecruitmentWay),
        Column("offices", gettext_lazy("For which offices")),
        Column("place", gettext_lazy("Where")),
        CountColumn("open", gettext_lazy("Offices to fill")),
        CountColumn("filled", gettext_lazy("Offices filled")),
        CountColumn("candidates", gettext_lazy("Candidates")),
        CountColumn("reached", gettext_lazy("People reached")),
        CountColumn("interested", gettext_lazy("People interested")),
    ),
    "valgoppslutning": (
        ChoiceColumn("form", gettext_lazy("Kind of election"), choices=ElectionForm),
        SemesterColumn("semester", gettext_lazy("Semester")),
        CountColumn("eligible", gettext_lazy("People who could vote")),
        CountColumn("votes", gettext_lazy("People who voted")),
        CountColumn("candidates", gettext_lazy("Candidates")),
        CountColumn("seats", gettext_lazy("Seats")),
        CountColumn("contested", gettext_lazy("Contested seats")),
        Column("break_note", gettext_lazy("Can't be compared with earlier elections")),
        *(
            ReasonColumn(f"{name}_reason", "", is_offered=False)
            for name in ("day", "semester", "eligible", "votes")
        ),
    ),
    "rutine": (
        ChoiceColumn("topic", gettext_lazy("Which routine"), choices=RoutineTopic),
        Column("own_name", gettext_lazy("What you call it")),
        ChoiceColumn("state", gettext_lazy("How it stands"), choices=RoutineState),
        DayColumn("reviewed_on", gettext_lazy("Last reviewed")),
        Column("link", gettext_lazy("Where it lies")),
        YesColumn("may_be_shared", gettext_lazy("May be shared as a template")),
    ),
    "annet": (),
}
KINDS = tuple(_OF_KINDS)
# What tells two rows of a kind apart, where no key does.
NATURAL = {
    "rekruttering": ("day", "way", "offices", "place", "campus"),
    "valgoppslutning": ("day", "form", "campus"),
    "rutine": ("day", "topic", "own_name"),
    "annet": ("day", "title"),
}


def columns_of(slug: str = "") -> list[Column]:
    """Of one kind, or of all of them one beside the other."""
    own = _OF_KINDS[slug] if slug else [one for kind in KINDS for one in _OF_KINDS[kind]]
    found = {one.name: one for one in (*_BEFORE, *own, *_AFTER)}
    if slug and slug != "annet":
        del found["title"]
    return list(found.values())


def heading(column: Column) -> str:
    return column.heading() if isinstance(column, ReasonColumn) else str(column.label)


@cache
def by_heading() -> dict[str, str]:
    """Headings in all languages, and names, to the name of the column."""
    return in_all_languages(lambda: [(heading(one), one.name) for one in columns_of()])
