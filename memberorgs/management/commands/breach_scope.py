"""Whom a breach touched, for the report within 72 hours and for telling people (docs/avvik.md)."""

import os
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.audit.actions import record
from foundation.audit.events import words_of
from foundation.intake.writing import csv_lines
from memberorgs import breach
from memberorgs.breach import Scope, Touched, Window
from memberorgs.models import User

NEW_ADDRESS = frozenset({"account.email_changed", "person.address_changed"})


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Lists the people whom a breach may have touched, with the reason for each. Changes "
        "nothing, but that the audit log tells of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            required=True,
            metavar="WHEN",
            help=_("when it began, in Oslo time: 2026-11-20 or 2026-11-20T08:30"),
        )
        parser.add_argument("--until", metavar="WHEN", help=_("when it was over; else now"))
        parser.add_argument(
            "--log-in",
            action="append",
            default=[],
            metavar="EMAIL",
            help=_("only what this log-in did and could see: address or number; may be repeated"),
        )
        parser.add_argument(
            "--network-address",
            default="",
            metavar="IP",
            help=_("only what log-ins did and could see that were used from there"),
        )
        parser.add_argument(
            "--everyone",
            action="store_true",
            help=_("a backup or the whole database is astray: all whom the portal knows"),
        )
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help=_("write the list into a CSV file")
        )

    def handle(self, *args: Any, output: Path | None, **options: Any) -> None:
        window = self._window(options["since"], options["until"])
        if output is not None and output.exists():
            raise CommandError(_("%(file)s is there already.") % {"file": output})
        log_ins = [self._find(said) for said in options["log_in"]]
        try:
            found = breach.scope(
                window,
                log_ins=log_ins,
                network=options["network_address"],
                everyone=options["everyone"],
            )
        except LookupError as error:
            raise CommandError(
                _("The log has no log-in from this network address in that time.")
            ) from error
        if output is not None:
            self._write(output, found)
        record(
            "breach.listed",
            since=window.since.isoformat(),
            until=window.until.isoformat(),
            people=len(found.people),
        )
        self._tell(found, window, output)

    def _window(self, since: str, until: str | None) -> Window:
        now = timezone.now()
        window = Window(_moment(since), now if until is None else _moment(until))
        if window.since >= min(window.until, now):
            raise CommandError(_("It must have begun before now, and before it was over."))
        return window

    def _find(self, said: str) -> User:
        if said.isascii() and said.isdigit():
            user = User.objects.filter(pk=int(said)).first()
        else:
            user = User.objects.filter(email=User.objects.normalize_email(said)).first()
        if user is None:
            raise CommandError(_("Nobody logs in with %(address)s.") % {"address": said})
        return user

    def _write(self, path: Path, found: Scope) -> None:
        header = [
            _("number"),
            _("name"),
            _("e-mail address"),
            _("language"),
            _("organisations"),
            _("why"),
        ]
        rows = (
            [
                one.number,
                one.name,
                one.email,
                one.language,
                ", ".join(one.organisations),
                "; ".join(one.reasons),
            ]
            for one in found.people
        )
        try:
            # Only the one who runs the command may read it.
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as file:
                file.writelines(csv_lines(header, rows))
        except OSError as error:
            raise CommandError(
                _("The file was not written: %(reason)s.") % {"reason": error.strerror}
            ) from error

    def _tell(self, found: Scope, window: Window, output: Path | None) -> None:
        self._tell_what_is_gone(window)
        for event, count in found.events.items():
            self.stdout.write(f"{count:>6}  {words_of(event)}")
        if NEW_ADDRESS & found.events.keys():
            self.stdout.write(
                _("Addresses were changed in that time. Make sure whose they are before you write.")
            )
        if found.everybody:
            self.stdout.write(_("All that the portal knows of people could be seen."))
        elif found.organisations:
            self.stdout.write(
                _("Could be opened: %(codes)s.") % {"codes": ", ".join(found.organisations)}
            )
        count = len(found.people)
        people = ngettext("%(count)d person touched.", "%(count)d people touched.", count)
        self.stdout.write(people % {"count": count})
        if output is None:
            for one in found.people:
                self.stdout.write(_line(one))
            self.stdout.write(_("«person_data ADDRESS» tells what is kept about each of them."))
        else:
            self.stdout.write(
                _("They are in %(file)s. Remove it when they have been told.") % {"file": output}
            )

    def _tell_what_is_gone(self, window: Window) -> None:
        age = timezone.now() - window.since
        if age > timedelta(days=settings.RETENTION_DAYS["outbox_text"]):
            self.stdout.write(_("Of the oldest mails of that time the addresses are gone."))
        if age > timedelta(days=settings.RETENTION_DAYS["audit"]):
            self.stdout.write(_("The oldest of that time has gone from the audit log."))


def _moment(said: str) -> datetime:
    """A day begins at midnight in Oslo. Raises CommandError for what is no moment."""
    try:
        moment = parse_datetime(said)
        if moment is None and (day := parse_date(said)) is not None:
            moment = datetime.combine(day, time())
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(_("Write the moment as 2026-11-20 or 2026-11-20T08:30."))
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _line(one: Touched) -> str:
    who = " ".join(part for part in (one.name, one.email and f"<{one.email}>") if part)
    if not who:
        who = _("no. %(number)d") % {"number": one.number}
    if one.organisations:
        who = f"{who} ({', '.join(one.organisations)})"
    return f"  {who}: {'; '.join(one.reasons)}"
