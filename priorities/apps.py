from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = _("Action plan")

    def ready(self) -> None:
        # Models are there from here on.
        from priorities import search_index, sharing

        sharing.register()
        search_index.connect()
