"""Log-in through OpenID Connect, where the operator has switched it on.

It opens a log-in that is there, found by the address that the issuer has verified, each time anew;
it makes none and connects none.
"""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import render

from memberorgs.models import User

logger = logging.getLogger(__name__)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        user = _person(sociallogin.account.extra_data)
        if user is None:
            raise ImmediateHttpResponse(render(request, "account/oidc_unknown.html", status=403))
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """What the issuer said goes to no page; the kind of fault goes to the log."""
        logger.warning(
            "openid connect failed",
            extra={"error": type(exception).__name__ if exception else str(error)},
        )
        raise ImmediateHttpResponse(render(request, "account/oidc_failed.html", status=403))


def _person(told: dict[str, Any]) -> User | None:
    """The log-in with the address that the issuer vouches for.

    `told`: claims of `userinfo` and `id_token`. Both must speak of the same subject.
    """
    claims = told.get("userinfo") or told.get("id_token") or {}
    token = told.get("id_token") or {}
    if not token or claims.get("sub") != token.get("sub"):
        return None
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    return User.objects.filter(email=User.objects.normalize_email(email), is_active=True).first()
