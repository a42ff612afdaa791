"""What the portal states of itself: privacy and accessibility.

Their words stand in templates; those of privacy until a body adopts a version of them.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.caching import for_readers
from foundation.audit.retention import rules
from home.accessibility import NEWER, Where, known
from home.models import PrivacyStatement, privacy_in_force
from memberorgs.account import devices

# The proposal: words in code that change with what the code keeps, until a version is adopted.
PRIVACY_SINCE = date(2026, 11, 26)
VERSIONS_ON_A_PAGE = 30
DAY = 24 * 3600


def privacy_facts() -> dict[str, int | str]:
    """The periods, and the other way to log in, that the words of the privacy statement name."""
    return {
        "session_days": settings.SESSION_COOKIE_AGE // DAY,
        "most_days": settings.SESSION_LIFETIME // DAY,
        "known_days": devices.COOKIE_AGE // DAY,
        "code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        "other_log_in": settings.OIDC["NAME"] if settings.OIDC_ENABLED else "",
    }


@require_safe
@for_readers()
def privacy(request: HttpRequest) -> HttpResponse:
    """`/personvern/`: what the portal keeps about whom, where, and for how long."""
    return _statement(
        request,
        "home/privacy.html",
        reverse("privacy"),
        version=privacy_in_force(),
        since=PRIVACY_SINCE,
        rules=rules(),
        **privacy_facts(),
    )


@require_safe
@for_readers("side")
def privacy_versions(request: HttpRequest) -> HttpResponse:
    """`/personvern/versjoner/`: the versions that are or were in force, the newest first."""
    versions = PrivacyStatement.objects.in_force_on(timezone.localdate())
    part = Paginator(versions, VERSIONS_ON_A_PAGE).get_page(request.GET.get("side"))
    return _statement(
        request,
        "home/privacy_versions.html",
        reverse("privacy_versions"),
        part=part,
        version=privacy_in_force(),
    )


@require_safe
@for_readers()
def privacy_version(request: HttpRequest, day: str) -> HttpResponse:
    """`/personvern/versjoner/2027-01-15/`: the words that were adopted on that day."""
    try:
        adopted_on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    versions = PrivacyStatement.objects.in_force_on(timezone.localdate())
    version = get_object_or_404(versions, adopted_on=adopted_on)
    return _statement(
        request,
        "home/privacy_version.html",
        reverse("privacy_version", args=[day]),
        version=version,
        current=privacy_in_force(),
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
        broken_among_members=facts.count(Where.MEMBERS),
        broken_in_editing=facts.count(Where.EDITING),
        broken_newer=facts.count_newer(),
        newer_requirements=len(NEWER),
        groups=facts.by_group(),
        tools=facts.tools_here(),
    )


def _statement(request: HttpRequest, template: str, canonical: str, **context: Any) -> HttpResponse:
    return render(request, template, context | {"canonical": canonical})
