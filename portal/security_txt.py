"""Whom to tell about a hole in the portal (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from content.models import SiteFacts
from content.texts import printable

VALID_FOR = timedelta(days=180)
LANGUAGES = ("nb", "en")


def contact() -> str:
    """The address as a URI, from `SECURITY_CONTACT`, else the organisation's e-mail; or nothing."""
    given = settings.SECURITY_CONTACT.strip()
    if not given:
        facts = SiteFacts.objects.filter(site__is_default_site=True).only("email").first()
        given = facts.email if facts else ""
    lines = printable(given).split()
    if not lines:
        return ""
    return lines[0] if ":" in lines[0] else f"mailto:{lines[0]}"


def lacks_contact() -> bool:
    try:
        return not contact()
    except DatabaseError:
        return False


@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt`; without anybody to tell, a file would say nothing: 404."""
    found = contact()
    if not found:
        raise Http404
    expires = timezone.localdate() + VALID_FOR
    lines = [
        f"Contact: {found}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}{reverse('security_txt')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
