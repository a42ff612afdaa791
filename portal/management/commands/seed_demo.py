from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import demo
from portal.demo_content import Outcome

REASONS = {
    Outcome.NO_PLAN: gettext_lazy(
        "There is no published plan for 2026/2027, which the demo content is about. Nothing was "
        "written; `manage.py prepare` reads the plan in."
    ),
    Outcome.TAKEN: gettext_lazy(
        "The plan has statuses, milestones, indicators or news already. Nothing was written: demo "
        "content never comes on top of what editors or an earlier run have made."
    ),
    Outcome.TOO_EARLY: gettext_lazy(
        "The clock of this machine stands before 25 November 2026, and the demo content tells what "
        "happened until then. Nothing was written; set the clock and run the command again."
    ),
    Outcome.SEEDED: gettext_lazy(
        "The demo content is in place: status, milestones, indicators, news and images."
    ),
}


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Fills an empty plan with demo content. In demo mode only; a second run writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--orgs",
            type=int,
            default=0,
            metavar="N",
            help=_("add made-up member organisations until there are N more than the demo's own"),
        )

        parser.add_argument(
            "--years",
            type=int,
            default=0,
            metavar="N",
            help=_("fill the logs of those organisations with entries of N years"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = demo.seed_content()
        told = options["verbosity"] > 0
        if outcome is Outcome.NOT_A_DEMO:
            raise CommandError(
                _(
                    "This is not a demo, and demo content must never stand among real statuses. "
                    "Nothing was written. DEMO=1 in a data folder of its own makes a demo."
                )
            )
        if told:
            self.stdout.write(str(REASONS[outcome]))
        made = demo.make_organisations()
        demo.make_contacts()
        demo.make_entries()
        made += demo.make_many_organisations(options["orgs"]) if options["orgs"] > 0 else 0
        if told and made:
            self.stdout.write(
                ngettext(
                    "%(number)d member organisation was made.",
                    "%(number)d member organisations were made.",
                    made,
                )
                % {"number": made}
            )
        logged = demo.fill_log(options["years"]) if options["years"] > 0 else 0
        if told and logged:
            self.stdout.write(
                ngettext(
                    "%(number)d entry of the log was made.",
                    "%(number)d entries of the log were made.",
                    logged,
                )
                % {"number": logged}
            )
