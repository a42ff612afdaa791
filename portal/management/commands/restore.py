from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.backup.errors import BackupError
from portal.backup.restore import restore_backup


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Puts a backup in the place of database and files, whole or not at all. The portal must "
        "be stopped."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR", help=_("one backup"))
        parser.add_argument(
            "--replace",
            action="store_true",
            help=_("also when there is content already; it is removed"),
        )
        parser.add_argument(
            "--other-key",
            action="store_true",
            help=_("also when the backup was made with another SECRET_KEY"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore_backup(
                options["dir"], replace=options["replace"], other_key=options["other_key"]
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        manifest = restored.manifest
        made = timezone.localtime(manifest.made)
        self.stdout.write(
            _("Restored. Tables: %(tables)s, rows: %(rows)s, uploaded files: %(files)s.")
            % {
                "tables": len(manifest.tables),
                "rows": manifest.rows,
                "files": manifest.media_count,
            }
        )
        self.stdout.write(
            _(
                "All is as it was on %(date)s at %(time)s. What was saved after that is not in it "
                "and must be done again."
            )
            % {"date": f"{made:%d.%m.%Y}", "time": f"{made:%H.%M.%S}"}
        )
        if restored.migrated:
            self.stdout.write(
                _("The backup was from version %(version)s; its database was brought up to date.")
                % {"version": manifest.app_version or "?"}
            )
        if restored.erased:
            self.stdout.write(
                ngettext(
                    "%(count)d person who was erased after that has been erased again.",
                    "%(count)d people who were erased after that have been erased again.",
                    restored.erased,
                )
                % {"count": restored.erased}
            )
        self.stdout.write(_("Everybody has been logged out. Now start the portal."))
