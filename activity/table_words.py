"""What the cells of a log's table point to: campuses and priorities, by the words for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from wagtail.models import Locale

from memberorgs.models import MemberOrganisation
from priorities.models import Priority, PriorityPage
from priorities.models.pages import current_plan_page

BETWEEN = "; "


def squeezed(text: str) -> str:
    """To compare words as people write them."""
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Words:
    """Number → the word that is written, and words → the number, without regard to case."""

    campuses: dict[int, str] = field(default_factory=dict)
    campus_numbers: dict[str, int] = field(default_factory=dict)
    priorities: dict[int, str] = field(default_factory=dict)
    priority_numbers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, organisation: MemberOrganisation) -> "Words":
        """A handful of queries."""
        campuses = {one.pk: str(one) for one in organisation.campuses.select_related("kommune")}
        titles, numbers = _priorities()
        return cls(
            campuses,
            {squeezed(name): number for number, name in campuses.items()},
            titles,
            numbers,
        )

    def campus(self, text: str) -> int:
        if found := self.campus_numbers.get(squeezed(text)):
            return found
        raise ValidationError(
            gettext("“%(text)s” is none of: %(choices)s.")
            % {"text": text[:80], "choices": ", ".join(self.campuses.values())}
        )

    def priorities_in(self, text: str) -> list[int]:
        """Titles with semicolons between, in any language; or places in the plan."""
        found: dict[int, None] = {}
        for part in filter(None, map(str.strip, text.replace("\n", ";").split(";"))):
            number = self.priority_numbers.get(squeezed(part))
            if number is None:
                raise ValidationError(
                    gettext("There is no priority “%(text)s”.") % {"text": part[:80]}
                )
            found[number] = None
        return list(found)

    def told_priorities(self, numbers: Iterable[int]) -> str:
        return BETWEEN.join(sorted(self.priorities.get(one, f"#{one}") for one in numbers))


def _priorities() -> tuple[dict[int, str], dict[str, int]]:
    """Titles of the current plan stand alone, those of other plans with their years."""
    current = current_plan_page()
    plan = current.plan_id if current else None
    language = get_language() or "nb"
    titles: dict[int, str] = {}
    numbers: dict[str, int] = {}
    rows = PriorityPage.objects.filter(live=True, locale__in=Locale.objects.all())
    for priority, title, written_in, of, begins, ends in rows.values_list(
        "priority_id", "title", "locale__language_code",
        "priority__plan_id", "priority__plan__year_start", "priority__plan__year_end",
    ):  # fmt: skip
        # Titles are told apart by what stands between them.
        name = title.replace(";", ",")
        name = name if of == plan else f"{name} ({begins}–{ends})"
        numbers[squeezed(name)] = priority
        if written_in == language or priority not in titles:
            titles[priority] = name
    for priority, place, of in Priority.objects.live().values_list("pk", "position", "plan_id"):
        numbers[f"#{priority}"] = priority
        if of == plan:
            numbers.setdefault(str(place), priority)
    return titles, numbers
