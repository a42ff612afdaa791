"""Where a reader can go from any page: the menu, the foot, the languages, other pages."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from content.languages import (
    LANGUAGES,
    SOURCE,
    address,
    in_language,
    language_of,
    marked,
    reader_language,
)
from content.models import SiteFacts
from content.shell import Entry, Shell, shell_for

register = template.Library()

# Each language in its own words, as its readers look for it.
OWN_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}

# Views that menu and foot lead to.
FIXED = frozenset(
    {"progress", "search", "corrections", "privacy", "accessibility", "organisations"}
)


class Link(NamedTuple):
    """A link in a menu. `current` is a value of `aria-current`, empty when one is elsewhere;
    `language` that of the title, empty when it is the one around it."""

    title: str
    url: str
    current: str
    language: str


class SitePages(NamedTuple):
    """The published pages right below the front page."""

    menu: list[Link]
    others: list[Link]


class Choice(NamedTuple):
    """A language in which the same place can be read."""

    code: str
    name: str
    url: str
    current: bool


def _request(context: Context) -> HttpRequest | None:
    """The request, also in a template that was included with `only`."""
    found: HttpRequest | None = getattr(context, "request", None) or context.get("request")
    return found


def _shell(context: Context) -> Shell | None:
    request = _request(context)
    return shell_for(request) if request is not None else None


def _link(context: Context, entry: Entry) -> Link:
    request = _request(context)
    path = request.path if request else ""
    if path == entry.address:
        current = "page"
    elif path.startswith(entry.address):
        current = "true"
    else:
        current = ""
    foreign = entry.language not in ("", reader_language(request))
    return Link(entry.title, entry.address, current, entry.language if foreign else "")


@register.simple_tag(takes_context=True)
def whereabouts(context: Context) -> tuple[str, ...]:
    """What makes menu and foot differ from page to page: which of their links are current."""
    match = getattr(_request(context), "resolver_match", None)
    shell = _shell(context)
    links = [_link(context, entry) for entry in shell.pages] if shell else []
    return (
        match.url_name if match and match.url_name in FIXED else "",
        *(f"{link.current} {link.url}" for link in links if link.current),
    )


@register.simple_tag(takes_context=True)
def site_pages(context: Context) -> SitePages:
    """`menu` holds those that an editor shows in menus, `others` the rest, in the tree's order."""
    found = SitePages([], [])
    shell = _shell(context)
    for entry in shell.pages if shell else ():
        (found.menu if entry.in_menu else found.others).append(_link(context, entry))
    return found


@register.simple_tag(takes_context=True)
def foot_links(context: Context) -> list[Link]:
    """What the organisation added to the foot."""
    shell = _shell(context)
    return [_link(context, entry) for entry in shell.foot] if shell else []


@register.simple_tag(takes_context=True)
def page_of(context: Context, kind: str) -> Link | None:
    """The page of a type right below the front page, such as `newsindexpage`; None without one."""
    shell = _shell(context)
    entry = shell.page_of(kind) if shell else None
    return _link(context, entry) if entry else None


@register.simple_tag(takes_context=True)
def site_facts(context: Context) -> SiteFacts | None:
    """The facts of the organisation, or nothing."""
    shell = _shell(context)
    return shell.facts if shell else None


@register.simple_tag(takes_context=True)
def front_page(context: Context) -> str:
    """The front page in the reader's language."""
    return in_language("/", reader_language(_request(context)))


@register.simple_tag(takes_context=True)
def place(context: Context, path: str) -> str:
    """A fixed address in the reader's language: `/sok/` → `/nn/sok/`."""
    return in_language(path, reader_language(_request(context)))


@register.simple_tag(takes_context=True)
def page_url(context: Context, page: Page) -> str:
    """Where the reader reads `page`, in the language of the address that they came by."""
    return address(page, reader_language(_request(context)))


@register.simple_tag
def source_url(page: Page) -> str:
    """Where `page` is read in bokmål."""
    return address(page, SOURCE)


@register.simple_tag(takes_context=True)
def address_of(context: Context, name: str, *args: Any, **kwargs: Any) -> str:
    """`{% url %}` in the reader's language, also where the words around are in another."""
    with translation.override(reader_language(_request(context))):
        return reverse(name, args=args, kwargs=kwargs)


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[Choice]:
    """The same place in each language; `kept_query` of the context goes along."""
    request = _request(context)
    if request is None:
        return []
    query = str(context.get("kept_query") or "")
    return [
        Choice(
            code,
            OWN_NAMES.get(code, code),
            in_language(request.path, code) + query,
            code == reader_language(request),
        )
        for code in LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def alternates(context: Context) -> list[tuple[str, str]]:
    """Language and absolute address of each real translation of the page, itself included.

    A view that is translated as a whole says so by `canonical`.
    """
    page, request = context.get("page"), _request(context)
    if page is None:
        where: str | None = context.get("canonical")
        if not where:
            return []
        return [(code, settings.BASE_URL + in_language(where, code)) for code in LANGUAGES]
    codes = getattr(request, "translated_to", ()) or (page.locale.language_code,)
    if len(codes) < 2:
        return []
    return [(code, settings.BASE_URL + address(page, code)) for code in codes]


@register.simple_tag(takes_context=True)
def canonical_url(context: Context) -> str:
    """The one address of what the page says, absolute; empty where it has none."""
    page = context.get("page")
    where: str | None = context.get("canonical")
    if page is not None:
        return settings.BASE_URL + address(page, page.locale.language_code)
    return settings.BASE_URL + where if where else ""


@register.simple_tag
def in_words_of(page: Page) -> SafeString:
    """The title of a page, marked when it is in another language than the words around it."""
    return marked(page.title, language_of(page))


@register.simple_tag(takes_context=True)
def reader_lang(context: Context) -> SafeString:
    """` lang="en"` for what stands around a page that is in another language than the reader's."""
    reader = reader_language(_request(context))
    # The words around are already in the reader's language; the page's is what the root says.
    page = context.get("LANGUAGE_CODE", reader)
    return SafeString("") if page == reader else format_html(' lang="{}"', reader)


@register.simple_tag
def said_in_source() -> SafeString:
    """` lang="nb"` for an element with words that there are in bokmål alone, on other pages."""
    if (translation.get_language() or SOURCE) == SOURCE:
        return SafeString("")
    return format_html(' lang="{}"', SOURCE)


@register.simple_tag
def marked_source(text: str) -> SafeString:
    """Words that there are in bokmål alone, marked so on pages in another language."""
    return marked(text, SOURCE) if text else escape(text)


@register.simple_tag
def in_language_of(text: str, language: str) -> SafeString:
    """`text`, marked when it is in another language than the words around it."""
    return marked(text, language)


@register.simple_tag
def foreign(page: Page) -> SafeString:
    """` lang="nb"` for an element with words of `page`, where they are in another language than
    the words around it; else nothing."""
    language = language_of(page)
    if language == (translation.get_language() or SOURCE):
        return SafeString("")
    return format_html(' lang="{}"', language)
