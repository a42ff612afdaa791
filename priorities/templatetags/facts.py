"""How facts look: the icon of a status, numbers the Norwegian way."""

from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from content.templatetags.icons import icon
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


@register.filter
def amount(value: Decimal) -> str:
    """`1 234,5`: no zeros at the end, thousands apart."""
    plain = value.normalize()
    return number_format(
        plain if plain.as_tuple().exponent < 0 else plain.quantize(Decimal(1)),  # type: ignore[operator]
        use_l10n=True,
        force_grouping=True,
    )
