"""What a reader of the news asks for in the address: one priority, one year."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models.functions import ExtractYear
from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from content.languages import language_of, query_of
from content.memory import remembered
from memberorgs.models import MemberOrganisation
from priorities.models import Priority, PriorityPage, ProgressUpdatePage


class Choice(NamedTuple):
    """A priority that one can choose: its key, its place, the title of its page."""

    priority: int
    number: int
    title: str
    language: str


@dataclass
class NewsFilter:
    """`priority` is the key of a priority, `year` a year with news; None shows all.

    `organisation` is a member organisation that the news names. `complaints` are sentences about
    what was asked for and is not there.
    """

    priority: int | None = None
    year: int | None = None
    organisation: MemberOrganisation | None = None
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def asked(cls, request: HttpRequest) -> "NewsFilter":
        """`?prioritering=12&aar=2026`; what can't be read is told and shows all."""
        chosen = cls()
        chosen.priority = chosen._known(
            request.GET.get("prioritering", ""),
            {choice.priority for choice in chosen.priorities},
            gettext("We don't know the priority that you asked for. Here is news about all."),
        )
        chosen.year = chosen._known(
            request.GET.get("aar", ""),
            set(chosen.years),
            gettext("There is no news from the year that you asked for. Here is all."),
        )
        if code := request.GET.get("medlemslag", ""):
            confirmed = MemberOrganisation.objects.confirmed()
            chosen.organisation = confirmed.filter(code=code[:60].replace("\0", "")).first()
            if chosen.organisation is None:
                chosen.complaints.append(
                    gettext("We don't know the member organisation that you asked for.")
                )
        return chosen

    def _known(self, asked: str, known: set[int], complaint: str) -> int | None:
        if not asked:
            return None
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
        if number in known:
            return number
        self.complaints.append(complaint)
        return None

    def news(self) -> Any:
        """The news that was asked for, as readers get it."""
        found = ProgressUpdatePage.objects.for_lists()
        if self.priority is not None:
            found = found.about(self.priority)
        if self.year is not None:
            found = found.filter(date__year=self.year)
        if self.organisation is not None:
            found = found.with_organisation(self.organisation)
        return found

    @cached_property
    def priorities(self) -> list[Choice]:
        """The priorities that have news, the newest plan's first."""
        return remembered(("news filter", get_language()), _priorities)

    @cached_property
    def years(self) -> list[int]:
        """The years that have news, the newest first."""
        return remembered("news years", _years)

    @property
    def kept_query(self) -> str:
        """What the same list has behind its address in another language: `?aar=2026`."""
        return query_of(
            prioritering=self.priority,
            aar=self.year,
            medlemslag=self.organisation.code if self.organisation else None,
        )

    @property
    def query(self) -> str:
        """What stands before the number of a part of the list: `?aar=2026&`."""
        return f"{self.kept_query}&" if self.kept_query else "?"


def _priorities() -> list[Choice]:
    with_news = Priority.objects.filter(updates__in=ProgressUpdatePage.objects.public_news())
    pages = PriorityPage.objects.of(with_news.values("pk")).order_by(
        "-priority__plan__year_start", "priority__position"
    )
    return [
        Choice(page.priority_id, page.priority.position, page.title, language_of(page))
        for page in pages
    ]


def _years() -> list[int]:
    dates = ProgressUpdatePage.objects.public_news().order_by()
    years = dates.annotate(year=ExtractYear("date")).values_list("year", flat=True)
    return sorted(set(years.distinct()), reverse=True)
