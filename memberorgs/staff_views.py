"""What staff do to an organisation beside its form: confirm it, tell what became of it, import."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from foundation.intake.reading import read_csv
from memberorgs import organisation_actions as actions
from memberorgs.actions import NotPossible
from memberorgs.choices import AddressCheck, SuccessionKind
from memberorgs.models import MemberOrganisation, OrganisationImport, Succession, Term, User
from memberorgs.organisation_table import MOST_SHOWN, TableChanged, TableRefused, plan
from memberorgs.staff_forms import AddressForm, ImportForm, SuccessionForm
from memberorgs.viewsets import NAMESPACE, may_import

CHANGE = "memberorgs.change_memberorganisation"


class StaffPage(WagtailAdminTemplateMixin):  # type: ignore[misc]
    """Header, breadcrumbs and right of the secretariat's pages about organisations."""

    request: HttpRequest
    header_icon = "group"
    page_title: Any = ""

    def allowed(self) -> bool:
        return bool(self.request.user.has_perm(CHANGE))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return, misc]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(f"{NAMESPACE}:index"), "label": _("Member organisations")},
            *self.between(),
            {"url": "", "label": self.get_page_title()},
        ]

    def between(self) -> list[dict[str, Any]]:
        return []


class OfOrganisation(StaffPage):
    """A page about one organisation, by its number in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def organisation(self) -> MemberOrganisation:
        return get_object_or_404(MemberOrganisation, pk=self.kwargs["pk"])

    @property
    def page(self) -> str:
        return reverse(f"{NAMESPACE}:inspect", args=[self.organisation.pk])

    def between(self) -> list[dict[str, Any]]:
        return [{"url": self.page, "label": self.organisation.name}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {  # type: ignore[no-any-return]
            "organisation": self.organisation,
            "back": self.page,
        }


class ConfirmView(OfOrganisation, View):
    """POST alone: the buttons stand on the organisation's page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        name = {"name": self.organisation.name}
        if request.POST.get("answer") == "no":
            actions.take_confirmation_back(organisation=self.organisation, by=_user(request))
            messages.success(request, _("%(name)s is not confirmed any more.") % name)
        else:
            actions.confirm(organisation=self.organisation, by=_user(request))
            messages.success(request, _("%(name)s is confirmed and public.") % name)
        return redirect(self.page)


class SuccessionView(OfOrganisation, FormView):  # type: ignore[type-arg]
    """Says what became of an organisation: merged into another, or split."""

    form_class = SuccessionForm
    template_name = "memberorgs/admin/succession.html"
    page_title = gettext_lazy("What became of it")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisation": self.organisation}

    def form_valid(self, form: Any) -> HttpResponse:
        said = form.cleaned_data
        try:
            actions.tell_succession(
                predecessor=self.organisation,
                successor=said["successor"],
                kind=SuccessionKind(said["kind"]),
                on=said["on"],
                by=_user(self.request),
            )
        except NotPossible as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect(self.page)


class RemoveSuccessionView(OfOrganisation, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, succession_id: int) -> HttpResponse:
        found = get_object_or_404(
            Succession.objects.select_related("predecessor", "successor"),
            pk=succession_id,
            predecessor=self.organisation,
        )
        actions.remove_succession(succession=found, by=_user(request))
        messages.success(request, _("Removed. The day on which it left stays as it is."))
        return redirect(self.page)


class AddressView(StaffPage, FormView):  # type: ignore[type-arg]
    """Another address for a person whose old one is dead."""

    form_class = AddressForm
    template_name = "memberorgs/admin/address.html"
    page_title = gettext_lazy("Change a dead address")
    header_icon = "mail"
    kwargs: dict[str, Any]

    @cached_property
    def person(self) -> User:
        person = get_object_or_404(User, pk=self.kwargs["pk"])
        if not actions.may_change_address_of(person, _user(self.request)):
            raise Http404
        return person

    @cached_property
    def organisations(self) -> list[MemberOrganisation]:
        terms = Term.objects.filter(person=self.person).select_related("organisation")
        return list({term.organisation_id: term.organisation for term in terms}.values())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {  # type: ignore[no-any-return]
            "person": self.person,
            "organisations": self.organisations,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        said = form.cleaned_data
        try:
            actions.change_address(
                person=self.person,
                email=said["email"],
                checked=AddressCheck(said["checked"]),
                by=_user(self.request),
            )
        except NotPossible as error:
            form.add_error("email", str(error))
            return self.form_invalid(form)
        messages.success(
            self.request, _("The address is changed, and the organisation has been told.")
        )
        if self.organisations:
            return redirect(f"{NAMESPACE}:inspect", self.organisations[0].pk)
        return redirect(f"{NAMESPACE}:index")


class ImportPage(StaffPage):
    page_title = gettext_lazy("Import organisations")
    header_icon = "upload"

    def allowed(self) -> bool:
        return may_import(self.request)


class UploadView(ImportPage, FormView):  # type: ignore[type-arg]
    """Takes a CSV file; nothing is changed yet."""

    form_class = ImportForm
    template_name = "memberorgs/admin/import_upload.html"

    def form_valid(self, form: Any) -> HttpResponse:
        upload = actions.store_import(
            filename=form.cleaned_data["file"].name, content=form.content, by=_user(self.request)
        )
        return redirect("organisation_import_preview", upload.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        applied = OrganisationImport.objects.exclude(applied_at=None)
        applied = applied.order_by("-applied_at").defer("content").select_related("applied_by")
        return super().get_context_data(**kwargs) | {"imports": applied[:10]}  # type: ignore[no-any-return]


class PreviewView(ImportPage, View):
    """Shows what a file would change, or what is wrong with it; POST applies it."""

    template_name = "memberorgs/admin/import_preview.html"

    def get(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        upload = get_object_or_404(OrganisationImport, pk=upload_id)
        if upload.applied_at is not None:
            return redirect("organisation_import")
        table = read_csv(bytes(upload.content))
        found = plan(table)
        context = self.get_context_data(
            upload=upload, table=table, plan=found, shown=MOST_SHOWN, total=len(table.rows)
        )
        return self.render_to_response(context)  # type: ignore[no-any-return]

    def post(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        get_object_or_404(OrganisationImport, pk=upload_id)
        fingerprint = request.POST.get("fingerprint", "")
        try:
            done = actions.apply_import(
                upload_id=upload_id, fingerprint=fingerprint, by=_user(request)
            )
        except TableRefused:
            return redirect("organisation_import_preview", upload_id)
        except TableChanged:
            messages.error(
                request,
                _("Somebody has changed organisations after you looked. Look again, then apply."),
            )
            return redirect("organisation_import_preview", upload_id)
        messages.success(
            request,
            _("The file is imported: %(made)d new, %(changed)d changed.")
            % {"made": done.made, "changed": done.changed},
        )
        return redirect(f"{NAMESPACE}:index")


def _user(request: HttpRequest) -> User:
    """Who is logged in: the pages here let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
