"""Days as people write them."""

from datetime import date

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.simple_tag
def days(starts: date, ends: date) -> str:
    """`13. september`, or `8. april – 11. april`; with years where they differ."""
    words = "MONTH_DAY_FORMAT" if starts.year == ends.year else "DATE_FORMAT"
    # A day is never broken across lines.
    first, last = (date_format(day, words).replace(" ", "\u00a0") for day in (starts, ends))
    return first if starts == ends else f"{first} – {last}"
