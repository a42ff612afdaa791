"""How long a log-in lasts, and the second factor before /admin/."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from memberorgs.account import second_factor, sessions

GetResponse = Callable[[HttpRequest], HttpResponse]

# `path_info`, never `path`: the latter begins with whatever prefix a request made up.
ADMIN_PREFIX = "/admin/"


class SessionLifetimeMiddleware:
    """Ends a log-in that has run out, before anything is shown to it; notes the others' visit."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie there is nothing to ask for, and no query.
        if request.session.session_key and request.user.is_authenticated:
            if sessions.has_run_out(request.session, request.user):
                logout(request)
            else:
                sessions.refresh(request.session)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Whoever's role asks for two factors sets them up, or shows them, before /admin/ opens.

    Stands before all of it, side doors included. Runs behind the door that hides /admin/ from
    those who have no business there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path_info.startswith(ADMIN_PREFIX)
            and request.user.is_authenticated
            and (step := second_factor.next_step(request))
        ):
            way_on = request.get_full_path() if request.method == "GET" else ADMIN_PREFIX
            request.session[second_factor.WAY_ON] = way_on
            if not second_factor.has_one(request.user):  # type: ignore[arg-type]
                messages.info(request, _("Your role needs two steps at log-in. Set them up here."))
                return HttpResponseRedirect(step)
            return HttpResponseRedirect(f"{step}?{urlencode({'next': way_on})}")
        return self.get_response(request)
