"""The columns of the table of organisations, one by one (told in docs/data.md).

Each knows how its cell is read and how it is written. What was read is put into the same words that
would be written (its canonical text), so that two tables say the same where their texts are equal.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.forms import DateField
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geography.models import Institution, Kommune
from memberorgs.choices import Confidence, ElectsIn, OrganisationKind
from memberorgs.models import MemberOrganisation, StudentCount

BETWEEN = ";"
YES, NO = "yes", "no"
# Norwegian Excel turns "true" into SANN, and saves that.
SAYS_YES = frozenset({"yes", "ja", "true", "sann", "1", "x"})
SAYS_NO = frozenset({"no", "nei", "false", "usann", "0"})


@dataclass(frozen=True)
class Places:
    """The reference data that cells point to, by code and number."""

    institutions: dict[str, Institution] = field(default_factory=dict)
    kommuner: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Places":
        """Two queries."""
        return cls(
            Institution.objects.in_bulk(),
            dict(Kommune.objects.values_list("number", "name_display")),
        )


# From the text of a cell to its canonical text; raises ValidationError with a sentence.
Reader = Callable[[str, Places], str]


@dataclass(frozen=True)
class Column:
    """`name` stands in the header. `told_only` columns are written, and not taken over.

    `field` is the model's, where one field holds the cell.
    """

    name: str
    reads: Reader
    field: str = ""
    required: bool = False
    told_only: bool = False


def _field(model: type[Any], name: str) -> Reader:
    """As the model's own field judges the text."""
    model_field = model._meta.get_field(name)

    def reads(text: str, places: Places) -> str:
        if not text and model_field.blank:
            return ""
        return str(model_field.clean(text, None))

    return reads


@cache
def _words(choices: type[Choices], language: str) -> dict[str, str]:
    """Code and label, without regard to case, to the code."""
    return {
        str(word).casefold(): str(value)
        for value, label in choices.choices
        for word in (label, value)
    }


def _choice(choices: type[Choices], empty: str | None = None) -> Reader:
    """A code, or the word that people read in their language. `empty` stands for an empty cell."""

    def reads(text: str, places: Places) -> str:
        if not text and empty is not None:
            return empty
        if value := _words(choices, get_language() or "").get(text.casefold()):
            return value
        raise ValidationError(
            _("“%(text)s” is none of: %(choices)s.")
            % {"text": text, "choices": ", ".join(map(str, choices.values))}
        )

    return reads


def _language(text: str, places: Places) -> str:
    codes = dict(MemberOrganisation._meta.get_field("language").flatchoices)
    code = text.casefold() or "nb"
    if code not in codes:
        raise ValidationError(
            _("“%(text)s” is none of: %(choices)s.") % {"text": text, "choices": ", ".join(codes)}
        )
    return code


def _split(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;,\n]", text) if part.strip()))


def _institutions(text: str, places: Places) -> str:
    codes = _split(text)
    for code in codes:
        if code not in places.institutions:
            raise ValidationError(_("There is no institution “%(code)s”.") % {"code": code})
    return BETWEEN.join(sorted(codes))


def _kommuner(text: str, places: Places) -> str:
    """Numbers of kommuner, the main place first. Spreadsheets take the first 0 of `0301` away."""
    numbers = [part.zfill(4) if re.fullmatch(r"[0-9]{3}", part) else part for part in _split(text)]
    for number in numbers:
        if number not in places.kommuner:
            raise ValidationError(_("There is no municipality “%(number)s”.") % {"number": number})
    return BETWEEN.join(dict.fromkeys(numbers))


def _whole_number(model: type[Any], name: str) -> Reader:
    """Digits, in groups or not: `12 690`."""
    model_field = model._meta.get_field(name)

    def reads(text: str, places: Places) -> str:
        digits = "".join(text.split())
        if not digits:
            return ""
        if not re.fullmatch(r"[0-9]{1,9}", digits):
            raise ValidationError(_("“%(text)s” is no whole number.") % {"text": text})
        return str(model_field.clean(int(digits), None))

    return reads


def _day(text: str, places: Places) -> str:
    """`2026-11-26`, or `26.11.2026` as Norwegians write."""
    if not text:
        return ""
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII):
        day, month, year = found.groups()
        text = f"{year}-{int(month):02}-{int(day):02}"
    try:
        return str(DateField(input_formats=["%Y-%m-%d"]).clean(text))
    except ValidationError as error:
        raise ValidationError(
            _("“%(text)s” is no date. Write 26.11.2026.") % {"text": text}
        ) from error


def _yes_or_no(text: str, places: Places) -> str:
    """An empty cell says neither."""
    said = text.casefold()
    if not said:
        return ""
    if said not in SAYS_YES | SAYS_NO:
        raise ValidationError(_("Write yes or no."))
    return YES if said in SAYS_YES else NO


def _any(text: str, places: Places) -> str:
    return text


def _of(name: str, model_field: str, required: bool = False) -> Column:
    return Column(name, _field(MemberOrganisation, model_field), model_field, required)


COLUMNS = (
    _of("id", "code", required=True),
    _of("name", "name_nb", required=True),
    _of("short_name", "short_name", required=True),
    Column("institution_id", _institutions),
    Column("institution_name", _any, told_only=True),
    Column("institution_short", _any, told_only=True),
    Column("kind", _choice(OrganisationKind), "kind", required=True),
    Column("campus_kommuner", _kommuner),
    Column("students", _whole_number(StudentCount, "students")),
    Column("students_year", _whole_number(StudentCount, "year")),
    Column("students_confidence", _choice(Confidence, empty="")),
    Column("students_source", _field(StudentCount, "source")),
    Column("elects_in", _choice(ElectsIn, empty=ElectsIn.UNKNOWN.value), "elects_in"),
    Column("written_language", _language, "language"),
    Column("name_confidence", _choice(Confidence, empty=""), "name_confidence"),
    Column("confidence", _choice(Confidence, empty=""), "membership_confidence"),
    _of("membership_evidence", "membership_evidence"),
    _of("name_nn", "name_nn"),
    _of("name_en", "name_en"),
    _of("mailbox", "mailbox"),
    _of("website", "website"),
    Column(
        "terms_begin_month",
        _whole_number(MemberOrganisation, "terms_begin_month"),
        "terms_begin_month",
    ),
    Column(
        "terms_begin_day", _whole_number(MemberOrganisation, "terms_begin_day"), "terms_begin_day"
    ),
    Column("member_from", _day, "member_from"),
    Column("left_on", _day, "left_on"),
    Column("confirmed", _yes_or_no),
)
BY_NAME = {column.name: column for column in COLUMNS}
STUDENTS = ("students", "students_year", "students_confidence", "students_source")
NUMBERS = frozenset({"terms_begin_month", "terms_begin_day"})
DAYS = frozenset({"member_from", "left_on"})
# An organisation's row is written with these loaded: `told` makes no query then.
LOADED = ("institutions", "campuses", "student_counts")


def value_of(column: Column, text: str) -> Any:
    """The value of the model's field for a canonical text."""
    if column.field in NUMBERS:
        return int(text) if text else None
    if column.field in DAYS:
        return date.fromisoformat(text) if text else None
    return text


def told(organisation: MemberOrganisation, year: str = "") -> dict[str, str]:
    """Column → canonical text; the students are those of `year`, else of the newest year.

    Makes no query where `LOADED` is prefetched.
    """
    institutions = sorted(organisation.institutions.all(), key=lambda one: one.code)
    counts = [count for count in organisation.student_counts.all() if count.campus_id is None]
    count = next((one for one in counts if str(one.year) == year), None) or max(
        counts, key=lambda one: one.year, default=None
    )
    row = {
        column.name: _plain(getattr(organisation, column.field))
        for column in COLUMNS
        if column.field
    }
    numbers = dict.fromkeys(campus.kommune_id for campus in organisation.campuses.all())
    row |= told_of(institutions)
    row["campus_kommuner"] = BETWEEN.join(numbers)
    row["students"] = str(count.students) if count else ""
    row["students_year"] = str(count.year) if count else ""
    row["students_confidence"] = count.confidence if count else ""
    row["students_source"] = count.source.strip() if count else ""
    row["confirmed"] = YES if organisation.is_confirmed else NO
    return row


def told_of(institutions: Iterable[Institution]) -> dict[str, str]:
    """What the table repeats of the institutions."""
    found = list(institutions)
    return {
        "institution_id": BETWEEN.join(one.code for one in found),
        "institution_name": BETWEEN.join(one.name_nb for one in found),
        "institution_short": BETWEEN.join(one.short_name for one in found),
    }


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value).strip()
