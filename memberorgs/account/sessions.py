"""How long a log-in lasts, where one is logged in, and how one logs out elsewhere.

A session's row says when it runs out at the latest; `seen` in it is renewed at most once an hour.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from foundation.intake import held
from memberorgs.account.devices import Device, read

BEGUN = "begun"
SEEN = "seen"


def begin(session: SessionBase) -> None:
    """A log-in begins here and now. Times are seconds since 1970, as in allauth's own records."""
    session[BEGUN] = session[SEEN] = int(time.time())
    # A visitor's session, which becomes this one, may have had less.
    session.set_expiry(settings.SESSION_COOKIE_AGE)


def has_run_out(session: SessionBase, user: AbstractUser | AnonymousUser) -> bool:
    """Whether the log-in is over: too old, or too long without a visit."""
    now = time.time()
    seen = session.get(SEEN)
    if seen is None:
        return False
    if now - session.get(BEGUN, seen) >= settings.SESSION_LIFETIME:
        return True
    idle = now - seen
    if idle >= settings.SESSION_COOKIE_AGE:
        return True
    # Asked only of those who were away so long: it takes queries.
    return idle >= settings.SESSION_IDLE_IN_ADMIN and user.has_perm("wagtailadmin.access_admin")


def refresh(session: SessionBase) -> None:
    """Puts down that the person was here, unless that was done within the hour."""
    now = int(time.time())
    if SEEN not in session:
        begin(session)
    elif now - session[SEEN] < settings.SESSION_REFRESH:
        return
    session[SEEN] = now
    held.drop_old(session)
    left = session.get(BEGUN, now) + settings.SESSION_LIFETIME - now
    session.set_expiry(min(settings.SESSION_COOKIE_AGE, left))
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())


@dataclass(frozen=True)
class Place:
    """One place where somebody is logged in, as the list shows it."""

    pk: int
    device: Device
    begun: datetime
    last_seen: datetime
    is_here: bool


def open_sessions(user: AbstractBaseUser) -> QuerySet[UserSession]:
    """The sessions of a person that still open anything, the last seen first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user_id=user.pk, session_key__in=alive).order_by(
        "-last_seen_at", "-pk"
    )


def as_places(sessions: Iterable[UserSession], here: str | None) -> list[Place]:
    """`here`: the key of the session that asks."""
    return [
        Place(
            pk=one.pk,
            device=read(one.user_agent),
            begun=one.created_at,
            last_seen=one.last_seen_at,
            is_here=one.session_key == here,
        )
        for one in sessions
    ]


@transaction.atomic
def end(sessions: QuerySet[UserSession]) -> int:
    """Ends the sessions, and returns how many there were."""
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_elsewhere(user: AbstractBaseUser, here: str | None) -> int:
    """Ends all sessions of a person but the one with the key `here`; returns how many."""
    return end(UserSession.objects.filter(user_id=user.pk).exclude(session_key=here or ""))


def purge(before: datetime, dry_run: bool) -> int:
    """Removes sessions that ran out before then, and what the list knew of them; returns how many.

    Who is seldom here leaves rows behind, since nobody asks for them again.
    """
    old = Session.objects.filter(expire_date__lt=before)
    count = old.count()
    orphans = UserSession.objects.filter(created_at__lt=before).exclude(
        session_key__in=Session.objects.filter(expire_date__gte=before).values("session_key")
    )
    if not dry_run:
        with transaction.atomic():
            orphans.delete()
            old.delete()
    return count
