"""Organisations ⇄ a table: what a table would change, and changing it, all or nothing.

`plan` looks and writes nothing; `apply` does what a plan says; `rows` is the table as it goes out.
A table with fewer columns leaves the others as they are. Nothing is removed but a campus that
nothing points to; what is not in the table stays as it is.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from content import freshness
from foundation.audit.actions import Fact, record, record_each
from foundation.intake.errors import CellError
from foundation.intake.reading import Row, Table
from foundation.intake.writing import Cell
from geography.models import Institution
from memberorgs.models import (
    Invitation,
    MemberOrganisation,
    OrganisationCampus,
    OrganisationCode,
    StudentCount,
    Term,
    User,
)
from memberorgs.models.organisations import RESERVED_CODES
from memberorgs.organisation_columns import (
    BETWEEN,
    BY_NAME,
    COLUMNS,
    DAYS,
    LOADED,
    NO,
    NUMBERS,
    STUDENTS,
    YES,
    Places,
    told,
    told_of,
    value_of,
)

# Rows per statement.
BATCH = 500
# Changes and errors that a person reads through on a page.
MOST_SHOWN = 200
HEADER = [column.name for column in COLUMNS]
INTEGERS = NUMBERS | {"students", "students_year"}
# What an organisation is that no row has told anything about.
NOTHING = dict.fromkeys(HEADER, "") | {
    "elects_in": "unknown",
    "written_language": "nb",
    "confirmed": NO,
}


@dataclass(frozen=True)
class Change:
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class PlannedRow:
    """What becomes of the organisation of one row. `number` is the row's in the spreadsheet."""

    number: int
    code: str
    name: str
    existing: MemberOrganisation | None
    changes: tuple[Change, ...]
    # Of the students that the row tells; empty where it tells none.
    year: str = ""

    @property
    def is_new(self) -> bool:
        return self.existing is None

    @cached_property
    def texts(self) -> dict[str, str]:
        """Column → canonical text, of what changes."""
        return {change.column: change.new for change in self.changes}


@dataclass
class Plan:
    """What a table would do. With `errors` it does nothing; `notes` are cells that are ignored."""

    rows: list[PlannedRow] = field(default_factory=list)
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)
    notes: list[CellError] = field(default_factory=list)

    @property
    def new(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.is_new]

    @property
    def changed(self) -> list[PlannedRow]:
        return [row for row in self.rows if not row.is_new]

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.errors

    @property
    def fingerprint(self) -> str:
        """The same for the same changes: what a person agreed to is what is done."""
        told_here = [
            [row.code, row.is_new, [[one.column, one.old, one.new] for one in row.changes]]
            for row in self.rows
        ]
        text = json.dumps([told_here, [str(error) for error in self.errors]])
        return hashlib.sha256(text.encode()).hexdigest()


class TableChanged(Exception):
    """What the table would change is not what was looked at."""


class TableRefused(Exception):
    """The table has errors; `errors` tells them."""

    def __init__(self, errors: list[CellError]) -> None:
        super().__init__("; ".join(map(str, errors[:10])))
        self.errors = errors


def plan(table: Table) -> Plan:
    """What the table would change. Seven queries, whatever its size; writes nothing."""
    return _Planner(table).run()


def rows(organisations: QuerySet[MemberOrganisation]) -> Iterator[list[Cell]]:
    """The organisations as lines under `HEADER`, a batch in memory at a time."""
    for organisation in organisations.prefetch_related(*LOADED).iterator(chunk_size=BATCH):
        row = told(organisation)
        yield [_cell(name, row[name]) for name in HEADER]


def _cell(name: str, text: str) -> Cell:
    if name in INTEGERS:
        return int(text) if text else None
    if name in DAYS:
        return date.fromisoformat(text) if text else None
    return text


class _Planner:
    """One look at one table. `organisations` are all that there are, by code."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.plan = Plan(errors=list(table.errors))
        self.places = Places()
        self.organisations: dict[str, MemberOrganisation] = {}
        self.codes: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        # Campuses that would go, with the row that says so.
        self.going: dict[int, int] = {}

    def run(self) -> Plan:
        if not self._header_fits():
            return self.plan
        self.places = Places.load()
        everybody = MemberOrganisation.objects.order_by().prefetch_related(*LOADED)
        self.organisations = {one.code: one for one in everybody}
        self.codes = dict(OrganisationCode.objects.values_list("code", "organisation__code"))
        for row in self.table.rows:
            self._row(row)
        self._campuses_that_are_needed()
        self.plan.errors.sort(key=lambda error: error.row)
        return self.plan

    def _header_fits(self) -> bool:
        columns = self.table.columns
        for name in columns:
            if name not in BY_NAME:
                self._error(1, name, _("There is no column “%(name)s” here.") % {"name": name})
        for column in COLUMNS:
            if column.required and column.name not in columns:
                told_so = _("The column “%(name)s” is missing.") % {"name": column.name}
                self.plan.errors.append(CellError(1, "", told_so))
        here = [name for name in ("students", "students_year") if name in columns]
        if len(here) == 1 or (not here and set(STUDENTS) & set(columns)):
            told_so = _("The columns “students” and “students_year” go together.")
            self.plan.errors.append(CellError(1, "", told_so))
        return all(error.row > 1 for error in self.plan.errors)

    def _error(self, row: int, column: str, message: str) -> None:
        letter = self.table.letter(column) if column in self.table.columns else ""
        self.plan.errors.append(CellError(row, letter, message))

    def _row(self, row: Row) -> None:
        before = len(self.plan.errors)
        said = self._read(row)
        code = said.get("id", "")
        if code in self.seen:
            told_so = _("Row %(row)d is about the same organisation.") % {"row": self.seen[code]}
            self._error(row.number, "id", told_so)
        elif code:
            self.seen[code] = row.number
            self._code_is_free(row.number, code)
        existing = self.organisations.get(code)
        old = told(existing, said.get("students_year", "")) if existing else NOTHING
        for name in STUDENTS if not self._tells_students(row, said) else ():
            said.pop(name, None)
        if not said.get("confirmed"):
            said.pop("confirmed", None)
        self._fits_together(row, old, said)
        if len(self.plan.errors) > before:
            return
        self._ignored(row, old | said)
        changes = tuple(
            Change(name, old[name], said[name])
            for name in HEADER
            if name in said and not BY_NAME[name].told_only and said[name] != old[name]
        )
        if existing is not None and "campus_kommuner" in said:
            stay = said["campus_kommuner"].split(BETWEEN)
            for campus in existing.campuses.all():
                if campus.kommune_id not in stay:
                    self.going[campus.pk] = row.number
        if not changes:
            self.plan.unchanged += 1
            return
        year = said.get("students_year", "")
        self.plan.rows.append(PlannedRow(row.number, code, said["name"], existing, changes, year))

    def _read(self, row: Row) -> dict[str, str]:
        """Column → canonical text, for the cells that can be read; the others are told."""
        said = {}
        for name, text in zip(self.table.columns, row.cells, strict=True):
            column = BY_NAME[name]
            if column.required and not text:
                self._error(row.number, name, _("This cell must be filled in."))
                continue
            try:
                said[name] = column.reads(text, self.places)
            except ValidationError as error:
                self._error(row.number, name, " ".join(error.messages))
        return said

    def _code_is_free(self, number: int, code: str) -> None:
        now = self.codes.get(code)
        if code in RESERVED_CODES:
            self._error(number, "id", _("This code is used for a page. Choose another."))
        elif now is not None and now != code:
            told_so = _("This is an old code; the organisation is “%(code)s” now.") % {"code": now}
            self._error(number, "id", told_so)

    def _tells_students(self, row: Row, said: dict[str, str]) -> bool:
        """Whether the row gives a number of students, whole."""
        if not any(said.get(name) for name in STUDENTS):
            return False
        for name in ("students", "students_year"):
            if said.get(name) == "":
                self._error(row.number, name, _("Give both the number of students and the year."))
        return True

    def _fits_together(self, row: Row, old: dict[str, str], said: dict[str, str]) -> None:
        """What the database would refuse, told at the cell."""
        whole = old | said
        if bool(whole["terms_begin_month"]) != bool(whole["terms_begin_day"]):
            self._error(
                row.number, "terms_begin_day", _("Give both month and day, or none of them.")
            )
        joined, left = whole["member_from"], whole["left_on"]
        if joined and left and left <= joined:
            self._error(row.number, "left_on", _("It can't leave before it has joined."))
        if old["confirmed"] == YES and said.get("confirmed") == NO:
            self._error(
                row.number,
                "confirmed",
                _("A confirmation is taken back on the organisation's own page, not here."),
            )

    def _ignored(self, row: Row, whole: dict[str, str]) -> None:
        """Cells that say something else than the institution that they repeat."""
        codes = [code for code in whole["institution_id"].split(BETWEEN) if code]
        repeated = told_of(self.places.institutions[code] for code in codes)
        for name in self.table.columns:
            if BY_NAME[name].told_only and whole[name] not in {"", repeated[name]}:
                told_so = _("This repeats the institution and is not taken over.")
                self.plan.notes.append(CellError(row.number, self.table.letter(name), told_so))

    def _campuses_that_are_needed(self) -> None:
        """A campus that people or numbers belong to is taken away in the form, by a person."""
        if not self.going:
            return
        needed: set[int] = set()
        for model in (StudentCount, Term, Invitation):
            found = model._default_manager.filter(campus__in=self.going)
            needed |= set(found.values_list("campus_id", flat=True))
        for number in sorted({self.going[pk] for pk in needed}):
            self._error(
                number,
                "campus_kommuner",
                _("People or numbers belong to a campus that would go. Change it on the page."),
            )


def apply(*, table: Table, by: User | None, fingerprint: str | None = None) -> Plan:
    """Do what the table says, all or nothing; a second time nothing is left to do.

    Raises TableRefused where it has errors, and TableChanged where its changes are no longer those
    of `fingerprint`.
    """
    with transaction.atomic():
        # What others write meanwhile waits, on PostgreSQL too.
        list(MemberOrganisation.objects.select_for_update().order_by("pk").values_list("pk"))
        found = plan(table)
        if found.errors:
            raise TableRefused(found.errors)
        if fingerprint is not None and found.fingerprint != fingerprint:
            raise TableChanged
        if not found.rows:
            return found
        _make(found.new, by)
        _change(found.changed, by)
        record(
            "organisation.imported",
            by=by,
            new=len(found.new),
            changed=len(found.changed),
            unchanged=found.unchanged,
        )
        freshness.bump()
    return found


def _make(planned: list[PlannedRow], by: User | None) -> None:
    whole = [NOTHING | row.texts for row in planned]
    organisations = MemberOrganisation.objects.bulk_create(
        (MemberOrganisation(**_fields(texts)) for texts in whole), batch_size=BATCH
    )
    OrganisationCode.objects.bulk_create(
        (OrganisationCode(code=one.code, organisation=one) for one in organisations),
        batch_size=BATCH,
    )
    through = MemberOrganisation.institutions.through
    pairs = list(zip(organisations, whole, strict=True))
    through._default_manager.bulk_create(
        (
            through(memberorganisation_id=one.pk, institution_id=code)
            for one, texts in pairs
            for code in _parts(texts["institution_id"])
        ),
        batch_size=BATCH,
    )
    OrganisationCampus.objects.bulk_create(
        (
            OrganisationCampus(
                organisation=one, kommune_id=number, is_main=place == 0, position=place
            )
            for one, texts in pairs
            for place, number in enumerate(_parts(texts["campus_kommuner"]))
        ),
        batch_size=BATCH,
    )
    StudentCount.objects.bulk_create(
        (_count(one, texts) for one, texts in pairs if texts["students"]), batch_size=BATCH
    )
    record_each("organisation.made", ((one, one.code, {}) for one in organisations), by=by)
    _confirm([one for one, texts in pairs if texts["confirmed"] == YES], by)


def _change(planned: list[PlannedRow], by: User | None) -> None:
    changed: list[tuple[MemberOrganisation, str, dict[str, Fact]]] = []
    counts: list[StudentCount] = []
    confirmed: list[MemberOrganisation] = []
    for row in planned:
        organisation, texts = row.existing, row.texts
        if organisation is None:
            continue
        if fields := _fields(texts):
            MemberOrganisation.objects.filter(pk=organisation.pk).update(**fields)
        if "institution_id" in texts:
            codes = _parts(texts["institution_id"])
            organisation.institutions.set(Institution.objects.filter(code__in=codes))
        if "campus_kommuner" in texts:
            _set_campuses(organisation, _parts(texts["campus_kommuner"]))
        if students := {name: texts[name] for name in STUDENTS if name in texts}:
            counts += _set_students(organisation, row.year, students)
        if texts.get("confirmed") == YES:
            confirmed.append(organisation)
        facts: dict[str, Fact] = {"fields": [change.column for change in row.changes]}
        changed.append((organisation, organisation.code, facts))
    StudentCount.objects.bulk_create(counts, batch_size=BATCH)
    record_each("organisation.changed", changed, by=by)
    _confirm(confirmed, by)


def _fields(texts: dict[str, str]) -> dict[str, Any]:
    return {
        BY_NAME[name].field: value_of(BY_NAME[name], text)
        for name, text in texts.items()
        if BY_NAME[name].field
    }


def _parts(text: str) -> list[str]:
    return [part for part in text.split(BETWEEN) if part]


def _count(organisation: MemberOrganisation, texts: dict[str, str]) -> StudentCount:
    return StudentCount(
        organisation=organisation,
        year=int(texts["students_year"]),
        students=int(texts["students"]),
        confidence=texts["students_confidence"],
        source=texts["students_source"],
    )


def _set_campuses(organisation: MemberOrganisation, numbers: list[str]) -> None:
    """The kommuner in that order; a kommune with several campuses keeps them all."""
    present = list(organisation.campuses.all())
    # Two main ones are none at any moment.
    organisation.campuses.update(is_main=False)
    for campus in present:
        if campus.kommune_id not in numbers:
            campus.delete()
    for place, number in enumerate(numbers):
        here = [campus for campus in present if campus.kommune_id == number]
        if not here:
            organisation.campuses.create(kommune_id=number, is_main=place == 0, position=place)
        for index, campus in enumerate(here):
            campus.position, campus.is_main = place, place == 0 and index == 0
            campus.save(update_fields=["position", "is_main"])


def _set_students(
    organisation: MemberOrganisation, year: str, texts: dict[str, str]
) -> list[StudentCount]:
    """Change the number of `year`, or give the one to be added; what `texts` leaves out stays."""
    wanted = _count(organisation, told(organisation, year) | texts)
    for count in organisation.student_counts.all():
        if count.campus_id is None and count.year == wanted.year:
            StudentCount.objects.filter(pk=count.pk).update(
                students=wanted.students, confidence=wanted.confidence, source=wanted.source
            )
            return []
    return [wanted]


def _confirm(organisations: list[MemberOrganisation], by: User | None) -> None:
    if not organisations:
        return
    if by is None:
        raise ValueError("an organisation is confirmed by a person")
    now = timezone.now()
    for one in organisations:
        one.confirmed_at, one.confirmed_by = now, by
    MemberOrganisation.objects.bulk_update(
        organisations, ["confirmed_at", "confirmed_by"], batch_size=BATCH
    )
    record_each("organisation.confirmed", ((one, one.code, {}) for one in organisations), by=by)
