"""Reports for the secretariat, beside Wagtail's own (aging pages, workflows, locks, history)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from priorities.models import ActionPlan, PriorityPage
from priorities.statistics import SILENT_AFTER, silences, status_of


class SilentPrioritiesView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """All standing priorities of the plan by how long they have been silent."""

    template_name = "priorities/admin/silent_report.html"
    page_title = _("Silent priorities")
    header_icon = "time"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = ActionPlan.objects.current()
        found = silences(plan) if plan else []
        statuses = status_of(one.priority for one in found)
        pages = {
            page.priority_id: page
            for page in PriorityPage.objects.source().filter(priority__plan=plan, live=True)
        }
        rows = [
            {
                "silence": one,
                "status": statuses.get(one.priority.pk),
                "page": pages.get(one.priority.pk),
                "too_long": one.days >= SILENT_AFTER.days,
            }
            for one in found
        ]
        return super().get_context_data(**kwargs) | {
            "plan": plan,
            "rows": rows,
            "limit": SILENT_AFTER.days,
        }
