"""Fields that take addresses the way people write them."""

import re
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

BETWEEN_ADDRESSES = re.compile(r"[\n;,]+")


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
