"""Numbers as Norwegians write and read them, and the four answers to "how many?".

Zero, blank, "doesn't apply" and "don't know" are four different things: in the form, in the
database, in sums, exports and the API. Only the digits 0–9 are digits here.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

# What stands between thousands, on paper and in what spreadsheets paste.
SPACES = " \u00a0\u202f\u2009\u2007"
NO_BREAK = "\u00a0"
# A whole number of nine digits fits every integer column; none of ours comes near.
MOST = 999_999_999

_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+")
_POINTED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_NEGATIVE = re.compile(r"[-\u2212\u2013][0-9].*")
_PERCENT = re.compile(rf"([0-9]{{1,3}})(?:[.,]([0-9]{{1,3}}))?[{SPACES}]?%?")


def read_count(typed: str, *, most: int = MOST) -> int:
    """A whole number from 0 to `most`.

    Raises ValidationError, code `thousands` where a point may stand for thousands ("did you mean
    …?"), else `decimals`, `negative`, `too_large` or `invalid`.
    """
    text = typed.strip()
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        digits = re.sub(rf"[{SPACES}]", "", text).lstrip("0") or "0"
        if len(digits) > len(str(most)) or int(digits) > most:
            raise ValidationError(
                _("Write a number up to %(most)s."),
                code="too_large",
                params={"most": shown_count(most)},
            )
        return int(digits)
    if _POINTED.fullmatch(text):
        meant = int(re.sub(r"[.,]", "", text)[:12])
        raise ValidationError(
            _("Did you mean %(number)s? Write it without a point or comma."),
            code="thousands",
            params={"number": shown_count(meant), "meant": meant},
        )
    if _DECIMAL.fullmatch(text):
        raise ValidationError(_("Write a whole number, without decimals."), code="decimals")
    if _NEGATIVE.fullmatch(text):
        raise ValidationError(_("The number can't be less than 0."), code="negative")
    raise ValidationError(_("Write a whole number, in digits."), code="invalid")


def read_percent(typed: str) -> Decimal:
    """Per cent from 0 to 100, with up to three decimals: `12,5`, `12.5` or `12,5 %`.

    Raises ValidationError.
    """
    found = _PERCENT.fullmatch(typed.strip())
    if found is None:
        raise ValidationError(_("Write per cent as a number, like 12,5."), code="invalid")
    value = Decimal(f"{found[1]}.{found[2] or 0}")
    if value > 100:
        raise ValidationError(_("Per cent can't be more than 100."), code="too_large")
    return value


def shown_count(number: int) -> str:
    """`1 234`, with a space that no line is broken at."""
    return f"{number:,}".replace(",", NO_BREAK)


def shown_percent(value: Decimal) -> str:
    """`12,5 %`, without zeros at the end."""
    return f"{shown_decimal(value)}{NO_BREAK}%"


def shown_decimal(value: Decimal) -> str:
    """`12,5`, without zeros at the end."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


class Answer(TextChoices):
    """What was answered to "how many?"; blank is no answer at all."""

    BLANK = "", _("not filled in")
    NUMBER = "number", _("number")
    NOT_APPLICABLE = "not_applicable", _("doesn't apply")
    UNKNOWN = "unknown", _("don't know")


# What stands in for a number; each can be ticked.
INSTEAD = (Answer.NOT_APPLICABLE, Answer.UNKNOWN)


@dataclass(frozen=True)
class Count:
    """One of the four answers: `number` is None for all but the first.

    Falsy only when blank, so that `if count` asks whether somebody has answered.
    """

    answer: Answer = Answer.BLANK
    number: int | None = None

    def __post_init__(self) -> None:
        if (self.answer == Answer.NUMBER) != (self.number is not None):
            raise ValueError("a number and nothing else has a number")
        if self.number is not None and self.number < 0:
            raise ValueError("a count is not negative")

    @classmethod
    def of(cls, number: int | None) -> "Count":
        """The number; None is blank."""
        return BLANK if number is None else cls(Answer.NUMBER, number)

    def __bool__(self) -> bool:
        return self.answer != Answer.BLANK

    def __str__(self) -> str:
        """As people read it: `1 234`, "don't know", or nothing where nobody has answered."""
        if self.number is not None:
            return shown_count(self.number)
        return str(self.answer.label) if self else ""

    @property
    def as_cell(self) -> int | str | None:
        """For CSV and XLSX: a real number, None for an empty cell, or the words."""
        return self.number if self.number is not None else (str(self) or None)

    @property
    def as_json(self) -> dict[str, Any]:
        """For the API: `{"answer": "number", "number": 12}`; the answer is None where blank."""
        return {"answer": str(self.answer) or None, "number": self.number}

    @classmethod
    def from_cell(cls, cell: str, *, most: int = MOST) -> "Count":
        """What `as_cell` gave, in any language of the portal, or what a person typed.

        Raises ValidationError, as `read_count` does.
        """
        text = " ".join(cell.split())
        if not text:
            return BLANK
        answer = _words().get(text.casefold())
        return cls(answer) if answer else cls.of(read_count(cell, most=most))


@cache
def _words() -> dict[str, Answer]:
    """The words of all languages, and the codes, for what stands instead of a number."""
    found: dict[str, Answer] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(answer.label).casefold(): answer for answer in INSTEAD}
    return found | {str(answer): answer for answer in INSTEAD}


BLANK = Count()
NOT_APPLICABLE = Count(Answer.NOT_APPLICABLE)
UNKNOWN = Count(Answer.UNKNOWN)
