"""The election of 2027 and examples of demands, from the file of this app.

A second run changes nothing. What is there stays as it is: staff know better than the file.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from geography.reference_data import Loaded
from lobbying.models import Demand, Election

FILE = Path(__file__).resolve().parent / "data" / "demands-2027.csv"
ELECTION = "2027"
TEXTS = ("level", "theme", "text_nb", "text_nn", "text_en", "adopted_by", "source", "confidence")


@transaction.atomic
def load() -> list[Loaded]:
    """Adds the election and the demands that are missing, all of them marked as examples."""
    elections = Loaded(str(Election._meta.verbose_name_plural))
    election, made = Election.objects.get_or_create(
        code=ELECTION,
        defaults={
            "name_nb": "Kommune- og fylkestingsvalget 2027",
            "name_nn": "Kommune- og fylkestingsvalet 2027",
            "name_en": "The municipal and county elections of 2027",
            "day": date(2027, 9, 13),
        },
    )
    elections.created, elections.unchanged = int(made), int(not made)
    demands = Loaded(str(Demand._meta.verbose_name_plural))
    there = set(election.demands.values_list("code", flat=True))
    new = [Demand(election=election, **values) for values in _rows() if values["code"] not in there]
    Demand.objects.bulk_create(new)
    demands.created, demands.unchanged = len(new), len(there)
    return [elections, demands]


def _rows() -> Iterator[dict[str, Any]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file), 1):
            yield {
                **{name: row[name] for name in TEXTS},
                "code": row["id"],
                "position": place,
                "adopted_on": date.fromisoformat(row["adopted_on"]) if row["adopted_on"] else None,
                "is_example": True,
            }
