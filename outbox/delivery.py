"""From the queue to the reader: claim, mark, hand over, record.

Every step is committed before the next begins, so a worker may die anywhere and another finishes.
Two workers never hold the same row. Handing over to a folder can always be checked afterwards
(is the file there?), so nothing is lost and nothing goes out twice.
"""

import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox import messages
from outbox.choices import State
from outbox.mail_folder import FolderGoneError, MailFolder
from outbox.models import OutgoingMail

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = timedelta(seconds=20)
# After each failed attempt; when they are used up, the mail has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))


def deliver(mail_id: UUID) -> None:
    """Hand over this mail, if it is due and nobody else is at it."""
    mail = _claim(pk=mail_id)
    if mail is not None:
        _hand_over(mail)


def deliver_due(limit: timedelta = BATCH) -> int:
    """Hand over what is due, log-in codes first, until nothing is left or the time is used up.

    Returns how many mails were tried.
    """
    tried = 0
    end = time.monotonic() + limit.total_seconds()
    while time.monotonic() < end:
        mail = _claim()
        if mail is None:
            break
        _hand_over(mail)
        tried += 1
    return tried


def sweep(limit: timedelta = BATCH) -> int:
    """Find what lost wake-ups and dead workers left behind, then hand over what is due."""
    now = timezone.now()
    give_back_stuck(now)
    expire(now)
    MailFolder.of_settings().remove_unfinished()
    return deliver_due(limit)


def give_back_stuck(now: datetime) -> None:
    """Decide the rows of workers that died or fell asleep."""
    folder = MailFolder.of_settings()
    for mail in OutgoingMail.objects.stuck(now):
        held = OutgoingMail.objects.held_as(mail)
        if mail.state == State.CLAIMED:
            held.put_back(at=now)
            continue
        try:
            arrived = folder.holds(folder.name_of(mail))
        except FolderGoneError:
            held.doubt(_("The mail folder is gone, so nobody can see whether it was written."))
            logger.error("mail in doubt", extra={"mail": str(mail.pk), "kind": mail.kind})
        except OSError as error:
            logger.warning("mail folder unreadable", extra={"error": type(error).__name__})
        else:
            if arrived:
                held.finish(State.SENT, now=now)
            else:
                held.put_back(at=now)


def expire(now: datetime) -> int:
    """End what waited too long to be of use."""
    waiting = OutgoingMail.objects.filter(state=State.QUEUED).pointless(now)
    return waiting.finish(State.EXPIRED, now=now, reason=_("It was too late to be of use."))


def _claim(**which: Any) -> OutgoingMail | None:
    """Take a due mail for the length of the lease; committed before this returns."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        due = OutgoingMail.objects.due(now).filter(**which)
        mail = due.select_for_update(skip_locked=True).first()
        if mail is not None:
            mail.state = State.CLAIMED
            mail.claimed_at = now
            mail.lease_until = now + LEASE
            mail.next_attempt_at = None
            mail.save(update_fields=["state", "claimed_at", "lease_until", "next_attempt_at"])
    return mail


def _hand_over(mail: OutgoingMail) -> None:
    folder = MailFolder.of_settings()
    try:
        content = messages.build(mail)
        folder.prepare()
    except Exception as error:  # noqa: BLE001 - whatever ails one row, the others must go on
        _try_later(mail, error)
        return
    if not _mark(mail):
        return
    name = folder.name_of(mail)
    try:
        folder.write(name, content)
    except OSError as error:
        # Where the file stands all the same, or nobody can see, the sweep decides when the lease
        # is over.
        with suppress(OSError):
            if not folder.holds(name):
                _try_later(mail, error)
        return
    OutgoingMail.objects.held_as(mail).finish(State.SENT, now=timezone.now())
    logger.info("mail handed over", extra={"mail": str(mail.pk), "kind": mail.kind})


def _mark(mail: OutgoingMail) -> bool:
    """Commit that the hand-over begins, if the claim still stands and the mail is still of use."""
    now = timezone.now()
    held = OutgoingMail.objects.held_as(mail)
    with transaction.atomic(durable=True):
        marked = held.worthwhile(now).update(
            state=State.HANDING_OVER, handing_over_at=now, lease_until=now + LEASE
        )
        if not marked:
            held.finish(State.EXPIRED, now=now, reason=_("It was too late to be of use."))
    return bool(marked)


def _try_later(mail: OutgoingMail, error: Exception) -> None:
    """The mail has surely not gone out: wait longer each time, and give up in the end."""
    now = timezone.now()
    held = OutgoingMail.objects.held_as(mail)
    words = f"{type(error).__name__}: {error}"[:500]
    attempts = mail.attempts + 1
    logger.warning(
        "mail not handed over",
        extra={"mail": str(mail.pk), "attempts": attempts, "error": type(error).__name__},
    )
    if attempts > len(PAUSES):
        held.finish(State.FAILED, now=now, reason=words, attempts=attempts, last_error=words)
    else:
        held.put_back(at=now + PAUSES[attempts - 1], attempts=attempts, last_error=words)
