"""The one door to the audit log."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

from foundation.audit.events import known
from foundation.audit.models import AuditEntry

# Rows per statement.
BATCH = 500
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
    entry = _entry(event, by, person, about, organisation, facts, address)
    entry.save()
    return entry


def record_each(
    event: str,
    rows: Iterable[tuple[models.Model, str, dict[str, Fact]]],
    *,
    by: AbstractBaseUser | AnonymousUser | None = None,
) -> None:
    """The same for many rows at once: each the row, a code of an organisation, and facts."""
    entries = (_entry(event, by, None, about, code, facts, None) for about, code, facts in rows)
    AuditEntry.objects.bulk_create(entries, batch_size=BATCH)


def _entry(
    event: str,
    by: AbstractBaseUser | AnonymousUser | None,
    person: AbstractBaseUser | None,
    about: models.Model | None,
    organisation: str,
    facts: dict[str, Fact],
    address: str | None,
) -> AuditEntry:
    if event not in known():
        raise ValueError(f"the audit log knows no event {event!r}")
    return AuditEntry(
        event=event,
        actor_id=None if by is None or not by.is_authenticated else by.pk,
        person_id=None if person is None else person.pk,
        subject_type="" if about is None else about._meta.label_lower,
        subject_id="" if about is None else str(about.pk),
        organisation=organisation,
        address=address,
        facts=facts,
    )
