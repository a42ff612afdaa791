"""How log-in behaves here."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from content.languages import in_language, reader_language
from outbox.actions import enqueue
from outbox.choices import Lane

# Mails that hold a code, and the setting (seconds) that says how long it is good for.
CODE_TIMEOUTS = {
    "account/email/login_code": "LOGIN_BY_CODE_TIMEOUT",
    "account/email/password_reset_code": "PASSWORD_RESET_BY_CODE_TIMEOUT",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up: who has a log-in was given it. Mails go through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail; the request waits for no mail server.

        A code is handed over first of all, is not sent once it has run out, and is removed from
        the outbox when it is sent.
        """
        request = self.request
        context = {"request": request, "email": email, "BASE_URL": settings.BASE_URL, **context}
        expires_at = None
        if setting := CODE_TIMEOUTS.get(template_prefix):
            lifetime = timedelta(seconds=getattr(app_settings, setting))
            expires_at = timezone.now() + lifetime
            context["minutes"] = int(lifetime.total_seconds() // 60)
        message = self.render_mail(template_prefix, email, context)
        user = getattr(request, "user", None)
        enqueue(
            kind=template_prefix,
            key=f"{template_prefix}/{uuid4()}",
            to=email,
            subject=message.subject,
            body=message.body,
            lane=Lane.FAST,
            sensitive=expires_at is not None,
            expires_at=expires_at,
            by=user if user is not None and user.is_authenticated else None,
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Those who work in the admin go there; the others read the site in their language."""
        user = request.user
        if user.has_perm("wagtailadmin.access_admin"):
            return "/admin/"
        return in_language("/", reader_language(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The front page in the language of the address."""
        return in_language("/", reader_language(request))
