"""Panels of the editors' admin that show what cannot be edited."""

from typing import Any

from wagtail.admin.panels import Panel


class AdoptedWordsPanel(Panel):  # type: ignore[misc]
    """The adopted words above the form of a priority's page, as the quotation they are."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "priorities/panels/adopted_words.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"priority": self.instance.priority}
