"""What the tables of this app hold about people, and for how long."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from foundation.audit.personal_data import Holding, Row, by_number, nothing
from foundation.audit.retention import Rule
from foundation.intake.attachments import purge_files_without_row
from foundation.intake.models import Attachment, Draft, Submission


def _drafts(user: AbstractBaseUser) -> Iterator[Row]:
    for one in Draft.objects.by(user).order_by("saved_at", "pk").iterator(chunk_size=200):
        yield {
            _("organisation"): one.organisation,
            _("form"): one.form,
            _("saved"): one.saved_at,
            _("what was typed"): "\n".join(
                f"{name}: {', '.join(values)}" for name, values in one.fields.items()
            ),
        }


def _drop_drafts(user: AbstractBaseUser) -> int:
    return Draft.objects.by(user).delete()[0]


def _files(user: AbstractBaseUser) -> Iterator[Row]:
    added = Attachment.objects.filter(added_by=user.pk).in_order()
    for one in added.iterator(chunk_size=200):
        yield {_("file"): one.name, _("added"): one.added_at, _("bytes"): one.size}


def _old_drafts(before: datetime, dry_run: bool) -> int:
    old = Draft.objects.filter(saved_at__lt=before)
    return old.count() if dry_run else old.delete()[0]


def _old_submissions(before: datetime, dry_run: bool) -> int:
    old = Submission.objects.filter(sent_at__lt=before)
    return old.count() if dry_run else old.delete()[0]


HOLDINGS = (
    Holding(
        model="intake.Draft",
        title=_("Drafts that you have not sent in"),
        fields=frozenset({"person", "fields"}),
        rows=_drafts,
        erase=_drop_drafts,
        place=30,
    ),
    Holding(
        model="intake.Attachment",
        title=_("Files that you have attached"),
        fields=frozenset({"added_by", "name"}),
        rows=_files,
        erase=nothing,
        why_kept=_(
            "They belong to what the organisation reported, and go with it. The number stays, "
            "the name goes with you."
        ),
        place=40,
    ),
    by_number(
        "intake.Submission",
        "person",
        title=_("Forms that you have sent in"),
        shown=("form", "sent_at"),
        place=80,
    ),
)

RULES = (
    Rule(
        code="draft",
        what=_("Forms that were half filled in and never sent"),
        basis=_("Legitimate interest: nothing typed is lost."),
        purge=_old_drafts,
    ),
    Rule(
        code="submission",
        what=_("That a form was sent in, so that a second tap makes no second row"),
        basis=_("Legitimate interest: to count everything once."),
        purge=_old_submissions,
    ),
    Rule(
        code="loose_file",
        what=_("Files whose report was never saved"),
        basis=_("Nobody needs them."),
        purge=purge_files_without_row,
    ),
)
