"""The log of all organisations in Wagtail's admin: list, one entry, file, and a draft of news."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView

from activity import access, news, staff_log
from activity.choices import LogKind
from activity.kinds import KINDS
from activity.kinds_lobbying import ASKED
from activity.log import ENTRY_KIND, lines
from activity.models import Entry
from activity.staff_table import table_of
from foundation.audit.actions import record
from foundation.intake.models import Attachment
from foundation.intake.writing import csv_response, xlsx_response
from lobbying.models import Contact
from memberorgs.access import is_staff
from memberorgs.actions import NotPossible
from memberorgs.models import MemberOrganisation, User


class ForNso:
    """For the secretariat, and for those who write news."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_open(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return, misc]


def may_open(user: Any) -> bool:
    return is_staff(user) or news.may_write_news(user)


class LogView(ForNso, ReportView):  # type: ignore[misc]
    """Newest first, of both tables; as many queries whatever there is."""

    page_title = gettext_lazy("Members' log")
    header_icon = "list-ul"
    results_template_name = "activity/admin/log_results.html"
    index_url_name = "staff_log"
    index_results_url_name = "staff_log_results"
    filterset_class = staff_log.LogFilters
    model = Entry
    paginate_by = 50
    export_filename = "medlemslogg"
    verbose_name_plural = gettext_lazy("entries of the log")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before Wagtail makes a table of all rows.
        if self.is_export:
            return self._exported(request.GET["export"])
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    @cached_property
    def show_export_buttons(self) -> bool:
        return is_staff(self.request.user)

    @cached_property
    def asked(self) -> staff_log.Asked:
        return staff_log.Asked.of(self.filters)

    def get_filtered_queryset(self) -> Any:
        return staff_log.Newest(self.request.user, self.asked)

    def decorate_paginated_queryset(self, object_list: Any) -> list[dict[str, Any]]:
        found = lines(object_list)
        numbers = {line.row.organisation_id for line in found}
        names = MemberOrganisation.objects.in_bulk(numbers)
        return [
            {"line": line, "organisation": names.get(line.row.organisation_id)} for line in found
        ]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        everything = self.object_list.all
        return context | {
            "items_count": everything,
            "most": staff_log.MOST_LEAFED if everything > staff_log.MOST_LEAFED else 0,
        }

    def _exported(self, file_format: str) -> HttpResponseBase:
        user = self.request.user
        if not is_staff(user):
            raise PermissionDenied
        entries = staff_log.entries(user, self.asked)
        contacts = staff_log.contacts(user, self.asked)
        record(
            "log.all_exported",
            by=user,
            rows=entries.count() + contacts.count(),
            format=file_format,
        )
        table = table_of(entries, contacts, self.asked.kind)
        respond = csv_response if file_format == self.FORMAT_CSV else xlsx_response
        return respond(self.export_filename, table.header, table.rows)


class OfEntry(ForNso):
    """A page about one entry or contact, by its kind and number in the address."""

    kwargs: dict[str, Any]

    @cached_property
    def row(self) -> Any:
        slug, pk = self.kwargs["kind"], self.kwargs["pk"]
        if slug not in LogKind.values or slug not in KINDS:
            raise Http404
        found = self._contact(pk) if slug == LogKind.LOBBYING else self._entry(slug, pk)
        if found is None:
            raise Http404
        return found

    def _entry(self, slug: str, pk: int) -> Entry | None:
        rows = access.entries_read_by_nso(self.request.user).of_kind(ENTRY_KIND[slug])
        rows = rows.with_details().select_related("organisation", "logged_by")
        return rows.filter(pk=pk).first()

    def _contact(self, pk: int) -> Contact | None:
        rows = access.contacts_read_by_nso(self.request.user)
        rows = rows.select_related("organisation", "logged_by", "kommune__fylke", "fylke")
        rows = rows.prefetch_related("organisations", Prefetch("asked", ASKED))
        return rows.filter(pk=pk).first()


class EntryView(OfEntry, WagtailAdminTemplateMixin, View):  # type: ignore[misc]
    """All that NSO reads of one entry: everything but the private note."""

    template_name = "activity/admin/entry.html"
    header_icon = "list-ul"
    http_method_names = ["get", "head"]

    def get_page_title(self) -> str:
        return news.headline_of(self.row)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("staff_log"), "label": _("Members' log")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        row, pages = self.row, KINDS[kind]
        made = news.draft_of(row) if row.may_be_told else None
        files = Attachment.objects.of(row).in_order() if is_staff(request.user) else ()
        context = self.get_context_data(
            kind=pages,
            row=row,
            told=pages.told(row),
            answers=pages.answers(row) if kind == LogKind.LOBBYING else (),  # type: ignore[attr-defined]
            priorities=list(row.priorities.in_order()),
            attachments=list(files),
            news=made,
            may_write_news=row.may_be_told and made is None and news.may_write_news(request.user),
        )
        return self.render_to_response(context)  # type: ignore[no-any-return]


class NewsView(OfEntry, View):
    """POST makes the draft, and opens it where it is edited."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not news.may_write_news(user):
            raise PermissionDenied
        try:
            page = news.make_draft(row=self.row, by=user)
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("staff_log_entry", kind, pk)
        messages.success(request, _("Here is a draft. Write it out, and send it on."))
        return redirect("wagtailadmin_pages:edit", page.pk)
