"""What the members' log adds to Wagtail's admin."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from activity.help_admin import HelpPanel, HelpViewSet


@hooks.register("register_admin_viewset")
def help_requests() -> HelpViewSet:
    return HelpViewSet()


@hooks.register("construct_homepage_panels")
def help_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(HelpPanel())
