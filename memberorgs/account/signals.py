"""What follows from a log-in and from changes to it: the log, notices, other sessions.

Connected once per process, by `MemberorgsConfig.ready`.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse

from foundation.audit.actions import record
from foundation.intake import held
from memberorgs.account import actions, devices, sessions
from memberorgs.models import User


def connect() -> None:
    for signal, receiver in (
        (user_logged_in, _session_begins),
        (user_login_failed, _password_failed),
        (user_logged_out, _logged_out),
        (account.user_logged_in, _logged_in),
        (account.login_code_rejected, _code_failed),
        (account.password_reset_code_rejected, _code_failed),
        (account.password_changed, _password_changed),
        (account.password_set, _password_changed),
        (account.password_reset, _password_reset),
        (mfa.authenticator_added, _factor_added),
        (mfa.authenticator_removed, _factor_removed),
        (mfa.authenticator_reset, _codes_made),
        (mfa.authentication_failed, _factor_failed),
    ):
        signal.connect(receiver, dispatch_uid=receiver.__name__)
    post_save.connect(_address_follows, sender=User, dispatch_uid="address follows")


def network_address(request: HttpRequest | None) -> str | None:
    """Where a request came from; None where that can't be told."""
    try:
        return None if request is None else str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None


def _session_begins(request: HttpRequest, **kwargs: Any) -> None:
    """Also for whoever is let in without allauth."""
    sessions.begin(request.session)
    held.drop_of_others(request.session, kwargs["user"].pk)


def _logged_in(request: HttpRequest, response: HttpResponse, user: User, **kwargs: Any) -> None:
    how = [str(one["method"]) for one in get_authentication_records(request, user)]
    record(
        "account.logged_in",
        by=user,
        person=user,
        address=network_address(request),
        how=list(dict.fromkeys(how)),
    )
    if not devices.is_known(request, user) and not getattr(request, "first_log_in", False):
        get_adapter(request).send_notification_mail("account/email/new_device", user)
    devices.remember(request, response, user)


def _logged_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("account.logged_out", by=user, person=user, address=network_address(request))


def _password_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Whose log-in was tried stands there as a number; what was typed, nowhere."""
    email = User.objects.normalize_email(str(credentials.get("email") or ""))
    person = User.objects.filter(email=email).first()
    record(
        "account.log_in_failed", person=person, address=network_address(request), how=["password"]
    )


def _code_failed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.log_in_failed", person=user, address=network_address(request), how=["code"])


def _factor_failed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    record(
        "account.log_in_failed",
        person=user,
        address=network_address(request),
        how=[str(authenticator.type)],
    )


def _password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.password_changed", by=user, person=user, address=network_address(request))
    sessions.end_elsewhere(user, request.session.session_key)


def _password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.password_changed", by=user, person=user, address=network_address(request))
    sessions.end_elsewhere(user, None)


def _factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    record(
        "account.factor_added",
        by=user,
        person=user,
        address=network_address(request),
        kind=str(authenticator.type),
    )


def _factor_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    record(
        "account.factor_removed",
        by=user,
        person=user,
        address=network_address(request),
        kind=str(authenticator.type),
    )


def _codes_made(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.recovery_codes_made", by=user, person=user, address=network_address(request))


def _address_follows(
    instance: User, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    if not created and (update_fields is None or "email" in update_fields):
        actions.keep_one_address(instance)
