"""The place where backups lie: their names, who may work there, and which ones are let go."""

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from portal.backup.errors import BackupError, in_words
from portal.backup.manifest import is_backup

NAME_FORMAT = "%Y-%m-%dT%H-%M-%SZ"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")
UNFINISHED = ".unfinished-"
GOING = ".going-"
LOCK = ".lock"

LONGEST = timedelta(days=35)
"""No backup is kept longer: so long does an erasure take to be complete."""

UNTOUCHED = timedelta(hours=1)
"""What was made by hand a moment ago, before a risky step, is not let go by the next backup."""

PATIENCE = 600.0
"""Seconds to wait for another command that works in the same place."""


@dataclass(frozen=True)
class Keep:
    """How many backups stay: the newest of so many hours, days and weeks (all in UTC)."""

    hourly: int = 24
    daily: int = 7
    weekly: int = 4

    @classmethod
    def parse(cls, text: str) -> "Keep":
        """Reads "24,7,4". Raises `ValueError` unless it is three whole numbers ≥ 0."""
        hourly, daily, weekly = (int(part) for part in text.split(","))
        if min(hourly, daily, weekly) < 0:
            raise ValueError(text)
        return cls(hourly, daily, weekly)

    def __str__(self) -> str:
        return f"{self.hourly},{self.daily},{self.weekly}"


@contextlib.contextmanager
def working_in(place: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Makes the place when it is missing and keeps other commands out of it.

    Clears away what killed ones left. Raises `BackupError` when it can't be written to, or is
    taken for longer than `patience` seconds.
    """
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(place / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BackupError(
            _("The folder %(folder)s can't be written to: %(reason)s.")
            % {"folder": place, "reason": in_words(error)}
        ) from error
    try:
        _wait_for(handle, place, patience)
        for entry in place.iterdir():
            if entry.name.startswith((UNFINISHED, GOING)):
                shutil.rmtree(entry, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, place: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise BackupError(
                    _("Another backup is at work in %(folder)s.") % {"folder": place}
                ) from None
            time.sleep(0.2)
        else:
            return


def backups_in(place: Path) -> list[Path]:
    """The whole backups in a place, newest first."""
    try:
        entries = [entry for entry in place.iterdir() if NAME.fullmatch(entry.name)]
    except OSError:
        return []
    return sorted((entry for entry in entries if is_backup(entry)), reverse=True)


def made_at(backup: Path) -> datetime:
    """When a backup was begun, by its name, in UTC."""
    return datetime.strptime(backup.name, NAME_FORMAT).replace(tzinfo=UTC)


def new_name(place: Path) -> tuple[str, datetime]:
    """The name and time of a backup that begins now; waits when this second has one."""
    while True:
        now = datetime.now(UTC).replace(microsecond=0)
        name = now.strftime(NAME_FORMAT)
        if not (place / name).exists():
            return name, now
        time.sleep(0.1)


def let_go(place: Path, keep: Keep, now: datetime) -> list[Path]:
    """Removes the backups that `keep` does not hold on to; returns them, newest first.

    The newest one always stays, and so does the last hour. A folder is renamed before it is
    emptied, so that a half-removed one is never taken for a whole one.
    """
    backups = backups_in(place)
    kept = {backup for backup in backups if now - made_at(backup) < UNTOUCHED} | set(backups[:1])
    recent = [backup for backup in backups if now - made_at(backup) <= LONGEST]
    for count, period in (
        (keep.hourly, lambda at: (at.date(), at.hour)),
        (keep.daily, lambda at: at.date()),
        (keep.weekly, lambda at: at.isocalendar()[:2]),
    ):
        kept |= _newest_of_each(recent, count, period)
    gone = [backup for backup in backups if backup not in kept]
    for backup in gone:
        going = backup.rename(backup.with_name(GOING + backup.name))
        shutil.rmtree(going, ignore_errors=True)
    return gone


def _newest_of_each(
    backups: Iterable[Path], count: int, period: Callable[[datetime], object]
) -> set[Path]:
    newest: dict[object, Path] = {}
    for backup in backups:
        newest.setdefault(period(made_at(backup)), backup)
    return set(list(newest.values())[:count])
