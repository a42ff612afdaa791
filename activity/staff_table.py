"""The log of all organisations as one table that streams: columns straight from the database.

No note stands in it. Of a contact, parties are told by name; what they answered stands in the
internal table of demands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activity.choices import (
    LOG_KINDS,
    ElectionForm,
    EntryKind,
    LogKind,
    RecruitmentWay,
    RoutineState,
    RoutineTopic,
)
from activity.models import Recruitment, Turnout
from activity.models.entries import EntryQuerySet
from activity.words import name_of
from foundation.intake.numbers import INSTEAD
from foundation.intake.writing import Cell
from lobbying.choices import ContactKind, Counterpart
from lobbying.models import ContactParty
from lobbying.models.contacts import ContactQuerySet

# Rows that are in memory at a time.
BATCH = 2000
Write = Callable[[Any], Cell]


@dataclass(frozen=True)
class Told:
    """A column: its heading, where an entry has it, and how a value is written. Of a four-valued
    number `answer` is the path of the kind of answer."""

    heading: str
    path: str
    write: Write | None = None
    answer: str = ""


def _one_of(choices: Sequence[tuple[Any, Any]]) -> Write:
    words = {str(value): capfirst(str(label)) for value, label in choices}
    return lambda value: words.get(value, value)


def _yes_or_no() -> Write:
    words = {True: _("Yes"), False: _("No")}
    return lambda value: words.get(value)


def _before() -> list[Told]:
    kinds = [(kind, LogKind(slug).label) for kind, slug in LOG_KINDS.items()]
    return [
        Told(_("Key"), "key", str),
        Told(_("Organisation: code"), "organisation__code"),
        Told(_("Organisation"), "organisation__short_name"),
        Told(pgettext("column", "Kind"), "kind", _one_of(kinds)),
        Told(_("Day"), "day"),
        Told(pgettext("column", "In short"), "title"),
    ]


def _after() -> list[Told]:
    return [
        Told(_("More about it"), "text"),
        Told(_("May be told in public"), "may_be_told", _yes_or_no()),
        Told(_("Logged"), "logged_at", timezone.make_naive),
    ]


def _of_kind(kind: EntryKind) -> list[Told]:
    if kind == EntryKind.RECRUITMENT:
        return [
            Told(_("What was done"), "recruitment__way", _one_of(RecruitmentWay.choices)),
            Told(_("For which offices"), "recruitment__offices"),
            Told(_("Where"), "recruitment__place"),
            *_counts("recruitment", Recruitment.COUNTS),
        ]
    if kind == EntryKind.TURNOUT:
        return [
            Told(_("Kind of election"), "turnout__form", _one_of(ElectionForm.choices)),
            Told(_("Semester"), "turnout__semester"),
            *_counts("turnout", Turnout.COUNTS),
        ]
    if kind == EntryKind.ROUTINE:
        return [
            Told(_("Which routine"), "routine__topic", _one_of(RoutineTopic.choices)),
            Told(_("What you call it"), "routine__own_name"),
            Told(_("How it stands"), "routine__state", _one_of(RoutineState.choices)),
            Told(_("Last reviewed"), "routine__reviewed_on"),
        ]
    return []


def _counts(table: str, names: Sequence[str]) -> list[Told]:
    return [
        Told(
            capfirst(str(name_of(name))), f"{table}__{name}_number", None, f"{table}__{name}_answer"
        )
        for name in names
    ]


# Of contacts, beside the columns that all have.
def _of_contacts() -> list[str]:
    return [
        _("Kind of contact"),
        _("With"),
        _("Parties"),
        pgettext("contact", "Place"),
        _("What was agreed"),
    ]


@dataclass(frozen=True)
class Table:
    """`header`, and `rows` that ask the database as they are read.

    Words are those of the language in which it was made: a file is sent when its page is done.
    """

    header: list[str]
    rows: Iterator[list[Cell]]


def table_of(entries: EntryQuerySet, contacts: ContactQuerySet, slug: str = "") -> Table:
    """Of one kind with its columns, or of all of them one beside the other; contacts last."""
    kinds = [kind for kind in EntryKind if slug in ("", LOG_KINDS[kind])]
    own = [one for kind in kinds for one in _of_kind(kind)]
    if not slug:
        # Two kinds have candidates, so each column says whose it is.
        own = [
            replace(one, heading=f"{capfirst(str(kind.label))}: {one.heading}")
            for kind in kinds
            for one in _of_kind(kind)
        ]
    before, after = _before(), _after()
    with_contacts = slug in ("", LogKind.LOBBYING)
    more = _of_contacts() if with_contacts else []
    header = [one.heading for one in (*before, *own)] + more + [one.heading for one in after]
    told = [*before, *own], after
    return Table(header, _rows(entries, contacts, told, len(own), len(more)))


def _rows(
    entries: EntryQuerySet,
    contacts: ContactQuerySet,
    told: tuple[list[Told], list[Told]],
    own: int,
    more: int,
) -> Iterator[list[Cell]]:
    yield from _of_entries(entries, *told, [None] * more)
    if more:
        yield from _lines_of_contacts(contacts, own)


def _of_entries(
    entries: EntryQuerySet, first: list[Told], last: list[Told], between: list[Cell]
) -> Iterator[list[Cell]]:
    columns = [*first, *last]
    paths = [one.path for one in columns]
    answers = [(place, one.answer) for place, one in enumerate(columns) if one.answer]
    asked = [*paths, *(path for _place, path in answers)]
    words: Mapping[str, str] = {str(one): str(one.label) for one in INSTEAD}
    writers = [(place, one.write) for place, one in enumerate(columns) if one.write]
    width, cut = len(columns), len(first)
    found = entries.order_by("pk").values_list(*asked)
    for row in found.iterator(chunk_size=BATCH):
        line = list(row[:width])
        for place, write in writers:
            if line[place] is not None:
                line[place] = write(line[place])
        for (place, _path), answer in zip(answers, row[width:], strict=True):
            if line[place] is None and answer:
                line[place] = words.get(answer)
        yield [*line[:cut], *between, *line[cut:]]


CONTACT_PATHS = (
    "pk",
    "key",
    "organisation__code",
    "organisation__short_name",
    "day",
    "kind",
    "counterpart",
    "kommune__name_display",
    "fylke__name",
    "next_step",
    "may_be_told",
    "logged_at",
)


def _lines_of_contacts(contacts: ContactQuerySet, own: int) -> Iterator[list[Cell]]:
    kind, whom, yes = _one_of(ContactKind.choices), _one_of(Counterpart.choices), _yes_or_no()
    name = capfirst(str(LogKind.LOBBYING.label))
    found = contacts.order_by("pk").values_list(*CONTACT_PATHS)
    reading = found.iterator(chunk_size=BATCH)
    while rows := list(islice(reading, BATCH)):
        parties = _parties([row[0] for row in rows])
        for pk, key, code, short, day, how, body, kommune, fylke, step, told, at in rows:
            yield [
                *(str(key), code, short, name, day, None),
                *([None] * own),
                *(kind(how), whom(body), ", ".join(parties.get(pk, ()))),
                *(kommune or fylke, step),
                *(None, yes(told), timezone.make_naive(at)),
            ]


def _parties(contacts: list[int]) -> dict[int, list[str]]:
    """By number of the contact."""
    found: dict[int, list[str]] = {}
    asked = ContactParty.objects.filter(contact__in=contacts)
    rows = asked.order_by("contact", "party__position", "list_name")
    for contact, name, party in rows.values_list("contact", "list_name", "party__short_name"):
        found.setdefault(contact, []).append(name or party)
    return found
