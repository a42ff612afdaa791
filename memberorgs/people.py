"""What becomes of a person's log-in when it is over, or when somebody else takes the address."""

from uuid import uuid4

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from foundation.audit.actions import record
from memberorgs.models import CalendarLink, User

# RFC 2606: no mail is ever delivered there.
NOWHERE = "retired.invalid"


def end_all_log_ins(user: User) -> None:
    """No open session, passkey, second factor, password or calendar link is left."""
    user.set_unusable_password()  # sessions are tied to the password's hash
    user.save(update_fields=["password"])
    CalendarLink.objects.filter(person=user).delete()
    for label in ("mfa.Authenticator", "usersessions.UserSession", "account.EmailAddress"):
        app, _dot, _name = label.partition(".")
        if apps.is_installed(f"allauth.{app}"):
            apps.get_model(label)._default_manager.filter(user=user).delete()


@transaction.atomic
def retire(user: User, *, by: User | None, event: str = "person.retired") -> None:
    """Take the log-in and the address away; name and terms stay as history. Can run twice."""
    if user.retired_at is not None:
        return
    end_all_log_ins(user)
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"{uuid4().hex}@{NOWHERE}"
    user.is_active = user.is_staff = user.is_superuser = user.shared_mailbox = False
    user.retired_at = timezone.now()
    user.save()
    record(event, by=by, person=user)
