"""The columns of a table of contacts: one row for each party and demand of a contact."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from activity.table_columns import (
    KEY,
    ChoiceColumn,
    Column,
    DayColumn,
    PrioritiesColumn,
    YesColumn,
    heading,
    in_all_languages,
)
from activity.table_words import BETWEEN, Words, squeezed
from foundation.intake.writing import Cell
from geography.models import Party
from lobbying import parties, places
from lobbying.choices import ContactKind, Counterpart, Grade, Reply
from lobbying.models import Contact, Demand
from lobbying.parties import name_of
from lobbying.places import Place
from memberorgs.models import MemberOrganisation


@dataclass(frozen=True)
class ContactWords(Words):
    """With parties, demands, places and organisations, by the words for them."""

    parties: dict[str, Party] = field(default_factory=dict)
    party_codes: dict[str, str] = field(default_factory=dict)
    demands: dict[int, Demand] = field(default_factory=dict)
    demand_numbers: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place | None] = field(default_factory=dict)
    organisations: dict[str, MemberOrganisation | None] = field(default_factory=dict)

    @classmethod
    def of(cls, organisation: MemberOrganisation) -> "ContactWords":
        """A handful of queries. Parties that one may not say to have spoken with are read only
        where a contact of the organisation names them."""
        plain = Words.of(organisation)
        choice = parties.to_choose()
        may = {one.pk: one for one in (*choice.plain.values(), *choice.lists)}
        asked = Party.objects.filter(pk__in=Contact.objects.of({organisation.pk}).values("parties"))
        may |= {one.pk: one for one in asked}
        codes: dict[str, str] = {}
        for party in may.values():
            names = party.pk, party.name_nb, party.name_nn, party.name_en, party.short_name
            for name in names:
                codes.setdefault(squeezed(name), party.pk)
        demands = {one.pk: one for one in Demand.objects.select_related("election")}
        return cls(
            plain.campuses,
            plain.campus_numbers,
            plain.priorities,
            plain.priority_numbers,
            parties=may,
            party_codes=codes,
            demands=demands,
            demand_numbers={squeezed(code_of(one)): one.pk for one in demands.values()},
        )

    def place(self, number: str) -> Place | None:
        """Looked up once each."""
        if number not in self.places:
            self.places[number] = places.find(number)
        return self.places[number]

    def organisation(self, code: str) -> MemberOrganisation | None:
        if code not in self.organisations:
            known = MemberOrganisation.objects.filter(Q(code=code) | Q(short_name__iexact=code))
            found = list(known.confirmed()[:2])
            self.organisations[code] = found[0] if len(found) == 1 else None
        return self.organisations[code]


def code_of(demand: Demand) -> str:
    return f"{demand.election.code}/{demand.code}"


def _no(text: str) -> ValidationError:
    return ValidationError(gettext("We know no “%(text)s”.") % {"text": text[:80]})


class PlaceColumn(Column):
    """A number; the cell is empty for several kommuner. The value is the number."""

    def read(self, text: str, words: Words) -> str:
        # Spreadsheets take the first 0 of `0301` away.
        number = text.zfill(4) if len(text) == 3 else text.zfill(2) if len(text) == 1 else text
        if number and cast(ContactWords, words).place(number) is None:
            raise _no(text)
        return number

    def takes(self, words: Words) -> str:
        return gettext("the number of a municipality or county; empty for several")


class PartyColumn(Column):
    """The value is the code."""

    def read(self, text: str, words: Words) -> str:
        if not text:
            return ""
        if found := cast(ContactWords, words).party_codes.get(squeezed(text)):
            return found
        raise _no(text)

    def write(self, value: Any, words: Words) -> Cell:
        return name_of(cast(ContactWords, words).parties[value]) if value else ""

    def takes(self, words: Words) -> str:
        return gettext("a party; in rows of its own for each demand that it answered")


class DemandColumn(Column):
    """The value is the demand's number."""

    nothing = None

    def read(self, text: str, words: Words) -> int | None:
        if not text:
            return None
        if found := cast(ContactWords, words).demand_numbers.get(squeezed(text)):
            return found
        raise _no(text)

    def write(self, value: Any, words: Words) -> Cell:
        return code_of(cast(ContactWords, words).demands[value]) if value else ""

    def takes(self, words: Words) -> str:
        shown = [
            f"{code_of(one)}: {one.text}"
            for one in cast(ContactWords, words).demands.values()
            if not one.hidden
        ]
        return "\n".join(shown)


class OrganisationsColumn(Column):
    """The value is a tuple of codes."""

    nothing: ClassVar[Any] = ()

    def read(self, text: str, words: Words) -> tuple[str, ...]:
        found = []
        for part in filter(None, map(str.strip, text.split(";"))):
            organisation = cast(ContactWords, words).organisation(part)
            if organisation is None:
                raise _no(part)
            found.append(organisation.code)
        return tuple(sorted(set(found)))

    def write(self, value: Any, words: Words) -> Cell:
        return BETWEEN.join(value)

    def takes(self, words: Words) -> str:
        return gettext("short names of organisations, with ; between")


# What is said once of a contact, in each of its rows or in the first.
OF_CONTACT: tuple[Column, ...] = (
    DayColumn("day", gettext_lazy("Day")),
    ChoiceColumn("counterpart", gettext_lazy("With whom"), choices=Counterpart),
    ChoiceColumn("contact_kind", gettext_lazy("Kind of contact"), choices=ContactKind),
    PlaceColumn("place", gettext_lazy("Number of the municipality or county")),
    OrganisationsColumn("together", gettext_lazy("Together with")),
    Column("next_step", gettext_lazy("What was agreed")),
    DayColumn("next_step_due", gettext_lazy("To be done by")),
    PrioritiesColumn("priorities", gettext_lazy("Priorities")),
    YesColumn("may_be_told", gettext_lazy("May be told in public")),
    Column("note", gettext_lazy("Private note")),
)
OF_ROW: tuple[Column, ...] = (
    PartyColumn("party", gettext_lazy("Party")),
    Column("list_name", gettext_lazy("Name of the list")),
    DemandColumn("demand", gettext_lazy("Demand")),
    ChoiceColumn("answer", gettext_lazy("Answer"), choices=Reply),
    ChoiceColumn("grade", gettext_lazy("How binding"), choices=Grade),
    Column("evidence", gettext_lazy("Where the answer stands")),
)
# Written for people, and not taken over.
TOLD_ONLY: tuple[Column, ...] = (
    Column("place_name", gettext_lazy("Municipality or county"), is_offered=False),
    Column("demand_text", pgettext_lazy("column", "The demand in words"), is_offered=False),
    Column("logged_for", gettext_lazy("Logged for"), is_offered=False),
)
# What tells contacts apart where no key does.
NATURE = ("day", "counterpart", "contact_kind", "place")


def columns() -> list[Column]:
    """As they stand beside each other."""
    found = {one.name: one for one in (KEY, *OF_CONTACT, *OF_ROW, *TOLD_ONLY)}
    order = (
        "key", "day", "counterpart", "contact_kind", "place", "place_name", "together", "party",
        "list_name", "demand", "demand_text", "answer", "grade", "evidence", "next_step",
        "next_step_due", "priorities", "may_be_told", "note", "logged_for",
    )  # fmt: skip
    return [found[name] for name in order]


@cache
def by_heading() -> dict[str, str]:
    """Headings in all languages, and names, to the name of the column."""
    return in_all_languages(lambda: [(heading(one), one.name) for one in columns()])
