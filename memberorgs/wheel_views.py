"""The year's wheel of an organisation: `/medlem/<org>/kalender/`."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.languages import SOURCE, in_language
from content.texts import absolute
from memberorgs import wheel
from memberorgs.access import Need, Standing
from memberorgs.actions import NotPossible
from memberorgs.date_forms import OwnDateForm
from memberorgs.models import CalendarLink, OrganisationDate
from memberorgs.models.dates import UNDO_DAYS
from memberorgs.rooms import in_room, person_in, render_room
from memberorgs.sections import kinds_of_entries

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@in_room()
def member_calendar(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/kalender/`: the next twelve months, or `?aar=` of studies; `?type=` one kind of date.

    What makes no sense shows all of it.
    """
    kinds, years = kinds_of_entries(), wheel.study_years(at.day)
    kind = request.GET.get("type", "")
    kind = kind if kind in kinds else ""
    asked = request.GET.get("aar", "")
    year = next((year for year in years if str(year) == asked), None)
    span = wheel.next_months(at.day) if year is None else wheel.study_year(year)
    link = CalendarLink.objects.filter(organisation=at.organisation, person=person_in(request))
    context = {
        "months": wheel.months(at, span, kind),
        "span": span,
        "kinds": kinds,
        "kind": kind,
        "years": [(year, f"{year}/{year + 1}") for year in years],
        "link": link.first(),
        "taken_away": wheel.taken_away(at.organisation) if at.may_write else [],
        "undo_days": UNDO_DAYS,
    }
    return render_room(request, at, "memberorgs/calendar.html", context)


@form_methods
@in_room(Need.WRITE)
def add_date(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/kalender/ny/`: a date of the organisation's own."""
    form = OwnDateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wheel.add(organisation=at.organisation, facts=form.facts, by=person_in(request))
        except NotPossible as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("The date is in your calendar."))
            return redirect("member_calendar", at.organisation.code)
    return render_room(request, at, "memberorgs/date_form.html", {"form": form})


@form_methods
@in_room(Need.WRITE)
def change_date(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """`…/kalender/<pk>/`: change it, or take it away."""
    own = _date(at, pk)
    form = OwnDateForm.of(own, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            wheel.change(own=own, facts=form.facts)
        except NotPossible as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("The date is changed."))
            return redirect("member_calendar", at.organisation.code)
    return render_room(request, at, "memberorgs/date_form.html", {"form": form, "own": own})


@require_POST
@in_room(Need.WRITE)
def remove_date(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """Take it away; it can be put back for some weeks."""
    wheel.remove(own=_date(at, pk), by=person_in(request))
    messages.success(
        request,
        _("The date is taken away. At the end of the page you can put it back."),
    )
    return redirect("member_calendar", at.organisation.code)


@require_POST
@in_room(Need.WRITE)
def put_date_back(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """Undo taking it away."""
    since = timezone.now() - timedelta(days=UNDO_DAYS)
    gone = OrganisationDate.objects.filter(organisation=at.organisation).removed_since(since)
    wheel.put_back(own=get_object_or_404(gone, pk=pk), by=person_in(request))
    messages.success(request, _("The date is back in your calendar."))
    return redirect("member_calendar", at.organisation.code)


@form_methods
@in_room()
def calendar_link(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/kalender/lenke/`: make the secret address, or a new one; it is shown this once.

    `drop` ends it instead.
    """
    if request.method != "POST":
        return redirect("member_calendar", at.organisation.code)
    if "drop" in request.POST:
        wheel.drop_link(organisation=at.organisation, person=person_in(request))
        messages.success(request, _("The address no longer works."))
        return redirect("member_calendar", at.organisation.code)
    had_one = CalendarLink.objects.filter(organisation=at.organisation, person=person_in(request))
    is_renewed = had_one.exists()
    secret = wheel.new_link(organisation=at.organisation, person=person_in(request))
    # One address for all languages: the calendar speaks the person's own.
    path = in_language(reverse("member_calendar_feed", args=[secret]), SOURCE)
    address = absolute(path)
    context: dict[str, Any] = {
        "address": address,
        "is_renewed": is_renewed,
        "subscribe": f"webcal://{address.partition('://')[2]}",
    }
    return render_room(request, at, "memberorgs/calendar_link.html", context)


def _date(at: Standing, pk: int) -> OrganisationDate:
    own = OrganisationDate.objects.filter(organisation=at.organisation).there()
    found: OrganisationDate = get_object_or_404(own, pk=pk)
    return found
