"""`import N WORD`: reads in a table of N organisations named by WORD. `list`: looks at the list.

Prints what it took as JSON. Memory is the peak of the process, the portal's own included.
"""

import json
import resource
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - models need the set-up
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from foundation.intake.reading import read_csv  # noqa: E402
from foundation.intake.writing import Cell, csv_lines  # noqa: E402
from memberorgs.models import MemberOrganisation, User  # noqa: E402
from memberorgs.organisation_table import HEADER, apply, plan  # noqa: E402

LIST = "/admin/medlemslag/"


def _row(number: int, word: str) -> list[Cell]:
    told: dict[str, Cell] = {
        "id": f"prove-{number}",
        "name": f"{word} Studentparlamentet i Prøvevik {number}",
        "short_name": f"{word} {number}",
        "kind": "university_college",
        "campus_kommuner": "4601;4647",
        "students": len(word) + number,
        "students_year": 2025,
        "students_confidence": "demo",
        "students_source": word,
        "elects_in": "spring",
        "written_language": "nb",
        "membership_evidence": word,
        "mailbox": f"post{number}@test.example",
        "terms_begin_month": 7,
        "terms_begin_day": 1,
    }
    return [told.get(name) for name in HEADER]


def import_many(count: int, word: str) -> dict[str, Any]:
    """As staff do it: a look, then apply."""
    rows = [_row(number, word) for number in range(count)]
    data = b"".join(csv_lines(HEADER, rows))
    del rows
    staff = User.objects.get(email="sekretariat@demo.example")
    begun = time.monotonic()
    table = read_csv(data)
    looked = plan(table)
    if looked.errors:
        raise RuntimeError("; ".join(map(str, looked.errors[:5])))
    done = apply(table=table, by=staff, fingerprint=looked.fingerprint)
    took = time.monotonic() - begun
    if len(done.rows) != count:
        raise RuntimeError(f"{len(done.rows)} rows of {count}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": took, "megabytes": peak / (2**20 if sys.platform == "darwin" else 2**10)}


def look_at_list() -> dict[str, Any]:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="admin@demo.example"))
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    count = len(queries)
    begun = time.process_time()
    client.get(LIST)
    told = {
        "rows": MemberOrganisation.objects.count(),
        "queries": count,
        "milliseconds": 1000 * (time.process_time() - begun),
    }
    for file_format in ("csv", "xlsx"):
        begun = time.monotonic()
        answer = client.get(LIST, {"export": file_format})
        size = sum(map(len, answer.streaming_content))  # type: ignore[arg-type, attr-defined]
        if answer.status_code != 200 or not size:
            raise RuntimeError(f"{file_format}: {answer.status_code}, {size} bytes")
        told[file_format] = time.monotonic() - begun
    return told


if sys.argv[1] == "list":
    print(json.dumps(look_at_list()))
else:
    print(json.dumps(import_many(int(sys.argv[2]), sys.argv[3])))
