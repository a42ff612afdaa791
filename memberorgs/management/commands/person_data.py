"""All that is kept about one person, to be handed out to them (article 15)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.audit import personal_data
from foundation.audit.actions import record
from memberorgs import handing_out
from memberorgs.models import User


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Writes all that is kept about the person with an e-mail address into a zip file: as JSON, "
        "as a page to read, and their own files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--output", type=Path, metavar="FILE", help=_("the zip file to write"))

    def handle(self, *args: Any, email: str, output: Path | None, **options: Any) -> None:
        address = User.objects.normalize_email(email)
        person = User.objects.filter(email=address).first()
        path = output or Path(f"person-data-{timezone.localdate():%Y-%m-%d}.zip")
        if path.exists():
            raise CommandError(_("%(file)s is there already.") % {"file": path})
        with translation.override(person.language if person else translation.get_language()):
            if person is not None:
                sections = personal_data.sections_of(person)
            else:
                sections = personal_data.sections_at(address)
            if not sections:
                raise CommandError(_("Nothing is kept about this address."))
            try:
                files = handing_out.write_zip(path, sections, person)
            except OSError as error:
                raise CommandError(
                    _("The file was not written: %(reason)s.") % {"reason": error.strerror}
                ) from error
        record("person.data_handed_out", person=person, how="command", tables=len(sections))
        rows = sum(len(section.rows) for section in sections)
        self.stdout.write(
            ngettext(
                "%(rows)d row from %(tables)d tables, and files: %(files)d.",
                "%(rows)d rows from %(tables)d tables, and files: %(files)d.",
                rows,
            )
            % {"rows": rows, "tables": len(sections), "files": files}
        )
        self.stdout.write(
            _(
                "They are in %(file)s. Make sure that the one who gets it is that person, send it "
                "so that nobody else can read it, and remove it here afterwards."
            )
            % {"file": path}
        )
