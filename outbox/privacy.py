"""What the outbox holds about people, and for how long.

Key and fate of a mail stay, as proof that it went out once; address and text go before.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.audit.personal_data import Holding, Row
from foundation.audit.retention import Rule
from outbox.choices import AT_WORK, FINAL, State
from outbox.mail_folder import MailFolder
from outbox.models import OutgoingMail, OutgoingMailQuerySet

# Everything of a row that may say who somebody is.
WORDS = ("to", "sender", "reply_to", "subject", "body", "html", "last_error", "reply", "reason")
# Stands in a text where somebody's name or address stood.
ERASED = "[…]"
# Letters of a name that is worth looking for in other people's mails; shorter ones hit everything.
SHORTEST_NAME = 5


def _told(mails: OutgoingMailQuerySet) -> Iterator[Row]:
    for mail in mails.order_by("created_at").iterator(chunk_size=200):
        yield {
            _("when"): mail.created_at,
            _("recipient"): mail.to,
            _("subject"): mail.subject,
            _("text"): "" if mail.sensitive else mail.body,
            _("status"): mail.get_state_display(),
        }


def _of(user: AbstractBaseUser) -> Iterator[Row]:
    return _at(getattr(user, user.get_email_field_name()))


def _at(address: str) -> Iterator[Row]:
    if address:
        yield from _told(OutgoingMail.objects.filter(to__iexact=address))


def forget(mails: OutgoingMailQuerySet) -> int:
    """Takes address and text out of the rows, and their files out of the mail folder.

    An end that owes the reader a reason keeps it, without the address.
    """
    _remove_files(mails)
    blank = dict.fromkeys(name for name in WORDS if name != "reason")
    return mails.update(
        **dict.fromkeys(blank, ""),
        reason=Replace("reason", F("to"), Value(ERASED)),  # type: ignore[arg-type]
        headers={},
    )


def _remove_files(mails: OutgoingMailQuerySet) -> None:
    """Of what is handed over, after commit; a file that a worker is at says whether it arrived."""
    left = mails.exclude(state__in=sorted(AT_WORK)).only("pk", "created_at")
    names = [MailFolder.name_of(mail) for mail in left.iterator(chunk_size=200)]
    if names:
        # A partial has no name, and Django asks for one when it logs what a robust hook raised.
        transaction.on_commit(lambda: _unlink(names), robust=True)


def _unlink(names: list[str]) -> None:
    folder = MailFolder.of_settings()
    for name in names:
        with suppress(FileNotFoundError):
            folder.remove(name)


def forget_address(address: str) -> int:
    """Nothing of `address` is left, in mails to it and in what mails to others say of it.

    What still waits for it is never sent.
    """
    if not address:
        return 0
    mine = OutgoingMail.objects.filter(to__iexact=address)
    mine.filter(state__in=sorted({State.QUEUED, State.CLAIMED})).finish(
        State.CANCELLED, now=timezone.now(), reason=gettext("The recipient has been erased.")
    )
    return forget(mine) + forget_words(address)


def forget_words(words: str) -> int:
    """Takes a name or an address out of all texts, also of mails that are on their way."""
    if len(words) < SHORTEST_NAME:
        return 0
    touched = 0
    for field in WORDS:
        found = OutgoingMail.objects.filter(**{f"{field}__contains": words})
        _remove_files(found)
        touched += found.update(**{field: Replace(field, Value(words), Value(ERASED))})
    return touched


def _erase(user: AbstractBaseUser) -> int:
    # Files of mails whose text was a secret: the row no longer says whom they name.
    _remove_files(OutgoingMail.objects.filter(created_by=user.pk, sensitive=True))
    name = getattr(user, "get_full_name", str)()
    return forget_address(getattr(user, user.get_email_field_name())) + forget_words(name)


def _ended(before: datetime) -> OutgoingMailQuerySet:
    return OutgoingMail.objects.filter(state__in=sorted(FINAL), finished_at__lt=before)


def _purge_text(before: datetime, dry_run: bool) -> int:
    """In doubt is no end, yet nobody needs the text of it longer than of the others."""
    old = OutgoingMail.objects.filter(
        Q(state__in=sorted(FINAL), finished_at__lt=before)
        | Q(state=State.IN_DOUBT, handing_over_at__lt=before)
    ).exclude(to="")
    return old.count() if dry_run else forget(old)


def _purge_rows(before: datetime, dry_run: bool) -> int:
    old = _ended(before)
    return old.count() if dry_run else old.delete()[0]


HOLDINGS = (
    Holding(
        model="outbox.OutgoingMail",
        title=_("E-mails that the portal has made for you"),
        fields=frozenset({"to", "sender", "reply_to", "created_by"}),
        rows=_of,
        erase=_erase,
        why_kept=_("That a mail was sent, and when, is kept so that nobody gets it twice."),
        rows_at=_at,
        erase_at=forget_address,
        place=60,
    ),
)

RULES = (
    Rule(
        code="outbox_text",
        what=_("Address and text of an e-mail, after it is sent, given up or in doubt"),
        basis=_("Legitimate interest: to help those who say that a mail didn't come."),
        purge=_purge_text,
    ),
    Rule(
        code="outbox_row",
        what=_("That an e-mail was sent, without address and text"),
        basis=_("Legitimate interest: proof that nobody was mailed twice."),
        purge=_purge_rows,
    ),
)
