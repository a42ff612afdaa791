"""Who has asked which party what, and when: the members' own table of one kommune or fylke."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import ngettext

from geography.models import Party
from lobbying.choices import STRENGTH, Grade, Reply
from lobbying.models import Answer, Contact, ContactParty, Demand, Election
from lobbying.models.answers import AnswerQuerySet, number_in
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


@dataclass(frozen=True)
class Column:
    """A party that was asked; of a list without a row of its own, its name."""

    party: Party
    list_name: str = ""

    @cached_property
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
    """One answer, with who asked and when; `told…` are the words for people, made once for a cell.

    `strength` is 0 for no answer, 1 (said) to 4 (voted).
    """

    reply: Reply
    strength: int
    evidence: str
    day: date
    mark: str
    icon: str
    told: str
    told_grade: str
    told_who: str
    told_day: str


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

    @property
    def told_number(self) -> str:
        words = ngettext("%(told)s answer in all", "%(told)s answers in all", self.told)
        return words % {"told": self.told}


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
    """The parties that were asked there × all demands; five queries, two answers a cell at most.

    `answers` are those that the reader may see.
    """
    parties = {party.pk: party for party in Party.objects.all()}
    demands = Demand.objects.of(election).for_levels(place.levels).shown()
    rows = list(demands.order_by("level", "position", "pk"))
    there = answers.in_place(place).filter(demand__in=[demand.pk for demand in rows])
    cells = _cells(there, parties)
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
            for demand in rows
        ),
        not_asked=tuple(
            party for party in parties.values() if party.in_storting_2025 and party.pk not in asked
        ),
    )


def _cells(
    answers: AnswerQuerySet, parties: Mapping[str, Party]
) -> dict[tuple[Column, int], Position]:
    """By party and demand."""
    leading = [
        (cell, number_in(cell["strongest"]), number_in(cell["latest"]))
        for cell in answers.leading()
    ]
    words = _words({number for _cell, *numbers in leading for number in numbers})
    found = {}
    for cell, strongest, latest in leading:
        column = Column(parties[cell["asked__party"]], cell["asked__list_name"])
        word, later = words[strongest], words[latest]
        found[column, cell["demand"]] = Position(
            column,
            word,
            later if later.reply != word.reply else None,
            cell["told"],
        )
    return found


def _words(numbers: Collection[int]) -> dict[int, Word]:
    """By number of the answer; two queries. No notes are read."""
    rows = list(
        Answer.objects.filter(pk__in=numbers)
        .order_by()
        .values_list("pk", "answer", "grade", "evidence", "asked__contact", "asked__contact__day")
    )
    who = _who({contact for *_others, contact, _day in rows})
    days = {day: date_format(day, "SHORT_DATE_FORMAT") for *_others, day in rows}
    replies = {reply: (*MARKS[reply], str(reply.label)) for reply in Reply}
    grades = {grade.value: (STRENGTH[grade], str(grade.label)) for grade in Grade}
    found = {}
    for number, answer, grade, evidence, contact, day in rows:
        reply = Reply(answer)
        mark, icon, told = replies[reply]
        strength, told_grade = grades.get(grade, (0, ""))
        found[number] = Word(
            reply, strength, evidence, day, mark, icon, told, told_grade, who[contact], days[day]
        )
    return found


def _who(contacts: Collection[int]) -> dict[int, str]:
    """By number of the contact the short names of those that took part."""
    names: dict[int, list[str]] = {contact: [] for contact in contacts}
    taking_part = Contact.organisations.through.objects.filter(contact__in=contacts)
    taking_part = taking_part.order_by("memberorganisation__short_name", "memberorganisation")
    for contact, name in taking_part.values_list("contact_id", "memberorganisation__short_name"):
        names[contact].append(name)
    return {contact: ", ".join(found) for contact, found in names.items()}


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
