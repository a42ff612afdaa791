import os
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import reference_data as log
from content import freshness
from home import search_index
from portal import demo
from portal.backup.errors import BackupError
from portal.backup.restore import mend_at_start
from priorities.models import ActionPlan

PLAN = settings.BASE_DIR / "priorities" / "data" / "handlingsplan-2026-2027.md"
TITLES = settings.BASE_DIR / "priorities" / "data" / "titles-2026-2027.csv"


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Prepares the data folder: database, reference data, the adopted plan, static files, and "
        "in demo mode log-ins and content. Can be run again at any time; keeps what is there."
    )
    # The database may not exist yet, and `migrate` makes its own checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-static", action="store_true", help=_("leave out the static files")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mend_at_start()
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._folders()
        self._step(_("Database"), self._migrate)
        self._step(_("Counties, municipalities, parties, institutions"), self._reference_data)
        # Only into an empty house: an amended plan that an editor read in must not be undone.
        if not ActionPlan.objects.exists():
            self._step(_("The adopted action plan"), self._plan)
        self._step(_("Usual priorities of the members' log"), log.load)
        if settings.DEMO:
            self._step(_("Demo log-ins"), demo.make_logins)
            self._step(_("Demo organisations"), demo.make_organisations)
            self._step(_("Demo contacts with parties"), demo.make_contacts)
            self._step(_("Demo entries of the members' log"), demo.make_entries)
            self._step(_("Demo content"), demo.seed_content)
        self._step(_("Search index"), search_index.fill)
        if not options["no_static"] and not settings.DEBUG:
            self._step(_("Static files"), self._static_files)
        # Pages that an earlier version made are none of this one.
        freshness.bump()

    def _step(self, label: str, work: Callable[[], object]) -> None:
        started = time.monotonic()
        self.stdout.write(f"  {label} …", ending=" ")
        self.stdout.flush()
        work()
        self.stdout.write(f"{time.monotonic() - started:.1f} s")

    def _folders(self) -> None:
        try:
            for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.MAIL_DIR):
                Path(folder).mkdir(parents=True, exist_ok=True)
            key = settings.DATA_DIR / "secret-key"
            if (settings.DEMO or settings.DEBUG) and not key.exists():
                descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w") as file:
                    file.write(secrets.token_urlsafe(50))
        except OSError as error:
            raise CommandError(
                _("The folder %(folder)s can't be written to: %(reason)s.")
                % {"folder": settings.DATA_DIR, "reason": error.strerror}
            ) from error

    def _migrate(self) -> None:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)

    def _reference_data(self) -> None:
        call_command("load_reference_data", verbosity=0)

    def _plan(self) -> None:
        call_command("import_plan", str(PLAN), titles=str(TITLES), publish=True, verbosity=0)

    def _static_files(self) -> None:
        call_command("collectstatic", verbosity=0, interactive=False, clear=False)
