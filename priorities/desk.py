"""The start page of the editors' admin: what is silent, what is scheduled, what is missing.

What waits for the person themselves (workflow tasks, own submissions) Wagtail shows already.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page, Revision

from content.translations import to_do
from priorities.models import ActionPlan, NewsIndexPage, PriorityPage
from priorities.statistics import silent, status_of

MOST_LINES = 10


class Scheduled(NamedTuple):
    """Something that goes public or expires by itself at `at`."""

    title: str
    url: str
    at: datetime
    expires: bool


class Task(NamedTuple):
    """Something that an editor should write, with the page where it is written."""

    title: str
    url: str
    no_summary: bool
    no_status: bool


def scheduled() -> list[Scheduled]:
    """What is scheduled, the soonest first. Two queries."""
    found = [
        Scheduled(
            str(revision.object_str), _edit_url(revision), revision.approved_go_live_at, False
        )
        for revision in Revision.objects.filter(approved_go_live_at__isnull=False)
        .select_related("content_type")
        .order_by("approved_go_live_at")[:MOST_LINES]
    ]
    expiring = Page.objects.filter(live=True, expire_at__gt=timezone.now()).order_by("expire_at")
    found += [
        Scheduled(
            page.title, reverse("wagtailadmin_pages:edit", args=[page.pk]), page.expire_at, True
        )
        for page in expiring[:MOST_LINES]
    ]
    return sorted(found, key=lambda one: one.at)[:MOST_LINES]


def _edit_url(revision: Revision) -> str:
    model = revision.content_type.model_class()
    if model is not None and issubclass(model, Page):
        return reverse("wagtailadmin_pages:edit", args=[revision.object_id])
    return reverse(model.snippet_viewset.get_url_name("edit"), args=[revision.object_id])


def tasks(plan: ActionPlan) -> list[Task]:
    """Pages of standing priorities that lack their "in short" or a status. Two queries."""
    pages = list(
        PriorityPage.objects.source()
        .filter(priority__plan=plan, priority__live=True, priority__archived_at__isnull=True)
        .select_related("priority")
        .order_by("priority__position")
    )
    statuses = status_of(page.priority for page in pages)
    return [
        Task(
            page.title,
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            not page.summary.strip(),
            page.priority_id not in statuses,
        )
        for page in pages
        if not page.summary.strip() or page.priority_id not in statuses
    ]


def pages_for_news() -> list[PriorityPage]:
    """Pages under which progress is told, in the order of the plan; empty without a plan."""
    return list(
        PriorityPage.objects.source()
        .filter(
            priority__plan=ActionPlan.objects.current(),
            priority__live=True,
            priority__archived_at__isnull=True,
        )
        .select_related("priority")
        .order_by("priority__position")
    )


class DoPanel(Component):  # type: ignore[misc]
    """The two buttons that are used most, for those who may; above what waits for them."""

    name = "desk_do"
    template_name = "priorities/admin/desk_do.html"
    order = 150

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        pages = pages_for_news()[:1]
        return {
            "news": bool(pages) and pages[0].permissions_for_user(user).can_add_subpage(),
            "status": user.has_perm("priorities.add_statuschange"),
        }


class DeskPanel(Component):  # type: ignore[misc]
    """One panel with short lists, below what waits for the person; empty ones are not shown."""

    name = "desk"
    template_name = "priorities/admin/desk.html"
    order = 230

    @cached_property
    def plan(self) -> ActionPlan | None:
        return ActionPlan.objects.current()

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        plan = self.plan
        return {
            "plan": plan,
            "silent": _with_pages(silent(plan)) if plan else [],
            "scheduled": scheduled(),
            "tasks": tasks(plan) if plan else [],
            "translations": _translations(parent_context["request"].user),
        }


def _translations(user: Any) -> dict[str, int]:
    """How many translations ask for something, for those who may translate."""
    if not user.has_perm("wagtail_localize.submit_translation"):
        return {}
    found = to_do()
    return {state.value: count for state, count in found.items()} if any(found.values()) else {}


def _with_pages(silences: list[Any]) -> list[dict[str, Any]]:
    pages = {
        page.priority_id: page
        for page in PriorityPage.objects.source().filter(
            priority__in=[silence.priority for silence in silences]
        )
    }
    return [
        {"silence": silence, "page": pages.get(silence.priority.pk)}
        for silence in silences[:MOST_LINES]
    ]


class NewProgressView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Asks which priority a piece of news is about, and leads to its form."""

    template_name = "priorities/admin/new_progress.html"
    page_title = _("New progress")
    header_icon = "plus"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.pages = pages_for_news()
        if self.pages and not self.pages[0].permissions_for_user(request.user).can_add_subpage():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "pages": self.pages,
            "news_page": NewsIndexPage.objects.source().first(),
        }
