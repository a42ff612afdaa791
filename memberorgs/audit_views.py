"""The audit log as staff read it: searched, never edited."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.views.reports import ReportView

from foundation.audit import events, facts
from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from foundation.intake.writing import Cell, csv_response, xlsx_response
from memberorgs.models import User

READ = "audit.view_auditentry"
BATCH = 500


def event_choices() -> list[tuple[str, str]]:
    known = ((code, str(words)) for code, words in events.known().items())
    return sorted(known, key=lambda choice: choice[1].casefold())


class AuditFilters(WagtailFilterSet):  # type: ignore[misc]
    event = django_filters.ChoiceFilter(label=gettext_lazy("What"), choices=event_choices)
    person = django_filters.CharFilter(
        label=gettext_lazy("Person: e-mail address or number"), method="about_person"
    )
    organisation = django_filters.CharFilter(
        label=gettext_lazy("Organisation: its code"), method="in_organisation"
    )
    at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("When"), widget=DateRangePickerWidget
    )

    class Meta:
        model = AuditEntry
        fields: ClassVar[list[str]] = []

    def about_person(self, found: Any, name: str, said: str) -> Any:
        """What the person did, and what was done to them. Nobody found: nothing shown."""
        said = said.strip()
        if said.isascii() and said.isdigit() and len(said) <= 18:
            number = int(said)
        else:
            email = User.objects.normalize_email(said)
            number = User.objects.filter(email=email).values_list("pk", flat=True).first() or 0
        return found.filter(Q(actor_id=number) | Q(person_id=number))

    def in_organisation(self, found: Any, name: str, said: str) -> Any:
        return found.in_organisation(said.strip().lower())


class AuditLogView(ReportView):  # type: ignore[misc]
    """Newest first. Names are looked up for the page that is shown; the log has numbers alone."""

    page_title = gettext_lazy("Audit log")
    header_icon = "history"
    results_template_name = "memberorgs/admin/audit_results.html"
    index_url_name = "audit_log"
    index_results_url_name = "audit_log_results"
    filterset_class = AuditFilters
    model = AuditEntry
    paginate_by = 50
    export_filename = "logg"
    verbose_name_plural = gettext_lazy("entries of the audit log")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(READ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before Wagtail makes a table of all rows.
        if self.is_export:
            return self._exported(request.GET["export"])
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    @cached_property
    def show_export_buttons(self) -> bool:
        return True

    def get_base_queryset(self) -> Any:
        return AuditEntry.objects.newest_first()

    def decorate_paginated_queryset(self, object_list: Any) -> list[AuditEntry]:
        return with_names(object_list)

    def _exported(self, file_format: str) -> HttpResponseBase:
        found = self.get_filtered_queryset()
        # Fixed before the export's own entry, which is none of what was asked for.
        newest = found.values_list("pk", flat=True).order_by("-pk").first() or 0
        found = found.filter(pk__lte=newest)
        record("audit.exported", by=self.request.user, rows=found.count(), format=file_format)
        respond = csv_response if file_format == self.FORMAT_CSV else xlsx_response
        header = [
            _("When"),
            _("What"),
            _("By"),
            _("About the person"),
            _("Member organisation"),
            _("Details"),
            _("Network address"),
        ]
        return respond(self.export_filename, header, _lines(found))


def with_names(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """The entries with `actor`, `person` and `details` in words; one query.

    A person is the name that they have now, or a number where nobody has it.
    """
    found = list(entries)
    numbers = {entry.actor_id for entry in found} | {entry.person_id for entry in found}
    people = User.objects.in_bulk([number for number in numbers if number is not None])

    def name(number: int | None) -> str:
        if number is None:
            return ""
        return str(people[number]) if number in people else _("no. %(number)d") % {"number": number}

    for entry in found:
        entry.actor, entry.person = name(entry.actor_id), name(entry.person_id)  # type: ignore[attr-defined]
        entry.details = facts.in_words(entry)  # type: ignore[attr-defined]
    return found


def _lines(found: Any) -> Iterator[list[Cell]]:
    batch: list[AuditEntry] = []
    for entry in found.iterator(chunk_size=BATCH):
        batch.append(entry)
        if len(batch) == BATCH:
            yield from map(_line, with_names(batch))
            batch = []
    yield from map(_line, with_names(batch))


def _line(entry: Any) -> list[Cell]:
    return [
        timezone.localtime(entry.at),
        str(entry),
        entry.actor,
        entry.person,
        entry.organisation,
        entry.details,
        entry.address,
    ]
