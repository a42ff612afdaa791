"""Who has asked which party what, and when: the members' own table of one kommune or fylke."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Prefetch, Window
from django.db.models.functions import RowNumber

from geography.models import Party
from lobbying.choices import Reply
from lobbying.models import Answer, Contact, ContactParty, Demand, Election
from lobbying.models.answers import AnswerQuerySet
from lobbying.parties import name_of
from lobbying.places import Place
from memberorgs.models import MemberOrganisation

# The mark and the icon of each answer.
MARKS = {
    Reply.YES: ("win", "tick"),
    Reply.PARTLY: ("part", "half"),
    Reply.NO: ("lost", "cross"),
    Reply.NO_ANSWER: ("go", "clock"),
}

# No more of a row: the database carries each through its ranking. No note is among them.
SHOWN = (
    "answer",
    "grade",
    "evidence",
    "demand_id",
    "asked__list_name",
    "asked__contact__day",
    "asked__party__position",
    "asked__party__short_name",
    "asked__party__name_nb",
    "asked__party__name_nn",
    "asked__party__name_en",
)


@dataclass(frozen=True)
class Column:
    """A party that was asked; of a list without a row of its own, its name."""

    party: Party
    list_name: str = ""

    @property
    def name(self) -> str:
        """The typed name of a list, else the party's in the reader's language."""
        return self.list_name or name_of(self.party)

    @property
    def short(self) -> str:
        return self.list_name or self.party.short_name

    @property
    def place(self) -> tuple[int, str]:
        """Parties stand in one order everywhere, whatever they answer."""
        return self.party.position, self.list_name


@dataclass(frozen=True)
class Word:
    """One answer, with who asked and when."""

    answer: Answer
    strength: int
    day: date
    organisations: tuple[MemberOrganisation, ...]

    @property
    def mark(self) -> str:
        return MARKS[Reply(self.answer.answer)][0]

    @property
    def icon(self) -> str:
        return MARKS[Reply(self.answer.answer)][1]


@dataclass(frozen=True)
class Position:
    """What a party says to a demand in one place.

    `word` is its strongest answer, the latest of equally strong ones; None: not asked. `later` is
    what it has said since, less bindingly and differently. `told` counts all of its answers.
    """

    column: Column
    word: Word | None = None
    later: Word | None = None
    told: int = 0

    @property
    def mark(self) -> str:
        return self.word.mark if self.word is not None else "none"


@dataclass(frozen=True)
class Row:
    demand: Demand
    positions: tuple[Position, ...]

    @property
    def not_asked(self) -> list[Column]:
        """Those of the columns that were not asked about this."""
        return [position.column for position in self.positions if position.word is None]

    @property
    def has_answers(self) -> bool:
        return any(position.word for position in self.positions)


@dataclass(frozen=True)
class Table:
    """`not_asked` are parties of the Storting that nobody has asked there."""

    place: Place
    election: Election
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    not_asked: tuple[Party, ...]

    @property
    def has_examples(self) -> bool:
        return any(row.demand.is_example for row in self.rows)

    @property
    def has_answers(self) -> bool:
        return bool(self.columns)


def table(*, place: Place, election: Election, answers: AnswerQuerySet) -> Table:
    """The parties that were asked there × all demands; four queries, two rows a cell at most.

    `answers` are those that the reader may see.
    """
    demands = Demand.objects.of(election).for_levels(place.levels).shown()
    cells = _cells(place, election, answers)
    columns = sorted({column for column, _ in cells}, key=lambda column: column.place)
    asked = {column.party.pk for column in columns}
    return Table(
        place=place,
        election=election,
        columns=tuple(columns),
        rows=tuple(
            Row(
                demand,
                tuple(cells.get((column, demand.pk)) or Position(column) for column in columns),
            )
            for demand in demands.order_by("level", "position", "pk")
        ),
        not_asked=tuple(
            party for party in Party.objects.filter(in_storting_2025=True) if party.pk not in asked
        ),
    )


def _cells(
    place: Place, election: Election, answers: AnswerQuerySet
) -> dict[tuple[Column, int], Position]:
    taking_part = Prefetch(
        "asked__contact__organisations",
        queryset=MemberOrganisation.objects.order_by("short_name", "pk"),
    )
    rows: Iterable[Any] = (
        answers.in_place(place)
        .to(election)
        .filter(demand__hidden=False)
        .leading()
        .select_related("asked__contact", "asked__party")
        .only(*SHOWN)
        .prefetch_related(taking_part)
    )
    found: dict[tuple[Column, int], _Cell] = {}
    for row in rows:
        column = Column(row.asked.party, row.asked.list_name)
        cell = found.setdefault((column, row.demand_id), _Cell(told=row.told))
        if row.by_strength == 1:
            cell.strongest = row
        if row.by_day == 1:
            cell.latest = row
    return {key: cell.position(key[0]) for key, cell in found.items()}


@dataclass
class _Cell:
    told: int
    strongest: Answer | None = None
    latest: Answer | None = None

    def position(self, column: Column) -> Position:
        later = self.latest
        if later is None or self.strongest is None or later.answer == self.strongest.answer:
            later = None
        return Position(column, _word(self.strongest), _word(later), self.told)


def _word(answer: Answer | None) -> Word | None:
    if answer is None:
        return None
    contact = answer.asked.contact
    return Word(
        answer,
        strength=answer.strength,  # type: ignore[attr-defined]
        day=contact.day,
        organisations=tuple(contact.organisations.all()),
    )


@dataclass(frozen=True)
class Before:
    """The last time that others spoke with a party there."""

    column: Column
    day: date
    organisations: tuple[MemberOrganisation, ...]


def asked_before(
    *, place: Place, parties: Iterable[Party], but: MemberOrganisation
) -> list[Before]:
    """Of `parties`, those that others than `but` have spoken with there, with who and when last.

    What one sees before one books. By the parties' place in lists; two queries.
    """
    own = Contact.organisations.through.objects.filter(memberorganisation_id=but.pk)
    rows = (
        ContactParty.objects.filter(party__in=list(parties), **place.filter("contact__"))
        .filter(contact__removed_at=None)
        .exclude(contact__in=own.values("contact_id"))
        .select_related("contact", "party")
        .defer("contact__note")
        .prefetch_related("contact__organisations")
        .annotate(
            by_day=Window(
                RowNumber(),
                partition_by=[F("party"), F("list_name")],
                order_by=[F("contact__day").desc(), F("contact__logged_at").desc(), F("pk").desc()],
            )
        )
        .filter(by_day=1)
        .order_by("party__position", "list_name")
    )
    return [
        Before(
            Column(row.party, row.list_name),
            row.contact.day,
            tuple(row.contact.organisations.all()),
        )
        for row in rows
    ]
