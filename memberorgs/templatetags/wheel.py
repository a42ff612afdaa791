"""Days as people write them."""

from datetime import date

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.simple_tag
def days(starts: date, ends: date) -> str:
    """`13. september`, or `8. april – 11. april`; with years where they differ."""
    if starts == ends:
        return date_format(starts, "MONTH_DAY_FORMAT")
    words = "MONTH_DAY_FORMAT" if starts.year == ends.year else "DATE_FORMAT"
    return f"{date_format(starts, words)} – {date_format(ends, words)}"
