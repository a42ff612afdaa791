"""`manage.py read_plan FILE`: what the importer reads in a document, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from priorities.plan_reader import PlanReadError, read_plan
from priorities.plan_reader.opening import MAX_BYTES


class Command(BaseCommand):
    help = _("Prints what the importer reads in an action plan, as JSON. Changes nothing.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_("The document, or - for standard input."))

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            plan = read_plan(_read(name), "" if name == "-" else name)
        except PlanReadError as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(plan.as_json(), ensure_ascii=False, indent=2))


def _read(name: str) -> bytes:
    """At most one byte more than the limit, so that a huge file is never held in memory."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise PlanReadError("no_file", name=name) from error
