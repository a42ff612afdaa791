from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        from foundation.audit import personal_data, retention
        from outbox import privacy

        personal_data.register(*privacy.HOLDINGS)
        retention.register(*privacy.RULES)
