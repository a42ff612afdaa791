"""An organisation's log ⇄ a table: what a table would log and change, and doing it, all or nothing.

`plan` looks and writes nothing; `apply` does what a plan says; `lines` is the table as it goes out.
A row is judged by the form of its kind. With a key, or where it tells of the same thing as an entry
(`NATURAL`), it is that entry; a table with fewer columns leaves the others as they are. Nothing is
taken away.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from activity import actions
from activity.choices import LOG_KINDS, EntryKind
from activity.forms.base import usual_priorities
from activity.forms.entries import EntryForm
from activity.kinds import KINDS
from activity.models import Entry
from activity.semesters import Semester
from activity.table_columns import KEY, KIND, NATURAL, Column, Data, by_heading, columns_of, heading
from activity.table_plans import Change, Places, Plan, PlannedRow, checked, shown, tell
from activity.table_words import Words, squeezed
from foundation.intake.errors import CellError
from foundation.intake.plausibility import QUESTION
from foundation.intake.reading import Row, Table
from foundation.intake.writing import Cell
from memberorgs.access import Standing
from memberorgs.models import MemberOrganisation, User

# Rows per statement.
BATCH = 500
# How often a form may ask back about the answers to its own questions.
ROUNDS = 3
Values = dict[str, Any]


def lines(
    entries: QuerySet[Entry],
    columns: Sequence[Column],
    words: Words,
    *,
    language: str,
    with_notes: bool,
) -> Iterator[list[Cell]]:
    """Entries as lines under `columns`, a batch in memory at a time."""
    found = entries.with_details().prefetch_related("priorities")  # type: ignore[attr-defined]
    own = {slug: {one.name for one in columns_of(slug)} for slug in NATURAL}
    for entry in found.iterator(chunk_size=BATCH):
        if not with_notes:
            entry.note = ""
        # A file is sent when its page is long done.
        with translation.override(language):
            values, mine = _values(entry), own[str(entry.log_kind)]
            line = [
                one.write(values.get(one.name, one.nothing), words) if one.name in mine else None
                for one in columns
            ]
        yield line


def _values(entry: Entry) -> Values:
    """By the name of the column."""
    pages = KINDS[str(entry.log_kind)]
    return pages.initial(entry) | {KEY.name: entry.key, KIND.name: entry.kind}


def plan(*, at: Standing, table: Table, slug: str = "") -> Plan:
    """What the table would do; writes nothing.

    `slug` is the kind of all rows; where it is empty, or a row says otherwise, the column for the
    kind tells it.
    """
    return _Planner(at, table, slug).run()


def apply(
    *, at: Standing, table: Table, by: User, slug: str = "", fingerprint: str | None = None
) -> Plan:
    """Do what the table says, all or nothing; a second time nothing is left to do.

    Raises TableRefused where it has errors, and TableChanged where it would do something else than
    `fingerprint` says.
    """
    with transaction.atomic():
        # Two imports of the same table wait for each other.
        MemberOrganisation.objects.select_for_update().get(pk=at.organisation.pk)
        found = checked(plan(at=at, table=table, slug=slug), fingerprint)
        for row in found.rows:
            if row.existing is None:
                actions.log_entry(organisation=at.organisation, facts=row.facts, by=by)
            else:
                actions.change_entry(entry=row.existing, facts=row.facts, by=by)
        tell(at, found, by)
    return found


class _Planner:
    """One look at one table."""

    def __init__(self, at: Standing, table: Table, slug: str) -> None:
        self.at, self.table, self.slug = at, table, slug
        self.plan = Plan(errors=list(table.errors))
        self.columns = {one.name: one for one in columns_of()}
        self.places = Places(table, self.columns, by_heading())
        self.words = Words()
        self.by_key: dict[Any, Entry] = {}
        self.by_nature: dict[tuple[Any, ...], Entry] = {}
        # What rows so far are about, with the number of the row.
        self.seen: dict[Any, int] = {}
        self.usual: dict[str, list[Any]] = {}

    def run(self) -> Plan:
        if not self._header_fits():
            return self.plan
        self.words = Words.of(self.at.organisation)
        rows = Entry.objects.there().of({self.at.organisation.pk}).with_details()
        for entry in rows.prefetch_related("priorities").order_by("pk"):
            self.by_key[entry.key] = entry
            slug = str(entry.log_kind)
            self.by_nature.setdefault(self._nature(slug, _values(entry)), entry)
        for row in self.table.rows:
            self._row(row)
        self.plan.errors.sort(key=lambda error: error.row)
        return self.plan

    def _header_fits(self) -> bool:
        self.plan.errors += self.places.errors
        if not self.slug and KIND.name not in self.places.of:
            told = _("Choose a kind, or hand in a table with the column “%(name)s”.")
            self.plan.errors.append(CellError(1, "", told % {"name": heading(KIND)}))
        return all(error.row > 1 for error in self.plan.errors)

    def _error(self, number: int, name: str, message: str) -> None:
        self.plan.errors.append(self.places.told(number, name, message))

    def _row(self, row: Row) -> None:
        before = len(self.plan.errors)
        values = self._read(row)
        slug = self._slug(row, values)
        if len(self.plan.errors) > before:
            return
        self._belongs(row, slug)
        existing = self._existing(row, slug, values)
        if len(self.plan.errors) > before:
            return
        if existing is not None and self._says_the_same(values, _values(existing)):
            # What stands there already was judged when it was kept.
            self.plan.unchanged += 1
            return
        form = self._judged(row, slug, values, existing)
        if form is None:
            return
        changes = tuple(self._changes(slug, existing, form))
        if existing is not None and not changes:
            self.plan.unchanged += 1
            return
        cells = (self.columns[name].write(values.get(name), self.words) for name in NATURAL[slug])
        told = ", ".join(shown(cell) for cell in cells if cell)
        self.plan.rows.append(PlannedRow(row.number, slug, told, existing, changes, form.facts))

    def _read(self, row: Row) -> Values:
        """The cells that can be read; the others are told."""
        values = {}
        for name, place in self.places.of.items():
            try:
                values[name] = self.columns[name].read(row.cells[place], self.words)
            except ValidationError as error:
                self._error(row.number, name, " ".join(error.messages))
        if len(self.words.campuses) < 2:
            # With one campus there is nothing to choose; what was chosen earlier stays.
            values.pop("campus", None)
        return values

    def _slug(self, row: Row, values: Values) -> str:
        said = values.pop(KIND.name, "")
        if not said and not self.slug:
            self._error(row.number, KIND.name, _("This cell must be filled in."))
        return str(LOG_KINDS[EntryKind(said)]) if said else self.slug

    def _belongs(self, row: Row, slug: str) -> None:
        own = {one.name for one in columns_of(slug)}
        for name, place in self.places.of.items():
            if name not in own and row.cells[place]:
                told = _("This column is of another kind. Leave the cell empty.")
                self._error(row.number, name, told)

    def _existing(self, row: Row, slug: str, values: Values) -> Entry | None:
        key = values.pop(KEY.name, None)
        nature = self._nature(slug, values)
        found = self.by_key.get(key) if key else self.by_nature.get(nature)
        if key and (found is None or found.log_kind != slug):
            told = _("Your log holds no such entry of this kind. Leave it empty for a new row.")
            self._error(row.number, KEY.name, told)
            return None
        about = found.pk if found is not None else nature
        if about in self.seen:
            told = _("Row %(row)d tells of the same. Leave one out, or write what differs.")
            self._error(row.number, NATURAL[slug][0], told % {"row": self.seen[about]})
        self.seen.setdefault(about, row.number)
        return found

    def _says_the_same(self, said: Values, old: Values) -> bool:
        columns = (self.columns[name] for name in said)
        return all(
            one.write(said[one.name], self.words)
            == one.write(old.get(one.name, one.nothing), self.words)
            for one in columns
            if one.name in old or said[one.name] not in (one.nothing, "", [])
        )

    def _nature(self, slug: str, values: Values) -> tuple[Any, ...]:
        found = [values.get(name) or None for name in NATURAL[slug]]
        return slug, *(squeezed(one) if isinstance(one, str) else one for one in found)

    def _judged(
        self, row: Row, slug: str, values: Values, existing: Entry | None
    ) -> EntryForm | None:
        """The form that is filled in and valid; what is wrong is told. Questions are noted, and
        answered: who imports the table has looked at them."""
        data = self._data(slug, values, existing)
        for _round in range(ROUNDS):
            form = self._form(slug, data, existing)
            errors = {} if form.is_valid() else form.errors.as_data()
            if not errors:
                return form
            wrong = [
                (name, error)
                for name, found in errors.items()
                for error in found
                if error.code != QUESTION
            ]
            if wrong:
                for name, error in wrong:
                    at_row = "" if name == NON_FIELD_ERRORS else name
                    self._error(row.number, at_row, " ".join(error.messages))
                return None
            for name, found in errors.items():
                asked = " ".join(text for error in found for text in error.messages)
                self.plan.questions.append(self.places.told(row.number, name, asked))
                data[f"{name}_reason"] = [_("Looked at when the table was imported.")]
        return None

    def _form(self, slug: str, data: Data, existing: Entry | None) -> EntryForm:
        sent = QueryDict(mutable=True)
        for name, texts in data.items():
            sent.setlist(name, texts)
        tied = {"priorities": list(existing.priorities.all())} if existing else {}
        form: EntryForm = KINDS[slug].form(  # type: ignore[assignment]
            self.at, sent, initial=tied, row=existing
        )
        return form

    def _data(self, slug: str, values: Values, existing: Entry | None) -> Data:
        """What the form is sent with: what the row says, over what stands there or is usual."""
        old = _values(existing) if existing is not None else self._usual(slug, values)
        data: Data = {}
        for column in columns_of(slug):
            name = column.name
            kept = old.get(name, column.nothing)
            value = values.get(name, kept)
            if column.write(value, self.words) == column.write(kept, self.words):
                # A line may end otherwise in a file; that is no change.
                value = kept
            data |= column.data(value)
        return data

    def _usual(self, slug: str, values: Values) -> Values:
        if slug not in self.usual:
            self.usual[slug] = usual_priorities(KINDS[slug].slug)
        day = values.get("day")
        if day is not None and not values.get("semester"):
            values["semester"] = Semester.of(day).code
        return {"priorities": self.usual[slug]}

    def _changes(self, slug: str, existing: Entry | None, form: EntryForm) -> Iterator[Change]:
        """Of a new row all that it says."""
        old = _values(existing) if existing is not None else {}
        new = form.cleaned_data | {f"{name}_reason": "" for name in form.may_ask}
        new |= {f"{name}_reason": reason for name, reason in form.reasons.items()}
        for column in columns_of(slug):
            if column in (KEY, KIND):
                continue
            before = column.write(old.get(column.name, column.nothing), self.words)
            after = column.write(new.get(column.name, column.nothing), self.words)
            if before != after:
                yield Change(heading(column), shown(before), shown(after))
