"""The form of an organisation's own date."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.intake.fields import DayField
from memberorgs.choices import OwnDateKind
from memberorgs.models import OrganisationDate
from memberorgs.wheel import DateFacts


class OwnDateForm(forms.Form):
    title = forms.CharField(
        label=_("What happens"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what happens on that day.")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of date"),
        choices=OwnDateKind.choices,
        help_text=_("A handover begins by itself after your own student election."),
        error_messages={"required": _("Choose what kind of date it is.")},
    )
    starts = DayField(
        label=_("First day"),
        error_messages={"required": _("Write on which day it is.")},
    )
    ends = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty if it is one day."),
    )

    @classmethod
    def of(cls, own: OrganisationDate, data: Any = None) -> "OwnDateForm":
        ends = own.ends if own.ends != own.starts else None
        facts = {"title": own.title, "kind": own.kind, "starts": own.starts, "ends": ends}
        return cls(data, initial=facts)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day comes before the first."))
        elif starts and ends and (ends - starts).days > 366:
            self.add_error("ends", _("A date can last for a year at most."))
        return cleaned

    @property
    def facts(self) -> DateFacts:
        """What was filled in, once it is valid."""
        filled = self.cleaned_data
        return DateFacts(
            starts=filled["starts"],
            ends=filled["ends"] or filled["starts"],
            kind=OwnDateKind(filled["kind"]),
            title=filled["title"],
        )
