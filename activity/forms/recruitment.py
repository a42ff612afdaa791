"""Work to find people for offices."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activity.choices import LogKind, RecruitmentWay
from activity.forms.base import to_choose
from activity.forms.entries import EntryForm
from activity.models import Recruitment
from foundation.intake.fields import CountField
from foundation.intake.numbers import Count
from foundation.intake.plausibility import check_at_most


class RecruitmentForm(EntryForm):
    kind = LogKind.RECRUITMENT
    first = ("way", "day", "offices", "open", "filled", "candidates")
    more = (
        "place", "reached", "interested", "campus", "text", "note", "files", "priorities",
        "may_be_told",
    )  # fmt: skip

    way = forms.ChoiceField(
        label=_("What did you do?"),
        choices=lambda: to_choose(RecruitmentWay, empty=True),
        error_messages={"required": _("Choose what you did.")},
    )
    offices = forms.CharField(
        label=_("For which offices?"),
        required=False,
        max_length=255,
        help_text=_("For example: the board, the council, class representatives."),
    )
    open = CountField(label=_("Offices to fill"), required=False)
    filled = CountField(label=_("Offices filled"), required=False)
    candidates = CountField(label=_("Candidates"), required=False)
    place = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=120,
        help_text=_("A building, a room, a class."),
    )
    reached = CountField(
        label=_("People you reached"), required=False, help_text=_("Where you have counted.")
    )
    interested = CountField(
        label=_("People who were interested"),
        required=False,
        help_text=_("Where you have counted."),
    )
    text = forms.CharField(
        label=_("Tell more"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            check_at_most(
                filled.get("filled", Count()),
                filled.get("open", Count()),
                _("No more offices can be filled than there are."),
            )
        except ValidationError as error:
            self.add_error("filled", error)
        return filled

    def detail(self, filled: dict[str, Any]) -> Recruitment:
        return Recruitment(
            way=filled["way"],
            place=filled["place"],
            offices=filled["offices"],
            **{name: filled[name] for name in Recruitment.COUNTS},
        )
