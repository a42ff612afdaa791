"""What the plan adds to Wagtail's admin."""

from collections.abc import Iterable

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from priorities.desk import DeskPanel, DoPanel, NewProgressView
from priorities.import_views import IMPORT_PERMISSION, PreviewView, ResultView, UploadView
from priorities.models import ActionPlanPage, PriorityPage
from priorities.models.facts import Fact
from priorities.reports import SilentPrioritiesView
from priorities.viewsets import FactViewSetGroup

PAGES_OF_THE_PLAN = (ActionPlanPage, PriorityPage)

register_snippet(FactViewSetGroup)


@hooks.register("register_admin_urls")
def plan_import_urls() -> list[URLPattern]:
    return [
        path("handlingsplan/les-inn/", UploadView.as_view(), name="plan_import"),
        path(
            "handlingsplan/les-inn/<int:upload_id>/",
            PreviewView.as_view(),
            name="plan_import_preview",
        ),
        path("handlingsplan/<int:plan_id>/", ResultView.as_view(), name="plan_import_result"),
        path("framdrift/ny/", NewProgressView.as_view(), name="new_progress"),
        path("rapporter/stille/", SilentPrioritiesView.as_view(), name="silent_priorities"),
    ]


class PlanImportMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(IMPORT_PERMISSION)


@hooks.register("register_admin_menu_item")
def plan_import_menu_item() -> MenuItem:
    return PlanImportMenuItem(
        gettext_lazy("Action plan"), reverse("plan_import"), icon_name="list-ol", order=150
    )


@hooks.register("register_reports_menu_item")
def silent_report_menu_item() -> MenuItem:
    return MenuItem(
        gettext_lazy("Silent priorities"),
        reverse("silent_priorities"),
        icon_name="time",
        order=100,
    )


@hooks.register("construct_homepage_panels")
def desk_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels += [DoPanel(), DeskPanel()]


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("before_delete_page")
def keep_pages_of_the_plan(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What an assembly adopted is archived by an import, never deleted; its address answers."""
    if not issubclass(page.specific_class, PAGES_OF_THE_PLAN):
        return None
    messages.error(
        request,
        _("Pages of the adopted plan can't be deleted. Read the amended plan in instead."),
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_delete_snippet")
def keep_published_facts(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """What the public has read is withdrawn in the open."""
    for fact in instances:
        if isinstance(fact, Fact) and fact.first_published_at is not None:
            messages.error(
                request, _("This has been published. Withdraw it instead: unpublish it.")
            )
            return redirect(type(fact).snippet_viewset.get_url_name("edit"), fact.pk)
    return None


@hooks.register("before_copy_page")
def one_page_per_priority(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A priority has one page per language."""
    if not issubclass(page.specific_class, PAGES_OF_THE_PLAN):
        return None
    messages.error(request, _("Pages of the adopted plan can't be copied: each has one page only."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_pages_of_the_plan_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Model], action: object
) -> HttpResponse | None:
    """The same for the list's tick boxes."""
    if action_type != "delete":
        return None
    for page in objects:
        if isinstance(page, Page) and issubclass(page.specific_class, PAGES_OF_THE_PLAN):
            return keep_pages_of_the_plan(request, page)
    return None
