from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LobbyingConfig(AppConfig):
    name = "lobbying"
    verbose_name = _("Elections, demands and contacts")

    def ready(self) -> None:
        from foundation.audit import events, facts, personal_data, retention
        from foundation.intake import owners
        from lobbying import access, privacy, sections
        from lobbying.events import EVENTS, FACTS
        from memberorgs.rooms import MenuItem, register_in_menu
        from memberorgs.sections import Section, handover_note
        from priorities.sections import activity

        events.register(EVENTS)
        for family, words in FACTS.items():
            facts.register(family, words)
        personal_data.register(*privacy.HOLDINGS)
        privacy.register_exemptions()
        retention.register(*privacy.RULES)
        owners.register(owners.Owner("lobbying.Contact", access.may_read_files))
        register_in_menu(MenuItem("member_who_asked", _("The parties"), 40))
        handover_note.register(Section("agreed", 10, "lobbying/agreed.html", sections.agreed))
        activity.register(
            Section("contacts", 10, "lobbying/on_priority.html", sections.of_priority)
        )
