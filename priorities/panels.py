"""Panels of the editors' admin that show what is not edited where it stands."""

from typing import Any

from django.utils import timezone
from wagtail.admin.panels import FieldPanel, Panel

from content.languages import SOURCE


class AdoptedWordsPanel(Panel):  # type: ignore[misc]
    """The adopted words above the form of a priority's page, as the quotation they are."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "priorities/panels/adopted_words.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"priority": self.instance.priority}


class FactsPanel(Panel):  # type: ignore[misc]
    """Status, milestones, indicators and news of a priority, each with its way to change it.

    They are stored apart from the page, since they have no language; the editor meets them here.
    """

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "priorities/panels/facts.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            # The statistics read the models, which read this.
            from priorities.statistics import measured

            priority = self.instance.priority
            return super().get_context_data(parent_context) | {
                "priority": priority,
                "page": self.instance,
                "statuses": priority.statuschanges.select_related("priority__section").order_by(
                    "-decided_on", "-pk"
                )[:5],
                "milestones": priority.milestones.order_by("planned_on", "pk"),
                "indicators": measured(
                    priority.indicators.prefetch_related("values"), timezone.localdate()
                ),
                "updates": priority.updates.source().order_by("-date", "-pk")[:5],
                "may_add": {
                    "status": self.request.user.has_perm("priorities.add_statuschange"),
                    "milestone": self.request.user.has_perm("priorities.add_milestone"),
                    "indicator": self.request.user.has_perm("priorities.add_indicator"),
                },
            }


class TranslationOnlyPanel(FieldPanel):  # type: ignore[misc]
    """A field that has something to say in a translation alone."""

    class BoundPanel(FieldPanel.BoundPanel):  # type: ignore[misc]
        def is_shown(self) -> bool:
            return self.instance.locale.language_code != SOURCE and bool(super().is_shown())
