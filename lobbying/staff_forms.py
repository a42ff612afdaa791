"""What staff write about elections and demands, and what may no longer change."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from lobbying.choices import Level
from lobbying.models import Demand, Election
from memberorgs.choices import Confidence

TEXTS = ("text_nb", "text_nn", "text_en")
# What decides who was asked. Answers would say something else if it changed.
HELD_BY_ANSWERS = ("election", "level")


def elects(election: Election, level: str) -> bool:
    return election.of_kommuner if level == Level.KOMMUNE else election.of_fylker


class ElectionForm(WagtailAdminModelForm):  # type: ignore[misc]
    """The code stands in addresses, so it is given once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()
        if not said.get("of_kommuner") and not said.get("of_fylker"):
            self.add_error("of_kommuner", _("Choose at least one kind of council."))
        elif self.instance.pk:
            wanted = {Level.KOMMUNE: "of_kommuner", Level.FYLKE: "of_fylker"}
            of_levels = self.instance.demands.values_list("level", flat=True).distinct()
            for level in of_levels.order_by("level"):
                if not said.get(wanted[Level(level)]):
                    self.add_error(wanted[Level(level)], _("There are demands to these councils."))
        return said


class DemandForm(WagtailAdminModelForm):  # type: ignore[misc]
    """The same is asked of all parties: when one has answered, the demand stays the same."""

    same_meaning = forms.BooleanField(
        required=False,
        label=gettext_lazy("The meaning is the same"),
        help_text=gettext_lazy(
            "Parties have answered this demand. Tick here when you only put the words right. To "
            "ask about something else, hide this one and make a new demand."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)
        if self.instance.confidence != Confidence.DEMO:
            choices = self.fields["confidence"].choices
            self.fields["confidence"].choices = [
                choice for choice in choices if choice[0] != Confidence.DEMO
            ]
        self.answered = bool(self.instance.pk) and self.instance.answers.exists()
        if self.answered:
            for name in HELD_BY_ANSWERS:
                self.fields[name].disabled = True
        else:
            del self.fields["same_meaning"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()
        election, level = said.get("election"), said.get("level")
        if election and level and not elects(election, level):
            self.add_error("level", _("This election does not elect these councils."))
        same = Demand.objects.filter(election=election, code=said.get("code", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("code", _("A demand of this election has this code already."))
        if said.get("confidence") == Confidence.DEMO and not said.get("is_example"):
            self.add_error("is_example", _("What is made up for the demo stays an example."))
        changed = [name for name in TEXTS if name in self.changed_data]
        if self.answered and changed and not said.get("same_meaning"):
            self.add_error(
                "same_meaning",
                _("Tick that the meaning is the same, or hide this demand and make a new one."),
            )
        return said


def next_place(election: Election | None) -> int:
    """The place after the last one in the list of the election's demands."""
    held = Demand.objects.filter(election=election).order_by("-position")
    last = held.values_list("position", flat=True).first()
    return (last or 0) + 1
