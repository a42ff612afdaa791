"""Contacts in one line each, for lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lobbying.choices import ContactKind, Counterpart
from lobbying.models import Contact
from lobbying.models.contacts import ContactQuerySet


def headline(kind: str, counterpart: str, parties: Sequence[str], place: str) -> str:
    """`Møte: Ap og V, Bergen`, or with the kind of body where there are no parties."""
    whom = ", ".join(parties) if parties else str(Counterpart(counterpart).label)
    words = {"kind": capfirst(str(ContactKind(kind).label)), "whom": whom, "place": place}
    if place:
        return _("%(kind)s: %(whom)s, %(place)s") % words
    return _("%(kind)s: %(whom)s") % words


def headline_of(contact: Contact) -> str:
    """The same of a row whose `asked` (with parties) and place are at hand."""
    parties = [one.list_name or one.party.short_name for one in contact.asked.all()]
    return headline(
        contact.kind, contact.counterpart, parties, str(contact.place) if contact.place else ""
    )


@dataclass(frozen=True)
class Brief:
    """What a list shows of a contact."""

    pk: int
    organisation: int
    day: date
    headline: str
    next_step: str
    next_step_due: date | None
    # What lists order by within a day.
    logged_at: datetime


COLUMNS = (
    "pk",
    "organisation_id",
    "day",
    "logged_at",
    "kind",
    "counterpart",
    "next_step",
    "next_step_due",
    "kommune__name_display",
    "fylke__name",
    "asked__list_name",
    "asked__party__short_name",
)


def briefs(contacts: ContactQuerySet) -> list[Brief]:
    """Of a handful of contacts, the newest first; one query, a row for each party."""
    rows = contacts.order_by(
        "-day", "-logged_at", "-pk", "asked__party__position", "asked__list_name"
    ).values_list(*COLUMNS)
    return list(_grouped(rows))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterable[Brief]:
    found: dict[int, tuple[tuple[Any, ...], list[str]]] = {}
    for row in rows:
        _first, parties = found.setdefault(row[0], (row, []))
        if name := row[10] or row[11]:
            parties.append(name)
    for row, parties in found.values():
        pk, organisation, day, logged_at, kind, counterpart, step, due, kommune, fylke = row[:10]
        line = headline(kind, counterpart, parties, kommune or fylke or "")
        yield Brief(pk, organisation, day, line, step, due, logged_at)
