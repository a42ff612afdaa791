"""Search: from what a reader typed to what the list shows."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page as Part
from django.core.paginator import Paginator
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    QuerySet,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from content.languages import address
from content.memory import remembered
from content.models import PortalDocument
from content.search_fields import plain_words
from home import search_index
from memberorgs.models import MemberOrganisation
from priorities.models import PriorityPage, ProgressUpdatePage

MOST_LETTERS = 100
MOST_WORDS = 8
PER_PART = 20
MOST_ORGANISATIONS = 6

# Words that stand on almost every page, in plain letters.
_COMMON = (
    "alle an and are as at av be but by da de deg dei deira dem den denne der deres det dette di "
    "disse du dykk ein eit ei eller en er et for fra from ha han har hun if ikke ikkje in is it "
    "jeg kan man me med meg men mot nar nso of og ogsa on or oss pa sa seg sin skal som that the "
    "til to um under upp var ved vi vil was we were will with you"
)
COMMON = frozenset(_COMMON.split())


class Kind(TextChoices):
    """What a row of the list is, as the address names it; in the order of equally good names."""

    PRIORITY = "prioritering", _("Priority")
    PAGE = "side", pgettext_lazy("kind of result", "Page")
    DOCUMENT = "dokument", _("Document")
    NEWS = "nytt", _("Progress news")


# Page types of their own kind; all others are plain pages to a reader.
OWN_KIND = {PriorityPage: Kind.PRIORITY, ProgressUpdatePage: Kind.NEWS}


@dataclass(frozen=True)
class Asked:
    """What a reader typed, and the words that are searched for.

    `cut`: it was more than is searched for. `common`: all of its words are too short or common.
    """

    typed: str = ""
    words: tuple[str, ...] = ()
    cut: bool = False
    common: bool = False


@dataclass(frozen=True)
class Hit:
    """A row of the list. `line_lang` is set where the line may be in another language."""

    kind: Kind
    title: str
    url: str
    line: str = ""
    line_lang: str = ""
    day: date | None = None
    position: int | None = None
    extension: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Found:
    """`counts` of all kinds, `part` and `hits` of the kind that was asked for.

    `similar`: nothing has the words, and these have names that resemble them. `organisations` have
    the words in their names, and stand above the first part.
    """

    counts: Mapping[Kind, int]
    part: Part[Any]
    hits: list[Hit]
    similar: bool = False
    organisations: tuple[MemberOrganisation, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def read(raw: str) -> Asked:
    """The words of what a reader typed, whatever that was."""
    # Ten times as much as is used: what is made of it may be shorter.
    text = unicodedata.normalize("NFKC", raw[: 10 * MOST_LETTERS])
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    typed = " ".join(shown.split())
    cut = len(typed) > MOST_LETTERS or len(raw) > 10 * MOST_LETTERS
    if len(typed) > MOST_LETTERS:
        whole = typed[: MOST_LETTERS + 1].rpartition(" ")[0]
        typed = whole or typed[:MOST_LETTERS]
    words = list(dict.fromkeys(plain_words(typed)))
    telling = [word for word in words if word not in COMMON and (len(word) > 1 or word.isdigit())]
    return Asked(
        typed=typed,
        words=tuple(telling[:MOST_WORDS]),
        cut=cut or len(telling) > MOST_WORDS,
        common=bool(words) and not telling,
    )


def find(asked: Asked, language: str, kind: Kind | None = None, part: str | None = None) -> Found:
    """Public pages in `language`, and documents, that have all the words; best names first.

    `part` is the number of a page of the list, as a reader may write it.
    """
    if not asked.words:
        return Found({}, Paginator([], PER_PART).get_page(1), [])
    named = () if kind or part else _organisations(asked.words)
    public = search_index.public_entries(language)
    entries = public.filter(search_index.has_all(asked.words))
    ordered: Any = _in_order(entries, search_index.names_match(asked.words), kind)
    if kind or part:
        counts = _counts(entries)
    else:
        # Mostly the first part holds all there is: then nothing has to be counted.
        ordered = list(ordered[: PER_PART + 1])
        counts = _tally(ordered) if len(ordered) <= PER_PART else _counts(entries)
    if not counts and named:
        return Found({}, Paginator([], PER_PART).get_page(1), [], organisations=named)
    if not counts:
        return _similar(search_index.resembling(public, asked.words), kind, part)
    rows = Paginator(ordered, PER_PART)
    rows.count = counts.get(kind, 0) if kind else sum(counts.values())
    chosen = rows.get_page(part)
    shown = _hits(list(chosen.object_list)) if rows.count else []
    return Found(counts, chosen, shown, organisations=named)


def _organisations(words: tuple[str, ...]) -> tuple[MemberOrganisation, ...]:
    """Confirmed ones whose names have all the words, in any language; those that left come last.

    They are no pages, so the index does not hold them. Words that more than `MOST_ORGANISATIONS`
    share, such as `student`, tell nothing, and find none.
    """
    names = remembered("names of organisations", _names)
    found = [one for theirs, one in names if _has_all(theirs, words)]
    if len(found) > MOST_ORGANISATIONS:
        return ()
    return tuple(sorted(found, key=lambda one: (one.has_left(), one.name)))


def _names() -> list[tuple[str, MemberOrganisation]]:
    """Each with its names in plain words, a space before each word, as the index keeps them."""
    rows = MemberOrganisation.objects.confirmed().only(
        "code", "short_name", "name_nb", "name_nn", "name_en", "left_on"
    )
    return [
        (
            "".join(
                f" {word}"
                for name in (one.name_nb, one.name_nn, one.name_en, one.short_name)
                for word in plain_words(name)
            ),
            one,
        )
        for one in rows
    ]


def _has_all(names: str, words: tuple[str, ...]) -> bool:
    return all(
        f" {word}" in names
        or (len(word) >= search_index.INSIDE_FROM and search_index.root(word) in names)
        for word in words
    )


def _similar(rows: list[tuple[int, str]], kind: Kind | None, part: str | None) -> Found:
    kinds = _kinds()
    counts = _tally(rows)
    shown = [(of, key) for of, key in rows if kind in (None, kinds[of])]
    chosen = Paginator(shown, PER_PART).get_page(part)
    return Found(counts, chosen, _hits(list(chosen.object_list)), similar=bool(rows))


def _kinds() -> dict[int, Kind]:
    """The kind of each content type."""
    found = {
        pk: OWN_KIND.get(model, Kind.PAGE) for model, pk in search_index.types_of_pages().items()
    }
    return found | {search_index.type_of_documents(): Kind.DOCUMENT}


def _tally(rows: list[tuple[int, str]]) -> Counter[Kind]:
    """How many there are of each kind."""
    kinds = _kinds()
    return Counter(kinds[content_type] for content_type, _ in rows)


def _counts(entries: QuerySet[IndexEntry]) -> dict[Kind, int]:
    kinds = _kinds()
    counted = dict.fromkeys(Kind, 0)
    rows = entries.order_by().values_list("content_type").annotate(Count("pk"))
    for content_type, count in rows:
        counted[kinds[content_type]] += count
    return {kind: count for kind, count in counted.items() if count}


def _in_order(
    entries: QuerySet[IndexEntry], match: Expression, kind: Kind | None
) -> QuerySet[IndexEntry, tuple[int, str]]:
    kinds = _kinds()
    if kind:
        entries = entries.filter(content_type__in=[pk for pk in kinds if kinds[pk] == kind])
    order = list(Kind)
    places = [When(content_type=pk, then=Value(order.index(of))) for pk, of in kinds.items()]
    return entries.order_by(
        OrderBy(match, descending=True),
        Case(*places, output_field=IntegerField()),
        Cast("object_id", BigIntegerField()).desc(),
    ).values_list("content_type", "object_id")


def _hits(rows: list[tuple[int, str]]) -> list[Hit]:
    """What the list shows, in at most two queries whatever the kinds."""
    kinds = _kinds()
    keys = [(kinds[content_type], int(key)) for content_type, key in rows]
    documents = _documents([key for kind, key in keys if kind == Kind.DOCUMENT])
    pages = _pages(
        {key: kind for kind, key in keys if kind != Kind.DOCUMENT},
        {content_type for content_type, _ in rows},
    )
    found = [(documents if kind == Kind.DOCUMENT else pages).get(key) for kind, key in keys]
    return [hit for hit in found if hit is not None]


def _pages(kinds: dict[int, Kind], types: set[int]) -> dict[int, Hit]:
    """A priority without a text in short is shown by its adopted words.

    `types` are the content types of the pages: tables of others are not joined, since planning the
    joins would take longer than the query.
    """
    if not kinds:
        return {}
    models = [model for model, pk in search_index.types_of_pages().items() if pk in types]
    intros = [
        f"{model._meta.model_name}__intro"
        for model in models
        if any(field.name == "intro" for field in model._meta.fields)
    ]
    nothing = Value(None, TextField())
    columns: dict[str, Any] = dict.fromkeys(
        ("short", "adopted", "words_lang", "position", "day"), nothing
    )
    columns["intro"] = Coalesce(*intros, Value(""), output_field=TextField()) if intros else nothing
    if PriorityPage in models:
        columns |= {
            "short": NullIf("prioritypage__summary", Value(""), output_field=TextField()),
            "adopted": F("prioritypage__priority__adopted_text"),
            "words_lang": F("prioritypage__priority__plan__language"),
            "position": F("prioritypage__priority__position"),
        }
    if ProgressUpdatePage in models:
        columns["day"] = F("progressupdatepage__date")
    # They are looked up by key: their order is that of the index.
    rows = Page.objects.filter(pk__in=kinds).annotate(**columns).order_by()
    return {
        row.pk: Hit(
            kind=kinds[row.pk],
            title=row.title,
            url=address(row),
            line=row.short or row.adopted or row.intro or "",
            line_lang="" if row.short else row.words_lang or "",
            day=row.day,
            position=row.position,
        )
        for row in rows
    }


def _documents(keys: list[int]) -> dict[int, Hit]:
    rows = PortalDocument.objects.filter(pk__in=keys) if keys else []
    return {
        row.pk: Hit(
            kind=Kind.DOCUMENT,
            title=row.title,
            url=row.url,
            extension=row.file_extension.upper(),
            size=row.file_size,
        )
        for row in rows
    }
