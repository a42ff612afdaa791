"""Fields that take dates and addresses the way people write them."""

import re
from datetime import date
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

DAY_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
# Nothing in the portal is older or lies farther ahead; a slip of the finger does.
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
BETWEEN_ADDRESSES = re.compile(r"[\n;,]+")


class DayField(forms.DateField):
    """A day written as 13.09.2027 or 2027-09-13; `1. 9. 2027` is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For example 13.09.2027."))
        errors = {
            "invalid": _("Write the date as day.month.year, like 13.09.2027."),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(
                format="%d.%m.%Y", attrs={"inputmode": "text", "autocomplete": "off"}
            ),
            error_messages=errors,
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = re.sub(r"\s+", "", value).rstrip(".")
        day = super().to_python(value)
        if day is not None and not FIRST <= day <= LAST:
            raise ValidationError(_("Check the year of the date."), code="far_away")
        return day


class WholeNumberField(forms.IntegerField):
    """A whole number as Norwegians write it: `12 345`, with any kind of space."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"invalid": _("Write a whole number, in digits.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = re.sub(r"\s+", "", value)
            if value and not re.fullmatch(r"-?[0-9]{1,12}", value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


def address_in(typed: str) -> str:
    """The address in `Kari Nordmann <kari@x.no>` or in `kari@x.no`. Raises ValidationError."""
    found = parseaddr(typed.strip())[1] if "<" in typed else typed
    found = found.strip().strip("<>").lower()
    validate_email(found)
    return found


class AddressesField(forms.CharField):
    """Several addresses, one a line (or with commas or semicolons between); cleans to a list.

    Each thing that is wrong is an error of its own and names its line; an address that stands there
    twice is taken once.
    """

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        found: dict[str, None] = {}
        errors = []
        for place, line in enumerate(text.splitlines(), start=1):
            for typed in filter(None, map(str.strip, BETWEEN_ADDRESSES.split(line))):
                try:
                    found[address_in(typed)] = None
                except ValidationError:
                    errors.append(
                        ValidationError(
                            _("Line %(line)d: «%(typed)s» is no e-mail address."),
                            params={"line": place, "typed": typed[:80]},
                            code="no_address",
                        )
                    )
        if len(found) > self.most:
            errors.append(
                ValidationError(
                    _("These are %(found)d addresses. Invite %(most)d at a time."),
                    params={"found": len(found), "most": self.most},
                    code="too_many",
                )
            )
        if errors:
            raise ValidationError(errors)
        return list(found)


def line_of(text: str, address: str) -> int:
    """The line of `text` on which `address` stands, from 1; 0 when it stands nowhere."""
    for place, line in enumerate(text.lower().splitlines(), start=1):
        if address in line:
            return place
    return 0
