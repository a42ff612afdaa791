"""Abstract pictures of the demo, drawn from the brand's four paints: voting cards and thick rules.

The same code gives the same bytes, so nothing is kept in the repository.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

# The flat brand paints of assets/css/tokens.css.
SUN, CORAL, MINT, NIGHT = "#ffc93c", "#ee5c3b", "#bfe3d6", "#1a1b15"
PAGE = (1600, 900)
SHARED = (1200, 630)
# Drawn this much larger and then reduced, which gives even edges.
FINENESS = 2
COLOURS = 32


class Poster:
    """A flat ground to draw on. Lengths are parts of its height; (0, 0) is its middle."""

    def __init__(self, size: tuple[int, int], ground: str) -> None:
        self.size = size
        self.unit = size[1] * FINENESS
        self.image = Image.new("RGB", (size[0] * FINENESS, self.unit), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.width = size[0] / size[1]

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return ((self.width / 2 + x) * self.unit, (0.5 + y) * self.unit)

    def rule(self, x: float, y: float, width: float, height: float, paint: str) -> None:
        """A thick rule whose upper left corner is (x, y)."""
        self.draw.rectangle((*self._at(x, y), *self._at(x + width, y + height)), fill=paint)

    def card(self, x: float, y: float, height: float, tilt: float, paint: str) -> None:
        """A voting card with (x, y) in its middle, tilted by `tilt` degrees to the right."""
        edge = height * 0.035
        self._slip(x, y, height * 0.78 + 2 * edge, height + 2 * edge, tilt, NIGHT, height * 0.1)
        self._slip(x, y, height * 0.78, height, tilt, paint, height * 0.07)

    def _slip(
        self, x: float, y: float, width: float, height: float, tilt: float, paint: str, bend: float
    ) -> None:
        turn = math.radians(tilt)
        corners = []
        for right, below, first in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
            for step in range(0, 91, 15):
                angle = math.radians(first + step)
                dx = right * (width / 2 - bend) + bend * math.cos(angle)
                dy = below * (height / 2 - bend) + bend * math.sin(angle)
                corners.append(
                    self._at(
                        x + dx * math.cos(turn) - dy * math.sin(turn),
                        y + dx * math.sin(turn) + dy * math.cos(turn),
                    )
                )
        self.draw.polygon(corners, fill=paint)

    def tick(self, x: float, y: float, size: float) -> None:
        """A tick as wide as `size`, with round ends."""
        points = [(-0.5, 0.05), (-0.14, 0.42), (0.5, -0.38)]
        thick = size * 0.16
        places = [self._at(x + dx * size, y + dy * size) for dx, dy in points]
        self.draw.line(places, fill=NIGHT, width=round(thick * self.unit))
        radius = thick * self.unit / 2
        for left, top in places:
            self.draw.ellipse((left - radius, top - radius, left + radius, top + radius), NIGHT)

    def png(self) -> bytes:
        flat = self.image.reduce(FINENESS).quantize(COLOURS, dither=Image.Dither.NONE)
        out = BytesIO()
        flat.save(out, format="PNG", optimize=True)
        return out.getvalue()


def raised_cards(poster: Poster) -> None:
    """Cards held up in a hall, the front row the largest."""
    tilts = (-6, 3, -2, 5, -4, 2)
    rows = ((-0.2, 0.17, 7, SUN), (0.02, 0.21, 6, CORAL), (0.28, 0.26, 5, SUN))
    for place, (y, height, count, paint) in enumerate(rows):
        for number in range(count):
            x = (number - (count - 1) / 2) * poster.width / count
            lift = 0.03 * ((number * 2 + place) % 3)
            poster.rule(x - height * 0.09, y - lift, height * 0.18, 1, NIGHT)
            poster.card(x, y - lift, height, tilts[(number + place) % len(tilts)], paint)


def fan_of_cards(poster: Poster) -> None:
    """Five cards spread like a hand of cards."""
    for tilt, paint in ((-40, MINT), (40, MINT), (-20, SUN), (20, SUN), (0, MINT)):
        turn = math.radians(tilt)
        poster.card(0.68 * math.sin(turn), 0.58 - 0.68 * math.cos(turn), 0.5, tilt, paint)
    poster.rule(-poster.width / 2, 0.36, poster.width, 0.14, NIGHT)


def fifteen_cards(poster: Poster) -> None:
    """Three rows of five cards; one is another colour and leans more."""
    for number in range(15):
        row, column = divmod(number, 5)
        special = number == 7
        poster.card(
            (column - 2) * 0.3,
            (row - 1) * 0.28,
            0.23 if special else 0.19,
            11 if special else -5 + 3 * ((number * 7) % 4),
            CORAL if special else SUN,
        )


def stairs_of_cards(poster: Poster) -> None:
    """Four thick rules that grow from left to right, a card upon each."""
    for number, height in enumerate((0.12, 0.23, 0.38, 0.46)):
        x = (number - 1.5) * 0.38
        poster.rule(x - 0.14, 0.5 - height, 0.28, height, NIGHT)
        poster.card(x, 0.5 - height - 0.13, 0.22, (-5, 4, -3, 6)[number], (MINT, CORAL)[number % 2])


def one_card(poster: Poster) -> None:
    """One large card with a tick, before three thick rules."""
    for number, paint in enumerate((CORAL, MINT, CORAL)):
        poster.rule(-poster.width / 2, 0.17 + number * 0.11, poster.width, 0.055, paint)
    poster.card(0, -0.02, 0.68, -5, SUN)
    poster.tick(0, -0.02, 0.32)


def three_cards(poster: Poster) -> None:
    """Three cards side by side, as in the mark, over a thick rule."""
    poster.rule(-poster.width / 2, 0.24, poster.width, 0.26, NIGHT)
    for x, tilt, paint in ((-0.46, -6, MINT), (0, 4, CORAL), (0.46, -3, MINT)):
        poster.card(x, -0.04, 0.52, tilt, paint)


@dataclass(frozen=True)
class Picture:
    """A picture of the demo. `alt` says what one sees, in Norwegian."""

    name: str
    title: str
    alt: str
    ground: str
    motif: Callable[[Poster], None]
    size: tuple[int, int] = PAGE

    def png(self) -> bytes:
        poster = Poster(self.size, self.ground)
        self.motif(poster)
        return poster.png()


PICTURES = (
    Picture(
        "hevede-kort",
        "Demo: hevede kort",
        "Tre rader med gule og røde stemmekort som holdes opp mot en lysegrønn bakgrunn.",
        MINT,
        raised_cards,
    ),
    Picture(
        "kort-i-vifte",
        "Demo: kort i vifte",
        "Fem stemmekort i gult og lysegrønt, spredt som en vifte over en svart strek.",
        CORAL,
        fan_of_cards,
    ),
    Picture(
        "femten-kort",
        "Demo: femten kort",
        "Femten stemmekort i tre rader. Ett av dem er rødt og står mer på skrå enn de andre.",
        MINT,
        fifteen_cards,
    ),
    Picture(
        "trapp-av-kort",
        "Demo: trapp av kort",
        "Fire svarte søyler som blir høyere mot høyre, med et stemmekort oppå hver.",
        SUN,
        stairs_of_cards,
    ),
    Picture(
        "ett-kort",
        "Demo: ett kort",
        "Ett stort gult stemmekort med hake, foran tre tykke streker på svart bakgrunn.",
        NIGHT,
        one_card,
    ),
    Picture(
        "deling",
        "Demo: tre kort, til deling",
        "Tre stemmekort side om side over en tykk svart strek, på gul bakgrunn.",
        SUN,
        three_cards,
        SHARED,
    ),
)
