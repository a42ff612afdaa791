"""The halves of the academic year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _


@dataclass(frozen=True, order=True)
class Semester:
    """Spring is January to July, autumn August to December: reports are due in June and January,
    and July belongs to the year of study that ends."""

    year: int
    is_autumn: bool

    @classmethod
    def of(cls, day: date) -> "Semester":
        return cls(day.year, day.month >= 8)

    @classmethod
    def read(cls, code: str) -> "Semester | None":
        """From `2026v` or `2026h`; None for anything else."""
        found = re.fullmatch(r"((?:19|20|21)[0-9]{2})([vh])", code)
        return cls(int(found[1]), found[2] == "h") if found else None

    @property
    def code(self) -> str:
        """`2026v` for spring, `2026h` for autumn; sorts by time."""
        return f"{self.year}{'h' if self.is_autumn else 'v'}"

    @property
    def first(self) -> date:
        return date(self.year, 8 if self.is_autumn else 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31) if self.is_autumn else date(self.year, 7, 31)

    @property
    def before(self) -> "Semester":
        return Semester.of(self.first - timedelta(days=1))

    @property
    def short(self) -> str:
        """For the foot of a bar: `høst 26`."""
        year = {"year": f"{self.year % 100:02}"}
        return (_("aut. %(year)s") if self.is_autumn else _("spr. %(year)s")) % year

    def __str__(self) -> str:
        if self.is_autumn:
            return _("autumn %(year)d") % {"year": self.year}
        return _("spring %(year)d") % {"year": self.year}
