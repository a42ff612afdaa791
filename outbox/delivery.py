"""From the queue to the reader: claim, check, begin, mark, hand over, record.

Every step is committed before the next begins, so a worker may die anywhere and another finishes.
Two workers never hold the same row. Until the mark a mail has surely not gone out, and waits for
another try. After it, a folder can be asked (is the file there?); a mail server can't, so a mail
whose end nobody saw is in doubt, and never sent again by itself.
"""

import logging
import time
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox import bounces, checks, messages, transports
from outbox.choices import Lane, State
from outbox.models import REPLY_LIMIT, Outage, OutgoingMail
from outbox.transports.base import (
    InDoubt,
    LineBroken,
    Refused,
    Transport,
    Unreachable,
    Unsent,
)

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = timedelta(seconds=20)
# After each failed attempt; when they are used up, the mail has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
ALL_LANES = tuple(Lane)


def _never() -> bool:
    return False


def lease() -> timedelta:
    """How long a worker holds a row.

    Until the mark a mail server may take three timeouts: an envelope on a line that turns out to
    be dead, a new line, the envelope again. The lease is begun anew at the mark.
    """
    server = settings.MAIL_SERVER
    return LEASE if server is None else max(LEASE, timedelta(seconds=4 * server.timeout))


def deliver(mail_id: UUID, *, stopping: Callable[[], bool] = _never) -> None:
    """Hand over this mail, if it is due and nobody else is at it; then what waits in its lane."""
    queued = OutgoingMail.objects.due(timezone.now()).filter(pk=mail_id)
    lane = queued.values_list("lane", flat=True).first()
    if lane is not None:
        _Batch([Lane(lane)], stopping=stopping).run(first=mail_id)


def deliver_due(
    limit: timedelta = BATCH,
    *,
    lanes: Collection[Lane] = ALL_LANES,
    stopping: Callable[[], bool] = _never,
) -> int:
    """Hand over what is due, log-in codes first, until nothing is left or the time is used up.

    Returns how many mails were tried.
    """
    return _Batch(lanes, limit=limit, stopping=stopping).run()


def sweep(
    limit: timedelta = BATCH,
    *,
    lanes: Collection[Lane] = ALL_LANES,
    stopping: Callable[[], bool] = _never,
) -> int:
    """Find what lost wake-ups and dead workers left behind, then hand over what is due."""
    now = timezone.now()
    give_back_stuck(now, lanes=lanes)
    expire(now)
    with closing(transports.of_settings()) as transport:
        transport.tidy()
    return deliver_due(limit, lanes=lanes, stopping=stopping)


def give_back_stuck(now: datetime, *, lanes: Collection[Lane] = ALL_LANES) -> None:
    """Decide the rows of workers that died or fell asleep."""
    with closing(transports.of_settings()) as transport:
        for mail in OutgoingMail.objects.stuck(now).in_lanes(lanes):
            if mail.state == State.CLAIMED:
                OutgoingMail.objects.left_as(mail).put_back(at=now)
            else:
                _settle(mail, transport, now)


def _settle(mail: OutgoingMail, transport: Transport, now: datetime) -> None:
    """Decide a hand-over whose end nobody saw."""
    left = OutgoingMail.objects.left_as(mail)
    try:
        arrived = transport.arrived(mail)
    except InDoubt as doubt:
        _doubt(mail, doubt)
    except OSError as error:
        logger.warning("mail folder unreadable", extra={"error": type(error).__name__})
    else:
        if arrived:
            left.finish(State.SENT, now=now)
        else:
            left.put_back(at=now)


def expire(now: datetime) -> int:
    """End what waited too long to be of use. A doubt stays one, but its secret is good no more."""
    doubtful = OutgoingMail.objects.filter(state=State.IN_DOUBT, sensitive=True).exclude(body="")
    doubtful.pointless(now).update(body="", html="")
    waiting = OutgoingMail.objects.filter(state=State.QUEUED).pointless(now)
    return waiting.finish(State.EXPIRED, now=now, reason=_("It was too late to be of use."))


class _Batch:
    """Mails that go out one after the other, over one connection where there is one.

    Each is claimed, marked and recorded on its own.
    """

    def __init__(
        self,
        lanes: Collection[Lane],
        *,
        limit: timedelta = BATCH,
        stopping: Callable[[], bool] = _never,
    ) -> None:
        self._lanes = set(lanes)
        self._end = time.monotonic() + limit.total_seconds()
        self._stopping = stopping
        self._outage = Outage.current()
        self._room = _room_in_this_minute()

    def run(self, first: UUID | None = None) -> int:
        """`first` is the mail to begin with, and without it there is nothing to do. Returns how
        many were tried."""
        tried = 0
        if not self._may_try():
            return tried
        with closing(transports.of_settings()) as transport:
            mail = self._next() if first is None else self._next(pk=first)
            while mail is not None:
                tried += 1
                if not self._hand_over(mail, transport):
                    break
                mail = self._next()
        return tried

    def _may_try(self) -> bool:
        if self._outage is None:
            return True
        now = timezone.now()
        due = OutgoingMail.objects.due(now).in_lanes(self._lanes)
        return due.exists() and self._outage.take_probe(now)

    def _next(self, **which: Any) -> OutgoingMail | None:
        if self._room <= 0:
            self._lanes.discard(Lane.SLOW)
        if not self._lanes or self._stopping() or time.monotonic() >= self._end:
            return None
        mail = _claim(lane__in=sorted(self._lanes), **which)
        if mail is not None and mail.lane == Lane.SLOW:
            self._room -= 1
        return mail

    def _hand_over(self, mail: OutgoingMail, transport: Transport) -> bool:
        """Returns whether another mail is worth trying."""
        try:
            content = messages.build(mail)
            transport.open()
            # Opening may have taken its time, and what follows takes the server's.
            if reason := checks.why_not(mail):
                _cancel(mail, reason)
                return True
            transport.begin(mail, content)
        except Unreachable as error:
            _wait_for_server(mail, error)
            return False
        except LineBroken as error:
            # Its own fault or the server's: it costs the mail an attempt, the server a rest.
            _try_later(mail, error)
            Outage.begin(str(error), now=timezone.now())
            return False
        except Unsent as error:
            self._all_is_well()
            _try_later(mail, error)
            return True
        except Refused as error:
            self._all_is_well()
            _fail(mail, error)
            return True
        except Exception as error:  # noqa: BLE001 - whatever ails one row, the others must go on
            _try_later(mail, error)
            return True
        self._all_is_well()
        if not _mark(mail):
            transport.abandon()
            return True
        try:
            reply = transport.hand_over(mail, content)
        except Unsent as error:
            _try_later(mail, error)
        except Refused as error:
            _fail(mail, error)
        except InDoubt as doubt:
            _doubt(mail, doubt)
        except OSError as error:
            # When the lease is over, the sweep sees what became of it.
            logger.warning("hand-over unclear", extra={"error": type(error).__name__})
        else:
            held = OutgoingMail.objects.held_as(mail)
            held.finish(State.SENT, now=timezone.now(), reply=reply[:REPLY_LIMIT])
            logger.info("mail handed over", extra={"mail": str(mail.pk), "kind": mail.kind})
        return True

    def _all_is_well(self) -> None:
        """The server has judged this very mail, whatever its verdict."""
        if self._outage is not None:
            Outage.end()
            logger.info("mail server answers again")
            self._outage = None


def _room_in_this_minute() -> float:
    """How many mails of the slow lane may go out before MAIL_PER_MINUTE is reached."""
    if not settings.MAIL_PER_MINUTE:
        return float("inf")
    minute = timezone.now() - timedelta(minutes=1)
    begun = OutgoingMail.objects.in_lanes([Lane.SLOW]).filter(handing_over_at__gt=minute)
    return settings.MAIL_PER_MINUTE - begun.count()


def _claim(**which: Any) -> OutgoingMail | None:
    """Take a due mail for the length of the lease; committed before this returns."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        due = OutgoingMail.objects.due(now).filter(**which)
        mail = due.select_for_update(skip_locked=True).first()
        if mail is not None:
            mail.state = State.CLAIMED
            mail.claimed_at = now
            mail.lease_until = now + lease()
            mail.next_attempt_at = None
            mail.save(update_fields=["state", "claimed_at", "lease_until", "next_attempt_at"])
    return mail


def _mark(mail: OutgoingMail) -> bool:
    """Commit that the hand-over begins, if the claim still stands and the mail is still of use."""
    now = timezone.now()
    held = OutgoingMail.objects.held_as(mail)
    with transaction.atomic(durable=True):
        marked = held.worthwhile(now).update(
            state=State.HANDING_OVER, handing_over_at=now, lease_until=now + lease()
        )
        if not marked:
            held.finish(State.EXPIRED, now=now, reason=_("It was too late to be of use."))
    return bool(marked)


def _told(mail: OutgoingMail, error: Exception) -> dict[str, object]:
    return {"mail": str(mail.pk), "kind": mail.kind, "error": type(error).__name__}


def _words(error: Exception) -> str:
    if isinstance(error, Unsent | Unreachable | Refused):
        return str(error)[:REPLY_LIMIT]
    return f"{type(error).__name__}: {error}"[:REPLY_LIMIT]


def _try_later(mail: OutgoingMail, error: Exception) -> None:
    """The mail has surely not gone out: wait longer each time, and give up in the end."""
    now = timezone.now()
    held = OutgoingMail.objects.held_as(mail)
    words = _words(error)
    attempts = mail.attempts + 1
    logger.warning("mail not handed over", extra={**_told(mail, error), "attempts": attempts})
    if attempts > len(PAUSES):
        held.finish(State.FAILED, now=now, reason=words, attempts=attempts, last_error=words)
    else:
        held.put_back(at=now + PAUSES[attempts - 1], attempts=attempts, last_error=words)


def _wait_for_server(mail: OutgoingMail, error: Unreachable) -> None:
    """The mail waits as before; that nobody takes it is not its fault."""
    now = timezone.now()
    OutgoingMail.objects.held_as(mail).put_back(at=now, last_error=_words(error))
    Outage.begin(_words(error), now=now)
    # Its words may hold an address, so they stand in the row and not in the log.
    logger.error("mail server takes no mails", extra=_told(mail, error))


def _fail(mail: OutgoingMail, error: Refused) -> None:
    words = _words(error)
    failed = OutgoingMail.objects.held_as(mail).finish(
        State.FAILED,
        now=timezone.now(),
        reason=words,
        reply=words,
        last_error=words,
        attempts=mail.attempts + 1,
    )
    logger.warning("mail refused for good", extra={**_told(mail, error), "code": error.code})
    if failed and error.blames_address:
        mail.refresh_from_db()
        bounces.address_refused.send_robust(
            sender=OutgoingMail, mail=mail, code=error.code, text=error.text
        )


def _cancel(mail: OutgoingMail, reason: str) -> None:
    held = OutgoingMail.objects.held_as(mail)
    held.finish(State.CANCELLED, now=timezone.now(), reason=reason[:REPLY_LIMIT])


def _doubt(mail: OutgoingMail, doubt: InDoubt) -> None:
    OutgoingMail.objects.held_as(mail).doubt(str(doubt)[:REPLY_LIMIT])
    logger.error("mail in doubt", extra={"mail": str(mail.pk), "kind": mail.kind})
