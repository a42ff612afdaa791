from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemberorgsConfig(AppConfig):
    name = "memberorgs"
    verbose_name = _("People and member organisations")

    def ready(self) -> None:
        from foundation.audit import events, facts, personal_data, retention
        from memberorgs import (
            deletion_log,
            first_week,
            handover,
            nudges,
            privacy,
            rights_log,
            sections,
            wheel,
        )
        from memberorgs.account import personal_data as account_data
        from memberorgs.account import sessions, signals
        from memberorgs.account.events import EVENTS as ACCOUNT_EVENTS
        from memberorgs.account.events import FACTS as ACCOUNT_FACTS
        from memberorgs.events import EVENTS, FACTS

        events.register(EVENTS)
        events.register(ACCOUNT_EVENTS)
        for family, words in (FACTS | ACCOUNT_FACTS).items():
            facts.register(family, words)
        personal_data.register(*privacy.HOLDINGS)
        privacy.register_exemptions()
        account_data.register_all()
        retention.register(
            *privacy.RULES,
            retention.Rule(
                code="session",
                what=_("Log-ins that have run out"),
                basis=_("Nobody needs them when they open nothing any more."),
                purge=sessions.purge,
            ),
        )
        signals.connect()
        rights_log.connect()
        deletion_log.connect()
        sections.register_tasks("handover", handover.tasks, in_note=False)
        sections.register_entries("dates", wheel.entries, wheel.KINDS)
        sections.home.register(
            sections.Section("nudges", -10, "memberorgs/sections/nudges.html", nudges.nudges)
        )
        sections.home.register(
            sections.Section(
                "first_week", 0, "memberorgs/sections/first_week.html", first_week.first_week
            )
        )
