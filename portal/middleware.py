"""What every answer carries, and what no request may carry."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.errors import page_not_found, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]

ADMIN_PREFIX = "/admin/"


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
        admin = request.path.startswith(ADMIN_PREFIX)
        limit = settings.BODY_LIMIT_ADMIN if admin else settings.BODY_LIMIT_PUBLIC
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > limit:
            return too_large(request, limit)
        return self.get_response(request)


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
