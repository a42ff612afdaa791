"""People of one organisation: who may what, invitations, terms, requests, history."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from memberorgs import actions
from memberorgs.access import Need, Standing
from memberorgs.choices import RANK, Role
from memberorgs.history import history_of
from memberorgs.models import AccessRequest, Invitation, Term
from memberorgs.people_forms import (
    MAY,
    EndForm,
    InviteForm,
    InviteManyForm,
    NewOfficeForm,
    OfficeForm,
    ProlongForm,
)
from memberorgs.rooms import in_room, person, posted, render_room

PER_PAGE = 25
# On the page of people; all of them stand on pages of their own.
INVITATIONS, REQUESTS = 5, 5

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@in_room()
def people(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/`: who has a term now or soon; for leaders what waits for them too."""
    terms = _terms(at).running().filter(ends__gte=at.day).order_by(_by_rank(), "begins", "pk")
    context: dict[str, Any] = {
        "part": _part(request, terms),
        "may": [(role.label, words) for role, words in MAY.items()],
    }
    if at.may_lead:
        requests = _requests(at)
        invitations = _invitations(at)
        context |= {
            "requests": list(requests[:REQUESTS]),
            "invitations": list(invitations[: INVITATIONS + 1]),
            "shown": INVITATIONS,
            "now": timezone.now(),
        }
    return render_room(request, at, "memberorgs/people.html", context)


@require_safe
@in_room()
def earlier_people(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/tidligere/`: whose terms are over."""
    terms = _terms(at).over_on(at.day).order_by("-ends", "pk")
    return render_room(
        request, at, "memberorgs/earlier_people.html", {"part": _part(request, terms)}
    )


@require_safe
@in_room()
def history(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/historikk/`: who gave whom which right, from the audit log."""
    part, rows = history_of(at, request.GET.get("side"), PER_PAGE)
    return render_room(request, at, "memberorgs/history.html", {"part": part, "rows": rows})


@require_safe
@in_room(Need.LEAD)
def invitations(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/invitasjoner/`: all that nobody has answered, expired ones included."""
    context = {"part": _part(request, _invitations(at)), "now": timezone.now()}
    return render_room(request, at, "memberorgs/invitations.html", context)


@require_safe
@in_room(Need.LEAD)
def access_requests(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/sporsmal/`: all that wait for an answer."""
    context = {"part": _part(request, _requests(at))}
    return render_room(request, at, "memberorgs/access_requests.html", context)


@form_methods
@in_room(Need.LEAD)
def invite(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/inviter/`: one person."""
    form = InviteForm(posted(request), organisation=at.organisation)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(
                organisation=at.organisation,
                email=form.cleaned_data["email"],
                office=form.office,
                by=person(request),
                shared_mailbox=form.cleaned_data["shared_mailbox"],
            )
        except actions.NotPossible as error:
            form.add_error("email", str(error))
            status = _status(error)
        else:
            messages.success(
                request, _("The invitation is on its way to %(email)s.") % {"email": made.email}
            )
            return redirect("member_people", at.organisation.code)
    return render_room(request, at, "memberorgs/invite.html", {"form": form}, status)


@form_methods
@in_room(Need.LEAD)
def invite_many(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/folk/inviter/flere/`: up to twenty people at once, all or nobody."""
    form = InviteManyForm(posted(request), organisation=at.organisation)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite_many(
                organisation=at.organisation,
                emails=form.cleaned_data["emails"],
                office=form.office,
                by=person(request),
            )
        except actions.NotForAll as error:
            form.add_reasons(error.reasons)
        except actions.NotPossible as error:
            form.add_error("emails", str(error))
            status = _status(error)
        else:
            messages.success(
                request,
                ngettext(
                    "%(number)d invitation is on its way.",
                    "%(number)d invitations are on their way.",
                    len(made),
                )
                % {"number": len(made)},
            )
            return redirect("member_people", at.organisation.code)
    return render_room(request, at, "memberorgs/invite_many.html", {"form": form}, status)


@require_POST
@in_room(Need.LEAD)
def renew_invitation(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """Send a new link; the old one stops working."""
    invitation = get_object_or_404(Invitation, pk=pk, organisation=at.organisation)
    try:
        actions.renew(invitation=invitation, by=person(request))
    except actions.NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("A new link is on its way to %(email)s. The old one no longer works.")
            % {"email": invitation.email},
        )
    return redirect("member_people", at.organisation.code)


@require_POST
@in_room(Need.LEAD)
def revoke_invitation(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """Withdraw it."""
    invitation = get_object_or_404(Invitation, pk=pk, organisation=at.organisation)
    try:
        actions.revoke(invitation=invitation, by=person(request))
    except actions.NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email},
        )
    return redirect("member_people", at.organisation.code)


@form_methods
@in_room(Need.LEAD)
def change_term(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """`…/folk/<pk>/`: role, title, days and campus of a term that is not over."""
    term = _open_term(at, pk)
    initial = {
        "role": term.role,
        "title": term.title,
        "begins": term.begins,
        "ends": term.ends,
        "campus": term.campus_id,
    }
    form = OfficeForm(posted(request), organisation=at.organisation, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_term(term=term, office=form.office, by=person(request))
        except actions.NotPossible as error:
            form.add_error("ends", str(error))
        else:
            messages.success(request, _("The term is changed."))
            return redirect("member_people", at.organisation.code)
    context = {
        "form": form,
        "term": term,
        "may_prolong": _may_prolong(at, term) and not actions.is_relieved(term),
    }
    return render_room(request, at, "memberorgs/change_term.html", context)


@form_methods
@in_room(Need.LEAD)
def end_term(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """`…/folk/<pk>/avslutt/`: says what will happen, and does it."""
    term = _open_term(at, pk)
    is_last = actions.is_last_leader(term)
    form = EndForm(posted(request), must=is_last)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_term(term=term, by=person(request), reason=form.cleaned_data["reason"])
        except actions.NotPossible as error:
            form.add_error("reason", str(error))
        else:
            messages.success(
                request, _("The term of %(person)s has ended.") % {"person": term.person}
            )
            if term.person_id == request.user.pk:
                # There may be no way back into this room.
                return redirect("member_list")
            return redirect("member_people", at.organisation.code)
    context = {"form": form, "term": term, "is_last": is_last, "own": _is_own(at, term)}
    return render_room(request, at, "memberorgs/end_term.html", context)


@form_methods
@in_room(Need.LEAD)
def prolong_term(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """`…/folk/<pk>/forleng/`: the own term of a leader, when nobody is elected yet."""
    term = _open_term(at, pk)
    if not _may_prolong(at, term):
        raise Http404
    form = ProlongForm(posted(request), term=term, initial={"until": term.latest_end})
    if request.method == "POST" and form.is_valid():
        try:
            longer = actions.prolong(
                term=term, until=form.cleaned_data["until"], by=person(request)
            )
        except actions.NotPossible as error:
            form.add_error("until", str(error))
        else:
            messages.success(request, _("Your term is prolonged."))
            return redirect("member_people", longer.organisation.code)
    return render_room(request, at, "memberorgs/prolong_term.html", {"form": form, "term": term})


@form_methods
@in_room(Need.LEAD)
def answer_request(request: HttpRequest, at: Standing, pk: int) -> HttpResponse:
    """`…/folk/sporsmal/<pk>/`: what somebody wrote, and yes or no to it."""
    asked = get_object_or_404(AccessRequest, pk=pk, organisation=at.organisation)
    if asked.decided_at is not None:
        messages.info(request, _("Somebody has answered this request already."))
        return redirect("member_people", at.organisation.code)
    form = NewOfficeForm(
        posted(request), organisation=at.organisation, initial={"title": asked.title}
    )
    status = 200
    if request.method == "POST" and request.POST.get("answer") == "no":
        try:
            actions.refuse_access(asked=asked, by=person(request))
        except actions.NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(name)s gets a mail about it.") % {"name": asked.name})
        return redirect("member_people", at.organisation.code)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_access(asked=asked, office=form.office, by=person(request))
        except actions.NotPossible as error:
            form.add_error(None, str(error))
            status = _status(error)
        else:
            messages.success(
                request, _("The invitation is on its way to %(email)s.") % {"email": asked.email}
            )
            return redirect("member_people", at.organisation.code)
    return render_room(
        request, at, "memberorgs/answer_request.html", {"form": form, "asked": asked}, status
    )


def _terms(at: Standing) -> Any:
    rows = Term.objects.filter(organisation=at.organisation)
    return rows.select_related("person", "campus__kommune")


def _by_rank() -> Case:
    """Those with the most rights first."""
    return Case(
        *(When(role=role, then=Value(-RANK[role])) for role in Role),
        output_field=IntegerField(),
    )


def _open_term(at: Standing, pk: int) -> Term:
    rows = _terms(at).running().filter(ends__gte=at.day)
    found: Term = get_object_or_404(rows, pk=pk)
    return found


def _is_own(at: Standing, term: Term) -> bool:
    return term.pk in {own.pk for own in at.terms}


def _may_prolong(at: Standing, term: Term) -> bool:
    return (
        _is_own(at, term)
        and term.role == Role.LEADER
        and term.is_active(at.day)
        and term.days_left_to_prolong > 0
    )


def _invitations(at: Standing) -> Any:
    rows = Invitation.objects.filter(organisation=at.organisation).unanswered()
    return rows.select_related("invited_by").order_by("-sent_at", "pk")


def _requests(at: Standing) -> Any:
    rows = AccessRequest.objects.filter(organisation=at.organisation).undecided()
    return rows.order_by("asked_at", "pk")


def _part(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("side"))


def _status(error: actions.NotPossible) -> int:
    return 429 if isinstance(error, actions.TooMany) else 200
