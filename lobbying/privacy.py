"""What the tables of contacts hold about people, and for how long."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from foundation.audit.personal_data import by_number, exempt
from foundation.audit.retention import Rule
from foundation.intake.attachments import remove_attachments_of
from lobbying.models import Contact
from memberorgs.privacy import HISTORY

HOLDINGS = (
    by_number(
        "lobbying.Contact",
        "logged_by",
        "removed_by",
        title=_("Contacts that you logged or took away"),
        shown=("organisation", "logged_at"),
        why_kept=HISTORY,
    ),
    by_number(
        "lobbying.ContactVersion",
        "saved_by",
        title=_("Contacts that you saved"),
        shown=("saved_at",),
        why_kept=HISTORY,
    ),
    by_number(
        "lobbying.CountingConsent",
        "given_by",
        title=_("Where you said yes to being counted in public"),
        shown=("given_at",),
        why_kept=HISTORY,
    ),
)


def register_exemptions() -> None:
    exempt("lobbying.ContactParty", "list_name", why="the name of a list at an election")


def _purge_removed(before: datetime, dry_run: bool) -> int:
    old = Contact.objects.removed_before(before)
    if dry_run:
        return old.count()
    remove_attachments_of(old)
    return old.delete()[1].get("lobbying.Contact", 0)


RULES = (
    Rule(
        code="removed_contact",
        what=_("A contact that was taken away, with its note, files and earlier versions"),
        basis=_("Legitimate interest: time to undo a slip."),
        purge=_purge_removed,
    ),
)
