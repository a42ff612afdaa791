"""What the tables of the members' log hold about people, and for how long."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from activity.models import Entry
from foundation.audit.personal_data import by_number, exempt
from foundation.audit.retention import Rule
from foundation.intake.attachments import remove_attachments_of
from memberorgs.privacy import HISTORY

HOLDINGS = (
    by_number(
        "activity.Entry",
        "logged_by",
        "removed_by",
        title=_("Activities that you logged or took away"),
        shown=("organisation", "kind", "day", "logged_at"),
        why_kept=HISTORY,
    ),
    by_number(
        "activity.EntryVersion",
        "saved_by",
        title=_("Entries of the log that you saved"),
        shown=("saved_at",),
        why_kept=HISTORY,
    ),
    by_number(
        "activity.HelpRequest",
        "asked_by",
        "answered_by",
        title=_("Requests for help that you asked or answered"),
        shown=("organisation", "asked_at"),
        why_kept=HISTORY,
    ),
)


def register_exemptions() -> None:
    exempt("activity.Routine", "own_name", why="what an organisation calls a routine")


def _purge_removed(before: datetime, dry_run: bool) -> int:
    old = Entry.objects.removed_before(before)
    if dry_run:
        return old.count()
    remove_attachments_of(old)
    return old.delete()[1].get("activity.Entry", 0)


RULES = (
    Rule(
        code="removed_entry",
        what=_(
            "An entry of the log that was taken away, with its note, files and earlier versions"
        ),
        basis=_("Legitimate interest: time to undo a slip."),
        purge=_purge_removed,
    ),
)
