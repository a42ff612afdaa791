"""What the log shows on the members' home: buttons, the latest, the semester in numbers, tasks.

All of it together takes three queries, so what two parts need is read once (`Standing.kept`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from activity import statistics
from activity.choices import LOG_KINDS, EntryKind, LogKind
from activity.kinds import KINDS, in_order
from activity.models import Entry
from activity.semesters import Semester
from activity.statistics import EntryNumbers
from foundation.charts.bars import Bars
from lobbying import statistics as lobbying_statistics
from lobbying.brief import Brief, briefs
from lobbying.models import Contact
from lobbying.statistics import ContactNumbers
from memberorgs.access import Standing
from memberorgs.models import MemberOrganisation
from memberorgs.sections import Task

LATEST = 5
# In the trend, this one included.
SEMESTERS = 4
# Days before an agreed step is due in which it stands as a task, and after.
AHEAD, BEHIND = 60, 60
MOST_STEPS = 8


@dataclass(frozen=True)
class Latest:
    """One line of what was logged last."""

    day: date
    headline: str
    url: str


@dataclass(frozen=True)
class SemesterNumbers:
    """What an organisation did in a semester. No other organisation is in it."""

    semester: Semester
    contacts: ContactNumbers
    entries: EntryNumbers
    routines: statistics.RoutineNumbers
    turnout: statistics.Trend | None
    months: Bars
    semesters: Bars

    @property
    def is_empty(self) -> bool:
        return not (
            self.contacts.contacts
            or self.entries.entries
            or self.turnout
            or self.routines.in_place
            or self.semesters.has_numbers
        )


def buttons(at: Standing) -> dict[str, Any] | None:
    """One for each kind, for those who may log."""
    return {"kinds": in_order()} if at.may_write else None


def latest(at: Standing) -> dict[str, Any] | None:
    """The newest of contacts and entries together."""
    code = at.organisation.code
    found = [
        ((one.day, one.logged_at), LogKind.LOBBYING, one.pk, one.headline)
        for one in _contacts(at)[:LATEST]
    ]
    entries = sorted(_entries(at), key=lambda one: (one.day, one.logged_at), reverse=True)
    for entry in entries[:LATEST]:
        slug = LOG_KINDS[EntryKind(entry.kind)]
        told = KINDS[str(slug)].headline(entry) if str(slug) in KINDS else str(entry)
        found.append(((entry.day, entry.logged_at), slug, entry.pk, told))
    found.sort(key=lambda one: one[0], reverse=True)
    lines = [
        Latest(when[0], told, reverse("log_entry", args=[code, str(slug), pk]))
        for when, slug, pk, told in found[:LATEST]
    ]
    return {"lines": lines} if lines else None


def semester(at: Standing) -> dict[str, Any] | None:
    """Of the semester that the day lies in."""
    now = Semester.of(at.day)
    wanted = [now]
    while len(wanted) < SEMESTERS:
        wanted.append(wanted[-1].before)
    months = list(_each(wanted[-1].first, now.last))
    contacts, by_month, entries = _numbers(at.organisation, now, months)
    states = _entries(at)
    numbers = SemesterNumbers(
        semester=now,
        contacts=contacts,
        entries=entries,
        routines=statistics.routines(states),
        turnout=statistics.turnout_trend(states),
        months=Bars.of(
            (str(MONTHS_3[month.month]), by_month[month])
            for month in _each(now.first, min(now.last, at.day))
        ),
        semesters=Bars.of(
            (one.short, sum(by_month[month] for month in _each(one.first, one.last)))
            for one in reversed(wanted)
        ),
    )
    return None if numbers.is_empty else {"numbers": numbers}


def _numbers(
    organisation: MemberOrganisation, semester: Semester, months: list[date]
) -> tuple[ContactNumbers, dict[date, int], EntryNumbers]:
    """Contacts of the semester and of each month, and entries of the semester. One query."""
    contacts, entries = (
        MemberOrganisation.objects.filter(pk=organisation.pk)
        .values_list(
            lobbying_statistics.as_value(organisation, semester.first, semester.last, months),
            statistics.as_value(organisation, semester),
        )
        .get()
    )
    return *lobbying_statistics.read_value(contacts, months), statistics.read_value(entries)


def agreed_steps(at: Standing) -> Iterator[Task]:
    """What was agreed in contacts that the organisation logged, and has a day."""
    first, last = at.day - timedelta(days=BEHIND), at.day + timedelta(days=AHEAD)
    steps = [
        one
        for one in _contacts(at)
        if one.organisation == at.organisation.pk
        and one.next_step_due is not None
        and first <= one.next_step_due <= last
    ]
    for one in sorted(steps, key=lambda step: (step.next_step_due, step.pk))[:MOST_STEPS]:
        yield Task(
            one.next_step,
            reverse("log_entry", args=[at.organisation.code, str(LogKind.LOBBYING), one.pk]),
            due=one.next_step_due,
            note=_("Agreed in a contact."),
        )


def _contacts(at: Standing) -> list[Brief]:
    """The newest, and those with an agreed step in sight; the newest first. One query."""
    if "contacts" not in at.kept:
        there = Contact.objects.there()
        newest = there.of({at.organisation.pk}).newest_first()[:LATEST]
        due = (at.day - timedelta(days=BEHIND), at.day + timedelta(days=AHEAD))
        steps = there.filter(organisation=at.organisation, next_step_due__range=due)
        steps = steps.order_by("next_step_due", "pk")[:MOST_STEPS]
        wanted = Q(pk__in=newest.values("pk")) | Q(pk__in=steps.values("pk"))
        at.kept["contacts"] = briefs(Contact.objects.filter(wanted))
    found: list[Brief] = at.kept["contacts"]
    return found


def _entries(at: Standing) -> list[Entry]:
    """The newest, and all that tell how things stand. One query."""
    if "entries" not in at.kept:
        newest = Entry.objects.there().of({at.organisation.pk}).newest_first()[:LATEST]
        states = statistics.states(at.organisation)
        wanted = Q(pk__in=newest.values("pk")) | Q(pk__in=states.values("pk"))
        rows = Entry.objects.filter(wanted).select_related("recruitment", "turnout", "routine")
        at.kept["entries"] = list(rows.defer("note", "text"))
    found: list[Entry] = at.kept["entries"]
    return found


def _each(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
