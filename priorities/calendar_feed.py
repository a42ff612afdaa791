"""Milestones as a calendar that one subscribes to."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe
from icalendar import Event, vText, vUri

from content.caching import for_readers
from content.calendars import host, new_calendar
from content.languages import address
from content.texts import absolute, printable
from priorities.models import Correction, Milestone, Priority, PriorityPage

PARAMETER = "prioritering"
FILENAME = "milepaeler.ics"


@require_safe
@for_readers(PARAMETER)
def milestones_calendar(request: HttpRequest) -> HttpResponse:
    """`/framdrift/milepaeler.ics`: every published milestone, as an event of a whole day.

    `?prioritering=` names one priority; an unknown one is a 404, never all of them.
    """
    milestones = Milestone.objects.live().filter(
        priority__live=True, priority__archived_at__isnull=True
    )
    wanted = request.GET.get(PARAMETER)
    name = gettext("Milestones in the action plan")
    if wanted is not None:
        priority = _priority(wanted)
        milestones = milestones.filter(priority=priority)
    rows = list(milestones.order_by("planned_on", "pk"))
    asked = {row.priority_id for row in rows} | ({priority.pk} if wanted is not None else set())
    pages = {page.priority_id: page for page in PriorityPage.objects.of(asked)}
    if wanted is not None and priority.pk in pages:
        name = gettext("Milestones: %(title)s") % {"title": pages[priority.pk].title}
    response = HttpResponse(
        _calendar(name, rows, pages), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{FILENAME}"'
    return response


def _priority(wanted: str) -> Priority:
    # Longer numbers are no keys, and some databases refuse them.
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        found = Priority.objects.live().filter(pk=wanted).first()
        if found is not None:
            return found
    raise Http404


def _calendar(name: str, rows: list[Milestone], pages: dict[int, Any]) -> bytes:
    calendar = new_calendar(name)
    changes = _changes(rows)
    for row in rows:
        calendar.add_component(_event(row, pages.get(row.priority_id), changes))
    return calendar.to_ical()


def _changes(rows: list[Milestone]) -> dict[int, int]:
    """How often each milestone has changed in public (pk → number)."""
    counted = (
        Correction.objects.filter(kind="milestone", object_id__in=[row.pk for row in rows])
        .order_by()
        .values_list("object_id")
        .annotate(Count("pk"))
    )
    return dict(counted)


def _event(row: Milestone, page: Any, changes: dict[int, int]) -> Event:
    event = Event()
    event.add("uid", f"milepael-{row.pk}@{host()}")
    changed = _changed_at(row)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", changes.get(row.pk, 0))
    day: date = row.done_on or row.planned_on
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _summary(row), parameters={"LANGUAGE": get_language() or "nb"})
    told = _description(row, page)
    if told:
        event.add("description", told)
    if page is not None:
        event.add("url", vUri(absolute(address(page))))
        event.add("categories", [vText(printable(page.title))])
    event.add("status", "CONFIRMED")
    # Nobody is busy because of it.
    event.add("transp", "TRANSPARENT")
    return event


def _changed_at(row: Milestone) -> datetime:
    changed: datetime = row.last_published_at or row.first_published_at
    return changed.replace(microsecond=0)


def _summary(row: Milestone) -> str:
    title = printable(row.title)
    return gettext("Reached: %(milestone)s") % {"milestone": title} if row.done_on else title


def _description(row: Milestone, page: Any) -> str:
    lines = [f"{page.priority.position}. {page.title}"] if page is not None else []
    lines.append(row.detail)
    if row.moved_from:
        lines.append(
            gettext("Moved from %(old)s to %(new)s: %(why)s")
            % {
                "old": date_format(row.moved_from),
                "new": date_format(row.planned_on),
                "why": row.moved_reason,
            }
        )
    if row.done_on and row.done_on != row.planned_on:
        lines.append(gettext("Planned for %(day)s") % {"day": date_format(row.planned_on)})
    return printable("\n".join(line for line in lines if line))
