"""What organisations add to Wagtail's admin."""

from collections.abc import Iterable

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from memberorgs import staff_views as views
from memberorgs.audit_views import READ, AuditLogView
from memberorgs.date_viewsets import NationalDateViewSet
from memberorgs.desk import OrganisationsPanel
from memberorgs.models import User
from memberorgs.viewsets import OrganisationViewSet

register_snippet(NationalDateViewSet)


@hooks.register("register_admin_viewset")
def organisations() -> OrganisationViewSet:
    return OrganisationViewSet()


# Before the viewset's own, under the same word.
@hooks.register("register_admin_urls", order=-1)
def organisation_urls() -> list[URLPattern]:
    return [
        path("medlemslag/les-inn/", views.UploadView.as_view(), name="organisation_import"),
        path(
            "medlemslag/les-inn/<int:upload_id>/",
            views.PreviewView.as_view(),
            name="organisation_import_preview",
        ),
        path(
            "medlemslag/<int:pk>/bekreft/", views.ConfirmView.as_view(), name="organisation_confirm"
        ),
        path(
            "medlemslag/<int:pk>/etterfolger/",
            views.SuccessionView.as_view(),
            name="organisation_succession",
        ),
        path(
            "medlemslag/<int:pk>/etterfolger/<int:succession_id>/fjern/",
            views.RemoveSuccessionView.as_view(),
            name="organisation_succession_remove",
        ),
        path("folk/<int:pk>/adresse/", views.AddressView.as_view(), name="change_address"),
        path("rapporter/logg/", AuditLogView.as_view(), name="audit_log"),
        path(
            "rapporter/logg/resultat/",
            AuditLogView.as_view(results_only=True),
            name="audit_log_results",
        ),
    ]


class AuditLogMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(READ))


@hooks.register("register_reports_menu_item")
def audit_log_menu_item() -> MenuItem:
    return AuditLogMenuItem(
        gettext_lazy("Audit log"),
        reverse("audit_log"),
        name="audit-log",
        icon_name="history",
        order=120,
    )


@hooks.register("construct_homepage_panels")
def organisations_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(OrganisationsPanel())


def _people_stay(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        _(
            "People are never deleted: their terms, reports and decisions are the organisations' "
            "history. Take the log-in away instead: make the user inactive."
        ),
    )
    return redirect("wagtailusers_users:index")


@hooks.register("before_delete_user")
def keep_people(request: HttpRequest, user: User) -> HttpResponse:
    return _people_stay(request)


@hooks.register("before_bulk_action")
def keep_people_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Model], action: object
) -> HttpResponse | None:
    """The same for the list's tick boxes."""
    if action_type == "delete" and any(isinstance(one, User) for one in objects):
        return _people_stay(request)
    return None
