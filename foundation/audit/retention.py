"""What is kept and for how long: one registry feeds the nightly job, the docs and /personvern/."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise


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


_rules: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    """Raises KeyError for a rule without a period in ``RETENTION_DAYS``."""
    for rule in rules:
        settings.RETENTION_DAYS[rule.code]
        _rules[rule.code] = rule


def rules() -> Iterable[Rule]:
    """In the order of the settings, so that the table reads the same everywhere."""
    return [_rules[code] for code in settings.RETENTION_DAYS if code in _rules]
