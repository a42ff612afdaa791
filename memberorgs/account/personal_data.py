"""What the tables of the log-in hold about a person."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.audit.personal_data import Holding, Row, exempt, register
from memberorgs.account import sessions


def _addresses(user: AbstractBaseUser) -> Iterable[Row]:
    for one in EmailAddress.objects.filter(user_id=user.pk):
        yield {
            _("e-mail address"): one.email,
            pgettext_lazy("e-mail address", "confirmed"): one.verified,
        }


def _factors(user: AbstractBaseUser) -> Iterable[Row]:
    """When and what, never the secrets."""
    for one in Authenticator.objects.filter(user_id=user.pk).order_by("pk"):
        yield {
            _("kind"): one.type,
            _("name"): one.data.get("name", ""),
            _("added"): one.created_at,
            _("last used"): one.last_used_at,
        }


def _sessions(user: AbstractBaseUser) -> Iterable[Row]:
    for one in UserSession.objects.filter(user_id=user.pk).order_by("pk"):
        yield {
            _("browser"): one.user_agent,
            _("network address"): one.ip,
            _("begun"): one.created_at,
            _("last seen"): one.last_seen_at,
        }


def _forget_addresses(user: AbstractBaseUser) -> int:
    return int(EmailAddress.objects.filter(user_id=user.pk).delete()[0])


def _forget_factors(user: AbstractBaseUser) -> int:
    return int(Authenticator.objects.filter(user_id=user.pk).delete()[0])


HOLDINGS = (
    Holding(
        model="account.EmailAddress",
        title=_("Confirmed e-mail addresses"),
        fields=frozenset({"user", "email"}),
        rows=_addresses,
        erase=_forget_addresses,
    ),
    Holding(
        model="mfa.Authenticator",
        title=_("Second factors"),
        fields=frozenset({"user", "data"}),
        rows=_factors,
        erase=_forget_factors,
    ),
    Holding(
        model="usersessions.UserSession",
        title=_("Where you are logged in"),
        fields=frozenset({"user", "ip", "user_agent", "data", "session_key"}),
        rows=_sessions,
        erase=lambda user: sessions.end_elsewhere(user, None),
    ),
)


def register_all() -> None:
    """Once per process."""
    register(*HOLDINGS)
    exempt(
        "account.EmailConfirmation", "email_address", why="Never made: addresses come confirmed."
    )
    if apps.is_installed("allauth.socialaccount"):
        unused = "Never made: OpenID Connect connects nothing."
        exempt("socialaccount.SocialApp", "name", why="The name of a log-in service.")
        exempt("socialaccount.SocialAccount", "user", "uid", "extra_data", why=unused)
        exempt("socialaccount.SocialToken", "account", "token", "token_secret", why=unused)
