"""What a table would do to a log, before anything is done, and why it may be refused."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.kinds import KINDS
from activity.table_columns import Column, heading
from activity.table_words import squeezed
from foundation.audit.actions import record
from foundation.intake.errors import CellError
from foundation.intake.numbers import shown_count
from foundation.intake.reading import Table
from foundation.intake.writing import Cell
from memberorgs.access import Standing
from memberorgs.models import User

# Rows that a table may have, so that one is judged and kept while somebody waits.
MOST_ROWS = 500


@dataclass(frozen=True)
class Change:
    """`column` as the reader calls it."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class PlannedRow:
    """What becomes of one row. `number` is the row's in the spreadsheet, `name` tells it apart."""

    number: int
    slug: str
    name: str
    existing: Any
    changes: tuple[Change, ...]
    # What its action is given.
    facts: Any

    @property
    def kind(self) -> str:
        return str(KINDS[self.slug].words)


@dataclass
class Plan:
    """What a table would do. With `errors` it does nothing; `questions` are numbers that surprise,
    which one says yes to by importing."""

    rows: list[PlannedRow] = field(default_factory=list)
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)
    questions: list[CellError] = field(default_factory=list)

    @property
    def new(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.existing is None]

    @property
    def changed(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.existing is not None]

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.errors

    @property
    def fingerprint(self) -> str:
        """The same for the same changes: what a person agreed to is what is done."""
        told = [
            [
                row.number,
                str(row.existing.key) if row.existing else "",
                [[one.column, one.old, one.new] for one in row.changes],
            ]
            for row in self.rows
        ]
        text = json.dumps([told, [str(error) for error in self.errors]])
        return hashlib.sha256(text.encode()).hexdigest()


class TableChanged(Exception):
    """What the table would do is not what was looked at."""


class TableRefused(Exception):
    """The table has errors; `plan` tells them."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("; ".join(map(str, plan.errors[:10])))
        self.plan = plan


class Places:
    """Where the columns of a log stand in a table, by name, and errors told at their cells."""

    def __init__(self, table: Table, columns: dict[str, Column], names: dict[str, str]) -> None:
        """`names`: headings in all languages to names of columns."""
        self.table, self.columns = table, columns
        self.of: dict[str, int] = {}
        self.errors: list[CellError] = []
        for place, text in enumerate(table.columns):
            name = names.get(squeezed(text))
            if name is None:
                told = _("There is no column “%(name)s” here.") % {"name": text}
                self.errors.append(CellError(1, table.letter(text), told))
            elif name in self.of:
                told = _("This column is there twice.")
                self.errors.append(CellError(1, table.letter(text), told))
            else:
                self.of[name] = place

    def told(self, number: int, name: str, message: str) -> CellError:
        """At the cell; a column that is not in the table is named instead."""
        if name in self.of:
            letter = self.table.letter(self.table.columns[self.of[name]])
            return CellError(number, letter, message)
        column = self.columns.get(name)
        return CellError(number, "", f"{heading(column)}: {message}" if column else message)


def checked(found: Plan, fingerprint: str | None) -> Plan:
    """Raises TableRefused where it has errors, TableChanged where it is not what was looked at."""
    if found.errors:
        raise TableRefused(found)
    if found.rows and fingerprint is not None and found.fingerprint != fingerprint:
        raise TableChanged
    return found


def tell(at: Standing, found: Plan, by: User) -> None:
    """The audit log of what was imported."""
    if found.rows:
        record(
            "log.imported",
            by=by,
            about=at.organisation,
            organisation=at.organisation.code,
            new=len(found.new),
            changed=len(found.changed),
            unchanged=found.unchanged,
        )


def shown(cell: Cell) -> str:
    """As people read it."""
    if isinstance(cell, date):
        return str(date_format(cell, "DATE_FORMAT"))
    if isinstance(cell, int):
        return shown_count(cell)
    return cell or ""
