"""How log-in behaves here."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from content.languages import in_language, reader_language
from foundation.audit.actions import record
from memberorgs.account import devices, email_change, second_factor
from memberorgs.models import Term, User
from outbox.actions import enqueue
from outbox.choices import Lane

# Mails that hold a code: allauth's setting (seconds) for how long it is good, or that time itself.
CODE_TIMEOUTS: dict[str, str | int] = {
    "account/email/login_code": "LOGIN_BY_CODE_TIMEOUT",
    "account/email/password_reset_code": "PASSWORD_RESET_BY_CODE_TIMEOUT",
    email_change.OLD: email_change.TIMEOUT,
    email_change.NEW: email_change.TIMEOUT,
}
ASKED_BY_ANYBODY = {"account/email/login_code", "account/email/password_reset_code"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up: who has a log-in was given it. Mails go through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Places in the portal only, written as paths: `/handlingsplan/`."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail; the request waits for no mail server.

        A code is handed over first of all, is not sent once it has run out, and is removed from
        the outbox when it is sent.
        """
        request = self.request
        context = {"request": request, "email": email, "BASE_URL": settings.BASE_URL, **context}
        expires_at = None
        if timeout := CODE_TIMEOUTS.get(template_prefix):
            seconds = getattr(app_settings, timeout) if isinstance(timeout, str) else timeout
            lifetime = timedelta(seconds=seconds)
            expires_at = timezone.now() + lifetime
            context["minutes"] = int(lifetime.total_seconds() // 60)
        message = self.render_mail(template_prefix, email, context)
        user = getattr(request, "user", None)
        by = user if user is not None and user.is_authenticated else None
        enqueue(
            kind=template_prefix,
            key=f"{template_prefix}/{uuid4()}",
            to=email,
            subject=message.subject,
            body=message.body,
            lane=Lane.FAST,
            sensitive=expires_at is not None,
            expires_at=expires_at,
            by=by,
        )
        if template_prefix in ASKED_BY_ANYBODY:
            record(
                "account.code_asked",
                by=by,
                person=User.objects.filter(email=email).first(),
                address=self.get_client_ip(request),
                how=template_prefix.rpartition("/")[2],
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A notice of something that was done in a request, in the language of the person."""
        told = {
            "device": devices.read(self.get_http_user_agent(self.request)),
            "user": user,
            **(context or {}),
        }
        with translation.override(user.language):
            super().send_notification_mail(template_prefix, user, told, email or user.email)

    def tell(self, template_prefix: str, user: User) -> None:
        """A notice of something that was done outside of a request."""
        with translation.override(user.language):
            self.send_mail(template_prefix, user.email, {"timestamp": timezone.now(), "user": user})

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, str]]:
        """A key comes first where there is one: it is the least trouble."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda one: one["id"] != "mfa_reauthenticate:webauthn")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return devices.limit_key(
            request, super()._get_login_attempts_cache_key(request, **credentials)
        )

    def login(self, request: HttpRequest, user: User) -> None:
        request.first_log_in = user.last_login is None  # type: ignore[attr-defined]
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if (
            not settings.REQUIRE_SECOND_FACTOR
            and second_factor.is_demanded_of(user)
            and not second_factor.has_one(user)
        ):
            messages.info(
                request,
                _("Outside the demo your role would need two steps at log-in. You may try it."),
            )
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Those who work in the admin go there, who has or had an office to the members' rooms."""
        user = request.user
        if user.has_perm("wagtailadmin.access_admin"):
            return "/admin/"
        has_an_office = Term.objects.filter(person_id=user.pk).exists()
        return in_language(
            reverse("member_list") if has_an_office else "/", reader_language(request)
        )

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The front page in the language of the address."""
        return in_language("/", reader_language(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return in_language("/konto/", reader_language(request))
