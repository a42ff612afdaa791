"""All addresses of the portal, and `/feil/500/` and the like, which fail as their number says."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.urls import path

from portal import errors
from portal.urls import (  # noqa: F401
    handler400,
    handler403,
    handler404,
    handler500,
)
from portal.urls import (
    urlpatterns as portal_urls,
)

FAULTS = {
    400: SuspiciousOperation("odd"),
    403: PermissionDenied(),
    500: ValueError("broken on purpose"),
    503: OperationalError("the database is away"),
}


def fail(request, status):
    if status == 413:
        return errors.too_large(request, 10 * 1024 * 1024)
    raise FAULTS[status]


urlpatterns = [
    *i18n_patterns(path("feil/<int:status>/", fail), prefix_default_language=False),
    *portal_urls,
]
