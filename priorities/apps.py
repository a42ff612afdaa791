from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = _("Action plan")

    def ready(self) -> None:
        from priorities import sharing

        sharing.register()
