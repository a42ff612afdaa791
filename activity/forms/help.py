"""A question to NSO."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.choices import HelpTopic
from activity.forms.base import FilesField, to_choose
from foundation.intake.fields import DayField
from foundation.intake.uploads import Upload


class HelpForm(forms.Form):
    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=lambda: to_choose(HelpTopic, empty=True),
        error_messages={"required": _("Choose what it is about.")},
    )
    title = forms.CharField(
        label=_("Your question, in a few words"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write in a few words what you ask.")},
    )
    question = forms.CharField(
        label=_("Tell more"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    wanted_until = DayField(label=_("When do you need the answer?"), required=False)
    files = FilesField(  # type: ignore[assignment]
        label=_("Attachments"), required=False
    )

    def clean_wanted_until(self) -> date | None:
        day: date | None = self.cleaned_data["wanted_until"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("That day is over. Write a day that is still to come."))
        return day

    def shown_as_typed(self) -> "HelpForm":
        """What a draft holds, with no word about what is missing."""
        self._errors = ErrorDict()
        return self

    @property
    def uploads(self) -> list[Upload]:
        return list(self.cleaned_data.get("files") or ())
