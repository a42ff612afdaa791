"""Writes of the log-in that touch more than one table."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from foundation.audit.actions import record
from memberorgs.account import sessions
from memberorgs.models import User


class AddressTaken(Exception):
    """Somebody else logs in with this address."""


def change_email(*, user: User, email: str, request: HttpRequest, by: User) -> None:
    """Give a person another address, tell both, and log them out everywhere but here.

    Who asked has shown that both addresses are theirs. Raises AddressTaken, and changes nothing,
    if another has it by now.
    """
    old = user.email
    adapter = get_adapter(request)
    try:
        with transaction.atomic():
            user.email = User.objects.normalize_email(email)
            user.save(update_fields=["email"])
            keep_one_address(user)
            sessions.end_elsewhere(user, request.session.session_key)
            record("account.email_changed", by=by, person=user)
            for address in (old, user.email):
                adapter.send_notification_mail("account/email/email_changed", user, email=address)
    except IntegrityError as error:
        user.email = old
        raise AddressTaken from error


def keep_one_address(user: User) -> None:
    """allauth lets people in by any address that its own table holds for them: only theirs may."""
    EmailAddress.objects.filter(user_id=user.pk).exclude(email=user.email).delete()


@transaction.atomic
def remove_second_factors(*, user: User, by: User | None) -> int:
    """Take away all factors and codes of one who has lost them, and log them out everywhere.

    Returns how many were removed. For operators; the person gets a mail about it.
    """
    removed = Authenticator.objects.filter(user_id=user.pk)
    count = removed.count()
    removed.delete()
    sessions.end_elsewhere(user, None)
    record("account.factors_removed", by=by, person=user, count=count)
    get_adapter().tell("account/email/factors_removed", user)
    return count
