"""Tables as people hand them in: whatever the spreadsheet made of them."""

import pytest

from foundation.intake.errors import CellError, TableError, column_letter
from foundation.intake.reading import read_csv

TEXT = "id;navn;sted\r\nsp;Ås, «Ø» og 'æ';0301\r\n"


def rows(data):
    return [row.cells for row in read_csv(data).rows]


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("cp1252", b"", "Windows-1252"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_encoding_separator_and_newline_are_guessed_and_said(
    encoding, mark, name, separator, newline
):
    text = TEXT.replace(",", " ").replace(";", separator).replace("\r\n", newline)
    table = read_csv(mark + text.encode(encoding))
    assert (table.encoding, table.separator) == (name, separator)
    assert table.columns == ("id", "navn", "sted")
    assert table.rows[0].cells == ("sp", "Ås  «Ø» og 'æ'", "0301")


def test_a_comma_inside_a_cell_is_no_separator():
    assert rows(TEXT.encode()) == [("sp", "Ås, «Ø» og 'æ'", "0301")]


def test_cells_with_newlines_quotes_and_separators_stay_one_row():
    data = b'id;navn\r\n1;"En; ""to""\r\ntre"\r\n2;fire\r\n'
    table = read_csv(data)
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("1", 'En; "to"\r\ntre')),
        (3, ("2", "fire")),
    ]


def test_rows_are_numbered_as_the_spreadsheet_shows_them():
    table = read_csv(b"id;navn\n\n;;\na;b\n")
    assert [(row.number, row.cells) for row in table.rows] == [(4, ("a", "b"))]


def test_a_line_that_names_the_separator_is_no_row():
    table = read_csv(b"sep=,\r\nid,navn;x\r\n1,2\r\n")
    assert (table.columns, table.separator) == (("id", "navn;x"), ",")


def test_a_short_row_is_filled_up_and_a_long_one_is_an_error():
    table = read_csv(b"id;navn\na\nb;c;;d\n")
    assert [row.cells for row in table.rows] == [("a", ""), ("b", "c")]
    (error,) = table.errors
    assert (error.row, error.column) == (3, "D")


@pytest.mark.parametrize("cell", ["'=1+1", "'-5", "'@a", "'＝1"])
def test_the_apostrophe_that_guards_against_formulas_goes(cell):
    assert rows(f"a\n{cell}\n".encode()) == [(cell[1:],)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\n\n;;\n",
        b"PK\x03\x04\x14\x00\x06\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"a;b\n\x81\x8d;c\n",
        b'a;b\n"never closed;c\nd;e\n',
        b'a;b\n"x"y;c\n',
        b"a;a\n1;2\n",
        b"a;;b\n1;2;3\n",
        b";".join(b"c%d" % number for number in range(101)) + b"\n",
        b"a\n" + b"x" * 200_000,
    ],
    ids=range(12),
)
def test_what_is_no_table_is_a_sentence(data):
    with pytest.raises(TableError) as caught:
        read_csv(data)
    assert str(caught.value)


def test_limits_of_size_and_rows():
    with pytest.raises(TableError, match="5 MB"):
        read_csv(b"a\n" + b"x\n" * 3_000_000)
    with pytest.raises(TableError, match="3"):
        read_csv(b"a\n1\n2\n3\n4\n", most_rows=3)
    assert len(read_csv(b"a\n1\n2\n3\n", most_rows=3).rows) == 3


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_the_letters_of_a_spreadsheet(place, letter):
    assert column_letter(place) == letter


def test_an_error_says_where_it_is():
    told = str(CellError(17, "C", "…"))
    assert "17" in told
    assert "C" in told
