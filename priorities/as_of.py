"""The day that a reader asks about, in the address (`?dato=2026-12-01`)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

if TYPE_CHECKING:
    from priorities.models import ActionPlan

PARAMETER = "dato"
# 2026-12-01 and 1.12.2026, each with or without leading zeros.
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
NORWEGIAN = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})", re.ASCII)
LONGEST_SHOWN = 30


def end_of_day(day: date) -> datetime:
    """The last moment of `day` in Oslo."""
    return timezone.make_aware(datetime.combine(day, time.max))


@dataclass(frozen=True)
class AsOf:
    """The day that a reader sees: today, or an earlier one when `past`.

    `complaint` is a sentence about a date that was asked for and can't be shown.
    """

    day: date
    past: bool = False
    complaint: str = ""

    @classmethod
    def today(cls, complaint: str = "") -> "AsOf":
        return cls(timezone.localdate(), complaint=complaint)

    @property
    def end(self) -> datetime:
        return end_of_day(self.day)

    @property
    def iso(self) -> str:
        return self.day.isoformat()

    @property
    def query(self) -> str:
        """What a link carries on, so that the reader stays on the day; empty for today."""
        return f"?{PARAMETER}={self.iso}" if self.past else ""


def asked_day(request: HttpRequest, plan: "ActionPlan") -> AsOf:
    """The day in the address, between the adoption of `plan` and today; else today, and why."""
    asked = request.GET.get(PARAMETER, "").strip()
    if not asked:
        return AsOf.today()
    day = read_day(asked)
    if day is None:
        return AsOf.today(
            gettext("We can't read “%(asked)s” as a date. Write it like this: 1.12.2026.")
            % {"asked": asked[:LONGEST_SHOWN]}
        )
    shown = {"day": date_format(day)}
    if day > timezone.localdate():
        return AsOf.today(gettext("%(day)s is in the future. This is how it is today.") % shown)
    if day < earliest(plan):
        return AsOf.today(
            gettext("The plan was not there yet on %(day)s. This is how it is today.") % shown
        )
    return AsOf(day, past=day < timezone.localdate())


def earliest(plan: "ActionPlan") -> date:
    """The first day that can be asked about."""
    return plan.adopted_on or date(plan.year_start, 1, 1)


def read_day(text: str) -> date | None:
    """The date in `text`, ISO or Norwegian; None where there is none."""
    found = ISO.fullmatch(text) or NORWEGIAN.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError:
        return None


def standing(asked: AsOf, prefix: str = "") -> Q:
    """Priorities that were in the plan at the end of the day; `prefix` leads to the priority."""
    there = Q(**{f"{prefix}live": True}) & Q(**{f"{prefix}archived_at__isnull": True})
    if asked.past:
        there |= Q(**{f"{prefix}live": True, f"{prefix}archived_at__gt": asked.end})
    return there
