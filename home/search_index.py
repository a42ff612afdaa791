"""Rows of Wagtail's search index: which are public, which have a word, how well names match.

Wagtail keeps the index. Its own compilers of queries are not used: they answer a lone quotation
mark or a NUL with a server error, and know neither parts of words nor what is closed. What comes
in here are plain words (`content.search_fields.plain_words`) and nothing else.
"""

from collections.abc import Iterable
from functools import reduce
from itertools import islice, product
from operator import add, and_

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Expression, RawSQL
from django.db.models.functions import Cast, Length, Substr
from wagtail.models import CollectionViewRestriction, Page, get_page_models
from wagtail.search.backends import get_search_backend
from wagtail.search.index import get_indexed_models
from wagtail.search.models import IndexEntry

from content.memory import remembered
from content.models import PortalDocument
from content.querysets import anything_is_closed, restricted

# From how many letters on a word finds longer ones that begin with it, and names that hold it.
PREFIX_FROM = 3
INSIDE_FROM = 4
# How many spellings of a word with o or ae are tried where ø and æ are letters of their own.
MOST_SPELLINGS = 8
# What part of the best likeness the others must have, and how many are shown. How much a word must
# resemble another at all is a setting of the connection.
NEAR = 0.85
MOST_SIMILAR = 100
# Endings of Norwegian words, and how many letters must stand before them.
ENDINGS = ("ene", "ane", "er", "ar", "en", "et", "a", "e", "s")
ROOT_FROM = 5
# The configuration of PostgreSQL's text search, which a migration makes.
CONFIGURATION = "portal_norwegian"


# How many rows are read at a time where the index is filled.
AT_A_TIME = 200


def fill() -> int:
    """Puts into the index what is not in it, such as pages that a migration made; says how many."""
    backend = get_search_backend()
    count = 0
    for model in get_indexed_models():
        there = IndexEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        rows = model.get_indexed_objects()
        known = there.values_list(Cast("object_id", BigIntegerField()))
        missing = list(rows.exclude(pk__in=known).values_list("pk", flat=True))
        for start in range(0, len(missing), AT_A_TIME):
            backend.add_bulk(model, list(rows.filter(pk__in=missing[start : start + AT_A_TIME])))
        count += len(missing)
    return count


def on_postgres() -> bool:
    return connection.vendor == "postgresql"


def types_of_pages() -> dict[type[Page], int]:
    """The content type of each page type of the portal."""
    models = [model for model in get_page_models() if model is not Page]
    return {model: found.pk for model, found in ContentType.objects.get_for_models(*models).items()}


def type_of_documents() -> int:
    return ContentType.objects.get_for_model(PortalDocument).pk


def public_entries(language: str) -> QuerySet[IndexEntry]:
    """Published and open pages in `language`, no aliases, and open documents."""
    key = Cast(OuterRef("object_id"), BigIntegerField())
    pages = Page.objects.filter(pk=key, live=True, alias_of=None, locale__language_code=language)
    if anything_is_closed():
        pages = pages.filter(~restricted())
    documents = PortalDocument.objects.filter(pk=key)
    if remembered("closed collections", CollectionViewRestriction.objects.exists):
        closed = CollectionViewRestriction.objects.filter(
            collection__path=Substr(OuterRef("collection__path"), 1, Length(F("collection__path")))
        ).order_by()
        documents = documents.filter(~Exists(closed))
    return IndexEntry.objects.filter(
        Q(Exists(pages.order_by()), content_type__in=types_of_pages().values())
        | Q(Exists(documents.order_by()), content_type=type_of_documents())
    )


def has_all(words: Iterable[str]) -> Q:
    """Entries that have each word in their text, or as a part of their names."""
    return reduce(and_, (_has(word) for word in words))


def names_match(words: Iterable[str]) -> Expression:
    """How well the names match: for each word 2 where one begins with it, 1 where one holds it."""
    marks: list[Expression] = [
        Case(
            When(_in_names(f" {word}"), then=Value(2)),
            When(_in_names(root(word)), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
        for word in words
    ]
    return reduce(add, marks)


def resembling(entries: QuerySet[IndexEntry], words: Iterable[str]) -> list[tuple[int, str]]:
    """Content type and key of those whose names resemble all the words, the nearest first.

    Nothing on SQLite, which can't tell.
    """
    long = [word for word in words if len(word) >= INSIDE_FROM]
    if not long or not on_postgres():
        return []
    likenesses = [TrigramWordSimilarity(word, "title_text") for word in long]
    rows = list(
        entries.filter(*(Q(title_text__trigram_word_similar=word) for word in long))
        .annotate(likeness=reduce(add, likenesses))
        .order_by("-likeness", "-pk")
        .values_list("content_type", "object_id", "likeness")[:MOST_SIMILAR]
    )
    # Long words share much of their letters: where one is near, the others are none.
    return [(of, key) for of, key, likeness in rows if likeness >= NEAR * rows[0][2]]


def root(word: str) -> str:
    """The word without its ending, where enough of it remains: `boligene` → bolig."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= ROOT_FROM:
            return word.removesuffix(ending)
    return word


def _in_names(part: str) -> Q:
    return Q(**{"title_text__contains" if on_postgres() else "title__contains": part})


def _has(word: str) -> Q:
    found = _in_text_postgres(word) if on_postgres() else _in_text_sqlite(word)
    return found | _in_names(root(word)) if len(word) >= INSIDE_FROM else found


def _in_text_postgres(word: str) -> Q:
    """The word in any of its forms, or as the beginning of one.

    Stems are shorter than one would think (`fjordboliger` → fjordbo), so that a beginning is looked
    for as it is, and with a letter or two less.
    """
    asked = SearchQuery(f"'{word}'", search_type="raw", config=CONFIGURATION)
    if len(word) >= PREFIX_FROM:
        begins = [f"'{root(word)}':*"]
        begins += [f"'{word[:-less]}'" for less in (1, 2) if len(word) - less >= ROOT_FROM]
        asked = asked | SearchQuery(" | ".join(begins), search_type="raw", config="simple")
    return Q(title=asked) | Q(body=asked)


def _in_text_sqlite(word: str) -> Q:
    mark = "*" if len(word) >= PREFIX_FROM else ""
    # The ending of a spelling may be no ending: `blabaer` stands for blåbær.
    forms = dict.fromkeys([*spellings(word), *spellings(root(word))])
    asked = " OR ".join(f'"{form}"{mark}' for form in forms)
    rows = RawSQL(
        "SELECT rowid FROM wagtailsearch_indexentry_fts"
        " WHERE wagtailsearch_indexentry_fts MATCH %s",
        [f"{{title body}} : ({asked})"],
    )
    return Q(pk__in=rows)


def spellings(word: str) -> list[str]:
    """The word as it may stand where ø and æ are letters: `sok` → sok, søk. At most eight."""
    parts = [
        (part, {"o": "ø", "ae": "æ"}[part]) if part in ("o", "ae") else (part,)
        for part in _parts(word)
    ]
    return ["".join(spelt) for spelt in islice(product(*parts), MOST_SPELLINGS)]


def _parts(word: str) -> list[str]:
    found, rest = [], word
    while rest:
        part = "ae" if rest.startswith("ae") else rest[0]
        found.append(part)
        rest = rest[len(part) :]
    return found
