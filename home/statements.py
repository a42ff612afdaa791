"""What the portal states of itself: privacy and accessibility. Their words stand in templates."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from content.caching import for_readers
from home.accessibility import NEWER, Where, known

# The words of the privacy statement stand in code, and change with what the code keeps.
PRIVACY_SINCE = date(2026, 11, 25)


@require_safe
@for_readers()
def privacy(request: HttpRequest) -> HttpResponse:
    """`/personvern/`: what the portal keeps about whom, where, and for how long."""
    return _statement(
        request,
        "home/privacy.html",
        reverse("privacy"),
        since=PRIVACY_SINCE,
        session_days=settings.SESSION_COOKIE_AGE // (24 * 3600),
        code_minutes=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
    )


@require_safe
@for_readers()
def accessibility(request: HttpRequest) -> HttpResponse:
    """`/tilgjengelighet/`, in the order of the form of the Norwegian authority."""
    facts = known()
    return _statement(
        request,
        "home/accessibility.html",
        reverse("accessibility"),
        known=facts,
        broken=facts.count(),
        broken_in_public=facts.count(Where.PUBLIC),
        broken_in_editing=facts.count(Where.EDITING),
        broken_newer=facts.count_newer(),
        newer_requirements=len(NEWER),
        groups=facts.by_group(),
        tools=facts.tools_here(),
    )


def _statement(request: HttpRequest, template: str, canonical: str, **context: Any) -> HttpResponse:
    return render(request, template, context | {"canonical": canonical})
