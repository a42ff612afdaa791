"""What those who leave fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from memberorgs.handover import ADVICE_LIMIT, version_of
from memberorgs.models import Handover


class PlainLines(forms.CharField):
    """A text whose line ends are one character each, as the browser counts them."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class AdviceForm(forms.Form):
    """The advice, and the version from which the writer began."""

    advice = PlainLines(
        label=_("Your words"),
        required=False,
        max_length=ADVICE_LIMIT,
        help_text=_(
            "What do you wish that somebody had told you? What works, what does not, whom to ask? "
            "Leave out private matters about people."
        ),
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={
            "max_length": _(
                "Write at most %(limit_value)d characters. You have written %(show_value)d."
            )
        },
    )
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    @classmethod
    def of(cls, handover: Handover) -> "AdviceForm":
        return cls(initial={"advice": handover.advice, "read": version_of(handover.advice)})

    def after(self, now: str) -> "AdviceForm":
        """The same words, now written in the knowledge of what somebody else has saved."""
        words = self.cleaned_data["advice"]
        return AdviceForm(initial={"advice": words, "read": version_of(now)})
