"""What stands before the views of the log-in: limits, even answers, a fresh log-in."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from memberorgs.account import devices

View = Callable[..., HttpResponse]


def even(view: View) -> View:
    """A POST is answered no sooner than EVEN_ANSWER_SECONDS after it came.

    To write a mail for a known address takes some milliseconds more than to write none for an
    unknown one. How many requests can wait so at once is held down by the rate limits.
    """

    @wraps(view)
    def evenly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        begun = time.perf_counter()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(max(0.0, settings.EVEN_ANSWER_SECONDS - (time.perf_counter() - begun)))
        return response

    return evenly


def held_down(action: str) -> Callable[[View], View]:
    """Counts POSTs of all strangers together; too many are answered with 429.

    A browser that has logged in before is not held up by what strangers do.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not devices.has_been_here(request):
                refused = ratelimit.consume_or_429(request, action=action, key="everybody")
                if refused:
                    return refused
            return view(request, *args, **kwargs)

        return counted

    return decorate


def fresh_log_in(view: View) -> View:
    """For what matters: asks one who has neither password nor factor to log in once more.

    allauth asks the others again (`reauthentication_required`), and lets these through.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not get_reauthentication_flows(user):
            times = [one["at"] for one in get_authentication_records(request, user)]
            if not times or time.time() - max(times) > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                way_on = request.get_full_path() if request.method == "GET" else request.path
                return render(request, "account/log_in_anew.html", {"way_on": way_on})
        return view(request, *args, **kwargs)

    return guarded
