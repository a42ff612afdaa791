"""The dates of the country, from the file of this app. A second run changes nothing."""

import csv
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from geography.reference_data import Loaded
from memberorgs.models import NationalDate

FILE = Path(__file__).resolve().parent / "data" / "calendar-2026-2027.csv"
FIELDS = (
    "starts",
    "ends",
    "kind",
    "title_nb",
    "title_nn",
    "title_en",
    "quiet",
    "confidence",
    "source",
    "note",
)


@transaction.atomic
def load() -> Loaded:
    """Adds what is missing and follows the file where nobody has touched the row since.

    What staff have changed, and what they have added themselves, stays as it is.
    """
    loaded = Loaded(str(NationalDate._meta.verbose_name_plural))
    present = {row.file_id: row for row in NationalDate.objects.exclude(file_id="")}
    for file_id, values in _rows():
        row = present.get(file_id)
        if (row is not None and not _follows(row, values)) or _told_already(values, but=row):
            loaded.unchanged += 1
            continue
        if row is None:
            row = NationalDate(file_id=file_id)
            loaded.created += 1
        else:
            loaded.changed += 1
        for name, value in values.items():
            setattr(row, name, value)
        row.as_loaded = _fingerprint(values)
        row.save()
    return loaded


def _rows() -> Iterator[tuple[str, dict[str, Any]]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values: dict[str, Any] = {name: row[name] for name in FIELDS[2:] if name != "quiet"}
            values["starts"] = date.fromisoformat(row["start"])
            values["ends"] = date.fromisoformat(row["end"])
            values["quiet"] = row["quiet"] == "true"
            yield row["id"], values


def _follows(row: NationalDate, values: dict[str, Any]) -> bool:
    """Whether the file says something new of a row that nobody has touched."""
    return row.as_loaded == _fingerprint(_values(row)) != _fingerprint(values)


def _told_already(values: dict[str, Any], but: NationalDate | None = None) -> bool:
    """Whether another row, one that staff made or changed, says the same."""
    same = Q(**{name: values[name] for name in ("starts", "ends", "kind", "title_nb")})
    others = NationalDate.objects.filter(same)
    return (others.exclude(pk=but.pk) if but else others).exists()


def _values(row: NationalDate) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _fingerprint(values: dict[str, Any]) -> str:
    told = "\x1f".join(str(values[name]) for name in FIELDS)
    return sha256(told.encode()).hexdigest()
