import csv
import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from priorities import actions
from priorities.plan_diff import Change, PlanDiff, PriorityChange, compare
from priorities.plan_reader import PlanReadError, ReadPlan, read_plan

YEARS = re.compile(r"^(\d{4})(?:[-/–](\d{4}))?$")
SIGNS = {
    Change.NEW: "+",
    Change.CHANGED: "~",
    Change.MOVED: "↕",
    Change.GONE: "-",
    Change.RETURNED: "+",
    Change.UNCHANGED: "=",
}


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Reads an action plan from a document and makes its pages. "
        "A second import of the same document changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help=_("the document; - reads standard input"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("show what would change, change nothing")
        )
        parser.add_argument(
            "--publish", action="store_true", help=_("publish at once what was imported")
        )
        parser.add_argument(
            "--years", help=_("the years of the plan, such as 2026-2027, if its title has none")
        )
        parser.add_argument(
            "--titles",
            help=_("CSV file with the columns begins_with and title: short titles of new pages"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        data = self._data(options["file"])
        try:
            reading = read_plan(data, Path(options["file"]).name)
            reading = actions.with_years(reading, self._years(options["years"]))
            actions.check_importable(reading)
            if options["dry_run"]:
                self._show(reading, compare(reading), options["verbosity"])
                self.stdout.write(_("Dry run: nothing was changed."))
                return
            outcome = actions.import_plan(
                reading=reading,
                filename=Path(options["file"]).name,
                sha256=actions.checksum(data),
                by=None,
                titles=self._titles(options["titles"]),
                publish=options["publish"],
            )
        except (PlanReadError, actions.PlanImportError) as error:
            raise CommandError(str(error)) from error
        self._show(reading, outcome.diff, options["verbosity"])
        if options["publish"] and options["verbosity"]:
            self.stdout.write(
                _("Published: %(count)d rows and pages.") % {"count": outcome.published}
            )

    def _data(self, name: str) -> bytes:
        if name == "-":
            return sys.stdin.buffer.read()
        try:
            return Path(name).read_bytes()
        except OSError as error:
            raise CommandError(str(PlanReadError("no_file", name=name))) from error

    def _years(self, value: str | None) -> tuple[int, int] | None:
        if value is None:
            return None
        match = YEARS.match(value)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise CommandError(_("--years must look like 2026-2027."))
        return int(match[1]), int(match[2] or match[1])

    def _titles(self, name: str | None) -> dict[str, str]:
        if name is None:
            return {}
        try:
            with Path(name).open(encoding="utf-8-sig", newline="") as file:
                return {row["begins_with"]: row["title"] for row in csv.DictReader(file)}
        except OSError as error:
            raise CommandError(str(PlanReadError("no_file", name=name))) from error
        except (KeyError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(
                _("The file %(name)s must be CSV in UTF-8 with the columns begins_with and title.")
                % {"name": name}
            ) from error

    def _show(self, reading: ReadPlan, diff: PlanDiff, verbosity: int) -> None:
        if verbosity == 0:
            return
        for warning in reading.warnings:
            self.stdout.write(_("Note: %(warning)s") % {"warning": warning})
        for fact in diff.facts:
            self.stdout.write(f"~ {fact.label}: {fact.old} → {fact.new}")
        for section in diff.sections:
            if section.change is not Change.UNCHANGED:
                named = section.reading or section.section
                self.stdout.write(f"{SIGNS[section.change]} {named.heading if named else ''}")
        for one in diff.priorities:
            if one.change is not Change.UNCHANGED or verbosity > 1:
                self._show_priority(one)
        self.stdout.write(
            _(
                "%(new)d new, %(changed)d changed, %(moved)d moved, %(gone)d gone, "
                "%(returned)d back in the plan, %(unchanged)d unchanged."
            )
            % diff.counts
        )

    def _show_priority(self, one: PriorityChange) -> None:
        place = one.position or one.old_position
        self.stdout.write(f"{SIGNS[one.change]} {one.label} {place}. {one.text or one.old_text}")
        if one.moved:
            self.stdout.write(
                "    "
                + _("place in the list: %(old)s → %(new)s")
                % {"old": one.old_position, "new": one.position}
            )
        if one.change in {Change.CHANGED, Change.RETURNED} and one.old_text != one.text:
            self.stdout.write("    " + _("was: %(text)s") % {"text": one.old_text})
            self.stdout.write("    " + _("is:  %(text)s") % {"text": one.text})
        if one.change is not Change.UNCHANGED:
            for text in one.old_items:
                if text not in one.items:
                    self.stdout.write(f"    - {text}")
            for text in one.items:
                if text not in one.old_items:
                    self.stdout.write(f"    + {text}")
