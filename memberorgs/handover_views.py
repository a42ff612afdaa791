"""The handover, its note, and what NSO sees: `/medlem/<org>/overlapp/`, `…/hva-nso-ser/`."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from memberorgs import handover as rules
from memberorgs.access import Need, Standing
from memberorgs.actions import NotPossible
from memberorgs.choices import HandoverItem
from memberorgs.handover_forms import AdviceForm
from memberorgs.handover_note import note
from memberorgs.models import Handover
from memberorgs.rooms import in_room, person_in, render_room
from memberorgs.seen import seen

PER_PAGE = 10


@require_safe
@in_room()
def member_handover(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/overlapp/`: the list that one ticks, and the notes of former times."""
    going = rules.open_handover(at.organisation)
    former = Handover.objects.filter(organisation=at.organisation, closed_at__isnull=False)
    context = {
        "handover": going,
        "points": rules.points(at, going) if going else [],
        "former": Paginator(former, PER_PAGE).get_page(request.GET.get("side")),
    }
    return render_room(request, at, "memberorgs/handover.html", context)


@require_POST
@in_room(Need.LEAD)
def begin_handover(request: HttpRequest, at: Standing) -> HttpResponse:
    """Begin one, or find the one that goes on."""
    try:
        rules.begin(organisation=at.organisation, by=person_in(request))
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect("member_handover", at.organisation.code)


@require_POST
@in_room(Need.LEAD)
def close_handover(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """Close it; list and advice stay."""
    rules.close(handover=_handover(at, pk), by=person_in(request))
    messages.success(request, _("The handover is closed. The note stays for those who come."))
    return redirect("member_handover", at.organisation.code)


@require_POST
@in_room()
def tick_point(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """Tick a point (`done` = 1) or take the tick away (0)."""
    if not at.may_hand_over:
        raise Http404
    handover, item = _handover(at, pk), request.POST.get("item", "")
    if item not in HandoverItem.values:
        raise Http404
    try:
        if request.POST.get("done") == "1":
            rules.tick(handover=handover, item=HandoverItem(item), by=person_in(request))
        else:
            rules.untick(handover=handover, item=HandoverItem(item))
    except NotPossible as error:
        messages.error(request, str(error))
    response = redirect("member_handover", at.organisation.code)
    response["Location"] += f"#{item}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@in_room()
def member_handover_note(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/overlapp/erfaringsskriv/`: the newest note. Those who leave write advice into it."""
    newest = Handover.objects.filter(organisation=at.organisation).first()
    may_write = at.leads and newest is not None and newest.closed_at is None
    context: dict[str, Any] = {"may_write": may_write}
    if request.method == "POST":
        if newest is None or not at.leads:
            raise Http404
        form = AdviceForm(request.POST)
        if form.is_valid():
            try:
                rules.save_advice(
                    handover=newest,
                    advice=form.cleaned_data["advice"],
                    read=form.cleaned_data["read"],
                )
            except rules.ChangedMeanwhile as error:
                context |= {"meanwhile": error.now, "form": form.after(error.now)}
            except NotPossible as error:
                # Nothing that was typed is lost: it stands in the form, to be copied.
                form.add_error("advice", str(error))
                context |= {"form": form, "may_write": True}
            else:
                messages.success(request, _("The advice is saved."))
                return redirect("member_handover_note", at.organisation.code)
        else:
            context["form"] = form
    elif may_write and newest is not None:
        context["form"] = AdviceForm.of(newest)
    context["note"] = note(at, newest, is_newest=True)
    return render_room(request, at, "memberorgs/handover_note.html", context)


@require_safe
@in_room()
def former_note(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """`…/overlapp/erfaringsskriv/<pk>/`: what those before left."""
    handover = _handover(at, pk)
    if handover.closed_at is None:
        return redirect("member_handover_note", at.organisation.code)
    context = {"note": note(at, handover, is_newest=False)}
    return render_room(request, at, "memberorgs/handover_note.html", context)


@require_safe
@in_room()
def member_seen(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/hva-nso-ser/`: all that NSO's secretariat sees about the organisation."""
    return render_room(request, at, "memberorgs/seen.html", {"seen": seen(at)})


def _handover(at: Standing, pk: int) -> Handover:
    found: Handover = get_object_or_404(Handover, pk=pk, organisation=at.organisation)
    return found
