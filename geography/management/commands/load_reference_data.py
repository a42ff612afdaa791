from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geography import reference_data


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Loads counties, municipalities, parties and institutions. Can be run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for loaded in reference_data.load():
            if options["verbosity"] and (loaded.created or loaded.changed):
                self.stdout.write(
                    _("%(table)s: %(created)d new, %(changed)d changed")
                    % {
                        "table": loaded.table,
                        "created": loaded.created,
                        "changed": loaded.changed,
                    }
                )
