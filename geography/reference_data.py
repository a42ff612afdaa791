"""Reads the CSV files of this app into the tables. A second run changes nothing."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction

from geography.models import Campus, Fylke, Institution, Kommune, Party

DATA = Path(__file__).resolve().parent / "data"


@dataclass
class Loaded:
    """How many rows of one table were new, changed and left as they were."""

    table: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _save_all(model: type[models.Model], wanted: dict[str, dict[str, Any]]) -> Loaded:
    """Makes the rows of `model` equal to `wanted` (primary key → fields); removes none."""
    loaded = Loaded(str(model._meta.verbose_name_plural))
    present = {row.pk: row for row in model._default_manager.all()}
    new: list[models.Model] = []
    for key, values in wanted.items():
        row = present.get(key)
        if row is None:
            new.append(model(pk=key, **values))
            continue
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        if differing:
            for name in differing:
                setattr(row, name, values[name])
            row.save(update_fields=[name.removesuffix("_id") for name in differing])
            loaded.changed += 1
        else:
            loaded.unchanged += 1
    model._default_manager.bulk_create(new)
    loaded.created = len(new)
    return loaded


def _place(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row["name_nb"],
        "name_official": row["name_official"],
        **{name: row[name] for name in ("name_sme", "name_smj", "name_sma", "name_fkv")},
        "population": int(row["population"]),
        "population_date": _date(row["population_date"]),
        "malform": row["malform"],
        "lon": float(row["lon"]),
        "lat": float(row["lat"]),
        "svg_x": int(row["svg_x"]),
        "svg_y": int(row["svg_y"]),
    }


def _date(value: str) -> Any:
    return models.DateField().to_python(value) if value else None


def _number(value: str) -> int | None:
    return int(value) if value else None


def load() -> list[Loaded]:
    """Loads fylker, kommuner, parties and institutions; all or nothing."""
    with transaction.atomic():
        return [
            _save_all(
                Fylke,
                {
                    row["number"]: {
                        **_place(row),
                        "valid_from": _date(row["valid_from"]),
                        "region": row["region_id"],
                        "region_name": row["region_name"],
                        "own_fylkesting": row["own_fylkesting"] == "true",
                    }
                    for row in _rows("fylker.csv")
                },
            ),
            _save_all(
                Kommune,
                {
                    row["number"]: {
                        **_place(row),
                        "name_display": row["name_display"],
                        "fylke_id": row["fylke_number"],
                    }
                    for row in _rows("kommuner.csv")
                },
            ),
            _save_all(
                Party,
                {
                    row["id"]: {
                        **{
                            name: row[name]
                            for name in (
                                "valg_code",
                                "kind",
                                "name_nb",
                                "name_nn",
                                "name_en",
                                "short_name",
                            )
                        },
                        "in_storting_2025": row["storting_2025"] == "true",
                        "position": int(row["sort_order"]),
                    }
                    for row in _rows("parties.csv")
                },
            ),
            *_load_institutions(),
        ]


def _load_institutions() -> list[Loaded]:
    rows = list(_rows("institutions.csv"))
    institutions = _save_all(
        Institution,
        {
            row["id"]: {
                **{
                    name: row[name]
                    for name in (
                        "name_nb",
                        "name_en",
                        "short_name",
                        "kind",
                        "owner",
                        "students_confidence",
                        "students_source",
                        "note",
                    )
                },
                "students": _number(row["students"]),
                "students_year": _number(row["students_year"]),
            }
            for row in rows
        },
    )
    campuses = Loaded(str(Campus._meta.verbose_name_plural))
    present = {
        (campus.institution_id, campus.kommune_id): campus for campus in Campus.objects.all()
    }
    for row in rows:
        for position, kommune in enumerate(filter(None, row["campus_kommuner"].split(";")), 1):
            campus = present.get((row["id"], kommune))
            if campus is None:
                Campus.objects.create(
                    institution_id=row["id"], kommune_id=kommune, position=position
                )
                campuses.created += 1
            elif campus.position != position:
                campus.position = position
                campus.save(update_fields=["position"])
                campuses.changed += 1
            else:
                campuses.unchanged += 1
    return [institutions, campuses]
