"""What the table of `make bench` says."""

import pytest

from bench.__main__ import _line
from bench.client import Reader, ask, rate
from bench.registry import Result


@pytest.mark.parametrize(
    ("value", "at_least", "verdict"),
    [
        (1.0, False, "nådd"),
        (1.1, False, "IKKE NÅDD"),
        (1.0, True, "nådd"),
        (0.9, True, "IKKE NÅDD"),
        (None, True, "–"),
        (None, False, "–"),
    ],
)
def test_a_goal_is_an_upper_or_a_lower_limit(value, at_least, verdict):
    result = Result("måling", value, "x", 1.0, "fordi", at_least=at_least)
    assert result.verdict == verdict
    line = _line(result)
    assert verdict in line
    assert "(fordi)" in line
    assert ("≥ 1 x" if at_least else "≤ 1 x") in line


@pytest.mark.parametrize("path", ["/length", "/chunks", "/close", "/old", "/cut"])
def test_the_client_reads_each_way_of_sending_a_body_whole_and_again(site, path):
    reader = Reader(site + path)
    answers = [reader.ask() for _ in range(3)]
    reader.close()
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"x" * 70_000)] * 3


def test_the_client_takes_an_answer_without_a_body(site):
    answer = ask(site + "/same", If_None_Match='"a"')
    assert (answer.status, answer.body) == (304, b"")


def test_requests_a_second_are_those_of_all_clients(site):
    assert rate(site + "/length", 0.3) > 0


def test_answers_that_are_no_200_are_never_counted(site):
    with pytest.raises(RuntimeError, match="200"):
        rate(site + "/same", 0.2)
