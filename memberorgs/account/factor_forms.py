"""allauth's forms of keys: with words of ours, and with patience for what no browser sends."""

import struct
from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 60
# What fido2 raises for answers that lack parts or hold others.
RUBBISH = (KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error)


class Patient:
    """Refuses an answer that can't be read, where allauth would raise."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except RUBBISH as error:
            raise forms.ValidationError(_("The key did not fit. Try again.")) from error


class LogInKeyForm(Patient, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class SecondStepKeyForm(Patient, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmKeyForm(Patient, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("What you call the key"), required=False, max_length=NAME_LENGTH)

    def clean(self) -> Any:
        try:
            return super().clean()
        except RUBBISH as error:
            raise forms.ValidationError(_("The key did not fit. Try again.")) from error


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("What you call the key"), max_length=NAME_LENGTH)
