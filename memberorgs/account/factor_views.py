"""Pages of second factors. Loaded when the first of them is asked for: the libraries are large."""

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.audit.actions import record
from memberorgs.account import second_factor
from memberorgs.account.guards import fresh_log_in, held_down
from memberorgs.account.signals import network_address
from memberorgs.models import User


class SecondFactors(mfa.IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        found["demanded"] = second_factor.is_demanded_of(self.request.user)
        found["way_on"] = self.request.session.get(second_factor.WAY_ON, "")
        return found


second_factors = SecondFactors.as_view()


class AddApp(totp.ActivateTOTPView):  # type: ignore[misc]
    """The secret in letters, in groups that one can type."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        secret = found["form"].secret
        found["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return found

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.note_use(self.request, Authenticator.Type.TOTP)
        return response


add_app = login_required(fresh_log_in(AddApp.as_view()))


class AddKey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Every key asks for finger, face or PIN and logs in by itself: a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super(webauthn.AddWebAuthnView, self).get_context_data(**kwargs)
        options = webauthn.auth.begin_registration(self.request.user, True)
        found["options"] = json.dumps(options, default=dict)
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_form_kwargs()
        if "data" in found:
            found["data"] = found["data"].copy()
            found["data"]["passwordless"] = "on"
        return found

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.note_use(self.request, Authenticator.Type.WEBAUTHN)
        return response


add_key = login_required(fresh_log_in(AddKey.as_view()))


class ConfirmWithKey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        found["options"] = json.dumps(found["js_data"]["request_options"], default=dict)
        return found

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("The key did not fit. Try again."))
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))


confirm_with_key = ConfirmWithKey.as_view()


class TypeSecondFactor(mfa.AuthenticateView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        kinds = set(
            Authenticator.objects.filter(user_id=self.stage.login.user.pk).values_list(
                "type", flat=True
            )
        )
        found["has_app"] = Authenticator.Type.TOTP in kinds
        found["has_keys"] = Authenticator.Type.WEBAUTHN in kinds
        found["options"] = json.dumps(found["js_data"]["request_options"], default=dict)
        return found


type_second_factor = TypeSecondFactor.as_view()


class LogInWithKey(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """Leads back with the way on kept when the key does not fit."""

    def form_invalid(self, form: Any) -> HttpResponse:
        record("account.log_in_failed", address=network_address(self.request), how=["webauthn"])
        messages.error(self.request, _("The key did not fit. Try again, or log in another way."))
        return HttpResponseRedirect(
            passthrough_next_redirect_url(
                self.request, reverse("account_login"), REDIRECT_FIELD_NAME
            )
        )


log_in_with_key = held_down("everybody_login")(LogInWithKey.as_view())


def _unused_codes(user: User | AnonymousUser) -> list[str] | None:
    """None for one who has no codes. Changes no row, unlike allauth's own view."""
    kept = Authenticator.objects.filter(
        user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    return None if kept is None else list(kept.wrap().get_unused_codes())


@login_required
@reauthentication_required(app="allauth.mfa")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    codes = _unused_codes(request.user)
    if codes is None:
        raise Http404
    way_on = request.session.get(second_factor.WAY_ON, "")
    return render(
        request, "mfa/recovery_codes/index.html", {"unused_codes": codes, "way_on": way_on}
    )


@login_required
@reauthentication_required(app="allauth.mfa")
def recovery_codes_as_file(request: HttpRequest) -> HttpResponse:
    codes = _unused_codes(request.user)
    if not codes:
        raise Http404
    text = "\r\n".join([_("Recovery codes for NSO's portal"), settings.BASE_URL, "", *codes, ""])
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="nso-reservekoder.txt"'},
    )


make_recovery_codes = login_required(recovery.generate_recovery_codes)


list_keys = webauthn.list_webauthn
rename_key = login_required(webauthn.edit_webauthn)
remove_key = login_required(webauthn.remove_webauthn)
confirm = mfa.reauthenticate
remove_app = totp.deactivate_totp
