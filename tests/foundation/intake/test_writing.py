"""Tables that go out: opened by Norwegian Excel as they are, and computed by none."""

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from foundation.intake.formulas import guarded, unguarded
from foundation.intake.reading import read_csv
from foundation.intake.writing import csv_lines, csv_response, write_xlsx, xlsx_response

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
]
# What a form keeps: stripped, without control characters.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n;,\"'=+-@"),
    max_size=20,
).map(str.strip)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_like_a_formula(text):
    assert guarded(text) == f"'{text}"
    (_header, line) = csv_lines(["a"], [[text]])
    assert line.decode().lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["", "Ås", "a=b", "1-2", "'sitat'", "26.11.2026"])
def test_other_cells_go_out_as_they_are(text):
    assert guarded(text) == text


@given(st.text(max_size=12) | st.text("'=+-@ \t\n＝a", max_size=6))
def test_the_guard_comes_off_again_whatever_the_text(text):
    assert unguarded(guarded(text)) == text


@given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=8))
def test_what_goes_out_comes_back_in_unchanged(written):
    data = b"".join(csv_lines(["a", "b", "c"], written))
    table = read_csv(data)
    assert (table.encoding, table.separator, table.errors) == ("UTF-8", ";", ())
    assert [list(row.cells) for row in table.rows] == [row for row in written if any(row)]


def test_days_and_moments_are_told_as_norwegians_keep_time():
    (_header, line) = csv_lines(
        ["a", "b", "c", "d"],
        [[date(2026, 7, 1), datetime(2026, 7, 1, 22, 30, tzinfo=UTC), 12690, None]],
    )
    assert line == b"2026-07-01;2026-07-02 00:30;12690;\r\n"


def test_excel_is_told_that_it_is_utf_8():
    (header,) = csv_lines(["navn på laget"], [])
    assert header == b"\xef\xbb\xbfnavn p\xc3\xa5 laget\r\n"


def test_a_workbook_holds_texts_numbers_and_days_and_no_formula_or_link():
    file = io.BytesIO()
    write_xlsx(
        file,
        ["tekst", "tall", "dag", "lenke", "tom"],
        [[text, 7, date(2026, 7, 1), "https://nso.example/", None] for text in DANGEROUS],
    )
    sheet = load_workbook(file).active
    for row, text in zip(sheet.iter_rows(min_row=2), DANGEROUS, strict=True):
        assert [cell.data_type for cell in row] == ["s", "n", "d", "s", "n"]
        # A workbook writes a lone carriage return by its code.
        assert row[0].value.replace("_x000D_", "").strip() == text.strip()
        assert row[4].value is None
        assert not any(cell.hyperlink for cell in row)


@pytest.mark.django_db
def test_answers_are_files_to_keep():
    answer = csv_response("lag", ["a"], [])
    assert answer["Content-Disposition"] == 'attachment; filename="lag.csv"'
    assert b"".join(answer.streaming_content) == b"\xef\xbb\xbfa\r\n"
    answer = xlsx_response("lag", ["a"], [["b"]])
    assert answer["Content-Disposition"] == 'attachment; filename="lag.xlsx"'
    assert b"".join(answer.streaming_content).startswith(b"PK")
    answer.close()
