from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import reference_data as log
from geography import reference_data
from lobbying import reference_data as elections
from memberorgs import national_dates
from memberorgs import reference_data as organisations
from memberorgs.models import MemberOrganisation


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Loads counties, municipalities, parties, institutions, the year's dates, the election, "
        "examples of demands and, unconfirmed, member organisations. Can be run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        told = [(loaded.table, loaded.created, loaded.changed) for loaded in reference_data.load()]
        name = str(MemberOrganisation._meta.verbose_name_plural)
        told.append((name, organisations.load(), 0))
        dates = national_dates.load()
        told.append((dates.table, dates.created, dates.changed))
        told += [(loaded.table, loaded.created, loaded.changed) for loaded in elections.load()]
        usual = log.load()
        told.append((usual.table, usual.created, usual.changed))
        for table, created, changed in told:
            if options["verbosity"] and (created or changed):
                self.stdout.write(
                    _("%(table)s: %(created)d new, %(changed)d changed")
                    % {"table": table, "created": created, "changed": changed}
                )
