"""What every list of pages asks: is it public, and in which language does the reader get it."""

from typing import Self

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Length, Substr
from django.utils import translation
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

from content.languages import SOURCE
from content.memory import remembered


def restricted() -> Q:
    """Whether the page, one above it, or what it is a translation of, is closed to the public."""
    above = PageViewRestriction.objects.filter(
        page__path=Substr(OuterRef("path"), 1, Length(F("page__path")))
    ).order_by()
    source = Page.objects.filter(
        Exists(above),
        translation_key=OuterRef("translation_key"),
        locale__language_code=SOURCE,
    ).order_by()
    return Q(Exists(above)) | Q(Exists(source))


def anything_is_closed() -> bool:
    """Whether any page is closed to the public: asked on every page, and hardly ever so."""
    return remembered("closed", PageViewRestriction.objects.exists)


def closed() -> Case | Value:
    """`restricted` as a value to annotate pages with."""
    if not anything_is_closed():
        return Value(False)
    return Case(When(restricted(), then=Value(True)), default=Value(False))


def readable_in(language: str) -> Q:
    """Pages as a reader of `language` gets them: in it, else in bokmål; never twice, no alias."""
    if language == SOURCE:
        return Q(locale__language_code=SOURCE)
    translated = Page.objects.filter(
        translation_key=OuterRef("translation_key"),
        locale__language_code=language,
        live=True,
        alias_of=None,
    ).order_by()
    return Q(locale__language_code=language, alias_of=None) | (
        Q(~Exists(translated), locale__language_code=SOURCE)
    )


class PortalPageQuerySet(PageQuerySet):  # type: ignore[misc]
    def public(self) -> Self:
        """Not closed to the public. Wagtail's own asks a second query each time."""
        return self.filter(~restricted()) if anything_is_closed() else self

    def source(self) -> Self:
        """In bokmål, in which each page is once: what is counted is counted here."""
        return self.filter(locale__language_code=SOURCE)

    def for_readers(self) -> Self:
        """Published and open, each once, in the active language where it is translated."""
        language = translation.get_language() or SOURCE
        return self.live().public().filter(readable_in(language)).select_related("locale")


PortalPageManager = PageManager.from_queryset(PortalPageQuerySet)
