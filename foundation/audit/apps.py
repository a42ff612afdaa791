from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "foundation.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        from foundation.audit import events, personal_data, privacy, retention

        events.register(privacy.EVENTS)
        personal_data.register(*privacy.HOLDINGS)
        retention.register(*privacy.RULES)
