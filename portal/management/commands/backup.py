from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.backup.errors import BackupError
from portal.backup.places import Keep
from portal.backup.take import take_backup
from portal.backup.verify import verify_backup


def keep(text: str) -> Keep:
    """Reads --keep; raises `ArgumentTypeError` with a sentence."""
    try:
        return Keep.parse(text)
    except ValueError as error:
        raise ArgumentTypeError(
            _("%(text)s is not three numbers, like 24,7,4") % {"text": text}
        ) from error


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Copies database and files into a new folder in DIR while the portal runs, and lets old "
        "copies go. With --verify it makes none, but proves that the newest one can be restored."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "dir", type=Path, metavar="DIR", help=_("the folder that holds the backups")
        )
        parser.add_argument(
            "--verify",
            action="store_true",
            help=_("restore the newest backup (or DIR, when it is one) beside, and look at pages"),
        )
        parser.add_argument(
            "--keep",
            type=keep,
            default=Keep(),
            metavar="H,D,W",
            help=_("how many hours, days and weeks keep their newest backup (default 24,7,4)"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verify"]:
                self._verify(options["dir"], options["verbosity"])
            else:
                self._take(options["dir"], options["keep"])
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _take(self, place: Path, keep: Keep) -> None:
        taken = take_backup(place, keep)
        self.stdout.write(
            _(
                "Backup made: %(folder)s. Tables: %(tables)s, rows: %(rows)s, uploaded files: "
                "%(files)s, of them unchanged since the backup before: %(linked)s."
            )
            % {
                "folder": taken.folder,
                "tables": len(taken.manifest.tables),
                "rows": taken.manifest.rows,
                "files": taken.manifest.media_count,
                "linked": taken.linked,
            }
        )
        for folder in taken.let_go:
            self.stdout.write(_("Removed, being old: %(folder)s") % {"folder": folder.name})

    def _verify(self, place: Path, verbosity: int) -> None:
        verified = verify_backup(place)
        self.stdout.write(
            _(
                "The backup %(folder)s can be restored; all is as it was. Tables: %(tables)s, "
                "rows: %(rows)s, uploaded files: %(files)s, pages that answered: %(pages)s."
            )
            % {
                "folder": verified.folder,
                "tables": len(verified.manifest.tables),
                "rows": verified.manifest.rows,
                "files": verified.manifest.media_count,
                "pages": len(verified.pages),
            }
        )
        if verbosity > 1:
            for page in verified.pages:
                self.stdout.write(f"  200 {page}")
