"""Production's log lines: JSON, the fixed sentence and its fields, no person in them."""

import json
import logging
import sys

from portal.logs import JsonFormatter


def line(message, *, error=None, **extra):
    record = logging.getLogger("portal.test").makeRecord(
        "portal.test", logging.WARNING, "x.py", 1, message, (), error, extra=extra
    )
    return json.loads(JsonFormatter().format(record))


def test_a_line_is_json_with_its_fields():
    told = line("mail handed over", mail="5b0c", attempts=2)
    assert told["message"] == "mail handed over"
    assert (told["level"], told["logger"]) == ("WARNING", "portal.test")
    assert (told["mail"], told["attempts"]) == ("5b0c", 2)
    assert told["time"].endswith("+00:00")


def test_what_names_a_person_is_left_out():
    told = line(
        "refused", request="<WSGIRequest: POST>", email="ida@test.example", user="Ida", data="x"
    )
    assert {"request", "email", "user", "data"}.isdisjoint(told)
    assert "ida" not in json.dumps(told).lower()


def test_line_breaks_stay_inside_the_line():
    record = logging.getLogger("x").makeRecord(
        "x", logging.INFO, "x.py", 1, "one\ntwo\x1b[31m", (), None
    )
    assert "\n" not in JsonFormatter().format(record)


def test_an_error_keeps_its_traceback():
    try:
        raise ValueError("disk full")
    except ValueError:
        told = line("failed", error=sys.exc_info())
    assert "ValueError: disk full" in told["traceback"]
