"""Tables that Norwegian Excel opens as they are, with nothing in them that it would compute."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from foundation.intake.formulas import guarded

Cell = str | int | date | datetime | None
SEPARATOR = ";"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Bytes of a spreadsheet that are held in memory; the rest is on disk.
IN_MEMORY = 1024 * 1024


class _Echo:
    """A file that hands each piece back."""

    def write(self, piece: str) -> str:
        return piece


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file piece by piece: UTF-8 with its mark, semicolons, days as 2026-11-26.

    Moments are told in the portal's time zone. Empty cells stand for None.
    """
    writer = csv.writer(_Echo(), delimiter=SEPARATOR, lineterminator="\r\n")
    yield b"\xef\xbb\xbf" + writer.writerow([guarded(name) for name in header]).encode()
    for row in rows:
        yield writer.writerow([guarded(_text(cell)) for cell in row]).encode()


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """`filename` without its ending."""
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """One sheet, written row by row. Texts stay texts: never formulas, links or numbers."""
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(line, column, _local(cell), moment)
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, cell)
    book.close()


def xlsx_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """`filename` without its ending."""
    # The response closes it.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    write_xlsx(file, header, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, content_type=XLSX, filename=f"{filename}.xlsx")


def _local(moment: datetime) -> datetime:
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return _local(cell).isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
