"""Forms of the log-in that allauth does not have, or counts differently."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit
from django import forms
from django.utils.translation import gettext_lazy as _

from memberorgs.account import devices
from memberorgs.models import User


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for a log-in code. Attempts from a browser that is known have a count of their own."""

    def clean_email(self) -> str:
        email: str = User.objects.normalize_email(self.cleaned_data["email"])
        request = context.request
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        key = devices.limit_key(request, email)
        if not ratelimit.consume(request, action="request_login_code", key=key):
            raise forms.ValidationError(
                _("Too many codes in a short time. Wait a minute and try again.")
            )
        self._user = users[0] if users else None
        return email


class LanguageForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("language",)


class EmailChangeForm(forms.Form):
    email = forms.EmailField(label=_("New e-mail address"), max_length=254)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("You have this address already."))
        return email


class EmailCodesForm(forms.Form):
    """Whether the codes fit, the view asks; a wrong one is told at its field."""

    old_code = forms.CharField(label=_("Code from the old address"), max_length=40)
    new_code = forms.CharField(label=_("Code from the new address"), max_length=40)
