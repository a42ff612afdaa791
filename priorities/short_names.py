"""Priorities in the editors' admin, by the short titles of their pages.

Adopted words begin alike (“Jobbe for …”) and end in three dots on a phone.
"""

from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Subquery
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

FIELDS = ("priority", "priorities", "related")


def short_title(priority: str) -> Subquery:
    """The page's title in bokmål, for rows that hold the number of a priority in `priority`."""
    pages = apps.get_model("priorities.PriorityPage")._default_manager.source()
    return Subquery(pages.filter(priority=OuterRef(priority)).order_by().values("title")[:1])


class _NamesPriorities:
    """Names the priorities that a form lets one choose; one query for the form."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [self.fields[name] for name in FIELDS if name in self.fields]
        if not offered:
            return
        rows = apps.get_model("priorities.Priority")._default_manager.select_related("plan")
        named = {row.pk: row for row in rows.annotate(short_title=short_title("pk"))}
        plans = {row.plan_id for row in named.values()}

        def label(priority: Any) -> str:
            row = named.get(priority.pk)
            if row is None or not row.short_title:
                return str(priority)
            name = f"{row.position}. {row.short_title}"
            return name if len(plans) == 1 else f"{row.plan.years}: {name}"

        for field in offered:
            field.label_from_instance = label


class FactForm(_NamesPriorities, WagtailAdminModelForm):  # type: ignore[misc]
    pass


class PriorityPageForm(_NamesPriorities, WagtailAdminPageForm):  # type: ignore[misc]
    pass
