"""A table from the bytes of a CSV file, whoever saved it.

Encoding and separator are guessed, and said, so that a person can see whether the guess is right.
Rows are numbered as a spreadsheet shows them: the header is row 1, empty rows count.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.intake.errors import CellError, TableError, column_letter
from foundation.intake.formulas import unguarded

# Bytes and rows that a table may have.
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100

SEPARATORS = (";", ",", "\t")
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# What holds no text of people: a binary file, or the wrong encoding.
NO_TEXT = frozenset(map(chr, range(32))) - set("\t\r\n") | {"\x7f"}


@dataclass(frozen=True)
class Row:
    """One line of the table: its number in the spreadsheet, and a text for each column."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """What was read. Texts are stripped; apostrophes that guard against formulas are gone.

    `encoding` and `separator` are what was guessed. `errors` are rows that don't fit the header.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    separator: str
    errors: tuple[CellError, ...] = ()

    def letter(self, column: str) -> str:
        """Of a column that is there."""
        return column_letter(self.columns.index(column))


def read_csv(data: bytes, *, most_bytes: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> Table:
    """Read a table with a header row. Raises TableError where that can't be done."""
    if len(data) > most_bytes:
        raise TableError(
            _("The file is larger than %(size)d MB.") % {"size": most_bytes // (1024 * 1024)}
        )
    text, encoding = decoded(data)
    if found := NO_TEXT.intersection(text):
        raise TableError(
            _("This is no CSV file: it holds characters that are no text (%(code)s).")
            % {"code": f"U+{ord(min(found)):04X}"}
        )
    text, separator = _separator(text)
    number = 0

    def records() -> Iterator[list[str]]:
        nonlocal number
        for record in _records(text, separator):
            number += 1
            yield [unguarded(cell) for cell in record]

    try:
        return table_of(records(), encoding, separator, most_rows=most_rows)
    except csv.Error as error:
        raise TableError(
            _("Row %(row)d can't be read: the quotation marks don't match.") % {"row": number + 1}
        ) from error


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding as people know it. Raises TableError."""
    for mark, codec, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode(data, codec, name), name
    # UTF-16 without a mark: every second byte of Norwegian text is empty.
    half = max(len(data) // 2, 1)
    if data[1::2].count(0) > 0.4 * half:
        return _decode(data, "utf-16-le", "UTF-16"), "UTF-16"
    if data[::2].count(0) > 0.4 * half:
        return _decode(data, "utf-16-be", "UTF-16"), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decode(data, "cp1252", "Windows-1252"), "Windows-1252"


def _decode(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise TableError(
            _(
                "The characters of the file can't be read (it looks like %(encoding)s). Save it as "
                "“CSV UTF-8” and try again."
            )
            % {"encoding": name}
        ) from error


def _separator(text: str) -> tuple[str, str]:
    """The text without a `sep=` line of Excel's, and what stands between its cells."""
    first, _newline, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.rstrip("\r")) >= 5:
        told = first.rstrip("\r").strip('"')[4:5]
        if told in SEPARATORS:
            return rest, told
    widths = {}
    for separator in SEPARATORS:
        try:
            widths[separator] = len(next(_records(text, separator), ()))
        except csv.Error:
            widths[separator] = 0
    return text, max(SEPARATORS, key=lambda separator: widths[separator])


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def table_of(
    records: Iterable[Sequence[str]], encoding: str, separator: str = "", *, most_rows: int
) -> Table:
    """The table of what stands in the lines of a file, from its first on. Raises TableError."""
    rows: list[Row] = []
    errors: list[CellError] = []
    columns: tuple[str, ...] = ()
    for number, record in enumerate(records, start=1):
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        if not columns:
            columns = _header(cells)
            continue
        if len(rows) >= most_rows:
            raise TableError(_("The table has more than %(rows)d rows.") % {"rows": most_rows})
        for place, cell in enumerate(cells[len(columns) :], start=len(columns)):
            if cell:
                told = _("Nothing stands above this cell in the header.")
                errors.append(CellError(number, column_letter(place), told))
        # Spreadsheets leave out empty cells at the end of a row.
        cells += [""] * (len(columns) - len(cells))
        rows.append(Row(number, tuple(cells[: len(columns)])))
    if not columns:
        raise TableError(_("The file is empty."))
    return Table(columns, tuple(rows), encoding, separator, tuple(errors))


def _header(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise TableError(
            _("The table has more than %(columns)d columns.") % {"columns": MOST_COLUMNS}
        )
    seen: set[str] = set()
    for place, name in enumerate(cells):
        where = {"column": column_letter(place), "name": name}
        if not name:
            raise TableError(_("Column %(column)s has no name in the first row.") % where)
        if name in seen:
            raise TableError(_("Column %(column)s: there are two columns “%(name)s”.") % where)
        seen.add(name)
    return tuple(cells)
