"""Which answers are the same for every reader who is not logged in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

MESSAGES_COOKIE = "messages"
# Values of `Vary` that make no difference between readers without cookies.
SAME_FOR_ALL = {"", "cookie", "accept-encoding"}

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def for_readers(*keys: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Decorates a view whose answer is the same for all readers.

    `keys` are those of the query that it reads, of each the last value only: a page is kept once
    for each of their values, whatever else stands in the query.
    """

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def marked(
            request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.reader_keys = keys  # type: ignore[attr-defined]
            return response

        return marked

    return decorate


def is_for_readers(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether anybody may get this answer: marked, and made for one who showed no papers."""
    return (
        getattr(response, "reader_keys", None) is not None
        and request.method in {"GET", "HEAD"}
        and response.status_code in {200, 301, 302}
        and not response.streaming
        and not response.cookies
        and not {"private", "no-store"} & _parts(response.get("Cache-Control", ""))
        and _parts(response.get("Vary", "")) <= SAME_FOR_ALL
        and not shows_papers(request)
    )


def _parts(header: str) -> set[str]:
    return {part.strip().lower() for part in header.split(",")}


def shows_papers(request: HttpRequest) -> bool:
    """Whether an answer may depend on who asks."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or MESSAGES_COOKIE in request.COOKIES
        or "Authorization" in request.headers
    )
