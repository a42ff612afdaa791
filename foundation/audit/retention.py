"""What is kept and for how long: one registry feeds the nightly job, the docs and /personvern/."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.functional import Promise

from foundation.audit.actions import record
from foundation.jobs.models import Heartbeat

logger = logging.getLogger(__name__)

# Rows of `Heartbeat`: when a nightly run began, and when one last went through all the rules.
BEGUN = "purge begun"
DONE = "purge"
# Two beats, or a task that comes twice, make one run.
AT_MOST_EVERY = timedelta(hours=6)
# A night missed is a hiccup, two are told.
LATE_AFTER = timedelta(hours=48)


@dataclass(frozen=True)
class Rule:
    """One kind of data.

    `code` names it and its setting in ``RETENTION_DAYS``; `what` and `basis` are shown to people.
    `purge(before, dry_run)` removes (or only counts) what is older than `before` and returns how
    many rows; it can run twice. None: another place keeps the promise, named in `basis`.
    """

    code: str
    what: str | Promise
    basis: str | Promise
    purge: Callable[[datetime, bool], int] | None = None

    @property
    def days(self) -> int:
        """How long it is kept, in days."""
        return int(settings.RETENTION_DAYS[self.code])

    def run(self, *, now: datetime | None = None, dry_run: bool = False) -> int:
        """How many rows went, or would go."""
        if self.purge is None:
            return 0
        return self.purge((now or timezone.now()) - timedelta(days=self.days), dry_run)


@dataclass(frozen=True)
class Outcome:
    """What became of a rule in a run: rows that went (or would go), or the kind of error."""

    rule: Rule
    rows: int
    error: str = ""


_rules: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    """Raises KeyError for a rule without a period in ``RETENTION_DAYS``."""
    for rule in rules:
        settings.RETENTION_DAYS[rule.code]
        _rules[rule.code] = rule


def rules() -> list[Rule]:
    """In the order of the settings, so that the table reads the same everywhere."""
    return [_rules[code] for code in settings.RETENTION_DAYS if code in _rules]


def what_of(code: str) -> str:
    """What a rule removes, in words; its code where a later version has dropped the rule."""
    return str(_rules[code].what) if code in _rules else code


def purge_all(*, now: datetime | None = None, dry_run: bool = False) -> list[Outcome]:
    """Runs every rule, each in a transaction of its own; one that fails stops no other.

    What went is put down in the audit log, as numbers. Can run twice.
    """
    outcomes = [_run(rule, now, dry_run) for rule in rules()]
    if not dry_run:
        gone = {outcome.rule.code: outcome.rows for outcome in outcomes if outcome.rows}
        if gone:
            record("retention.purged", kinds=list(gone), rows=list(gone.values()))
        if not any(outcome.error for outcome in outcomes):
            Heartbeat.beat(DONE)
    return outcomes


def _run(rule: Rule, now: datetime | None, dry_run: bool) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(rule, rule.run(now=now, dry_run=dry_run))
    except (DatabaseError, OSError) as error:
        # Not the error's own words: databases quote the row in them.
        kind = type(error).__name__
        logger.error("retention rule failed", extra={"rule": rule.code, "error": kind})
        return Outcome(rule, 0, kind)


def purge_nightly() -> list[Outcome]:
    """As `purge_all`, for beat: nothing when a run began a short while ago."""
    if not Heartbeat.claim(BEGUN, AT_MOST_EVERY):
        return []
    # Lateness is counted from the first night on, also when every run since has failed.
    Heartbeat.objects.get_or_create(name=DONE, defaults={"at": timezone.now()})
    return purge_all()


def is_late() -> bool:
    """Whether no run has gone through for two days."""
    age = Heartbeat.age(DONE)
    return age is not None and age > LATE_AFTER
