"""What others show when a page is shared."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language

from content.cards import CARD_SIZE, GeneralCard
from content.models import PortalPage, SiteFacts
from content.templatetags.navigation import alternates, canonical_url, site_facts
from content.texts import absolute

register = template.Library()

# The languages as the Open Graph protocol names them.
TERRITORIES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


@register.simple_tag(takes_context=True)
def card_address(context: Context) -> str:
    """The whole address of the social card of the page."""
    facts = site_facts(context) or SiteFacts()
    page, request = context.get("page"), context.get("request")
    card = None
    # A page that is not saved yet has no key, and a preview no address.
    if isinstance(page, PortalPage) and not getattr(request, "is_preview", False):
        card = page.share_card(context, facts.name)
    return absolute((card or GeneralCard(0, facts.name)).address)


@register.inclusion_tag("components/social.html", takes_context=True)
def social_tags(context: Context) -> dict[str, Any]:
    """Title, text, address and picture of the page; nothing for what has no lasting address.

    A view that is no page gives `share_title` and `canonical`; where it has them, `share_text`, and
    `share_card`: the name of the organisation → a card.
    """
    request = context.get("request")
    page = context.get("page")
    if request is None or getattr(request, "is_preview", False):
        return {}
    facts = site_facts(context) or SiteFacts()
    general = GeneralCard(0, facts.name)
    language = get_language() or "nb"
    found: dict[str, Any] = {
        "site_name": facts.name,
        "locale": TERRITORIES.get(language, language),
        "width": CARD_SIZE[0],
        "height": CARD_SIZE[1],
        "elsewhere": [
            TERRITORIES.get(code, code) for code, _ in alternates(context) if code != language
        ],
    }
    if isinstance(page, PortalPage):
        card = page.share_card(context, facts.name) or general
        found |= {
            "title": page.share_title(),
            "text": page.share_text(context),
            "kind": page.share_kind,
            "address": canonical_url(context),
        }
    elif context.get("canonical") and context.get("share_title"):
        own = context.get("share_card")
        card = own(facts.name) if own else general
        found |= {
            "title": context["share_title"],
            "text": context.get("share_text", ""),
            "kind": PortalPage.share_kind,
            "address": canonical_url(context),
        }
    else:
        return {}
    if card is general and facts.social_image:
        return found | {"image": facts.social_image}
    return found | {"card": absolute(card.address), "alt": card.alt}
