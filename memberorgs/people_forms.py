"""Forms of invitations, terms and requests for access."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.intake.fields import DayField
from memberorgs.actions import BULK, Office, suggested_term
from memberorgs.choices import Role
from memberorgs.fields import AddressesField, line_of
from memberorgs.mailboxes import looks_shared
from memberorgs.models import MemberOrganisation, OrganisationCampus, Term

# What each role may, in plain words.
MAY: Mapping[Role, str | Promise] = {
    Role.LEADER: _("Logs, reports, invites people, ends terms and corrects the facts."),
    Role.REPORTER: _("Logs what happens, writes and submits reports."),
    Role.READER: _("Reads all of the organisation's reports and log."),
}


class OfficeForm(forms.Form):
    """Role, title, days and campus of an office in `organisation`."""

    role = forms.ChoiceField(
        label=_("Role in the portal"),
        choices=[(role.value, role.label) for role in (Role.LEADER, Role.REPORTER, Role.READER)],
        widget=forms.RadioSelect,
        initial=Role.REPORTER,
        error_messages={"required": _("Choose a role.")},
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=80,
        required=False,
        help_text=_("What you call the office."),
    )
    begins = DayField(
        label=_("First day"),
        error_messages={"required": _("Write the first day of the term.")},
    )
    ends = DayField(
        label=_("Last day"),
        error_messages={"required": _("Write the last day of the term.")},
    )
    campus = forms.ModelChoiceField(
        label=_("Campus"),
        queryset=OrganisationCampus.objects.none(),
        required=False,
        empty_label=_("The whole organisation"),
    )

    # As they stand on the page, for the error summary.
    field_order = ("email", "emails", "shared_mailbox", "role", "title", "begins", "ends", "campus")

    def __init__(self, *args: Any, organisation: MemberOrganisation, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, **kwargs)
        campuses = OrganisationCampus.objects.filter(organisation=organisation)
        field: Any = self.fields["campus"]
        field.queryset = campuses.select_related("kommune")
        self.fields["role"].notes = {  # type: ignore[attr-defined]
            role.value: words for role, words in MAY.items()
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends < begins:
            self.add_error("ends", _("The last day comes before the first."))
        elif ends and ends < timezone.localdate():
            self.add_error("ends", _("The term is over already. Check the last day."))
        return cleaned

    @property
    def office(self) -> Office:
        """What was filled in, once it is valid."""
        filled = self.cleaned_data
        return Office(
            role=Role(filled["role"]),
            title=filled["title"],
            begins=filled["begins"],
            ends=filled["ends"],
            campus=filled["campus"],
        )


class NewOfficeForm(OfficeForm):
    """An office that somebody is offered: the days are those of the usual term."""

    def __init__(self, *args: Any, organisation: MemberOrganisation, **kwargs: Any) -> None:
        begins, ends = suggested_term(organisation, timezone.localdate())
        given = {"begins": begins, "ends": ends, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, organisation=organisation, initial=given, **kwargs)


class InviteForm(NewOfficeForm):
    """One person."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Preferably the person's own, so that it is theirs alone."),
        error_messages={
            "required": _("Write the address of the one whom you invite."),
            "invalid": _("Write a whole e-mail address, like kari@example.no."),
        },
    )
    shared_mailbox = forms.BooleanField(
        label=_("This is a mailbox that several people read, one after the other"),
        required=False,
        help_text=_(
            "Then the one who held the office before loses the log-in with this address when the "
            "new one accepts."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        email = cleaned.get("email", "")
        if email and not cleaned.get("shared_mailbox") and looks_shared(email, self.organisation):
            self.add_error(
                "email",
                _(
                    "This looks like a mailbox that several people read. Ask for the person's own "
                    "address, or tick below that it is shared."
                ),
            )
        return cleaned


class InviteManyForm(NewOfficeForm):
    """Up to twenty people who get the same role and days."""

    emails = AddressesField(
        most=BULK,
        label=_("E-mail addresses"),
        help_text=_("One a line, at most 20. All get an invitation, or nobody does."),
        error_messages={"required": _("Write at least one address.")},
    )

    def clean_emails(self) -> list[str]:
        found: list[str] = self.cleaned_data["emails"]
        shared = [email for email in found if looks_shared(email, self.organisation)]
        if shared:
            raise ValidationError(
                [
                    ValidationError(
                        _(
                            "Line %(line)d: %(email)s looks like a mailbox that several people "
                            "read. Invite it alone."
                        ),
                        params={"line": self.line_of(email), "email": email},
                    )
                    for email in shared
                ]
            )
        return found

    def line_of(self, email: str) -> int:
        return line_of(str(self.data.get("emails", "")), email)

    def add_reasons(self, reasons: Mapping[str, str]) -> None:
        """Tell at the field why some of the addresses could not be invited."""
        for email, why in reasons.items():
            self.add_error(
                "emails",
                _("Line %(line)d, %(email)s: %(why)s")
                % {"line": self.line_of(email), "email": email, "why": why},
            )


class EndForm(forms.Form):
    """`must`: the reason may not be left out."""

    reason = forms.CharField(
        label=_("Why it ends"),
        max_length=200,
        required=False,
        help_text=_("Leaders and NSO's secretariat can read it."),
        error_messages={"required": _("Write why the term of the only leader ends.")},
    )

    def __init__(self, *args: Any, must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = must


class ProlongForm(forms.Form):
    until = DayField(
        label=_("New last day"), error_messages={"required": _("Write the new last day.")}
    )

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term


class NewPersonForm(forms.Form):
    """What somebody without a log-in tells when they accept."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Write your first name.")},
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Write your last name.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the portal and of mails to you"), choices=settings.LANGUAGES
    )


class OwnAddressForm(forms.Form):
    """Where the invitation to a shared mailbox is to be sent instead."""

    email = forms.EmailField(
        label=_("Your own e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your own address."),
            "invalid": _("Write a whole e-mail address, like kari@example.no."),
        },
    )


class OrganisationChoice(forms.ModelChoiceField[MemberOrganisation]):
    """Organisations by name, in the language of the reader."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class AskForAccessForm(forms.Form):
    """Somebody was elected and has got nothing."""

    organisation = OrganisationChoice(
        label=_("Member organisation"),
        queryset=MemberOrganisation.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the organisation that you were elected in.")},
    )
    title = forms.CharField(
        label=_("What were you elected as?"),
        max_length=80,
        error_messages={"required": _("Write what you were elected as.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The invitation is sent there."),
        error_messages={
            "required": _("Write your address, so that the invitation finds you."),
            "invalid": _("Write a whole e-mail address, like kari@example.no."),
        },
    )
    evidence = forms.CharField(
        label=_("Where does it say that you were elected?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A link to the minutes, or the date of the meeting and who led it."),
        error_messages={"required": _("Write where it says that you were elected.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = MemberOrganisation.objects.confirmed().here_on(timezone.localdate())
        field: Any = self.fields["organisation"]
        name = f"name_{(get_language() or 'nb')[:2]}"
        field.queryset = (
            here.order_by("name_nb") if name == "name_nb" else here.order_by(name, "name_nb")
        )
