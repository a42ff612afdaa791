"""What crawlers may read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=3600)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """A demo is nobody's source; the real site closes its inner rooms only."""
    closed = ["/"] if settings.DEMO else ["/admin/", "/konto/", "/medlem/", "/svar/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    if not settings.DEMO:
        lines += [f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
