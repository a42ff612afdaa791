"""Numbers that can't be, and numbers that only surprise: an error, or a question."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.intake.numbers import Count, shown_count

# A code that templates may look for, to set the question apart from errors.
QUESTION = "is_it_right"
# How far from last time a number may be before it is asked about, as a part of last time's.
USUAL = 0.5


def check_at_most(part: Count, whole: Count, message: str | Promise) -> None:
    """Raises ValidationError when both are numbers and the part is larger than the whole."""
    if part.number is not None and whole.number is not None and part.number > whole.number:
        raise ValidationError(str(message), code="more_than_all")


def unlike_last_time(now: Count, before: Count, *, usual: float = USUAL) -> ValidationError | None:
    """The question to ask where a number is farther than `usual` from last time's; else None.

    Nothing is asked where one of them is no number, or both are the same.
    """
    if now.number is None or before.number is None or now.number == before.number:
        return None
    if abs(now.number - before.number) <= usual * before.number:
        return None
    return ValidationError(
        _("Last time it was %(before)s, now %(now)s. Is it right? Then write why."),
        code=QUESTION,
        params={"before": shown_count(before.number), "now": shown_count(now.number)},
    )


def more_than_usual(now: Count, most: int) -> ValidationError | None:
    """The question to ask where a number is larger than `most`; else None."""
    if now.number is None or now.number <= most:
        return None
    return ValidationError(
        _("%(now)s is more than we would think. Is it right? Then write why."),
        code=QUESTION,
        params={"now": shown_count(now.number)},
    )


class AsksMixin(forms.Form):
    """A form that asks back, and takes a reason for an answer.

    `may_ask` names the fields; each gets a field `<name>_reason` that is shown once it was asked
    about. In `clean`, call `ask(name, question)`: without a reason the form is invalid and shows
    the question at the field, with one it goes through and the reason stands in `reasons`.
    """

    may_ask: Iterable[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[str] = []
        for name in self.may_ask:
            self.fields[f"{name}_reason"] = forms.CharField(
                label=_("Why it is right"), required=False, max_length=300
            )

    def ask(self, name: str, question: ValidationError | None) -> None:
        """Ask about a field, unless there is nothing to ask (None)."""
        if question is None:
            return
        self.asked.append(name)
        if not self.cleaned_data.get(f"{name}_reason"):
            self.add_error(name, question)

    @property
    def reasons(self) -> dict[str, str]:
        """What was asked about and answered: the reason by the name of the field."""
        return {
            name: str(reason)
            for name in self.asked
            if (reason := self.cleaned_data.get(f"{name}_reason"))
        }

    @property
    def asked_fields(self) -> list[forms.BoundField]:
        """The fields for reasons that the template shows."""
        return [self[f"{name}_reason"] for name in self.asked]
