from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ActivityConfig(AppConfig):
    name = "activity"
    verbose_name = _("What member organisations do")

    def ready(self) -> None:
        from activity import access, home, kinds, kinds_entries, privacy
        from activity import sections as own
        from activity.events import EVENTS, FACTS
        from activity.kinds_lobbying import Lobbying
        from foundation.audit import events, facts, personal_data, retention
        from foundation.intake import owners
        from memberorgs import sections
        from memberorgs.rooms import MenuItem, register_in_menu
        from memberorgs.sections import Section
        from priorities.sections import activity

        events.register(EVENTS)
        for family, words in FACTS.items():
            facts.register(family, words)
        personal_data.register(*privacy.HOLDINGS)
        privacy.register_exemptions()
        retention.register(*privacy.RULES)
        owners.register(
            owners.Owner("activity.Entry", access.may_read_files_of_entry),
            owners.Owner("activity.HelpRequest", access.may_read_files_of_help),
        )
        kinds.register(Lobbying(), *kinds_entries.PAGES)
        register_in_menu(MenuItem("member_log", pgettext_lazy("members' menu", "Log"), 10))
        register_in_menu(MenuItem("help_list", pgettext_lazy("members' menu", "Help"), 45))
        sections.register_tasks("agreed_steps", home.agreed_steps, in_note=False)
        sections.top.register(Section("log", 0, "activity/sections/buttons.html", home.buttons))
        sections.home.register(Section("latest", 20, "activity/sections/latest.html", home.latest))
        sections.home.register(
            Section("semester", 30, "activity/sections/semester.html", home.semester)
        )
        sections.seen_by_staff.register(
            Section("log", 10, "activity/sections/seen.html", own.seen_by_staff)
        )
        activity.register(
            Section("activity", 20, "activity/sections/on_priority.html", own.of_priority)
        )
