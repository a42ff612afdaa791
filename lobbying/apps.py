from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LobbyingConfig(AppConfig):
    name = "lobbying"
    verbose_name = _("Elections, demands and contacts")

    def ready(self) -> None:
        from foundation.audit import events, personal_data, retention
        from foundation.intake import owners
        from lobbying import access, privacy
        from lobbying.events import EVENTS
        from memberorgs.rooms import MenuItem, register_in_menu

        events.register(EVENTS)
        personal_data.register(*privacy.HOLDINGS)
        privacy.register_exemptions()
        retention.register(*privacy.RULES)
        owners.register(owners.Owner("lobbying.Contact", access.may_read_files))
        register_in_menu(MenuItem("member_who_asked", _("The parties"), 40))
