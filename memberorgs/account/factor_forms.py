"""allauth's forms of keys, with words of ours and a limit to the name."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 60


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("What you call the key"), required=False, max_length=NAME_LENGTH)


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("What you call the key"), max_length=NAME_LENGTH)
