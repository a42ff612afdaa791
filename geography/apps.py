from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeographyConfig(AppConfig):
    name = "geography"
    verbose_name = _("Places, parties and institutions")

    def ready(self) -> None:
        from foundation.audit.personal_data import exempt

        for table, names in {
            "Fylke": ("name", "region_name"),
            "Kommune": ("name",),
            "Party": ("short_name",),
            "Institution": ("short_name",),
        }.items():
            exempt(f"geography.{table}", *names, why="names of places, parties and institutions")
