"""What every answer carries, and what no request may carry."""

import re
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.datastructures import MultiValueDictKeyError

from content.caching import is_for_readers, shows_papers
from content.languages import split
from foundation.audit.actions import record
from portal.errors import bad_request, page_not_found, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]

ADMIN_PREFIX = "/admin/"
# Lists that record their export with what was filtered.
TELL_THEMSELVES = ("/admin/medlemslag/", "/admin/rapporter/logg/")

# A cache in front may go on while the portal is away.
FOR_READERS = "public, max-age=60, stale-if-error=86400"
FOR_MEDIA = "public, max-age=86400"
NOT_KEPT = "private, no-store"


class HeadersMiddleware:
    """Headers that neither Django nor the policy libraries set, on every answer.

    Outermost, so that files, errors and redirects carry them too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.DEMO:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


class CacheControlMiddleware:
    """Says of every answer who may keep it, and for how long.

    Public is what a view marked with `for_readers`, what it declared public itself, and files; all
    else is for the one who asked, or for nobody. Outermost, so that it sees the cookies.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: Any = self.get_response(request)
        if request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            self._file(request, response)
        elif is_for_readers(request, response):
            if "public" not in response.get("Cache-Control", ""):
                response.headers["Cache-Control"] = FOR_READERS
            # One copy for all who show no papers; those who do get `private`.
            response.headers.pop("Vary", None)
        else:
            response.reader_keys = None
            if not self._is_open(request, response):
                response.headers["Cache-Control"] = NOT_KEPT
        return response  # type: ignore[no-any-return]

    def _file(self, request: HttpRequest, response: HttpResponse) -> None:
        if response.status_code >= 400:
            response.headers["Cache-Control"] = NOT_KEPT
        elif request.path.startswith(settings.MEDIA_URL):
            response.headers.setdefault("Cache-Control", FOR_MEDIA)

    def _is_open(self, request: HttpRequest, response: HttpResponse) -> bool:
        """Whether what a view itself said of an answer without a mark may stand."""
        said = response.get("Cache-Control", "")
        if "no-store" in said:
            return True
        return (
            "public" in said
            and response.status_code < 400
            and not response.cookies
            and not shows_papers(request)
        )


class CompressionMiddleware(GZipMiddleware):
    """Compresses text. What is the same for all readers, the page cache compresses once."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if is_for_readers(request, response) or not (
            kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
        ):
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]


class PolicyMiddleware(CSPMiddleware):
    """The strict content security policy; Wagtail's admin gets one of its own under /admin/."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN_PREFIX) and parts.replace is None:
            parts.replace = settings.ADMIN_SECURITY_POLICY
        return parts


class BodyLimitMiddleware:
    """Refuses a body by its declared length, before a byte of it is read to disk.

    A body without a length (chunked) reads as empty under WSGI, so it needs no limit here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = self._limit(request)
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > limit:
            return too_large(request, limit)
        return self.get_response(request)

    def _limit(self, request: HttpRequest) -> int:
        """In bytes."""
        if request.path.startswith(ADMIN_PREFIX):
            return settings.BODY_LIMIT_ADMIN
        _language, path = split(request.path)
        # Forms are read before anybody asks who sent them, so a stranger's must be small.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and re.match(
            settings.UPLOAD_ADDRESSES, path
        ):
            return settings.BODY_LIMIT_UPLOAD
        return settings.BODY_LIMIT_PUBLIC


class AdminDoorMiddleware:
    """For a logged-in person without the right, the admin does not exist.

    Wagtail would send them to the log-in page, which sends them back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            request.path.startswith(ADMIN_PREFIX)
            and user.is_authenticated
            and not user.has_perm("wagtailadmin.access_admin")
        ):
            return page_not_found(request)
        return self.get_response(request)


class HalfFormMiddleware:
    """A form that lacks a field that every browser sends is a bad request, not our fault.

    Wagtail's editor reads such fields without asking whether they came.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return bad_request(request, error) if isinstance(error, MultiValueDictKeyError) else None


class ExportMiddleware:
    """Whoever takes a list of the admin out as a file is in the audit log.

    Lists that tell more about their own export, such as what was filtered, record it themselves.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.GET.get("export")
            and request.path.startswith(ADMIN_PREFIX)
            and not request.path.startswith(TELL_THEMSELVES)
            and "attachment" in response.get("Content-Disposition", "")
        ):
            record("admin.exported", by=request.user, path=request.path[:200])
        return response
