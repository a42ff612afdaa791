from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ActivityConfig(AppConfig):
    name = "activity"
    verbose_name = _("What member organisations do")

    def ready(self) -> None:
        from activity import access, kinds, kinds_entries, privacy
        from activity.events import EVENTS
        from foundation.audit import events, personal_data, retention
        from foundation.intake import owners
        from memberorgs.rooms import MenuItem, register_in_menu

        events.register(EVENTS)
        personal_data.register(*privacy.HOLDINGS)
        retention.register(*privacy.RULES)
        owners.register(
            owners.Owner("activity.Entry", access.may_read_files_of_entry),
            owners.Owner("activity.HelpRequest", access.may_read_files_of_help),
        )
        register_in_menu(MenuItem("member_log", pgettext_lazy("members' menu", "Log"), 10))
        kinds.register(*kinds_entries.PAGES)
