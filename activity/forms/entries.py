"""The forms of entries: a form gives the `EntryFacts` that it was filled with."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.choices import LogKind
from activity.facts import Detail, EntryFacts
from activity.forms.base import LogForm


class EntryForm(LogForm):
    """`detail` makes the row of what belongs to the kind of what was filled in."""

    @property
    def facts(self) -> EntryFacts:
        """What was filled in, once it is valid."""
        filled = self.cleaned_data
        return EntryFacts(
            day=filled["day"],
            detail=self.detail(filled),
            campus=filled.get("campus"),
            title=filled.get("title", ""),
            text=filled.get("text", ""),
            note=filled["note"],
            priorities=tuple(filled["priorities"]),
            may_be_told=filled["may_be_told"],
            reasons=self.reasons,
        )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("The day is in the future. Write when it was."))
        return day

    def detail(self, filled: dict[str, Any]) -> Detail | None:
        return None


class OtherForm(EntryForm):
    kind = LogKind.OTHER
    first = ("title", "day", "text", "priorities")
    more = ("campus", "note", "files", "may_be_told")

    title = forms.CharField(
        label=_("What did you do?"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write in a few words what it was.")},
    )
    text = forms.CharField(
        label=_("Tell more"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
