"""Erase one person, and keep the history of their organisations (article 17)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.audit import personal_data
from foundation.audit.actions import record
from memberorgs import erasure
from memberorgs.models import User


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Removes what is kept about the person with an e-mail address. Offices stay as the "
        "organisation's history, without the name."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "email", metavar="EMAIL", help=_("the address, or the number of the person")
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("only count, and remove nothing")
        )
        parser.add_argument("--yes", action="store_true", help=_("do not ask"))

    def handle(self, *args: Any, email: str, dry_run: bool, yes: bool, **options: Any) -> None:
        person = self._find(email)
        if dry_run:
            self._foretell(person, email)
            return
        if not yes:
            self._ask(email)
        try:
            done = self._erase(person, email)
        except OSError as error:
            raise CommandError(
                _("Nothing was erased, since the list of the erased can't be written: %(reason)s.")
                % {"reason": error.strerror}
            ) from error
        self._tell(done)
        self.stdout.write(
            _(
                "Erased. Backups still hold it, until the last of them is let go; who restores one "
                "erases the person again, by the list beside the database."
            )
        )

    def _find(self, email: str) -> User | None:
        people = User.objects.filter(erased_at=None)
        if email.isascii() and email.isdigit():
            person = people.filter(pk=int(email)).first()
            if person is None:
                raise CommandError(_("Nobody has this number, or the person has been erased."))
            return person
        return people.filter(email=User.objects.normalize_email(email)).first()

    def _ask(self, email: str) -> None:
        self.stdout.write(_("This can't be undone. Type the address or number once more to go on."))
        if input("> ").strip() != email:
            raise CommandError(_("That was something else. Nothing was erased."))

    def _erase(self, person: User | None, email: str) -> dict[str, int]:
        if person is None:
            done = personal_data.erase_at(User.objects.normalize_email(email))
            if not done:
                raise CommandError(_("Nothing is kept about this address."))
            record("person.erased")
            return done
        for organisation in erasure.left_without_leader(person):
            self.stdout.write(
                _("%(organisation)s has no leader afterwards: give it one.")
                % {"organisation": organisation}
            )
        return erasure.erase(person, by=None, leave_without_leader=True)

    def _foretell(self, person: User | None, email: str) -> None:
        if person is not None:
            sections = personal_data.sections_of(person)
        else:
            sections = personal_data.sections_at(User.objects.normalize_email(email))
        for section in sections:
            self._count(section.title, len(section.rows))
            if section.why_kept:
                self.stdout.write(f"    {section.why_kept}")
        self.stdout.write(_("Nothing was changed."))

    def _tell(self, done: dict[str, int]) -> None:
        for model, count in done.items():
            self._count(personal_data.title_of(model), count)

    def _count(self, title: str, count: int) -> None:
        told = ngettext("%(title)s: %(count)d row", "%(title)s: %(count)d rows", count)
        self.stdout.write(told % {"title": title, "count": count})
