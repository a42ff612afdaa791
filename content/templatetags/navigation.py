"""Where a reader can go from any page: the menu, the foot, the facts of the organisation."""

from typing import NamedTuple

from django import template
from django.template import Context
from wagtail.models import Page, Site

from content.models import SiteFacts

register = template.Library()


class Link(NamedTuple):
    """A page in a menu. `current` is a value of `aria-current`, empty when one is elsewhere."""

    title: str
    url: str
    current: str


class SitePages(NamedTuple):
    """The published pages right below the front page."""

    menu: list[Link]
    others: list[Link]


@register.simple_tag(takes_context=True)
def site_pages(context: Context) -> SitePages:
    """`menu` holds those that an editor shows in menus, `others` the rest, in the tree's order."""
    found = SitePages([], [])
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if request is None or site is None:
        return found
    for page in Page.objects.child_of(site.root_page).live().public():
        url = page.get_url(request)
        if request.path == url:
            current = "page"
        elif request.path.startswith(url):
            current = "true"
        else:
            current = ""
        link = Link(page.title, url, current)
        (found.menu if page.show_in_menus else found.others).append(link)
    return found


@register.simple_tag(takes_context=True)
def site_facts(context: Context) -> SiteFacts | None:
    """The facts of the site, or nothing. Wagtail's own look-up would write a row when reading."""
    request = context.get("request")
    if request is None:
        return None
    if not hasattr(request, "_portal_facts"):
        site = Site.find_for_request(request)
        found = SiteFacts.objects.filter(site=site).select_related("logo", "social_image")
        request._portal_facts = found.prefetch_related("links__page").first() if site else None
    facts: SiteFacts | None = request._portal_facts
    return facts
