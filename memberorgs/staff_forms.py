"""Forms of the secretariat about organisations. All of them work without script."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from foundation.intake.errors import TableError
from foundation.intake.reading import MOST_BYTES, read_csv
from geography.models import Kommune
from memberorgs.choices import AddressCheck, SuccessionKind
from memberorgs.models import (
    MemberOrganisation,
    OrganisationCampus,
    SocialLink,
    StudentCount,
    User,
)

# Empty lines at the end of a list; after saving there are as many again.
SPARE = 2


class CampusForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = OrganisationCampus
        fields: ClassVar[list[str]] = ["kommune", "name", "is_main", "position"]

    def validate_constraints(self) -> None:
        """The whole list is judged at once: two may change places as the main one."""


class CampusFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The campuses of one organisation; the first is the main one where none is ticked."""

    @cached_property
    def kommune_choices(self) -> list[tuple[str, str]]:
        """Asked once for all lines."""
        return [("", "–"), *Kommune.objects.values_list("number", "name_display")]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["kommune"].widget.choices = self.kommune_choices

    @property
    def staying(self) -> list[Any]:
        """The forms of campuses that will be there."""
        return [
            form
            for form in self.forms
            if not form.cleaned_data.get("DELETE") and form.cleaned_data.get("kommune")
        ]

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        main = [form for form in self.staying if form.cleaned_data["is_main"]]
        for form in main[1:]:
            form.add_error("is_main", _("There can be one main campus only."))

    def save(self, commit: bool = True) -> Any:
        # Two main ones are none at any moment.
        OrganisationCampus.objects.filter(
            pk__in=[form.instance.pk for form in self.initial_forms if form.has_changed()]
        ).update(is_main=False)
        saved = super().save(commit)
        campuses = OrganisationCampus.objects.filter(organisation=self.instance)
        if not campuses.filter(is_main=True).exists() and (first := campuses.first()):
            first.is_main = True
            first.save(update_fields=["is_main"])
        return saved


class StudentCountFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Numbers of students; a campus must be saved before it has one."""

    @cached_property
    def campus_choices(self) -> list[tuple[Any, str]]:
        if self.instance.pk is None:
            return [("", "–")]
        campuses = self.instance.campuses.select_related("kommune")
        return [("", "–"), *((campus.pk, str(campus)) for campus in campuses)]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        field = form.fields["campus"]
        field.queryset = OrganisationCampus.objects.filter(organisation=self.instance.pk)
        field.widget.choices = self.campus_choices


def _with_https(field: models.Field[Any, Any], **kwargs: Any) -> Any:
    """An address without a scheme is taken for one with https."""
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


INLINES: dict[str, type[forms.BaseInlineFormSet]] = {  # type: ignore[type-arg]
    "campuses": forms.inlineformset_factory(
        MemberOrganisation,
        OrganisationCampus,
        form=CampusForm,
        formset=CampusFormSet,
        extra=SPARE,
    ),
    "student_counts": forms.inlineformset_factory(
        MemberOrganisation,
        StudentCount,
        formset=StudentCountFormSet,
        fields=["year", "students", "campus", "confidence", "source"],
        extra=SPARE,
    ),
    "social_links": forms.inlineformset_factory(
        MemberOrganisation,
        SocialLink,
        fields=["service", "url"],
        formfield_callback=_with_https,
        extra=SPARE,
    ),
}


class OrganisationForm(WagtailAdminModelForm):  # type: ignore[misc]
    """An organisation with its campuses, numbers and links, saved as one."""

    class Meta(WagtailAdminModelForm.Meta):  # type: ignore[misc]
        widgets: ClassVar[dict[str, Any]] = {"institutions": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.inlines = {
            name: formset(data=data, instance=self.instance, prefix=name)
            for name, formset in INLINES.items()
        }

    def is_valid(self) -> bool:
        # All of them, so that each error is shown at once.
        return all([super().is_valid(), *(lines.is_valid() for lines in self.inlines.values())])

    def has_changed(self) -> bool:
        return bool(self.changed_parts)

    @property
    def changed_parts(self) -> list[str]:
        """Names of the fields and lists that differ from what was there."""
        lists = [name for name, lines in self.inlines.items() if lines.has_changed()]
        return [*self.changed_data, *lists]

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        if commit:
            for lines in self.inlines.values():
                lines.instance = saved
                lines.save()
        return saved


class SuccessionForm(forms.Form):
    """What became of one organisation."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=SuccessionKind, widget=forms.RadioSelect
    )
    successor = forms.ModelChoiceField(
        label=gettext_lazy("The other organisation"),
        queryset=MemberOrganisation.objects.none(),
        help_text=gettext_lazy("Add it to the list first, if it is new."),
    )
    on = forms.DateField(label=gettext_lazy("From the day"), widget=AdminDateInput)

    def __init__(self, *args: Any, organisation: MemberOrganisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = MemberOrganisation.objects.exclude(pk=organisation.pk)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


class AddressForm(forms.Form):
    """Another address for a person whose old one is dead."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        help_text=gettext_lazy("A private one: addresses such as leder@… change hands."),
    )
    checked = forms.ChoiceField(
        label=gettext_lazy("How do you know that it is the person?"),
        choices=AddressCheck,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if email == self.person.email:
            raise ValidationError(_("This is the address that the person has now."))
        if User.objects.filter(email=email).exists():
            raise ValidationError(_("Somebody already logs in with this e-mail address."))
        return email


class ImportForm(forms.Form):
    """A CSV file of organisations. Only looked at here: nothing of it is applied."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "As Excel saves it, with ; or , between the cells. At most 5 MB and 20,000 rows."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        """Keeps the bytes in `content`."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            size = MOST_BYTES // (1024 * 1024)
            raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": size})
        self.content = file.read()
        if self.content.startswith(b"PK\x03\x04"):
            raise ValidationError(
                _("This is an Excel workbook. Choose “Save as” and “CSV UTF-8”, and hand in that.")
            )
        try:
            read_csv(self.content)
        except TableError as error:
            raise ValidationError(str(error)) from error
        return file
