"""Fields of the log's forms, and what entries say."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Textarea,
)
from django.template.defaultfilters import linebreaks_filter
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from activity.forms.base import LogForm
from foundation.intake.fields import CountField, DayField
from foundation.intake.numbers import Count, shown_count, shown_decimal

register = template.Library()
# A value that is an address and nothing else.
URL = re.compile(r"https?://[^\s]+")


@register.inclusion_tag("activity/log_field.html")
def log_field(form: LogForm, bound: BoundField) -> dict[str, Any]:
    """A field in the shape that fits it, and the question back under it."""
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        shape = "choices"
    elif isinstance(widget, CheckboxInput):
        shape = "check"
    elif isinstance(widget, Textarea):
        shape = "area"
    elif isinstance(bound.field, DayField):
        shape = "day"
    else:
        shape = "field"
    why = f"{bound.name}_reason"
    # What was asked about now, or answered before.
    asked = why in form.fields and (bound.name in form.asked or form[why].value())
    return {
        "shape": shape,
        "bound": bound,
        "hint": bound.help_text,
        # On the folded part nothing is required, so it need not be said of each.
        "quiet": bound.field.required
        or bound.name in form.more
        or isinstance(bound.field, CountField),
        "reason": form[why] if asked else None,
    }


@register.simple_tag
def told_value(value: Any) -> SafeString:
    """A value as people read it."""
    if isinstance(value, date):
        return conditional_escape(date_format(value, "DATE_FORMAT"))
    if isinstance(value, Count):
        return conditional_escape(str(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return conditional_escape(shown_count(value))
    if isinstance(value, Decimal):
        return conditional_escape(shown_decimal(value))
    text = str(value)
    if URL.fullmatch(text):
        return format_html('<a href="{}" rel="nofollow noreferrer">{}</a>', text, text)
    # `linebreaks` escapes and marks, as Django's filter of that name does.
    return linebreaks_filter(text) if "\n" in text else conditional_escape(text)
