"""Where the organisation stands with one of its routines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from activity.choices import LogKind, RoutineState, RoutineTopic
from activity.forms.base import to_choose
from activity.forms.entries import EntryForm
from activity.models import Routine
from activity.routines import Standing, standing_of
from foundation.intake.fields import DayField


class RoutineForm(EntryForm):
    kind = LogKind.ROUTINE
    first = ("topic", "own_name", "state", "reviewed_on", "link", "files")
    more = ("may_be_shared", "day", "text", "note", "priorities", "may_be_told")

    topic = forms.ChoiceField(
        label=_("Which routine?"),
        choices=lambda: to_choose(RoutineTopic, empty=True),
        error_messages={"required": _("Choose which routine it is.")},
    )
    own_name = forms.CharField(
        label=_("What do you call it?"),
        required=False,
        max_length=80,
        help_text=_("Only for one of your own."),
    )
    state = forms.ChoiceField(
        label=_("How does it stand?"),
        choices=RoutineState,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it stands.")},
    )
    reviewed_on = DayField(label=_("When did you last go through it?"), required=False)
    link = forms.URLField(
        label=_("Where does it lie?"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("A link. You can also attach the file below."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write the whole address, like https://example.org/rules.")},
    )
    may_be_shared = forms.BooleanField(
        label=_("May be shared as a template with other organisations"), required=False
    )
    text = forms.CharField(
        label=_("Tell more"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @cached_property
    def standing(self) -> list[Standing]:
        """How all routines of the organisation stand now."""
        return standing_of(self.at.organisation)

    def clean_reviewed_on(self) -> Any:
        day = self.cleaned_data["reviewed_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("The day is in the future. Write when it was."))
        return day

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        if "topic" not in filled or "own_name" not in filled:
            return filled
        if filled["topic"] != RoutineTopic.OWN:
            # Another was chosen after a name was typed: the name is of no use then.
            filled["own_name"] = ""
        elif not filled["own_name"]:
            self.add_error("own_name", _("Write what you call the routine."))
        return filled

    def detail(self, filled: dict[str, Any]) -> Routine:
        return Routine(
            topic=filled["topic"],
            own_name=filled["own_name"],
            state=filled["state"],
            reviewed_on=filled["reviewed_on"],
            link=filled["link"],
            may_be_shared=filled["may_be_shared"],
        )
