"""The editors' way from a document to pages: hand in, look at the changes, import, publish."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from priorities import actions
from priorities.forms import PlanDocumentForm
from priorities.models import ActionPlan, ActionPlanPage, PlanImport, Priority, PriorityPage
from priorities.plan_diff import compare
from priorities.plan_reader import ReadPlan

IMPORT_PERMISSION = "priorities.import_actionplan"
PUBLISH_PERMISSION = "priorities.publish_actionplan"


class PlanImportMixin(WagtailAdminTemplateMixin):  # type: ignore[misc]
    """Header, breadcrumbs and right of the import pages."""

    request: HttpRequest
    header_icon = "doc-full"
    page_title = gettext_lazy("Read an action plan from a document")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(IMPORT_PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("plan_import"), "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_publish = self.request.user.has_perm(PUBLISH_PERMISSION)
        return super().get_context_data(**kwargs) | {"may_publish": may_publish}  # type: ignore[no-any-return]


class UploadView(PlanImportMixin, FormView):  # type: ignore[type-arg]
    """Takes a document or pasted text, and lists the plans that there are."""

    form_class = PlanDocumentForm
    template_name = "priorities/admin/plan_upload.html"

    def form_valid(self, form: PlanDocumentForm) -> HttpResponse:
        upload = actions.store_upload(
            reading=form.reading,
            filename=form.filename,
            sha256=form.sha256,
            by=self.request.user,  # type: ignore[arg-type]
        )
        return redirect("plan_import_preview", upload.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        in_source = Prefetch("pages", ActionPlanPage.objects.source())
        plans = ActionPlan.objects.prefetch_related(in_source)[:20]
        return super().get_context_data(**kwargs) | {"plans": plans}


class PreviewView(PlanImportMixin, View):
    """Shows what an upload would change; POST imports it."""

    template_name = "priorities/admin/plan_preview.html"

    def get(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        upload = get_object_or_404(PlanImport, pk=upload_id)
        if upload.imported_at is not None:
            return redirect("plan_import_result", upload.plan_id)
        reading = ReadPlan.from_codes(upload.reading)
        return self.render_to_response(
            self.get_context_data(
                upload=upload, reading=reading, read=reading.as_json(), diff=compare(reading)
            )
        )

    def post(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        get_object_or_404(PlanImport, pk=upload_id)
        try:
            outcome = actions.import_upload(
                upload_id=upload_id,
                fingerprint=request.POST.get("fingerprint", ""),
                by=request.user,  # type: ignore[arg-type]
            )
        except PlanImport.DoesNotExist:
            return redirect("plan_import")
        except actions.PlanImportError as error:
            messages.error(request, str(error))
            return redirect("plan_import_preview", upload_id)
        if outcome.record is None:
            messages.success(request, _("The document changes nothing: the plan already says so."))
        else:
            messages.success(request, _("The plan is imported as drafts. Nothing is public yet."))
        if outcome.plan is None:
            return redirect("plan_import")
        return redirect("plan_import_result", outcome.plan.pk)


def _state_of(priority: Priority) -> dict[str, Any]:
    """A priority as it will be, with a sentence on what still waits."""
    staged = priority.staged
    if staged.archived_at is not None:
        state, waits = _("Goes out of the plan"), True
    elif not priority.live:
        state, waits = _("New"), True
    elif priority.has_unpublished_changes:
        state, waits = _("Changed"), True
    else:
        state, waits = _("Published"), False
    return {"priority": staged, "pages": priority.pages.all(), "state": state, "waits": waits}


class ResultView(PlanImportMixin, View):
    """A plan after import: its pages, and what waits to be published; POST publishes all."""

    template_name = "priorities/admin/plan_result.html"

    def get(self, request: HttpRequest, plan_id: int) -> HttpResponse:
        plan = get_object_or_404(ActionPlan, pk=plan_id)
        priorities = (
            plan.priorities.standing()
            .select_related("latest_revision")
            .prefetch_related(Prefetch("pages", PriorityPage.objects.source()))
            .in_order()
        )
        return self.render_to_response(
            self.get_context_data(
                plan=plan,
                plan_page=plan.pages.source().first(),
                rows=[_state_of(priority) for priority in priorities],
                imports=plan.imports.select_related("imported_by")[:10],
                waits=actions.waits_to_be_published(plan),
            )
        )

    def post(self, request: HttpRequest, plan_id: int) -> HttpResponse:
        if not request.user.has_perm(PUBLISH_PERMISSION):
            raise PermissionDenied
        plan = get_object_or_404(ActionPlan, pk=plan_id)
        published = actions.publish_plan(plan=plan, by=request.user)  # type: ignore[arg-type]
        if published:
            messages.success(request, _("The plan is published."))
        else:
            messages.success(request, _("Everything was published already."))
        return redirect("plan_import_result", plan.pk)
