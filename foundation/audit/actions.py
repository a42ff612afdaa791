"""The one door to the audit log."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

from foundation.audit.events import known
from foundation.audit.models import AuditEntry

Fact = str | int | bool | None | list[str] | list[int]


def record(
    event: str,
    *,
    by: AbstractBaseUser | AnonymousUser | None = None,
    person: AbstractBaseUser | None = None,
    about: models.Model | None = None,
    organisation: str = "",
    address: str | None = None,
    **facts: Fact,
) -> AuditEntry:
    """Add an entry, in the transaction of what it tells.

    `by` did it (None: nobody, a visitor or the machine), `person` is the one it was done to,
    `about` the row, `organisation` a code. `facts` are codes, numbers and dates as ISO text; never
    names, typed text, tokens or secrets. Raises ValueError for an event that no app registered.
    """
    if event not in known():
        raise ValueError(f"the audit log knows no event {event!r}")
    return AuditEntry.objects.create(
        event=event,
        actor_id=None if by is None or not by.is_authenticated else by.pk,
        person_id=None if person is None else person.pk,
        subject_type="" if about is None else about._meta.label_lower,
        subject_id="" if about is None else str(about.pk),
        organisation=organisation,
        address=address,
        facts=facts,
    )
