"""How facts look: the icon of a status, numbers the Norwegian way."""

from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.languages import SOURCE
from content.templatetags.icons import icon
from priorities.models.facts import Fact, in_language
from priorities.statistics import Share

register = template.Library()

# The icon that stands beside the word of a status, by the mark of the status.
ICONS = {
    "none": "ring",
    "go": "arrow",
    "part": "half",
    "win": "tick",
    "late": "warning",
    "pause": "pause",
    "lost": "cross",
    "unknown": "question",
}


@register.simple_tag
def status_icon(mark: str) -> SafeString:
    """The icon of a status. It stands beside a word and is silent by itself."""
    return icon(ICONS[mark])


@register.simple_tag
def share_icon(share: Share) -> SafeString:
    """The icon of a status in the middle of its part of the bar."""
    return format_html(
        '<svg x="{}%" y="13" width="{}%" height="20" viewBox="0 0 24 24"><use href="{}#{}"/></svg>',
        share.start,
        share.width,
        static("icons.svg"),
        ICONS[share.mark],
    )


@register.simple_tag
def words(fact: Fact, name: str) -> SafeString:
    """The text `name` of a fact in the active language; bokmål, marked so, where that has none."""
    language = get_language() or SOURCE
    text = in_language(fact, name)
    if language == SOURCE or not text or getattr(fact, f"{name}_{language}", None):
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', SOURCE, text)


@register.filter
def amount(value: Decimal) -> str:
    """`1 234,5`: no zeros at the end, thousands apart."""
    plain = value.normalize()
    return number_format(
        plain if plain.as_tuple().exponent < 0 else plain.quantize(Decimal(1)),  # type: ignore[operator]
        use_l10n=True,
        force_grouping=True,
    )
