"""The log of an organisation as one list: contacts, and everything else that was logged."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import capfirst

from activity.choices import LOG_KINDS, EntryKind, LogKind
from activity.kinds import KINDS
from activity.models import Entry
from activity.models.entries import EntryQuerySet
from activity.semesters import Semester
from lobbying.brief import headline_of
from lobbying.models import Contact
from lobbying.models.contacts import ContactQuerySet
from memberorgs.access import Standing

PER_PAGE = 25
LONGEST_SEARCH = 80
ENTRY_KIND = {str(slug): kind for kind, slug in LOG_KINDS.items()}

# The columns of the union.
Found = tuple[str, int, date, Any]


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; what makes no sense is left out."""

    kind: str = ""
    semester: Semester | None = None
    words: str = ""
    removed: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        kind = query.get("type", "")
        words = " ".join(query.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
        return cls(
            kind=kind if kind in LogKind.values else "",
            semester=Semester.read(query.get("semester", "")),
            words=words,
            removed=query.get("borte") == "1",
        )

    @property
    def kept(self) -> dict[str, str | None]:
        """For addresses: the keys and values that say the same."""
        return {
            "type": self.kind or None,
            "semester": self.semester.code if self.semester else None,
            "q": self.words or None,
            "borte": "1" if self.removed else None,
        }

    def but(self, **changes: Any) -> "Filters":
        return replace(self, **changes)

    @property
    def are_set(self) -> bool:
        return any(self.kept.values())


@dataclass(frozen=True)
class Line:
    """One entry of the list."""

    slug: str
    pk: int
    day: date
    headline: str
    row: Any

    @property
    def words(self) -> str:
        """Of its kind."""
        return capfirst(str(LogKind(self.slug).label))


class KeysOfBoth:
    """What a paginator counts and cuts: keys from both tables, in the order of the list."""

    def __init__(self, contacts: QuerySet[Contact], entries: QuerySet[Entry]) -> None:
        self._contacts, self._entries = contacts, entries

    @cached_property
    def _count(self) -> int:
        return self._contacts.count() + self._entries.count()

    def __len__(self) -> int:
        return self._count

    def count(self) -> int:
        return self._count

    def __getitem__(self, part: slice) -> list[Found]:
        order = ("-day", "-logged_at", "-pk")
        wanted = part.stop
        # Each table gives no more than the list can show of it, by its index.
        contacts = self._contacts.order_by(*order)[:wanted]
        entries = self._entries.order_by(*order)[:wanted]
        found: list[Found] = [
            *_keys(contacts, Value(str(LogKind.LOBBYING), CharField())),
            *(
                (str(LOG_KINDS[EntryKind(kind)]), pk, day, at)
                for kind, pk, day, at in _kinds(entries)
            ),
        ]
        found.sort(key=lambda one: (one[2], one[3], one[1]), reverse=True)
        return found[part]


def _keys(rows: QuerySet[Contact], slug: Value) -> Iterable[Found]:
    return rows.annotate(slug=slug).values_list("slug", "pk", "day", "logged_at")


def _kinds(rows: QuerySet[Entry]) -> Iterable[Found]:
    return rows.values_list("kind", "pk", "day", "logged_at")


def page_of(at: Standing, filters: Filters, number: Any, *, per_page: int = PER_PAGE) -> Page[Line]:
    """A page of the organisation's log, the newest first; at most eight queries, whatever there
    is. `page.object_list` holds `Line`s."""
    contacts, entries = contacts_of(at, filters), entries_of(at, filters)
    rows: Any = KeysOfBoth(contacts, entries)
    page: Any = Paginator(rows, per_page).get_page(number)
    page.object_list = lines(page.object_list)
    return page  # type: ignore[no-any-return]


def lines(found: Iterable[Found]) -> list[Line]:
    """Keys → what the list shows of them; at most five queries."""
    keys = list(found)
    contacts = {pk for slug, pk, *_ in keys if slug == LogKind.LOBBYING}
    entries = {pk for slug, pk, *_ in keys if slug != LogKind.LOBBYING}
    rows: dict[tuple[bool, int], Any] = {}
    if contacts:
        shown = Contact.objects.filter(pk__in=contacts).select_related("kommune", "fylke")
        shown = shown.defer("note").prefetch_related("asked__party", "asked__answers__demand")
        rows |= {(True, row.pk): row for row in shown}
    if entries:
        told = Entry.objects.filter(pk__in=entries).with_details().defer("note")
        rows |= {(False, row.pk): row for row in told}
    return [
        Line(slug, pk, day, _headline(slug, row), row)
        for slug, pk, day, _at in keys
        if (row := rows.get((slug == LogKind.LOBBYING, pk))) is not None
    ]


def _headline(slug: str, row: Any) -> str:
    if slug == LogKind.LOBBYING:
        return headline_of(row)
    return KINDS[slug].headline(row) if slug in KINDS else str(row)


def contacts_of(at: Standing, filters: Filters) -> ContactQuerySet:
    if filters.kind not in ("", LogKind.LOBBYING):
        return Contact.objects.none()
    rows = Contact.objects.of({at.organisation.pk})
    if filters.removed:
        # Who took part sees what is there; who logged it may put it back.
        rows = rows.filter(organisation=at.organisation, removed_at__isnull=False)
    else:
        rows = rows.there()
    if filters.semester is not None:
        rows = rows.between(filters.semester.first, filters.semester.last)
    if filters.words:
        rows = rows.filter(pk__in=_contacts_that_say(at, filters.words).values("pk"))
    return rows


def entries_of(at: Standing, filters: Filters) -> EntryQuerySet:
    if filters.kind == LogKind.LOBBYING:
        return Entry.objects.none()
    rows = Entry.objects.of({at.organisation.pk})
    rows = rows.filter(removed_at__isnull=False) if filters.removed else rows.there()
    if filters.kind:
        rows = rows.of_kind(ENTRY_KIND[filters.kind])
    if filters.semester is not None:
        rows = rows.between(filters.semester.first, filters.semester.last)
    if filters.words:
        # Staff read no notes, so that no word of one leads them to it.
        columns = [*ENTRY_WORDS, "note"] if at.terms else ENTRY_WORDS
        rows = rows.filter(said(filters.words, columns))
    return rows


ENTRY_WORDS = (
    "title",
    "text",
    "recruitment__place",
    "recruitment__offices",
    "routine__own_name",
)
CONTACT_WORDS = (
    "next_step",
    "kommune__name_display",
    "fylke__name",
    "asked__list_name",
    "asked__party__short_name",
    "asked__party__name_nb",
    "organisations__short_name",
)


def _contacts_that_say(at: Standing, words: str) -> QuerySet[Contact]:
    """Each word may stand with another party or organisation of the contact."""
    rows = Contact.objects.all()
    for word in words.split():
        says = Contact.objects.filter(said(word, CONTACT_WORDS)).values("pk")
        found = Q(pk__in=says)
        if at.terms:
            found |= Q(organisation=at.organisation) & said(word, ("note",))
        rows = rows.filter(found)
    return rows


def said(words: str, columns: Iterable[str]) -> Q:
    """All of the words, each in any of the columns. SQLite knows no capital Æ, Ø and Å."""
    found = Q()
    for word in words.split():
        one = Q()
        for column in columns:
            for spelt in {word, word.lower(), word.capitalize()}:
                one |= Q(**{f"{column}__icontains": spelt})
        found &= one
    return found
