"""What every template may ask for."""

from django.conf import settings
from django.http import HttpRequest

from content.languages import reader_language


def portal(request: HttpRequest) -> dict[str, object]:
    return {
        "DEMO": settings.DEMO,
        "BASE_URL": settings.BASE_URL,
        "READER": reader_language(request),
    }
