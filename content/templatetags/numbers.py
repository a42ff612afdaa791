"""Numbers as people write them."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """A whole number with its thousands apart: 1 234 in Norwegian."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)
