"""What parties answered: a set of answers for all that were met, or one for each of them.

Answers are no fields of the form: a contact with nine parties has over a hundred of them. They are
sent as `answer_<demand>` for all, and `answer_<demand>_<party>` for each.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lobbying.choices import Reply
from lobbying.models import Demand
from lobbying.who_asked import MARKS, Column

# As one reads them; the first says that it was not talked about.
ANSWERS: tuple[tuple[str, str | Promise], ...] = (
    ("", _("Not talked about")),
    (Reply.YES, Reply.YES.label),
    (Reply.PARTLY, Reply.PARTLY.label),
    (Reply.NO, Reply.NO.label),
    (Reply.NO_ANSWER, pgettext_lazy("reply, one word", "Waiting")),
)
NAME = re.compile(r"answer_(?P<demand>[0-9]{1,18})(?:_(?P<party>.+))?")
# Demands in sight; the others are one tap away.
IN_SIGHT = 6


def key_of(column: Column) -> str:
    """Of a party in names of what is sent: its code, and of a list its name."""
    code = str(column.party.pk)
    if not column.list_name:
        return code
    return f"{code}.{slugify(column.list_name, allow_unicode=True)}"


@dataclass(frozen=True)
class Line:
    """One row of answers to tap; `column` is None where it is for all parties."""

    name: str
    value: str
    column: Column | None = None

    @property
    def options(self) -> list[tuple[str, str | Promise, str, bool]]:
        """Value, words, mark, and whether it is chosen."""
        return [
            (value, words, MARKS[Reply(value)][0] if value else "", value == self.value)
            for value, words in ANSWERS
        ]


@dataclass(frozen=True)
class Ask:
    demand: Demand
    lines: tuple[Line, ...]

    @property
    def is_of_all(self) -> bool:
        """Whether one row stands for all parties."""
        return self.lines[0].column is None

    @property
    def is_answered(self) -> bool:
        return any(line.value for line in self.lines)


@dataclass(frozen=True)
class Asks:
    """`typed` is what was sent, or what the form begins with; `each`: a set for each column."""

    demands: tuple[Demand, ...]
    columns: tuple[Column, ...]
    each: bool
    typed: Mapping[str, Any]

    def value(self, demand: Demand, column: Column) -> str:
        """What the party answered, empty for not talked about."""
        common = self._sent(f"answer_{demand.pk}")
        if not self.each:
            return self._common(demand)
        own = self._sent(f"answer_{demand.pk}_{key_of(column)}")
        # A set that is opened now begins with what was answered for all.
        return (common if own is None else own) or ""

    @property
    def rows(self) -> list[Ask]:
        return [Ask(demand, tuple(self._lines(demand))) for demand in self.demands]

    @property
    def in_sight(self) -> list[Ask]:
        return self.rows[:IN_SIGHT]

    @property
    def further(self) -> list[Ask]:
        return self.rows[IN_SIGHT:]

    @property
    def further_is_open(self) -> bool:
        return any(ask.is_answered for ask in self.further)

    @property
    def themes(self) -> list[str]:
        """What the further ones are about, each once."""
        return list(dict.fromkeys(str(ask.demand.get_theme_display()) for ask in self.further))

    @property
    def strange(self) -> list[str]:
        """Names of answers that nobody could have tapped."""
        known = {value for value, _words in ANSWERS}
        return [name for name in self._names() if str(self.typed[name]) not in known]

    @property
    def aside(self) -> list[tuple[str, str]]:
        """Names and values of answers that are not shown now, to come back when they are."""
        shown = {line.name for ask in self.rows for line in ask.lines}
        found = [(name, str(self.typed[name])) for name in self._names() if name not in shown]
        return [(name, value) for name, value in found if value in Reply.values]

    @property
    def of_other_demands(self) -> list[str]:
        """Names among `aside` whose demand is not asked here."""
        asked = {str(demand.pk) for demand in self.demands}
        return [name for name, _value in self.aside if NAME.fullmatch(name)["demand"] not in asked]  # type: ignore[index]

    def _lines(self, demand: Demand) -> Iterable[Line]:
        if not self.each:
            yield Line(f"answer_{demand.pk}", self._common(demand))
            return
        for column in self.columns:
            name = f"answer_{demand.pk}_{key_of(column)}"
            yield Line(name, self.value(demand, column), column)

    def _common(self, demand: Demand) -> str:
        common = self._sent(f"answer_{demand.pk}")
        if common is not None:
            return common
        # The sets of each are closed: where all said the same, that stands for all.
        own = {self._sent(f"answer_{demand.pk}_{key_of(column)}") or "" for column in self.columns}
        return own.pop() if len(own) == 1 else ""

    def _sent(self, name: str) -> str | None:
        value = self.typed.get(name)
        return None if value is None else str(value)

    def _names(self) -> list[str]:
        return [name for name in self.typed if NAME.fullmatch(name)]
