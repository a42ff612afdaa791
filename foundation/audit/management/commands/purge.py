"""What beat does each night, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.audit.retention import Outcome, purge_all


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Removes what has been kept for as long as it may be, and says how much of each kind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help=_("only count, and remove nothing")
        )

    def handle(self, *args: Any, verbosity: int, dry_run: bool, **options: Any) -> None:
        outcomes = purge_all(dry_run=dry_run)
        if verbosity > 0:
            self._tell(outcomes, dry_run)
        broken = [outcome for outcome in outcomes if outcome.error]
        if broken:
            raise CommandError(
                _("Not removed, because of an error: %(kinds)s.")
                % {"kinds": ", ".join(f"{one.rule.code} ({one.error})" for one in broken)}
            )

    def _tell(self, outcomes: list[Outcome], dry_run: bool) -> None:
        table = [(_("code"), _("days"), _("rows"), _("what"))]
        table += [
            (
                outcome.rule.code,
                str(outcome.rule.days),
                "–" if outcome.rule.purge is None else str(outcome.rows),
                str(outcome.rule.what),
            )
            for outcome in outcomes
        ]
        widths = [max(len(row[place]) for row in table) for place in range(3)]
        for code, days, rows, what in table:
            self.stdout.write(
                f"{code:<{widths[0]}}  {days:>{widths[1]}}  {rows:>{widths[2]}}  {what}"
            )
        gone = sum(outcome.rows for outcome in outcomes)
        said = (
            ngettext("%(count)d row would go.", "%(count)d rows would go.", gone)
            if dry_run
            else ngettext("%(count)d row is gone.", "%(count)d rows are gone.", gone)
        )
        self.stdout.write(said % {"count": gone})
        if any(outcome.rule.purge is None for outcome in outcomes):
            self.stdout.write(_("– : kept in another place, which removes it itself."))
