"""What all calendars that one subscribes to have in common (RFC 5545, 7986)."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from icalendar import Calendar, vDuration

from content.texts import printable

# How often a calendar asks again.
EVERY = timedelta(hours=6)


def new_calendar(name: str) -> Calendar:
    """An empty one, named in the reader's language."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{host()}//NSO//{get_language()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, printable(name))
    calendar.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(EVERY))
    return calendar


def host() -> str:
    """What stands behind the @ of each event's UID."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"
