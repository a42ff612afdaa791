"""The year's wheel: the dates of the country and of an organisation, and its private calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from foundation.audit.actions import record
from foundation.tokens.secret_links import digest, new_secret, tidy
from memberorgs.access import Standing, standing
from memberorgs.actions import NotPossible
from memberorgs.choices import DateKind, OwnDateKind
from memberorgs.models import (
    CalendarLink,
    MemberOrganisation,
    NationalDate,
    OrganisationDate,
    User,
)
from memberorgs.models.dates import UNDO_DAYS
from memberorgs.sections import Entry, entries_of

CALENDAR = "calendar"
OWN = "own"
KINDS: Mapping[str, str | Promise] = {
    OWN: pgettext_lazy("dates", "our own dates"),
    **{kind.value: kind.label for kind in DateKind},
}
# A year of studies begins on the first day of this month.
STUDY_YEAR_BEGINS = 7
# Dates that an organisation may have; a slip of a program puts in thousands.
MOST = 200
# What the calendar that one subscribes to holds, in days before and after today.
BACK, AHEAD = 120, 550


def entries(organisation: MemberOrganisation, first: date, last: date) -> Iterable[Entry]:
    """What this app knows, in two queries."""
    for one in NationalDate.objects.shown().between(first, last):
        yield Entry(
            uid=one.uid,
            starts=one.starts,
            ends=one.ends,
            title=one.title,
            kind=one.kind,
            quiet=one.quiet,
        )
    for own in (
        OrganisationDate.objects.filter(organisation=organisation).there().between(first, last)
    ):
        yield Entry(
            uid=own.uid, starts=own.starts, ends=own.ends, title=own.title, kind=OWN, own=True
        )


@dataclass(frozen=True)
class Span:
    """The days that the wheel shows. `year` is the first of a year of studies, None for the next
    twelve months."""

    first: date
    last: date
    year: int | None = None


def next_months(day: date) -> Span:
    """From the first of this month, for twelve months."""
    first = day.replace(day=1)
    return Span(first, first.replace(year=first.year + 1) - timedelta(days=1))


def study_year(year: int) -> Span:
    first = date(year, STUDY_YEAR_BEGINS, 1)
    return Span(first, first.replace(year=year + 1) - timedelta(days=1), year)


def study_years(day: date) -> list[int]:
    """Those that one can choose: the last one, this one and the next."""
    this = day.year if day.month >= STUDY_YEAR_BEGINS else day.year - 1
    return [this - 1, this, this + 1]


@dataclass(frozen=True)
class Row:
    """A line of the wheel. `date` is there for the organisation's own."""

    entry: Entry
    date: OrganisationDate | None
    is_over: bool


@dataclass(frozen=True)
class Month:
    first: date
    rows: list[Row]


def months(at: Standing, span: Span, kind: str = "") -> list[Month]:
    """Months with something in them; what began before the span stands in its first month."""
    found = entries_of(at.organisation, span.first, span.last)
    own = OrganisationDate.objects.filter(organisation=at.organisation).there()
    dates = {one.uid: one for one in own.between(span.first, span.last)}
    rows = [
        Row(entry, dates.get(entry.uid), entry.ends < at.day)
        for entry in found
        if kind in {"", entry.kind}
    ]
    return [
        Month(first, list(group))
        for first, group in groupby(
            rows, key=lambda row: max(row.entry.starts, span.first).replace(day=1)
        )
    ]


@dataclass(frozen=True)
class DateFacts:
    """A date as it shall be."""

    starts: date
    ends: date
    kind: OwnDateKind
    title: str


def add(*, organisation: MemberOrganisation, facts: DateFacts, by: User) -> OrganisationDate:
    """Put a date into the organisation's wheel. Raises NotPossible."""
    held = OrganisationDate.objects.filter(organisation=organisation).there()
    if held.count() >= MOST:
        raise NotPossible(
            _("There are %(number)d dates already. Take some away first.") % {"number": MOST}
        )
    row = OrganisationDate(organisation=organisation, added_by=by, added_at=timezone.now())
    return _save(row, facts)


def change(*, own: OrganisationDate, facts: DateFacts) -> OrganisationDate:
    """Raises NotPossible where it has been taken away meanwhile."""
    with transaction.atomic():
        locked = OrganisationDate.objects.select_for_update().there().filter(pk=own.pk).first()
        if locked is None:
            raise NotPossible(_("Somebody has taken this date away meanwhile."))
        return _save(locked, facts)


@transaction.atomic
def remove(*, own: OrganisationDate, by: User) -> None:
    """Take it away; for some weeks it can be put back. Can run twice."""
    there = OrganisationDate.objects.filter(pk=own.pk).there()
    if there.update(removed_at=timezone.now(), removed_by=by):
        _tell("calendar.date_removed", own, by)


@transaction.atomic
def put_back(*, own: OrganisationDate, by: User) -> None:
    gone = OrganisationDate.objects.filter(pk=own.pk).exclude(removed_at=None)
    if gone.update(removed_at=None, removed_by=None):
        _tell("calendar.date_put_back", own, by)


def _tell(event: str, own: OrganisationDate, by: User) -> None:
    record(event, by=by, about=own, organisation=own.organisation.code)


def taken_away(organisation: MemberOrganisation) -> list[OrganisationDate]:
    """What can still be put back, the latest first."""
    since = timezone.now() - timedelta(days=UNDO_DAYS)
    gone = OrganisationDate.objects.filter(organisation=organisation).removed_since(since)
    return list(gone.select_related("removed_by").order_by("-removed_at")[:10])


@transaction.atomic
def new_link(*, organisation: MemberOrganisation, person: User) -> str:
    """Make the person's secret of this calendar and return it, for once. The old one dies."""
    secret = new_secret()
    link, _made = CalendarLink.objects.update_or_create(
        organisation=organisation,
        person=person,
        defaults={"digest": digest(CALENDAR, secret), "made_at": timezone.now()},
    )
    record("calendar.link_made", by=person, about=link, organisation=organisation.code)
    return secret


@transaction.atomic
def drop_link(*, organisation: MemberOrganisation, person: User) -> None:
    """The address stops working. Can run twice."""
    link = CalendarLink.objects.filter(organisation=organisation, person=person).first()
    if link is not None:
        record("calendar.link_dropped", by=person, about=link, organisation=organisation.code)
        link.delete()


def opened_by(secret: str) -> tuple[User, Standing]:
    """Whose calendar of what the secret opens.

    Raises Http404 for an unknown one, and as soon as the person may not read the organisation.
    """
    secret = tidy(secret)
    links = CalendarLink.objects.select_related("organisation", "person")
    link = links.filter(digest=digest(CALENDAR, secret)).first() if secret else None
    if link is None:
        raise Http404
    return link.person, standing(link.person, link.organisation.code)


def _save(row: OrganisationDate, facts: DateFacts) -> OrganisationDate:
    row.starts, row.ends, row.kind, row.title = facts.starts, facts.ends, facts.kind, facts.title
    try:
        row.full_clean(exclude=["organisation", "added_by", "removed_by"])
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
    row.save()
    return row
