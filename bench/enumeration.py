"""Whether the time of an answer tells who has a log-in."""

import http.client
import re
import statistics
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from bench.registry import Result, benchmark
from bench.sites import Server, workshop

TRIES = 200
# The larger of the two is what a difference may be.
MOST_MILLISECONDS = 2.0
MOST_SHARE = 0.05

KNOWN, UNKNOWN = "innsyn@demo.example", "ukjent@demo.example"
DOORS = {
    "kode på e-post": ("/konto/kode/", {}, "email"),
    "glemt passord": ("/konto/passord/glemt/", {}, "email"),
    "feil passord": ("/konto/logg-inn/", {"password": "feil-passord-123"}, "login"),
}


@benchmark
def enumeration() -> Iterator[Result]:
    """Medians of answers about a known and an unknown address, asked in turn."""
    with workshop().portal(DJANGO_SETTINGS_MODULE="bench.no_limits") as portal:
        cookie, token = _form(portal)
        for name, (path, fields, key) in DOORS.items():
            times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
            for number in range(TRIES + 5):
                # Who is asked first takes turns too.
                for email in sorted(times, reverse=bool(number % 2)):
                    typed = {**fields, key: email, "csrfmiddlewaretoken": token}
                    took = _post(portal, path, cookie, typed)
                    if number >= 5:
                        times[email].append(took)
            known, unknown = (statistics.median(times[email]) for email in (KNOWN, UNKNOWN))
            goal = max(MOST_MILLISECONDS, MOST_SHARE * unknown)
            note = f"median {known:.1f} mot {unknown:.1f} ms, {TRIES} ganger".replace(".", ",")
            yield Result(f"{name}, kjent mot ukjent", abs(known - unknown), "ms", goal, note)


def _form(portal: Server) -> tuple[str, str]:
    """The cookie that guards a form, and its twin in the form."""
    connection = http.client.HTTPConnection("localhost", portal.port, timeout=30)
    connection.request("GET", "/konto/logg-inn/")
    response = connection.getresponse()
    text = response.read().decode()
    cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    connection.close()
    if not cookie or not found:
        raise RuntimeError("the log-in page has no guarded form")
    return cookie, found[1]


def _post(portal: Server, path: str, cookie: str, typed: dict[str, str]) -> float:
    """Milliseconds until the answer is there, each time as somebody new."""
    connection = http.client.HTTPConnection("localhost", portal.port, timeout=30)
    connection.connect()
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    begun = time.perf_counter()
    connection.request("POST", path, urlencode(typed), headers)
    response = connection.getresponse()
    response.read()
    took = (time.perf_counter() - begun) * 1000
    connection.close()
    if response.status not in {200, 302}:
        raise RuntimeError(f"{path}: {response.status}")
    return took
