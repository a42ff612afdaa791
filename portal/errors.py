"""Error pages that help. They must render while the database is away."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from content.languages import split

# In the environment of a request: the answer stands in for a page that needs the database.
DATABASE_AWAY = "portal.database_away"


def _page(request: HttpRequest, status: int, template: str = "", **context: Any) -> HttpResponse:
    """In the language of the address, also where no middleware has come to it yet."""
    language, _ = split(request.path_info)
    request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
    with translation.override(language):
        return render(request, template or f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key has run out (a long pause, a new log-in in another tab).

    A form of the members' rooms is shown again with what was typed; where it belonged to somebody
    else than who is logged in now, its words stand on the page to be copied.
    """
    # Beat reads this module, and loads one app only.
    from foundation.intake import held

    if held.comes_from_us(request) and held.hold(request):
        return redirect(request.get_full_path())
    return _page(request, 403, "403_csrf.html", words=held.words_in(request))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """`limit` in bytes."""
    response = _page(request, 413, limit_mb=limit // 1024 // 1024)
    response.headers["Connection"] = "close"
    return response


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """After so many tries in a row. The limits count over five minutes at most, but for one."""
    response = _page(request, 429)
    response.headers["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database is away for a while, which the page cache is told."""
    if _is_away(sys.exception()):
        request.META[DATABASE_AWAY] = True
        response = _page(request, 503)
        response.headers["Retry-After"] = "30"
        return response
    return _page(request, 500)


def _is_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False
