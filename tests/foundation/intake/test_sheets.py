"""Spreadsheets that come in: read like CSV files, and guarded before any parser."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from foundation.intake.errors import TableError
from foundation.intake.sheets import read_table, read_xlsx
from foundation.intake.writing import csv_lines, write_xlsx


def book(*rows):
    file = io.BytesIO()
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def rewritten(data, **parts):
    """The same workbook with other bytes in some of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def test_cells_become_the_texts_that_a_csv_file_would_hold():
    table = read_xlsx(
        book(
            ["dag", "antall", "ord", "ja"],
            [date(2026, 11, 26), 1234, "=1+1 er to", True],
            [],
            [datetime.combine(date(2026, 11, 26), time(12, 30)), 12.0, " 'sitert' ", False],
            [None, 12.5, None, None, None],
        )
    )

    assert table.columns == ("dag", "antall", "ord", "ja")
    assert [(row.number, row.cells) for row in table.rows] == [
        # A formula that nothing has computed is empty.
        (2, ("2026-11-26", "1234", "", "true")),
        (4, ("2026-11-26 12:30", "12", "'sitert'", "false")),
        (5, ("", "12.5", "", "")),
    ]
    assert table.encoding == "Excel"


def test_what_is_written_comes_back_from_both_kinds_of_file():
    header = ["dag", "tekst", "antall"]
    rows = [[date(2026, 1, 2), "=HYPERLINK(A1)", 7], [None, "'-a\nb", None]]
    file = io.BytesIO()
    write_xlsx(file, header, rows)

    sheet, csv = read_table(file.getvalue()), read_table(b"".join(csv_lines(header, rows)))

    assert [row.cells for row in sheet.rows] == [row.cells for row in csv.rows]
    assert sheet.rows[0].cells == ("2026-01-02", "=HYPERLINK(A1)", "7")


@pytest.mark.parametrize(
    "harmful",
    [
        b"PK\x03\x04 and nothing more",
        book(["a"], ["b"])[:-40],
        rewritten(book(["a"]), **{"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
        rewritten(book(["a"]), **{"xl/workbook.xml": b"<workbook/>"}),
        rewritten(book(["a"]), **{"../../etc/passwd": b"x"}),
        book(["a", "a"]),
        book(),
        book(*[["a"]] * 12),
    ],
    ids=["cut", "short", "entities", "no sheet", "slip", "twice", "empty", "long"],
)
def test_what_can_not_be_read_is_said(harmful):
    with pytest.raises(TableError):
        read_xlsx(harmful, most_rows=10)


def test_one_that_unpacks_to_more_than_it_may_is_not_opened(monkeypatch):
    monkeypatch.setattr("foundation.intake.sheets.MOST_UNPACKED", 2_000)
    with pytest.raises(TableError):
        read_xlsx(book(["a"], ["b"]))


def test_an_empty_million_of_rows_is_soon_read():
    sheet = book(["a"], ["b"])
    with zipfile.ZipFile(io.BytesIO(sheet)) as opened:
        part = opened.read("xl/worksheets/sheet1.xml")
    far = part.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
        b"</row></sheetData>",
    )  # fmt: skip

    table = read_xlsx(rewritten(sheet, **{"xl/worksheets/sheet1.xml": far}))

    assert [row.cells for row in table.rows] == [("b",)]
