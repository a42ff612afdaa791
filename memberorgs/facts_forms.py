"""The form of the facts that an organisation keeps right itself."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.intake.fields import WholeNumberField
from geography.models import Kommune
from memberorgs.choices import SocialService
from memberorgs.facts import CampusFact, Facts
from memberorgs.models import MemberOrganisation

# Rows without words that wait for something new.
EMPTY_ROWS = 2
MOST_CAMPUSES, MOST_LINKS = 40, 20
A_LEAP_YEAR = 2028


class FactsForm(forms.Form):
    mailbox = forms.EmailField(
        label=_("Mailbox of the organisation"),
        required=False,
        help_text=_("One that outlives those who are elected. Some mails go there."),
    )
    website = forms.URLField(
        label=_("Website"), required=False, assume_scheme="https", max_length=200
    )
    language = forms.ChoiceField(
        label=_("Your language"),
        choices=settings.LANGUAGES,
        help_text=_("Mails to your mailbox, and invitations, are written in it."),
    )
    usual_start = forms.CharField(
        label=_("Terms usually begin on"),
        required=False,
        max_length=12,
        help_text=_("Day and month, for example 01.07. New invitations begin with it."),
    )
    year = WholeNumberField(label=_("Year"), min_value=1990, max_value=2100, required=False)
    students = WholeNumberField(
        label=_("Students"), min_value=0, max_value=1_000_000, required=False
    )

    def clean_usual_start(self) -> tuple[int, int] | None:
        typed = "".join(self.cleaned_data["usual_start"].split()).rstrip(".")
        if not typed:
            return None
        day, _dot, month = typed.replace("/", ".").partition(".")
        try:
            found = date(A_LEAP_YEAR, int(month), int(day))
        except ValueError as error:
            raise ValidationError(_("Write day and month, like 01.07.")) from error
        return found.month, found.day

    def clean_website(self) -> str:
        website = str(self.cleaned_data["website"])
        if website and not website.startswith(("http://", "https://")):
            raise ValidationError(_("Write an address that begins with https://."))
        return website

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors.keys() & {"year", "students"}:
            return cleaned
        if (cleaned.get("year") is None) != (cleaned.get("students") is None):
            missing = "year" if cleaned.get("year") is None else "students"
            self.add_error(missing, _("Give both the year and the number, or none of them."))
        elif cleaned.get("year") and cleaned["year"] > timezone.localdate().year:
            self.add_error("year", _("The year has not come yet."))
        return cleaned


class CampusForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kommune = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Kommune.objects.none(), required=False
    )
    name = forms.CharField(
        label=_("Name of the campus"),
        required=False,
        max_length=80,
        help_text=_("Empty: the name of the municipality."),
    )
    is_main = forms.BooleanField(label=_("Main campus"), required=False)

    def __init__(self, *args: Any, kommuner: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kommune"]
        field.queryset = Kommune.objects.all()
        # Read once for all rows.
        field.choices = kommuner

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        named = cleaned.get("name") or cleaned.get("is_main")
        if named and not cleaned.get("kommune") and "kommune" not in self.errors:
            self.add_error("kommune", _("Choose the municipality of the campus."))
        return cleaned


class CampusFormSet(forms.BaseFormSet[CampusForm]):
    """A row without municipality is no campus: that is how one is removed."""

    def clean(self) -> None:
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("kommune")]
        seen = set()
        for form in self.forms:
            row = form.cleaned_data
            if not row.get("kommune"):
                continue
            key = row["kommune"].pk, row["name"].lower()
            if key in seen:
                form.add_error("kommune", _("This campus is there already."))
            seen.add(key)
        if len([row for row in rows if row["is_main"]]) > 1:
            first = [form for form in self.forms if form.cleaned_data.get("is_main")][1]
            first.add_error("is_main", _("There can be one main campus only."))


class LinkForm(forms.Form):
    service = forms.ChoiceField(label=_("Service"), choices=SocialService.choices, required=False)
    url = forms.URLField(label=_("Address"), required=False, assume_scheme="https", max_length=200)

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if url and not url.startswith(("http://", "https://")):
            raise ValidationError(_("Write an address that begins with https://."))
        return url


class AllFacts:
    """The form and its rows of campuses and links, as one."""

    def __init__(self, organisation: MemberOrganisation, data: Any = None) -> None:
        campuses = [
            {
                "pk": campus.pk,
                "kommune": campus.kommune_id,
                "name": campus.name,
                "is_main": campus.is_main,
            }
            for campus in organisation.campuses.all()
        ]
        self._own = {row["pk"] for row in campuses}
        links = [
            {"service": link.service, "url": link.url} for link in organisation.social_links.all()
        ]
        kommuner = [("", _("None"))] + [
            (number, f"{name} ({number})")
            for number, name in Kommune.objects.order_by("name_display", "number").values_list(
                "number", "name_display"
            )
        ]
        self.form = FactsForm(data, initial=_initial(organisation))
        self.campuses: Any = forms.formset_factory(
            CampusForm,
            CampusFormSet,
            extra=EMPTY_ROWS,
            max_num=MOST_CAMPUSES,
            absolute_max=MOST_CAMPUSES,
        )(data, prefix="campus", initial=campuses, form_kwargs={"kommuner": kommuner})
        self.links: Any = forms.formset_factory(
            LinkForm, extra=EMPTY_ROWS, max_num=MOST_LINKS, absolute_max=MOST_LINKS
        )(data, prefix="link", initial=links)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.campuses.is_valid(), self.links.is_valid()])

    @property
    def forms(self) -> list[forms.Form]:
        """In the order of the page, for the error summary."""
        return [self.form, *self.campuses.forms, *self.links.forms]

    @property
    def facts(self) -> Facts:
        """What was filled in, once it is valid."""
        filled = self.form.cleaned_data
        students = None
        if filled["students"] is not None:
            students = filled["year"], filled["students"]
        rows = [row.cleaned_data for row in self.campuses.forms if row.cleaned_data.get("kommune")]
        links = [row.cleaned_data for row in self.links.forms if row.cleaned_data.get("url")]
        return Facts(
            mailbox=filled["mailbox"].lower(),
            website=filled["website"],
            language=filled["language"],
            usual_start=filled["usual_start"],
            campuses=tuple(
                CampusFact(
                    pk=row["pk"] if row["pk"] in self._own else None,
                    kommune=row["kommune"],
                    name=row["name"],
                    is_main=row["is_main"],
                )
                for row in rows
            ),
            social_links=tuple(dict.fromkeys((row["service"], row["url"]) for row in links)),
            students=students,
        )


def _initial(organisation: MemberOrganisation) -> dict[str, Any]:
    month, day = organisation.terms_begin_month, organisation.terms_begin_day
    count = organisation.student_counts.filter(campus=None).first()
    return {
        "mailbox": organisation.mailbox,
        "website": organisation.website,
        "language": organisation.language,
        "usual_start": f"{day:02}.{month:02}." if day and month else "",
        "year": count.year if count else None,
        "students": count.students if count else None,
    }
