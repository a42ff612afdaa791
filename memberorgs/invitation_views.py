"""How people get in: the page behind the link of an invitation, and asking for access.

The link of an invitation is its key, so the page tells nobody where a reader comes from, is never
kept, and does nothing until a button is pressed: mail scanners open links.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from memberorgs import actions
from memberorgs.models import Invitation, Term, User
from memberorgs.people_forms import MAY, AskForAccessForm, NewPersonForm, OwnAddressForm
from memberorgs.rooms import address_if_there, posted

# amount/period/per: `ip` the network address, `key` the address of mail, or everybody.
ASKING = {"ask": "10/h/ip,3/d/key", "ask_everybody": "200/d/key"}
APP = "memberorgs"

View = Callable[..., HttpResponseBase]


class OwnPagesCsrf(CsrfViewMiddleware):
    """Django's check of the form's key, for a page that sends no referrer.

    From such a page a browser calls the origin of a form "null", which says nothing; the key in the
    form and its cookie are compared as everywhere.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META.get("HTTP_ORIGIN") == "null":
            return True
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]
        return verified


def tells_nobody(view: View) -> View:
    """No other site, log or cache learns the address of the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@csrf_exempt
@tells_nobody
@decorator_from_middleware(OwnPagesCsrf)
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """`/konto/invitasjon/<secret>/`: who invites to what; a button accepts.

    Reading it in any way changes nothing.
    """
    found = actions.find_invitation(secret)
    if found is None:
        return render(request, "memberorgs/invitation_unknown.html", status=404)
    if request.method == "OPTIONS":
        return HttpResponse(headers={"Allow": "GET, HEAD, OPTIONS, POST"})
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, OPTIONS, POST"})
    if reason := actions.why_closed(found):
        return _closed(request, found, reason)
    if request.method == "POST":
        press = PRESSES.get(request.POST.get("press", ""))
        if press is not None:
            return press(request, found)
    return _page(request, found)


def _page(request: HttpRequest, found: Invitation, **forms: Any) -> HttpResponse:
    """The open invitation, for whoever reads it."""
    holder = actions.holder_of(found)
    reader: Any = request.user if request.user.is_authenticated else None
    shared = found.shared_mailbox or (holder is not None and holder.shared_mailbox)
    if reader is not None and reader.email != found.email:
        state = "another"
    elif shared and not (holder and actions.works_for_nso(holder)):
        state = "shared"
    elif reader is not None:
        state = "own"
    elif holder is None:
        state = "new"
    elif actions.works_for_nso(holder):
        # Such a log-in takes more than a link. No `next=`: an address there ends up in logs.
        state = "nso"
    else:
        state = "known"
    context = {
        "invitation": found,
        "organisation": found.organisation,
        "state": state,
        "holder": holder,
        "may": MAY[found.role],  # type: ignore[index]
        "new_form": forms.get("new_form")
        or NewPersonForm(initial={"language": found.organisation.language}),
        "own_form": forms.get("own_form") or OwnAddressForm(),
        "problem": forms.get("problem", ""),
    }
    return render(request, "memberorgs/invitation.html", context)


def _closed(request: HttpRequest, found: Invitation, reason: str) -> HttpResponse:
    """Why it can't be accepted, and the way on. Whoever accepted it is let in."""
    if reason == "used" and _is_holder(request, found.term):
        return _to_room(found)
    context = {
        "reason": reason,
        "why": actions.CLOSED_WORDS[reason],
        "invitation": found,
        "organisation": found.organisation,
        "my_data": address_if_there("my_data"),
    }
    return render(request, "memberorgs/invitation_closed.html", context, status=410)


def _is_holder(request: HttpRequest, term: Term | None) -> bool:
    return term is not None and request.user.pk == term.person_id


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Whoever has a log-in accepts; a visitor is logged in first, second factor included."""
    if not request.user.is_authenticated:
        holder = actions.holder_of(found)
        if holder is None or actions.works_for_nso(holder):
            return _page(request, found)
        answer = _log_in(request, holder, request.path)
        if not request.user.is_authenticated:
            return answer
    person: Any = request.user
    try:
        actions.accept(invitation=found, by=person)
    except actions.NotPossible as error:
        return _again(request, found, str(error))
    messages.success(request, _("Welcome! You have accepted the invitation."))
    return _to_room(found, person.language)


def _accept_as_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Whoever has no log-in gets one, and is in."""
    form = NewPersonForm(request.POST)
    if request.user.is_authenticated and request.user.email != found.email:
        return _page(request, found)
    if not form.is_valid():
        return _page(request, found, new_form=form)
    try:
        person, _term = actions.accept_as_new(invitation=found, **form.cleaned_data)
    except actions.NotPossible as error:
        return _again(request, found, str(error), new_form=form)
    if request.user.is_authenticated:
        # The one who read the shared mailbox before was still logged in here.
        get_adapter(request).logout(request)
    _log_in(request, person, request.path)
    messages.success(
        request,
        _("Welcome! You have a log-in now, with the address %(email)s.") % {"email": person.email},
    )
    return _to_room(found, person.language)


def _move(request: HttpRequest, found: Invitation) -> HttpResponse:
    """The invitation goes to the person's own address instead."""
    form = OwnAddressForm(request.POST)
    if form.is_valid():
        try:
            moved = actions.move(invitation=found, email=form.cleaned_data["email"])
        except actions.NotPossible as error:
            form.add_error("email", str(error))
        else:
            return render(request, "memberorgs/invitation_moved.html", {"invitation": moved})
    return _page(request, found, own_form=form)


def _log_out(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Somebody else is logged in here; the page shows the invitation to whoever opened it."""
    get_adapter(request).logout(request)
    return redirect(request.path)


PRESSES: dict[str, Callable[[HttpRequest, Invitation], HttpResponse]] = {
    "accept": _accept,
    "new": _accept_as_new,
    "move": _move,
    "log_out": _log_out,
}


def _again(request: HttpRequest, found: Invitation, problem: str, **forms: Any) -> HttpResponse:
    """Somebody was faster, or it can't be done: what is true now."""
    now = Invitation.objects.select_related(
        "organisation", "campus__kommune", "invited_by", "term"
    ).get(pk=found.pk)
    if reason := actions.why_closed(now):
        return _closed(request, now, reason)
    if now.digest != found.digest:
        return _closed(request, now, "renewed")
    return _page(request, now, problem=problem, **forms)


def _log_in(request: HttpRequest, person: User, then: str) -> HttpResponse:
    """Through all of allauth's stages, so that a second factor is asked for.

    The link was mailed to the person's address and works once: it proves what a mailed code does.
    """
    record_authentication(request, person, method="code", email=person.email)
    answer: HttpResponse = perform_login(
        request, Login(user=person, redirect_url=then, email=person.email)
    )
    return answer


def _to_room(found: Invitation, language: str | None = None) -> HttpResponse:
    if language is None:
        return redirect("member_home", found.organisation.code)
    with override(language):
        return redirect(reverse("member_home", args=[found.organisation.code]))


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_access(request: HttpRequest) -> HttpResponse:
    """`/konto/spor-om-tilgang/`: the answer is the same whatever is known about who asks."""
    form = AskForAccessForm(posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        if _asks_too_often(request, filled["email"]):
            form.add_error(
                None,
                _(
                    "That was many requests in a row, so we have stopped for a while. What you "
                    "wrote is still here. Try again later, or write to NSO's secretariat."
                ),
            )
            status = 429
        else:
            actions.ask_for_access(**filled)
            return redirect("asked_for_access")
    return render(request, "memberorgs/ask_for_access.html", {"form": form}, status=status)


@require_safe
def asked_for_access(request: HttpRequest) -> HttpResponse:
    """Thanks, and when an answer comes."""
    return render(request, "memberorgs/asked_for_access.html")


def _asks_too_often(request: HttpRequest, email: str) -> bool:
    mine = ratelimit.consume(request, app=APP, action="ask", config=ASKING, key=email.lower())
    if not mine:
        return True
    return not ratelimit.consume(
        request, app=APP, action="ask_everybody", config=ASKING, key="everybody"
    )
