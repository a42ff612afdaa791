"""What is kept about a person, as files that they can take along."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language

from foundation.audit import personal_data
from foundation.audit.personal_data import Section
from memberorgs.models import User

FORMAT = 1


def as_json(sections: Sequence[Section]) -> str:
    """An object: `format`, `made_at`, `language`, `portal`, and `tables`, a list of objects with
    `table`, `title`, `why_kept` and `rows`, whose keys are words in that language. Times are UTC.
    """
    told = {
        "format": FORMAT,
        "portal": settings.BASE_URL,
        "made_at": timezone.now(),
        "language": get_language(),
        "tables": [
            {
                "table": section.model,
                "title": section.title,
                "why_kept": section.why_kept,
                "rows": section.rows,
            }
            for section in sections
        ],
    }
    return json.dumps(told, cls=_Encoder, ensure_ascii=False, indent=1)


class _Encoder(DjangoJSONEncoder):
    """Whatever a table holds becomes text rather than an error."""

    def default(self, value: Any) -> Any:
        try:
            return super().default(value)
        except TypeError:
            return str(value)


def as_page(sections: Sequence[Section]) -> str:
    """An HTML page that needs nothing beside it."""
    return render_to_string(
        "memberorgs/person_data.html",
        {"sections": for_reading(sections), "made_at": timezone.now(), "portal": settings.BASE_URL},
    )


def for_reading(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """The sections as templates read them: each row a list of label and value, empty ones left
    out, so that nobody reads past a wall of dashes."""
    return [
        {
            "title": section.title,
            "why_kept": section.why_kept,
            "has_more": section.has_more,
            "rows": [
                [
                    Told(label, value)
                    for label, value in row.items()
                    if value is not None and value != ""
                ]
                for row in section.rows
            ],
        }
        for section in sections
    ]


class Told:
    """A label and its value, of a kind that a template can write."""

    def __init__(self, label: str, value: Any) -> None:
        self.label = capfirst(label)
        self.value = value
        self.is_time = isinstance(value, datetime)
        self.is_day = isinstance(value, date) and not self.is_time
        self.is_choice = isinstance(value, bool)


def write_zip(path: Path, sections: Sequence[Section], person: User | None) -> int:
    """Writes `data.json`, `data.html` and files of the person's own; returns how many files.

    Only the one who runs the command may read it. Raises OSError; then there is no file.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.touch(mode=0o600)
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("data.json", as_json(sections))
            bundle.writestr("data.html", as_page(sections))
            count = 0
            if person is not None:
                for name, file in personal_data.files_of(person):
                    count += 1
                    with file.open("rb") as content:
                        bundle.writestr(f"files/{count}-{name}", content.read())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return count
