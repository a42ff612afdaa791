"""Social cards, drawn when somebody asks for them."""

from threading import Lock

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from content.cards import find_card
from content.models import SiteFacts
from content.shell import shell_for

KEPT_FOR = 7 * 24 * 3600
# One drawing at a time: a flood of requests takes turns, with the memory of one.
_drawing = Lock()


@require_safe
def social_card(request: HttpRequest, kind: str, pk: str, digest: str) -> HttpResponse:
    """`/deling/<kind>/<key>-<digest>.png`: the card as it is now, in the language of the address.

    The digest covers what the card shows, so a copy may be kept for ever. A digest of yesterday
    leads to the card of today; nothing else is drawn.
    """
    card = find_card(kind, int(pk), (shell_for(request).facts or SiteFacts()).name)
    if card is None:
        raise Http404
    if card.digest != digest:
        response: HttpResponse = redirect(card.address)
        response.headers["Cache-Control"] = "public, max-age=60"
        return response
    key = f"social-card-{digest}"
    picture = cache.get(key)
    if picture is None:
        with _drawing:
            picture = card.png()
        cache.set(key, picture, KEPT_FOR)
    response = HttpResponse(picture, content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # Other sites show it: that is what it is for.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
