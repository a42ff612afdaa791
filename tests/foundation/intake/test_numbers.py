"""Numbers as Norwegians type them, read and shown; four answers that are never mixed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from foundation.intake.numbers import (
    BLANK,
    NOT_APPLICABLE,
    UNKNOWN,
    Answer,
    Count,
    read_count,
    read_percent,
    shown_count,
    shown_percent,
)

# typed, what a count field makes of it, what a percent field makes of it: a value, or the code of
# the refusal.
TABLE = [
    ("12,5", "decimals", Decimal("12.5")),
    ("1.234", "thousands", Decimal("1.234")),
    ("1 234", 1234, "invalid"),
    ("1\u00a0234", 1234, "invalid"),
    ("1\u202f234", 1234, "invalid"),
    ("1\u2009234", 1234, "invalid"),
    ("12,5 %", "invalid", Decimal("12.5")),
    ("12,5\u00a0%", "invalid", Decimal("12.5")),
    ("12.5%", "invalid", Decimal("12.5")),
    ("1_000", "invalid", "invalid"),
    ("٣", "invalid", "invalid"),
    ("１２", "invalid", "invalid"),
    ("1e309", "invalid", "invalid"),
    ("0", 0, Decimal(0)),
    ("007", 7, Decimal(7)),
    (" 12 ", 12, Decimal(12)),
    ("1 234 567", 1234567, "invalid"),
    ("1.234.567", "thousands", "invalid"),
    ("1,234", "thousands", Decimal("1.234")),
    ("12 34", "invalid", "invalid"),
    ("-3", "negative", "invalid"),
    ("\u22123", "negative", "invalid"),
    ("1.5", "decimals", Decimal("1.5")),
    ("9" * 400, "too_large", "invalid"),
    ("9.999" * 90, "invalid", "invalid"),
    ("nan", "invalid", "invalid"),
    ("inf", "invalid", "invalid"),
    ("0x1f", "invalid", "invalid"),
    ("+4", "invalid", "invalid"),
    ("ti", "invalid", "invalid"),
    ("1\x00", "invalid", "invalid"),
    ("=1+1", "invalid", "invalid"),
    ("100", 100, Decimal(100)),
    ("101", 101, "too_large"),
]


def outcome(read, typed):
    try:
        return read(typed)
    except ValidationError as error:
        return error.code


@pytest.mark.parametrize(("typed", "count", "percent"), TABLE, ids=lambda value: ascii(value)[:30])
def test_the_table_of_numbers(typed, count, percent):
    assert outcome(read_count, typed) == count
    assert outcome(read_percent, typed) == percent


def test_a_point_between_thousands_is_asked_about():
    with translation.override("en"):
        with pytest.raises(ValidationError) as caught:
            read_count("1.234")
        said = caught.value.messages
    assert caught.value.params["meant"] == 1234
    assert said == ["Did you mean 1\u00a0234? Write it without a point or comma."]


def test_a_limit_is_told():
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        read_count("60000", most=50_000)
    assert "50\u00a0000" in caught.value.messages[0]


def test_numbers_are_shown_the_norwegian_way():
    assert shown_count(1234567) == "1\u00a0234\u00a0567"
    assert shown_percent(Decimal("12.50")) == "12,5\u00a0%"
    assert shown_percent(Decimal("100")) == "100\u00a0%"


def test_what_is_shown_is_read():
    for number in (0, 7, 999, 1000, 123_456_789):
        assert read_count(shown_count(number)) == number
    for percent in ("0", "0.5", "12.125", "100"):
        assert read_percent(shown_percent(Decimal(percent))) == Decimal(percent)


def test_zero_blank_unknown_and_not_applicable_are_four_things():
    four = [Count.of(0), BLANK, UNKNOWN, NOT_APPLICABLE]
    assert len(set(four)) == 4
    assert len({one.as_cell for one in four}) == 4
    assert len({str(one.as_json) for one in four}) == 4
    assert [bool(one) for one in four] == [True, False, True, True]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_is_exported_comes_back(language):
    for count in (Count.of(0), Count.of(1234), BLANK, UNKNOWN, NOT_APPLICABLE):
        with translation.override(language):
            cell = count.as_cell
        assert Count.from_cell("" if cell is None else str(cell)) == count


def test_a_number_is_exported_as_a_number():
    assert Count.of(0).as_cell == 0
    assert BLANK.as_cell is None
    assert UNKNOWN.as_json == {"answer": "unknown", "number": None}
    assert BLANK.as_json == {"answer": None, "number": None}


def test_a_count_that_contradicts_itself_can_not_be_made():
    for answer, number in ((Answer.UNKNOWN, 3), (Answer.NUMBER, None), (Answer.NUMBER, -1)):
        with pytest.raises(ValueError, match=r"number|negative"):
            Count(answer, number)
