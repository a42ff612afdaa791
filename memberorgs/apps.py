from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemberorgsConfig(AppConfig):
    name = "memberorgs"
    verbose_name = _("People and member organisations")

    def ready(self) -> None:
        from foundation.audit import events, personal_data, retention
        from memberorgs import privacy
        from memberorgs.events import EVENTS

        events.register(EVENTS)
        personal_data.register(*privacy.HOLDINGS)
        privacy.register_exemptions()
        retention.register(*privacy.RULES)
