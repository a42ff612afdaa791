"""The log of all organisations, as NSO reads it: filters, and who may read what.

The secretariat reads all of it but the private notes. Editors, who write the news, read what an
organisation has said may be told in public.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from activity import access
from activity.choices import LogKind
from activity.log import (
    CONTACT_WORDS,
    ENTRY_KIND,
    ENTRY_WORDS,
    LONGEST_SEARCH,
    Found,
    KeysOfBoth,
    said,
)
from activity.models import Entry
from activity.models.entries import EntryQuerySet
from activity.semesters import Semester
from geography.models import Fylke
from lobbying.models import Contact
from lobbying.models.contacts import ContactQuerySet
from memberorgs.access import AnyUser
from memberorgs.models import MemberOrganisation, OrganisationCampus
from priorities.models import Priority
from priorities.models.pages import current_plan_page

# Lines that one can leaf through; older ones are found by a filter or stand in the file.
MOST_LEAFED = 5000
SEMESTERS = 12


def semesters() -> list[tuple[str, str]]:
    found = [Semester.of(timezone.localdate())]
    while len(found) < SEMESTERS:
        found.append(found[-1].before)
    return [(one.code, str(one).capitalize()) for one in found]


def priorities() -> list[tuple[str, str]]:
    page = current_plan_page()
    rows = page.rows("nb") if page else []
    return [(str(row.page.priority_id), f"{row.number}. {row.title}") for row in rows]


class LogFilters(WagtailFilterSet):  # type: ignore[misc]
    """Only says what was asked: the log lies in two tables, which `found` asks."""

    q = django_filters.CharFilter(label=_("Words"), max_length=LONGEST_SEARCH)
    organisation = django_filters.CharFilter(label=_("Organisation: its code or short name"))
    kind = django_filters.ChoiceFilter(
        label=pgettext_lazy("column", "Kind"), choices=LogKind.choices
    )
    semester = django_filters.ChoiceFilter(label=_("Semester"), choices=semesters)
    day = django_filters.DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)
    priority = django_filters.ChoiceFilter(label=_("Priority"), choices=priorities)
    fylke = django_filters.ModelChoiceFilter(label=_("County"), queryset=Fylke.objects.all())
    told = django_filters.ChoiceFilter(
        label=_("May be told in public"), choices=[("yes", _("Yes")), ("no", _("No"))]
    )

    class Meta:
        model = Entry
        fields: ClassVar[list[str]] = []


@dataclass(frozen=True)
class Asked:
    """What the filters say; what they don't know is left out."""

    q: str = ""
    organisation: str = ""
    kind: str = ""
    semester: str = ""
    day: slice | None = None
    priority: str = ""
    fylke: Fylke | None = None
    told: str = ""

    @classmethod
    def of(cls, filters: LogFilters) -> "Asked":
        known = filters.form.cleaned_data if filters.is_valid() else {}
        return cls(**{name: value for name, value in known.items() if value})

    @cached_property
    def organisations(self) -> list[int]:
        words = self.organisation.strip()
        rows = MemberOrganisation.objects.filter(Q(code__iexact=words) | _named(words))
        return list(rows.values_list("pk", flat=True))


def _named(words: str) -> Q:
    return Q(short_name__icontains=words)


def entries(user: AnyUser, asked: Asked) -> EntryQuerySet:
    """Without notes, and with no word of them searched."""
    if asked.kind == LogKind.LOBBYING:
        return Entry.objects.none()
    rows = access.entries_read_by_nso(user)
    if asked.kind:
        rows = rows.of_kind(ENTRY_KIND[asked.kind])
    if asked.organisation:
        rows = rows.of(asked.organisations)
    if asked.fylke is not None:
        rows = rows.filter(organisation__in=_with_campus_in(asked.fylke))
    if asked.q:
        rows = rows.filter(said(asked.q, ENTRY_WORDS))
    return _common(rows, asked)  # type: ignore[no-any-return]


def contacts(user: AnyUser, asked: Asked) -> ContactQuerySet:
    """The same; contacts belong to the fylke of their place, else of the organisation's."""
    if asked.kind not in ("", LogKind.LOBBYING):
        return Contact.objects.none()
    rows = access.contacts_read_by_nso(user)
    if asked.organisation:
        rows = rows.of(asked.organisations)
    if asked.fylke is not None:
        elsewhere = Q(kommune=None, fylke=None, organisation__in=_with_campus_in(asked.fylke))
        rows = rows.filter(Q(kommune__fylke=asked.fylke) | Q(fylke=asked.fylke) | elsewhere)
    for word in asked.q.split():
        # Each word may stand with another party of the contact.
        says = Contact.objects.filter(said(word, CONTACT_WORDS)).values("pk")
        rows = rows.filter(pk__in=says)
    return _common(rows, asked)  # type: ignore[no-any-return]


def _with_campus_in(fylke: Fylke) -> Any:
    return OrganisationCampus.objects.filter(kommune__fylke=fylke).values("organisation")


def _common(rows: Any, asked: Asked) -> Any:
    semester = Semester.read(asked.semester)
    if semester is not None:
        rows = rows.between(semester.first, semester.last)
    if asked.day is not None:
        if asked.day.start:
            rows = rows.filter(day__gte=asked.day.start.date())
        if asked.day.stop:
            rows = rows.filter(day__lte=asked.day.stop.date())
    if asked.priority:
        priority = Priority.objects.filter(pk=asked.priority).first()
        rows = rows.about(priority) if priority is not None else rows.none()
    if asked.told:
        rows = rows.filter(may_be_told=asked.told == "yes")
    return rows


class Newest:
    """Keys of both tables for a paginator, the newest first; at most `MOST_LEAFED` of them.

    `all` is how many there are.
    """

    def __init__(self, user: AnyUser, asked: Asked) -> None:
        self._rows = KeysOfBoth(contacts(user, asked), entries(user, asked))

    @property
    def all(self) -> int:
        return self._rows.count()

    def count(self) -> int:
        return min(self.all, MOST_LEAFED)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Found]:
        return self._rows[part]
