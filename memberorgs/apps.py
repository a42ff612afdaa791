from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemberorgsConfig(AppConfig):
    name = "memberorgs"
    verbose_name = _("People and member organisations")

    def ready(self) -> None:
        from foundation.audit import events
        from memberorgs import first_week, handover, sections, wheel
        from memberorgs.events import EVENTS

        events.register(EVENTS)
        sections.register_tasks("handover", handover.tasks)
        sections.register_entries("dates", wheel.entries, wheel.KINDS)
        sections.home.register(
            sections.Section(
                "first_week", 0, "memberorgs/sections/first_week.html", first_week.first_week
            )
        )
