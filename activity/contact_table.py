"""An organisation's contacts ⇄ a table with a row for each party and demand.

As `activity.table` does it for entries: rows with the same key, or of the same day, counterpart,
kind and place, are one contact; what the table has no column for stays; nothing is taken away. A
contact that another organisation logged is told, and never changed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activity.choices import LogKind
from activity.contact_columns import (
    NATURE,
    OF_CONTACT,
    OF_ROW,
    TOLD_ONLY,
    ContactWords,
    by_heading,
    columns,
)
from activity.forms.base import usual_priorities
from activity.table_columns import KEY, Column, heading
from activity.table_plans import Change, Places, Plan, PlannedRow, checked, shown, tell
from foundation.intake.reading import Row, Table
from foundation.intake.writing import Cell
from lobbying import actions
from lobbying.choices import Counterpart, Reply
from lobbying.facts import Asked, ContactFacts, Said
from lobbying.models import Contact
from lobbying.models.contacts import ContactQuerySet
from lobbying.places import Place
from memberorgs.access import Standing
from memberorgs.models import MemberOrganisation, User
from priorities.models import Priority

BATCH = 200
LOADED = ("organisations", "priorities", "asked__party", "asked__answers__demand__election")
# Where the errors of `lobbying.actions` are told.
AT_COLUMN = {
    "asked": "party", "kommune": "place", "fylke": "place", "kind": "contact_kind",
}  # fmt: skip
Values = dict[str, Any]


def lines(
    contacts: ContactQuerySet,
    wanted: Sequence[Column],
    words: ContactWords,
    *,
    language: str,
) -> Iterator[list[Cell]]:
    """Contacts as lines under `wanted`, a batch in memory at a time; `readable_note` as note."""
    found = contacts.select_related("kommune", "fylke", "organisation").prefetch_related(*LOADED)
    for contact in found.iterator(chunk_size=BATCH):
        with translation.override(language):
            whole = _of_contact(contact)
            told = [
                [one.write((whole | row).get(one.name, one.nothing), words) for one in wanted]
                for row in _rows(contact) or [{}]
            ]
        yield from told


def _of_contact(contact: Contact) -> Values:
    place = contact.place
    return {
        KEY.name: contact.key,
        "day": contact.day,
        "counterpart": contact.counterpart,
        "contact_kind": contact.kind,
        "place": str(place.pk) if place is not None else "",
        "place_name": Place(contact.kommune, contact.fylke).label if place is not None else "",
        "together": tuple(
            sorted(
                one.code for one in contact.organisations.all() if one.pk != contact.organisation_id
            )
        ),
        "next_step": contact.next_step,
        "next_step_due": contact.next_step_due,
        "priorities": [one.pk for one in contact.priorities.all()],
        "may_be_told": contact.may_be_told,
        "note": contact.readable_note,  # type: ignore[attr-defined]
        "logged_for": contact.organisation.code,
    }


def _rows(contact: Contact) -> list[Values]:
    """Parties in their order, each with its answers or alone."""
    found: list[Values] = []
    asked = sorted(contact.asked.all(), key=lambda one: (one.party.position, one.list_name))
    for one in asked:
        who = {"party": one.party_id, "list_name": one.list_name}
        answers = sorted(one.answers.all(), key=lambda said: said.demand_id)
        found += [
            {
                **who,
                "demand": said.demand_id,
                "demand_text": said.demand.text,
                "answer": said.answer,
                "grade": said.grade,
                "evidence": said.evidence,
            }
            for said in answers
        ] or [who]
    return found


def plan(*, at: Standing, table: Table) -> Plan:
    """What the table would do; writes nothing."""
    return _Planner(at, table).run()


def apply(*, at: Standing, table: Table, by: User, fingerprint: str | None = None) -> Plan:
    """Do what the table says, all or nothing. Raises as `activity.table.apply` does."""
    with transaction.atomic():
        MemberOrganisation.objects.select_for_update().get(pk=at.organisation.pk)
        found = checked(plan(at=at, table=table), fingerprint)
        for row in found.rows:
            if row.existing is None:
                actions.log_contact(organisation=at.organisation, facts=row.facts, by=by)
            else:
                actions.change_contact(contact=row.existing, facts=row.facts, by=by)
        tell(at, found, by)
    return found


class _Planner:
    """One look at one table."""

    def __init__(self, at: Standing, table: Table) -> None:
        self.at, self.table = at, table
        self.plan = Plan(errors=list(table.errors))
        self.columns = {one.name: one for one in columns()}
        self.places = Places(table, self.columns, by_heading())
        self.words = ContactWords()
        self.by_key: dict[Any, Contact] = {}
        self.by_nature: dict[tuple[Any, ...], Contact] = {}
        self.priorities: dict[int, Priority] = {}

    def run(self) -> Plan:
        self.plan.errors += self.places.errors
        if any(error.row == 1 for error in self.plan.errors):
            return self.plan
        self.words = ContactWords.of(self.at.organisation)
        self.priorities = Priority.objects.in_bulk()
        own = {self.at.organisation.pk}
        known = Contact.objects.there().of(own).with_notes_of(own if self.at.terms else ())
        known = known.select_related("kommune__fylke", "fylke", "organisation")
        for contact in known.prefetch_related(*LOADED).order_by("pk"):
            self.by_key[contact.key] = contact
            if contact.organisation_id == self.at.organisation.pk:
                self.by_nature.setdefault(self._nature(_of_contact(contact)), contact)
        groups: dict[Any, list[tuple[Row, Values]]] = {}
        for row in self.table.rows:
            values = self._read(row)
            if values is not None:
                groups.setdefault(self._same(values), []).append((row, values))
        for rows in groups.values():
            self._contact(rows)
        self.plan.errors.sort(key=lambda error: error.row)
        return self.plan

    def _error(self, number: int, name: str, message: str) -> None:
        self.plan.errors.append(self.places.told(number, name, message))

    def _read(self, row: Row) -> Values | None:
        values: Values = {}
        before = len(self.plan.errors)
        for name, place in self.places.of.items():
            if self.columns[name] in TOLD_ONLY:
                continue
            try:
                values[name] = self.columns[name].read(row.cells[place], self.words)
            except ValidationError as error:
                self._error(row.number, name, " ".join(error.messages))
        return values if len(self.plan.errors) == before else None

    def _nature(self, values: Values) -> tuple[Any, ...]:
        return tuple(values.get(name) or None for name in NATURE)

    def _same(self, values: Values) -> Any:
        """The same for rows of one contact."""
        if key := values.get(KEY.name):
            found = self.by_key.get(key)
            return found.pk if found is not None else key
        nature = self._nature(values)
        found = self.by_nature.get(nature)
        return found.pk if found is not None else nature

    def _contact(self, rows: list[tuple[Row, Values]]) -> None:
        """All rows of one contact."""
        first, values = rows[0]
        key = values.get(KEY.name)
        existing = self.by_key.get(key) if key else self.by_nature.get(self._nature(values))
        if key and existing is None:
            told = _("Your log holds no such contact. Leave it empty for a new row.")
            return self._error(first.number, KEY.name, told)
        whole = self._whole(rows, existing)
        facts = self._facts(whole, self._asked(rows, existing)) if whole is not None else None
        if whole is None or facts is None:
            return None
        changes = tuple(self._changes(existing, whole, facts))
        if existing is not None and not changes:
            self.plan.unchanged += 1
            return None
        if existing is not None and existing.organisation_id != self.at.organisation.pk:
            told = _("Another organisation has logged this contact, and can change it.")
            return self._error(first.number, KEY.name, told)
        try:
            actions.check(facts=facts)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self._error(first.number, AT_COLUMN.get(name, name), " ".join(messages))
            return None
        cells = (self.columns[name].write(whole.get(name), self.words) for name in NATURE)
        name = ", ".join(shown(cell) for cell in cells if cell)
        slug = str(LogKind.LOBBYING)
        self.plan.rows.append(PlannedRow(first.number, slug, name, existing, changes, facts))
        return None

    def _whole(self, rows: list[tuple[Row, Values]], existing: Contact | None) -> Values | None:
        """What is said of the contact: in its first row, and in the others the same or nothing."""
        first, values = rows[0]
        old = _of_contact(existing) if existing is not None else {}
        usual = {"priorities": [one.pk for one in usual_priorities(LogKind.LOBBYING)]}
        before = len(self.plan.errors)
        whole: Values = {}
        for column in OF_CONTACT:
            name = column.name
            kept = old.get(name, column.nothing) if existing else usual.get(name, column.nothing)
            value = values.get(name, kept)
            written = column.write(value, self.words)
            # A line may end otherwise in a file; that is no change.
            whole[name] = kept if written == column.write(kept, self.words) else value
            for row, other in rows[1:] if name in self.places.of else ():
                is_empty = not row.cells[self.places.of[name]]
                if not is_empty and column.write(other[name], self.words) != written:
                    told = _("Row %(row)d says something else of the same contact.")
                    self._error(row.number, name, told % {"row": first.number})
        for name in ("day", "counterpart", "contact_kind"):
            if not whole[name]:
                self._error(first.number, name, _("This cell must be filled in."))
        return whole if len(self.plan.errors) == before else None

    def _asked(self, rows: list[tuple[Row, Values]], existing: Contact | None) -> list[Values]:
        """What each party said; without a column for parties, what is there."""
        there = _rows(existing) if existing is not None else []
        if "party" not in self.places.of:
            return there
        known = {self._who(one): one for one in there}
        found = []
        for _row, values in rows:
            said = {one.name: values.get(one.name, one.nothing) for one in OF_ROW}
            kept = known.get(self._who(said), {})
            said |= {
                name: kept[name] for name in ("answer", "grade", "evidence")
                if name in kept and name not in self.places.of
            }  # fmt: skip
            if said["party"]:
                found.append(said)
        return found

    def _who(self, said: Values) -> tuple[Any, ...]:
        return said["party"], said.get("list_name", ""), said.get("demand")

    def _facts(self, whole: Values, said: list[Values]) -> ContactFacts | None:
        place = self.words.place(whole["place"]) if whole["place"] else None
        kommune = place.kommune if place is not None else None
        fylke = place.fylke if place is not None else None
        if whole["counterpart"] == Counterpart.BENCH and kommune is not None:
            # Members of the Storting belong to the fylke of the place.
            fylke, kommune = kommune.fylke, None
        others = (self.words.organisation(code) for code in whole["together"])
        return ContactFacts(
            counterpart=whole["counterpart"],
            kind=whole["contact_kind"],
            day=whole["day"],
            kommune=kommune,
            fylke=fylke,
            asked=self._parties(said),
            together_with=tuple(one for one in others if one is not None),
            priorities=tuple(self.priorities[number] for number in whole["priorities"]),
            next_step=whole["next_step"],
            next_step_due=whole["next_step_due"],
            note=whole["note"],
            may_be_told=whole["may_be_told"],
        )

    def _parties(self, said: list[Values]) -> tuple[Asked, ...]:
        found: dict[tuple[str, str], list[Said]] = {}
        for one in said:
            answers = found.setdefault((one["party"], one.get("list_name", "")), [])
            if one.get("demand"):
                grade = "" if one["answer"] == Reply.NO_ANSWER else one["grade"]
                demand = self.words.demands[one["demand"]]
                answers.append(Said(demand, one["answer"], grade, one["evidence"]))
        return tuple(
            Asked(self.words.parties[code], name, tuple(answers))
            for (code, name), answers in found.items()
        )

    def _changes(
        self, existing: Contact | None, whole: Values, facts: ContactFacts
    ) -> Iterator[Change]:
        """Of a new contact all that it says."""
        old = _of_contact(existing) if existing is not None else {}
        for column in OF_CONTACT:
            before = column.write(old.get(column.name, column.nothing), self.words)
            after = column.write(whole[column.name], self.words)
            if before != after:
                yield Change(heading(column), shown(before), shown(after))
        was = self._answers(_rows(existing)) if existing is not None else {}
        now = self._answers(
            {
                "party": one.party.pk,
                "list_name": one.list_name,
                "demand": said.demand.pk if said else None,
                "answer": said.answer if said else "",
                "grade": said.grade if said else "",
                "evidence": said.evidence if said else "",
            }
            for one in facts.asked
            for said in one.answers or (None,)
        )
        for who in [*now, *(one for one in was if one not in now)]:
            if was.get(who) != now.get(who):
                yield Change(who, was.get(who, ""), now.get(who, ""))

    def _answers(self, rows: Any) -> dict[str, str]:
        """Party and demand as people read them → what was said."""
        found = {}
        for row in rows:
            cells = {
                one.name: one.write(row.get(one.name, one.nothing), self.words) for one in OF_ROW
            }
            who = ": ".join(
                str(cell)
                for cell in (cells["list_name"] or cells["party"], cells["demand"])
                if cell
            )
            said = [str(cells[name]) for name in ("answer", "grade", "evidence") if cells[name]]
            found[who] = ", ".join(said) or capfirst(_("asked"))
        return found
