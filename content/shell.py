"""What stands around every page: the menu, the foot, the facts of the organisation."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from wagtail.models import Page, Site

from content.languages import SOURCE, address, reader_language
from content.memory import remembered
from content.models import SiteFacts
from content.querysets import closed


class Entry(NamedTuple):
    """A link around the page. `language` is the one that its title is in, where that is known."""

    title: str
    address: str
    language: str = ""
    kind: str = ""
    in_menu: bool = False


@dataclass(frozen=True)
class Shell:
    """`pages` are the published ones right below the front page, in the tree's order."""

    pages: list[Entry]
    facts: SiteFacts | None
    foot: list[Entry]

    def page_of(self, kind: str) -> Entry | None:
        """The first page of a type, named as its model is in lower case."""
        return next((page for page in self.pages if page.kind == kind), None)


def shell_for(request: HttpRequest) -> Shell:
    """The shell in the reader's language, read once for each request."""
    if not hasattr(request, "_portal_shell"):
        language = reader_language(request)
        request._portal_shell = remembered(  # type: ignore[attr-defined]
            ("shell", language), lambda: read_shell(language)
        )
    found: Shell = request._portal_shell  # type: ignore[attr-defined]
    return found


def read_shell(language: str) -> Shell:
    """Three queries; writes nothing, unlike Wagtail's look-up of settings."""
    facts = (
        SiteFacts.objects.filter(site__is_default_site=True)
        .select_related("logo", "social_image")
        .prefetch_related("links__page")
        .first()
    )
    foot = []
    for link in facts.links.all() if facts else ():
        where = address(link.page, language) if link.page else link.url
        foot.append(Entry(link.title, where, SOURCE))
    return Shell(_pages(language), facts, foot)


def _pages(language: str) -> list[Entry]:
    rows = list(
        Page.objects.filter(depth__in=(2, 3), live=True)
        .filter(locale__language_code__in={SOURCE, language})
        .annotate(
            rooted=Exists(Site.objects.filter(is_default_site=True, root_page=OuterRef("pk"))),
            closed=closed(),
        )
        .select_related("locale", "content_type")
        .order_by("path")
    )
    home = next((row for row in rows if row.rooted), None)
    if home is None:
        return []
    translated = {
        row.translation_key: row
        for row in rows
        if row.locale.language_code == language and row.alias_of_id is None and not row.closed
    }
    below = [row for row in rows if row.path.startswith(home.path) and row.depth == 3]
    return [
        _entry(translated.get(row.translation_key, row), language)
        for row in below
        if not row.closed
    ]


def _entry(row: Page, language: str) -> Entry:
    return Entry(
        row.title,
        address(row, language),
        row.locale.language_code,
        row.content_type.model,
        row.show_in_menus,
    )
