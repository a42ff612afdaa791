"""Three languages, one place each: the address decides, nothing else.

Bokmål has no prefix, nynorsk and English have theirs. A page has the same slugs in all languages,
so that what stands behind the prefix is the same place. The browser's wish only offers a link.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from wagtail.models import Page

SOURCE: str = settings.LANGUAGE_CODE
LANGUAGES: tuple[str, ...] = tuple(code for code, _ in settings.LANGUAGES)
PREFIXED: tuple[str, ...] = tuple(code for code in LANGUAGES if code != SOURCE)


def split(path: str) -> tuple[str, str]:
    """The language of a path, and the path without its prefix: `/nn/sok/` → `nn`, `/sok/`."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in PREFIXED and path.startswith("/"):
        return first, f"/{rest}"
    return SOURCE, path


def in_language(path: str, language: str) -> str:
    """The same place in `language`: `/sok/` → `/nn/sok/`."""
    _, bare = split(path)
    return bare if language == SOURCE else f"/{language}{bare}"


def address(page: "Page", language: str | None = None) -> str:
    """Where a reader of `language` (the active one) reads `page`, in whatever language it is.

    Asks no database: a page without translation is served at the same place.
    """
    below_root = page.url_path.lstrip("/").partition("/")[2]
    return in_language(f"/{below_root}", language or translation.get_language() or SOURCE)


def query_of(**values: object) -> str:
    """`?aar=2026` of what is there; empty for nothing. None is left out."""
    asked = {key: value for key, value in values.items() if value is not None}
    return f"?{urlencode(asked)}" if asked else ""


def language_of(page: "Page") -> str:
    """The language of a page's words. An alias poses as a translation and is a copy."""
    return SOURCE if page.alias_of_id is not None else page.locale.language_code


def marked(text: str, language: str) -> SafeString:
    """`text` for HTML, marked when it is in another language than the words around it."""
    if language == (translation.get_language() or SOURCE):
        return escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


def reader_language(request: HttpRequest | None) -> str:
    """The language of the address; what the page's own words are in may differ."""
    return getattr(request, "LANGUAGE_CODE", SOURCE)


class LanguageMiddleware:
    """Activates the language of the address.

    Django's own would say `Vary: Accept-Language` of every page without a prefix, and that one
    copy for all readers can't be cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, _ = split(request.path_info)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            return self.get_response(request)
