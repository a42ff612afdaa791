"""Social cards of the plan, its priorities and its news."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from content.cards import CARD_SIZE, Canvas, Card
from content.cards.canvas import BAND, CORAL, MARGIN, MINT, NIGHT, SUN, WHITE, Paint
from content.cards.lettering import BOLD, HEAD, drawable, width

if TYPE_CHECKING:
    from priorities.models import (
        ActionPlan,
        Priority,
        ProgressUpdatePage,
        StatusChange,
    )
    from priorities.models.pages import Row

# The colours of a status on cards, as assets/css/tokens.css has them in the light.
STATUS_PAINTS = {
    "none": Paint("#ffffff", NIGHT),
    "go": Paint("#1c6a96", WHITE),
    "part": Paint("#a9c94a", NIGHT),
    "win": Paint("#14693f", WHITE),
    "late": Paint("#f59a3d", NIGHT),
    "lost": Paint("#b3202c", WHITE),
    "pause": Paint("#6b7280", WHITE),
    "unknown": Paint("#7a4a8d", WHITE),
}
BLANK = Paint(WHITE, NIGHT)
TITLE_SIZES = range(46, 121, 2)
TEXT_LEFT = 420
TEXT_WIDTH = CARD_SIZE[0] - TEXT_LEFT - MARGIN
FLOOR = CARD_SIZE[1] - BAND


@dataclass(frozen=True)
class PriorityCard(Card):
    """The number on a tilted card in the colour of the status, the title, the word of the status.

    `mark` and `label` are empty while the priority has no status.
    """

    number: int
    title: str
    plan: str
    mark: str
    label: str

    kind = "prioritering"

    @classmethod
    def of(
        cls,
        priority: "Priority",
        status: "StatusChange | None",
        *,
        title: str,
        plan: "ActionPlan",
        organisation: str,
    ) -> "PriorityCard":
        mark, label = (status.mark, status.label) if status else ("", "")
        number, name = priority.position, plan_name(plan)
        return cls(priority.pk, organisation, number, title, name, mark, label)

    @property
    def alt(self) -> str:
        if not self.label:
            return f"{self.number}. {self.title}"
        return f"{self.number}. {self.title}: {self.label}"

    def paint(self) -> Canvas:
        canvas = Canvas(SUN)
        canvas.voting_card(
            (222, FLOOR / 2), 380, -5, STATUS_PAINTS.get(self.mark, BLANK), str(self.number)
        )
        _kicker(canvas, self.plan)
        _title(canvas, self.title, 230 if self.label else 330)
        if self.label:
            _status(canvas, self.mark, self.label)
        return canvas


def plan_name(plan: "ActionPlan") -> str:
    return gettext("Action plan %(years)s") % {"years": plan.years}


def _kicker(canvas: Canvas, text: str) -> None:
    box = (TEXT_LEFT, 74, TEXT_WIDTH, 40)
    canvas.paragraph(box, text, BOLD, range(20, 31, 2), NIGHT)


def _title(canvas: Canvas, text: str, height: int) -> None:
    canvas.paragraph((TEXT_LEFT, 130, TEXT_WIDTH, height), text, HEAD, TITLE_SIZES, NIGHT)


def _status(canvas: Canvas, mark: str, label: str) -> None:
    """Icon and word, on the paint of the status."""
    paint, word, size = STATUS_PAINTS[mark], drawable(label), 36
    top = FLOOR - MARGIN - 76
    end = TEXT_LEFT + 28 + 44 + 18 + width(word, BOLD, size) + 30
    canvas.draw.rounded_rectangle((TEXT_LEFT, top, end, top + 76), 8, paint.ground, NIGHT, 5)
    canvas.icon((TEXT_LEFT + 50, top + 38), 44, mark, paint.ink)
    canvas.write(TEXT_LEFT + 90, top + 51, word, BOLD, size, paint.ink)


@dataclass(frozen=True)
class NewsCard(Card):
    """A piece of news: its title and date, and the number of the priority that it belongs to."""

    title: str
    day: date
    number: int | None

    kind = "nytt"

    @classmethod
    def of(cls, page: "ProgressUpdatePage", rows: Iterable["Row"], organisation: str) -> "NewsCard":
        """`rows`: the priorities that the news belong to."""
        number = next((row.number for row in rows), None)
        return cls(page.pk, organisation, page.title, page.date, number)

    @property
    def alt(self) -> str:
        return f"{self.title}, {date_format(self.day)}"

    def paint(self) -> Canvas:
        canvas = Canvas(MINT)
        if self.number is None:
            canvas.mark(MARGIN - 6, FLOOR / 2 - 10, 138)
        else:
            canvas.voting_card((222, FLOOR / 2), 380, 4, Paint(CORAL, NIGHT), str(self.number))
        _kicker(canvas, gettext("Progress update"))
        _title(canvas, self.title, 290)
        canvas.write(
            TEXT_LEFT, FLOOR - MARGIN - 12, drawable(date_format(self.day)), BOLD, 30, NIGHT
        )
        return canvas


@dataclass(frozen=True)
class PlanCard(Card):
    """All priorities of a plan as cards in a hall; `marks`: number and mark of the status."""

    title: str
    marks: tuple[tuple[int, str], ...]

    kind = "plan"

    @classmethod
    def of(
        cls, plan: "ActionPlan", sections: Iterable[tuple[Any, Iterable[Any]]], organisation: str
    ) -> "PlanCard":
        """`sections` as the page of the plan has them."""
        marks = tuple(
            (row.number, row.how.status.mark if row.how.status else "")
            for _, rows in sections
            for row in rows
        )
        return cls(plan.pk, organisation, plan_name(plan), marks)

    @property
    def alt(self) -> str:
        return gettext("%(plan)s: the priorities as cards, each in the colour of its status") % {
            "plan": self.title
        }

    def paint(self) -> Canvas:
        canvas = Canvas(SUN)
        canvas.paragraph((MARGIN, 74, 480, 330), self.title, HEAD, range(46, 121, 2), NIGHT)
        columns = 5 if len(self.marks) <= 15 else 8
        rows = max(-(-len(self.marks) // columns), 1)
        step_x, step_y = 600 / columns, (FLOOR - 60) / rows
        height = min(step_x / 0.76, step_y) * 0.86
        for place, (number, mark) in enumerate(self.marks):
            row, column = divmod(place, columns)
            canvas.voting_card(
                (560 + (column + 0.5) * step_x, 30 + (row + 0.5) * step_y),
                height,
                (-5, 3, -2, 4, -3, 2, 5)[(place * 3) % 7],
                STATUS_PAINTS.get(mark, BLANK),
                str(number),
            )
        return canvas
