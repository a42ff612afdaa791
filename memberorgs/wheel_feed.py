"""The wheel of an organisation as a calendar that one person subscribes to."""

from datetime import UTC, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_safe
from icalendar import Event, vText, vUri

from content.calendars import host, new_calendar
from content.texts import absolute, printable
from memberorgs import wheel
from memberorgs.access import Standing
from memberorgs.sections import Entry, entries_of, kinds_of_entries

FILENAME = "kalender.ics"


@require_safe
def member_calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """`/medlem/kalender/<secret>.ics`: for calendar programs, which can't log in.

    In the language of the person, whatever the address says.
    """
    person, at = wheel.opened_by(secret)
    with override(person.language):
        response = HttpResponse(_calendar(at), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{FILENAME}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _calendar(at: Standing) -> bytes:
    calendar = new_calendar(
        gettext("NSO and %(organisation)s") % {"organisation": at.organisation.short_name}
    )
    first, last = at.day - timedelta(days=wheel.BACK), at.day + timedelta(days=wheel.AHEAD)
    kinds = kinds_of_entries()
    page = absolute(reverse("member_calendar", args=[at.organisation.code]))
    for entry in entries_of(at.organisation, first, last):
        calendar.add_component(_event(entry, at, kinds.get(entry.kind, ""), page))
    return calendar.to_ical()


def _event(entry: Entry, at: Standing, kind: str, page: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host()}")
    # The same for a day, so that two readings of an unchanged calendar are the same.
    event.add("dtstamp", datetime.combine(at.day, time.min, UTC))
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends + timedelta(days=1))
    event.add("summary", printable(entry.title), parameters={"LANGUAGE": get_language() or "nb"})
    if entry.note:
        event.add("description", printable(entry.note))
    event.add("url", vUri(absolute(entry.url) if entry.url else page))
    if kind:
        event.add("categories", [vText(printable(kind))])
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
