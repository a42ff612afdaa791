"""A table from the first sheet of a spreadsheet (.xlsx), or from whichever file it came in."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from foundation.intake.archives import Archive, ArchiveError
from foundation.intake.errors import TableError
from foundation.intake.reading import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, read_csv, table_of

ZIP = b"PK\x03\x04"
# What the parts of a sheet may unpack to.
MOST_UNPACKED = 20_000_000
# What openpyxl raises for a file that is no spreadsheet, or one that it does not understand.
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    SyntaxError,
)


def read_table(data: bytes, *, most_rows: int = MOST_ROWS) -> Table:
    """A spreadsheet or a CSV file, by its first bytes. Raises TableError."""
    if data.startswith(ZIP):
        return read_xlsx(data, most_rows=most_rows)
    return read_csv(data, most_rows=most_rows)


def read_xlsx(data: bytes, *, most_bytes: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> Table:
    """Read the first sheet, with its header row; of formulas what they came to.

    Days become 2026-11-26. Raises TableError where it can't be read.
    """
    if len(data) > most_bytes:
        raise TableError(
            _("The file is larger than %(size)d MB.") % {"size": most_bytes // (1024 * 1024)}
        )
    _guard(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return table_of(_records(book), "Excel", most_rows=most_rows)
        finally:
            book.close()
    except _BROKEN as error:
        raise TableError(_("This is no Excel workbook, or it is damaged.")) from error


def _guard(data: bytes) -> None:
    """Before any parser: sizes, names, and that no part has entities."""
    try:
        archive = Archive(io.BytesIO(data), most_unpacked=MOST_UNPACKED)
        for name in sorted(archive.names):
            if name.endswith((".xml", ".rels")):
                archive.check_xml(name)
    except ArchiveError as error:
        if error.code == "encrypted":
            raise TableError(_("The workbook has a password. Save it without.")) from error
        raise TableError(_("This is no Excel workbook, or it is damaged.")) from error


def _records(book: Any) -> Iterator[list[str]]:
    sheet = book.worksheets[0]
    # What the file says of its own size is not believed.
    sheet.reset_dimensions()
    for line in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
        # A file of a few bytes may have a million rows with nothing in them.
        yield [] if line.count(None) == len(line) else [_text(value) for value in line]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
