"""Pieces of the members' rooms."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from memberorgs import rooms
from memberorgs.models import MemberOrganisation
from memberorgs.sections import Shown

register = template.Library()


@register.simple_tag
def address_if_there(name: str, *args: str) -> str:
    """`{% url %}` of a page that another part of the portal may bring; empty without it."""
    return rooms.address_if_there(name, *args)


@register.simple_tag(takes_context=True)
def show_section(context: Context, section: Shown) -> SafeString:
    """What another part of the portal shows in this place, with `at` and the request around it."""
    around: dict[str, Any] = {str(name): value for name, value in context.flatten().items()}
    around.update(section.context)
    return render_to_string(section.template, around)


@register.filter
def without_scheme(url: str) -> str:
    """`https://example.no/` → `example.no`."""
    return url.partition("//")[2].rstrip("/")


@register.filter
def thousands(number: int) -> str:
    """`12 345`, as the language groups digits."""
    return number_format(number, force_grouping=True)


@register.simple_tag
def usual_start(organisation: MemberOrganisation) -> str:
    """Day and month on which terms usually begin, in words."""
    month = MONTHS[organisation.terms_begin_month or 1]
    return _("%(day)d %(month)s") % {"day": organisation.terms_begin_day, "month": month}
