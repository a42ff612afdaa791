"""What the audit log holds about people, and for how long."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.audit.events import words_of
from foundation.audit.models import AuditEntry
from foundation.audit.personal_data import Holding, Row, nothing
from foundation.audit.retention import Rule


def _entries(user: AbstractBaseUser) -> Iterator[Row]:
    mine = AuditEntry.objects.filter(Q(actor_id=user.pk) | Q(person_id=user.pk)).newest_first()
    for entry in mine.iterator(chunk_size=200):
        yield {
            _("when"): entry.at,
            _("what"): words_of(entry.event),
            _("organisation"): entry.organisation,
            _("your part"): _("done by you") if entry.actor_id == user.pk else _("about you"),
            # Where somebody else acted, the address is theirs.
            _("network address"): entry.address if entry.actor_id == user.pk else None,
        }


def _purge(before: datetime, dry_run: bool) -> int:
    if dry_run:
        return AuditEntry.objects.filter(at__lt=before).count()
    return AuditEntry.objects.purge(before)


HOLDINGS = (
    Holding(
        model="audit.AuditEntry",
        title=_("What the audit log says of you"),
        fields=frozenset({"actor_id", "person_id", "address"}),
        rows=_entries,
        erase=nothing,
        why_kept=_(
            "It holds numbers and codes, no names, so that misuse can be found. It goes by age."
        ),
        place=90,
    ),
)

RULES = (
    Rule(
        code="audit",
        what=_("Audit log: who did what, as numbers"),
        basis=_("Legitimate interest: to find misuse and faults. A year in office and a handover."),
        purge=_purge,
    ),
)

EVENTS = {"retention.purged": _("Old data were removed by age")}
