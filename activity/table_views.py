"""The log out of the portal and into it, as a table."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from activity import contact_columns, contact_table
from activity.choices import LogKind
from activity.contact_columns import ContactWords
from activity.forms.tables import ExportForm, ImportForm, kinds, unpacked
from activity.log import Filters, contacts_of, entries_of
from activity.table import apply, lines, plan
from activity.table_columns import Column, columns_of, heading
from activity.table_plans import Plan, TableChanged, TableRefused
from activity.table_words import Words
from foundation.audit.actions import record
from foundation.intake.errors import TableError
from foundation.intake.reading import Table
from foundation.intake.writing import Cell, csv_response, xlsx_response
from memberorgs.access import Need, Standing
from memberorgs.rooms import in_room, person_in, render_room

# Rows and errors that a person reads through on a page.
MOST_SHOWN = 200


@require_safe
@in_room()  # type: ignore[arg-type]
def log_export(request: HttpRequest, at: Standing) -> HttpResponseBase:
    """`…/eksport/`: what to take out; with `?format=` the file, filtered by `type` and `q` as
    the list, and by `fra` and `til`. The note stands in it for the organisation's own people."""
    if "format" not in request.GET:
        form = ExportForm.of_list(request.GET)
        return render_room(request, at, "activity/export.html", {"form": form})
    form = ExportForm(request.GET)
    if not form.is_valid():
        return render_room(request, at, "activity/export.html", {"form": form}, status=422)
    kind = form.cleaned_data["type"]
    asked = Filters(kind=kind, words=form.cleaned_data["q"])
    columns, rows = (_contacts if kind == LogKind.LOBBYING else _entries)(at, form, asked)
    record(
        "log.exported",
        by=person_in(request),
        about=at.organisation,
        organisation=at.organisation.code,
        kind=kind,
    )
    answer = csv_response if form.cleaned_data["format"] == "csv" else xlsx_response
    name = "-".join(filter(None, ["logg", at.organisation.code, kind]))
    return answer(name, [heading(one) for one in columns], rows)


Lines = tuple[list[Column], Iterator[list[Cell]]]


def _entries(at: Standing, form: ExportForm, asked: Filters) -> Lines:
    own = bool(at.terms)
    columns = [one for one in columns_of(asked.kind) if own or one.name != "note"]
    found = entries_of(at, asked).between(*form.days()).newest_first()
    return columns, lines(
        found if own else found.defer("note"),
        columns,
        Words.of(at.organisation),
        language=get_language() or "nb",
        with_notes=own,
    )


def _contacts(at: Standing, form: ExportForm, asked: Filters) -> Lines:
    """Notes stand with those that the organisation logged itself."""
    own = {at.organisation.pk} if at.terms else set()
    columns = [one for one in contact_columns.columns() if own or one.name != "note"]
    found = contacts_of(at, asked).between(*form.days()).with_notes_of(own).newest_first()
    return columns, contact_table.lines(
        found,
        columns,
        ContactWords.of(at.organisation),
        language=get_language() or "nb",
    )


@require_safe
@in_room(Need.WRITE)  # type: ignore[arg-type]
def log_template(request: HttpRequest, at: Standing, kind: str) -> HttpResponseBase:
    """The header of a table of one kind, to fill in; `?format=csv`, else a spreadsheet."""
    if kind not in dict(kinds()):
        raise Http404
    names = [heading(one) for one in _offered(at, kind)]
    answer = csv_response if request.GET.get("format") == "csv" else xlsx_response
    return answer(f"mal-{kind}", names, [])


def _offered(at: Standing, kind: str) -> list[Any]:
    """Columns of the template: campuses only for those who have several."""
    if kind == LogKind.LOBBYING:
        return [one for one in contact_columns.columns() if one.is_offered]
    alone = at.organisation.campuses.count() < 2
    offered = [one for one in columns_of(kind) if one.is_offered]
    return [one for one in offered if not (alone and one.name == "campus")]


@require_http_methods(["GET", "HEAD", "POST"])
@in_room(Need.WRITE)
def log_import(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/importer/`: templates, and a file to look through. Nothing is kept before one has seen
    what it would do, and sent that page's `fingerprint`."""
    if "fingerprint" in request.POST:
        return _do(request, at)
    if request.method != "POST":
        form = ImportForm(initial={"kind": request.GET.get("kind", "")})
        return _ask(request, at, form)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, at, form, status=422)
    kind = form.cleaned_data["kind"]
    found = _plan(at, form.table, kind)
    name = form.cleaned_data["file"].name
    return _show(request, at, found, form.table, kind=kind, name=name, packed=form.packed)


def _plan(at: Standing, table: Table, kind: str) -> Plan:
    if kind == LogKind.LOBBYING:
        return contact_table.plan(at=at, table=table)
    return plan(at=at, table=table, slug=kind)


def _ask(request: HttpRequest, at: Standing, form: ImportForm, status: int = 200) -> HttpResponse:
    words = ContactWords.of(at.organisation)
    explained = [
        (slug, name, [(heading(one), one.takes(words)) for one in _offered(at, slug)])
        for slug, name in kinds()
    ]
    context = {"form": form, "explained": explained}
    return render_room(request, at, "activity/import.html", context, status=status)


def _show(
    request: HttpRequest, at: Standing, found: Plan, table: Table, **sent: str
) -> HttpResponse:
    context = {"plan": found, "table": table, "shown": f":{MOST_SHOWN}", **sent}
    status = 422 if found.errors else 200
    return render_room(request, at, "activity/import_preview.html", context, status=status)


def _do(request: HttpRequest, at: Standing) -> HttpResponse:
    sent = {name: request.POST.get(name, "") for name in ("kind", "name", "packed")}
    kind = sent["kind"] if sent["kind"] in dict(kinds()) else ""
    user, looked_at = person_in(request), request.POST["fingerprint"]
    try:
        table = unpacked(sent["packed"])
    except TableError as error:
        messages.error(request, str(error))
        return redirect("log_import", at.organisation.code)
    try:
        if kind == LogKind.LOBBYING:
            done = contact_table.apply(at=at, table=table, by=user, fingerprint=looked_at)
        else:
            done = apply(at=at, table=table, by=user, slug=kind, fingerprint=looked_at)
    except TableRefused as refused:
        return _show(request, at, refused.plan, table, **sent)
    except TableChanged:
        messages.error(
            request,
            gettext("The log was changed after you looked. Look again, then import."),
        )
        found = _plan(at, table, kind)
        return _show(request, at, found, table, **sent)
    messages.success(
        request,
        gettext("The table is imported: %(new)d new, %(changed)d changed, %(same)d as they were.")
        % {"new": len(done.new), "changed": len(done.changed), "same": done.unchanged},
    )
    return redirect("member_log", at.organisation.code)
