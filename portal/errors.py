"""Error pages that help. They must render while the database is away."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# In the environment of a request: the answer stands in for a page that needs the database.
DATABASE_AWAY = "portal.database_away"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key has run out (a long pause, a new log-in in another tab)."""
    return render(request, "403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """`limit` in bytes."""
    response = render(request, "413.html", {"limit_mb": limit // 1024 // 1024}, status=413)
    response.headers["Connection"] = "close"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database is away for a while, which the page cache is told."""
    if _is_away(sys.exception()):
        request.META[DATABASE_AWAY] = True
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = "30"
        return response
    return render(request, "500.html", status=500)


def _is_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False
