"""Pages of the log-in that allauth lacks, or that do more here than allauth's."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from foundation.audit.actions import record
from memberorgs.account import actions, email_change, second_factor, sessions
from memberorgs.account.forms import CodeForm, EmailChangeForm, EmailCodesForm, LanguageForm
from memberorgs.account.guards import even, fresh_log_in, held_down
from memberorgs.account.signals import network_address
from memberorgs.models import User

logger = logging.getLogger(__name__)

PLACES_ON_A_PAGE = 20


def _person(request: HttpRequest) -> User:
    """For views behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


class LogIn(account.LoginView):  # type: ignore[misc]
    """A code by mail is the way in; the password has a page of its own, also for its errors."""

    with_password = False

    def get_template_names(self) -> list[str]:
        if self.with_password or self.request.method == "POST":
            return ["account/login_password.html"]
        return ["account/login.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        found["code_form"] = CodeForm()
        found["password_url"] = passthrough_next_redirect_url(
            self.request, reverse("account_login_password"), REDIRECT_FIELD_NAME
        )
        found["oidc_name"] = settings.OIDC["NAME"] if settings.OIDC_ENABLED else ""
        return found


log_in = held_down("everybody_login")(LogIn.as_view())
log_in_with_password = held_down("everybody_login")(LogIn.as_view(with_password=True))
ask_for_code = even(held_down("everybody_codes")(account.request_login_code))
forgot_password = even(held_down("everybody_codes")(account.password_reset))
make_password = login_required(fresh_log_in(account.password_set))


def log_out(request: HttpRequest) -> HttpResponse:
    """Whoever sits down at the machine next finds nothing half typed in the browser either."""
    response: HttpResponse = account.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """All that one can set about one's log-in."""
    user = _person(request)
    kinds = list(
        Authenticator.objects.filter(user_id=user.pk).order_by("pk").values_list("type", flat=True)
    )
    return render(
        request,
        "account/overview.html",
        {
            "language_form": LanguageForm(instance=user),
            "keys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "has_password": user.has_usable_password(),
            "places": sessions.open_sessions(user).count(),
            "demanded": second_factor.is_demanded_of(user),
        },
    )


@login_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST, instance=_person(request))
    if form.is_valid():
        form.save()
        messages.success(request, _("The language is saved."))
    else:
        messages.error(request, _("Choose one of the languages in the list."))
    return redirect("account_overview")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Where one is logged in. POST ends one session (`end`), or all but this one."""
    user = _person(request)
    here = request.session.session_key
    if request.method == "POST":
        return _end_places(request, user, here)
    page = Paginator(sessions.open_sessions(user), PLACES_ON_A_PAGE).get_page(
        request.GET.get("side")
    )
    return render(
        request,
        "account/places.html",
        {"page_of": page, "places": sessions.as_places(page.object_list, here)},
    )


def _end_places(request: HttpRequest, user: User, here: str | None) -> HttpResponse:
    if "end" in request.POST:
        mine = UserSession.objects.filter(user_id=user.pk).exclude(session_key=here)
        if not request.POST["end"].isascii() or not request.POST["end"].isdigit():
            raise Http404
        ended = sessions.end(mine.filter(pk=get_object_or_404(mine, pk=request.POST["end"]).pk))
    else:
        ended = sessions.end_elsewhere(user, here)
    if ended:
        record("account.sessions_ended", by=user, person=user, count=ended)
    messages.success(
        request,
        ngettext(
            "You are logged out in %(count)d other place.",
            "You are logged out in %(count)d other places.",
            ended,
        )
        % {"count": ended},
    )
    return redirect("account_places")


@even
@login_required
@fresh_log_in
@reauthentication_required
def change_email(request: HttpRequest) -> HttpResponse:
    """Asks for another address; codes go to both."""
    user = _person(request)
    form = EmailChangeForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        refused = ratelimit.consume_or_429(request, action="change_email", user=user)
        if refused:
            return refused
        email_change.begin(request, user, form.cleaned_data["email"])
        record("account.email_change_asked", by=user, person=user, address=network_address(request))
        return redirect("account_confirm_email_change")
    return render(request, "account/email_change.html", {"form": form})


@login_required
def confirm_email_change(request: HttpRequest) -> HttpResponse:
    """Takes both codes. The address changes when both fit."""
    user = _person(request)
    email = email_change.asked_for(request, user)
    if email is None:
        messages.warning(request, _("The codes have run out, or there were too many tries."))
        return redirect("account_change_email")
    form = EmailCodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        old, new = email_change.fits(
            request, old=form.cleaned_data["old_code"], new=form.cleaned_data["new_code"]
        )
        for name, fits in (("old_code", old), ("new_code", new)):
            if not fits:
                form.add_error(name, _("Incorrect code."))
        if old and new:
            return _email_changed(request, user, email)
    return render(
        request,
        "account/email_change_confirm.html",
        {"form": form, "old_email": user.email, "new_email": email},
    )


def _email_changed(request: HttpRequest, user: User, email: str) -> HttpResponse:
    email_change.forget(request)
    try:
        actions.change_email(user=user, email=email, request=request, by=user)
    except actions.AddressTaken:
        messages.error(request, _("Somebody already logs in with this e-mail address."))
        return redirect("account_change_email")
    messages.success(request, _("From now on you log in with %(email)s.") % {"email": email})
    return redirect("account_overview")


def oidc_log_in(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """POST leads to the issuer; GET asks for the press of a button first."""
    if not settings.OIDC_ENABLED:
        raise Http404
    from allauth.socialaccount.providers.openid_connect.views import login

    return _ask_issuer(login, request, provider_id)


def oidc_answer(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the issuer sends people back, in bokmål whatever they read: it knows one address."""
    if not settings.OIDC_ENABLED:
        raise Http404
    from allauth.socialaccount.providers.openid_connect.views import callback

    return _ask_issuer(callback, request, provider_id)


def _ask_issuer(
    view: Callable[..., HttpResponseBase], request: HttpRequest, provider_id: str
) -> HttpResponseBase:
    """Errors of the network are OSErrors; KeyError: the issuer tells less than it must."""
    try:
        return view(request, provider_id=provider_id)
    except (OSError, KeyError) as error:
        logger.warning("openid connect failed", extra={"error": type(error).__name__})
        return render(request, "account/oidc_failed.html", status=403)
