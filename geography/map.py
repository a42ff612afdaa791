"""Norway by fylke as a drawing that a template fills: no script, no third party.

Borders: Kartverket, CC BY 4.0, simplified (docs/data.md). The paths are in units of 500 m; a
group's transform brings them into the drawing, so that labels keep their size.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PATHS = Path(__file__).parent / "data" / "fylker-paths.json"
VIEW_BOX = "-112 -4 562 562"
TRANSFORM = "translate(-3.99 -3.7) scale(0.184668)"
# Zero, and five bands above it.
STEPS = 6


@dataclass(frozen=True)
class Spot:
    """Where the label of a fylke stands, in units of the drawing; `minor` gives way on phones."""

    x: int
    y: int
    anchor: str = "end"
    minor: bool = False
    line: str = ""


# Those that have room for a name beside them.
SPOTS: Mapping[str, Spot] = {
    "56": Spot(448, 128),
    "55": Spot(232, 84),
    "18": Spot(142, 196, minor=True),
    "50": Spot(84, 300),
    "15": Spot(26, 344, minor=True),
    "46": Spot(-8, 424),
    "11": Spot(-2, 508, minor=True),
    "03": Spot(196, 506, "start", line="M126 477 L192 500"),
    "34": Spot(178, 414, "start", minor=True),
}


@dataclass(frozen=True)
class Shape:
    """One fylke, drawn: `step` 0–5 is its colour, `words` say what a reader of the map hears."""

    number: str
    name: str
    value: int
    step: int
    path: str
    words: str
    address: str
    spot: Spot | None


@dataclass(frozen=True)
class Band:
    step: int
    words: str


@dataclass(frozen=True)
class FylkeMap:
    shapes: list[Shape]
    bands: list[Band]
    view_box: str = VIEW_BOX
    transform: str = TRANSFORM


@lru_cache(maxsize=1)
def paths() -> Mapping[str, str]:
    """Number of the fylke → path data."""
    found: dict[str, str] = json.loads(PATHS.read_text(encoding="utf-8"))
    return found


def upper_bounds(highest: int) -> list[int]:
    """The last value of each band above zero; at most five, of whole numbers and equal width."""
    bands = min(STEPS - 1, max(highest, 1))
    width, rest = divmod(max(highest, 1), bands)
    bounds, last = [], 0
    for place in range(bands):
        last += width + (1 if place < rest else 0)
        bounds.append(last)
    return bounds


def draw(
    values: Mapping[str, tuple[str, int]],
    *,
    words: Callable[[str, int], str],
    address: Callable[[str], str],
) -> FylkeMap:
    """The map of `values`: number of the fylke → its name and a count.

    `words(name, count)` is read out for a fylke, `address(number)` is where it leads. The highest
    come first, so that who goes through by keyboard meets them first.
    """
    bounds = upper_bounds(max((count for _name, count in values.values()), default=0))

    def step(count: int) -> int:
        return next(place for place, bound in enumerate([0, *bounds]) if count <= bound)

    shapes = [
        Shape(
            number, name, count, step(count), path, words(name, count), address(number),
            SPOTS.get(number),
        )
        for number, path in paths().items()
        if number in values
        for name, count in [values[number]]
    ]  # fmt: skip
    bands = [Band(0, "0")]
    first = 1
    for place, bound in enumerate(bounds, start=1):
        bands.append(Band(place, str(bound) if first == bound else f"{first}–{bound}"))
        first = bound + 1
    return FylkeMap(sorted(shapes, key=lambda shape: (-shape.value, shape.number)), bands)
