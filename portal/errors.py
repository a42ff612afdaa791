"""Error pages that help. They must render while the database is away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from content.languages import split


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
    """The form's key has run out (a long pause, a new log-in in another tab)."""
    return _page(request, 403, "403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """`limit` in bytes."""
    response = _page(request, 413, limit_mb=limit // 1024 // 1024)
    response.headers["Connection"] = "close"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
