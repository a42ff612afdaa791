"""What the members' log adds to Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from activity import staff_views as views
from activity.help_admin import HelpPanel, HelpViewSet


@hooks.register("register_admin_urls")
def log_urls() -> list[URLPattern]:
    return [
        path("medlemslogg/", views.LogView.as_view(), name="staff_log"),
        path(
            "medlemslogg/resultat/",
            views.LogView.as_view(results_only=True),
            name="staff_log_results",
        ),
        path(
            "medlemslogg/<slug:kind>/<int:pk>/", views.EntryView.as_view(), name="staff_log_entry"
        ),
        path(
            "medlemslogg/<slug:kind>/<int:pk>/nyhet/",
            views.NewsView.as_view(),
            name="staff_log_news",
        ),
    ]


class LogMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return views.may_open(request.user)


@hooks.register("register_admin_menu_item")
def log_menu_item() -> MenuItem:
    return LogMenuItem(
        gettext_lazy("Members' log"),
        reverse("staff_log"),
        name="members-log",
        icon_name="list-ul",
        order=172,
    )


@hooks.register("register_admin_viewset")
def help_requests() -> HelpViewSet:
    return HelpViewSet()


@hooks.register("construct_homepage_panels")
def help_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(HelpPanel())
