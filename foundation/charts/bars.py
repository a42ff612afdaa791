"""Upright bars for a handful of numbers, beside a table that says the same."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 300, 170
# Room below the axis for labels, and above the bars for numbers.
FOOT, HEAD = 24, 22
GAP = 0.16


@dataclass(frozen=True)
class Bar:
    """`x`, `y`, `width` and `height` in units of the drawing; `middle` is where its words stand."""

    label: str
    value: int
    shown: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 7, 1)


@dataclass(frozen=True)
class Bars:
    """`view_box` is 300 × 170; the axis lies at `axis`."""

    bars: tuple[Bar, ...]
    axis: float = HEIGHT - FOOT
    width: int = WIDTH
    height: int = HEIGHT

    @classmethod
    def of(cls, values: Iterable[tuple[str, int]], *, unit: str = "") -> "Bars":
        """Labels and whole numbers from 0; the largest fills the height. `unit` follows numbers."""
        rows = list(values)
        most = max((value for _label, value in rows), default=0) or 1
        slot = WIDTH / max(len(rows), 1)
        room = HEIGHT - FOOT - HEAD
        bars = []
        for place, (label, value) in enumerate(rows):
            tall = round(room * value / most, 1)
            bars.append(
                Bar(
                    label,
                    value,
                    f"{value}{unit}",
                    x=round(slot * (place + GAP / 2), 1),
                    y=round(HEIGHT - FOOT - tall, 1),
                    width=round(slot * (1 - GAP), 1),
                    height=tall,
                )
            )
        return cls(tuple(bars))

    @property
    def has_numbers(self) -> bool:
        return any(bar.value for bar in self.bars)
