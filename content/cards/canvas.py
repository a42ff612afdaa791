"""What social cards are drawn with: flat paints, tilted voting cards, icons, large letters."""

import math
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from content.cards.lettering import BOLD, HEAD, Face, drawable, fitted, font, runs, width

CARD_SIZE = (1200, 630)
# Tilted things are drawn this much larger and then reduced, which gives even edges.
FINENESS = 2
COLOURS = 64
# The flat paints of assets/css/tokens.css, as they are in the light.
SUN, CORAL, MINT, NIGHT, PAPER, WHITE = (
    "#ffc93c",
    "#ee5c3b",
    "#bfe3d6",
    "#1a1b15",
    "#fcfbf7",
    "#ffffff",
)
MARGIN = 64
BAND = 92


class Paint(NamedTuple):
    """A ground, and what is written on it."""

    ground: str
    ink: str


class Canvas:
    """A card of one ground. Lengths are pixels from the upper left corner."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", CARD_SIZE, ground)
        self.draw = ImageDraw.Draw(self.image)

    def write(self, x: float, y: float, text: str, face: Face, size: int, ink: str) -> float:
        """One line, its capitals' foot at `y`; returns where it ends."""
        for piece, part in runs(text):
            letters = font(face, size, part)
            self.draw.text((x, y), piece, font=letters, fill=ink, anchor="ls")
            x += letters.getlength(piece)
        return x

    def paragraph(
        self, box: tuple[int, int, int, int], text: str, face: Face, sizes: range, ink: str
    ) -> float:
        """`text` in `box` (left, top, width, height), as large as it fits; returns its foot."""
        left, top, across, down = box
        lines, size = fitted(text, face, (across, down), sizes)
        y = float(top)
        for line in lines:
            self.write(left, y + size * 0.76, line, face, size, ink)
            y += size * face.line
        return y

    def voting_card(
        self, middle: tuple[float, float], height: float, tilt: float, paint: Paint, text: str = ""
    ) -> None:
        """A voting card with `text` on it, tilted by `tilt` degrees to the right."""
        across, edge = height * 0.76, max(height * 0.018, 3)
        side = math.ceil(math.hypot(across, height)) + 8
        big = side * FINENESS
        layer = Image.new("RGBA", (big, big), (*_rgb(NIGHT), 0))
        pen = ImageDraw.Draw(layer)
        half_w, half_h = across * FINENESS / 2, height * FINENESS / 2
        place = (big / 2 - half_w, big / 2 - half_h, big / 2 + half_w, big / 2 + half_h)
        pen.rounded_rectangle(
            place, height * 0.06 * FINENESS, paint.ground, NIGHT, round(edge * FINENESS)
        )
        if text:
            size = height * 0.68
            size = round(min(size, size * across * 0.82 / max(width(text, HEAD, size), 1)))
            pen.text(
                (big / 2, big / 2 + size * 0.345 * FINENESS),
                text,
                font=font(HEAD, size * FINENESS),
                fill=paint.ink,
                anchor="ms",
            )
        turned = layer.rotate(-tilt, Image.Resampling.BILINEAR).reduce(FINENESS)
        self.image.paste(turned, (round(middle[0] - side / 2), round(middle[1] - side / 2)), turned)

    def mark(self, x: float, y: float, height: float) -> float:
        """The three cards N, S, O from `x`, their middle at `y`; returns where they end."""
        step = height * 0.82
        for place, (letter, tilt, ground) in enumerate(
            (("N", -5, SUN), ("S", 3, CORAL), ("O", -2, MINT))
        ):
            lift = (0, 0.1, 0.02)[place] * height
            middle = (x + height * 0.38 + place * step, y + lift)
            self.voting_card(middle, height, tilt, Paint(ground, NIGHT), letter)
        return x + 2 * step + height * 0.76

    def icon(self, middle: tuple[float, float], size: int, name: str, ink: str) -> None:
        """The icon of a status, by its mark."""
        big = size * FINENESS
        layer = Image.new("RGBA", (big, big), (*_rgb(ink), 0))
        _ICONS[name](_Pen(ImageDraw.Draw(layer), big / 24, ink))
        small = layer.reduce(FINENESS)
        self.image.paste(small, (round(middle[0] - size / 2), round(middle[1] - size / 2)), small)

    def band(self, organisation: str, note: str) -> None:
        """The foot of every card: the mark and the organisation, and a note to the right."""
        across, down = CARD_SIZE
        self.draw.rectangle((0, down - BAND, across, down), fill=NIGHT)
        middle = down - BAND / 2
        note = drawable(note)
        right = across - MARGIN - width(note, BOLD, 26)
        self.write(right, middle + 10, note, BOLD, 26, SUN)
        if organisation:
            left = self.mark(MARGIN - 6, middle - 2, 52) + 24
            room = (int(right - 40 - left), 40)
            lines, size = fitted(organisation, BOLD, room, range(20, 31, 2))
            self.write(left, middle + 10, lines[0] if lines else "", BOLD, size, PAPER)

    def png(self) -> bytes:
        flat = self.image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        out = BytesIO()
        flat.save(out, format="PNG", compress_level=6)
        return out.getvalue()


class _Pen:
    """Draws in the grid of the icons, 24 × 24, with strokes that have round ends."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float, ink: str) -> None:
        self.draw, self.unit, self.ink = draw, unit, ink

    def line(self, *points: tuple[float, float], thick: float = 3) -> None:
        unit = self.unit
        self.draw.line(
            [(x * unit, y * unit) for x, y in points], self.ink, round(thick * unit), "curve"
        )
        for x, y in (points[0], points[-1]):
            self.dot(x, y, thick / 2)

    def dot(self, x: float, y: float, radius: float) -> None:
        unit = self.unit
        place = [(at + way * radius) * unit for way in (-1, 1) for at in (x, y)]
        self.draw.ellipse(place, self.ink)

    def arc(self, start: float, end: float, radius: float = 9.5, thick: float = 2.8) -> None:
        unit = self.unit
        place = [(12 + way * radius) * unit for way in (-1, -1, 1, 1)]
        self.draw.arc(place, start, end, self.ink, round(thick * unit))


def _arrow(pen: _Pen) -> None:
    pen.line((4, 12), (19, 12))
    pen.line((13, 6), (19, 12), (13, 18))


def _half(pen: _Pen) -> None:
    pen.arc(0, 360)
    unit = pen.unit
    pen.draw.pieslice([4 * unit, 4 * unit, 20 * unit, 20 * unit], -90, 90, pen.ink)


def _tick(pen: _Pen) -> None:
    pen.line((4, 12.5), (9.5, 18), (20, 6.5))


def _warning(pen: _Pen) -> None:
    pen.line((12, 3.5), (2.8, 20.2), (21.2, 20.2), (12, 3.5), thick=2.6)
    pen.line((12, 10), (12, 14), thick=2.6)
    pen.dot(12, 17.2, 1.4)


def _pause(pen: _Pen) -> None:
    pen.line((8.5, 5), (8.5, 19))
    pen.line((15.5, 5), (15.5, 19))


def _cross(pen: _Pen) -> None:
    pen.line((6, 6), (18, 18))
    pen.line((18, 6), (6, 18))


def _question(pen: _Pen) -> None:
    unit = pen.unit
    pen.draw.arc([7 * unit, 3 * unit, 17 * unit, 13 * unit], 170, 60, pen.ink, round(3 * unit))
    pen.line((14, 11.4), (12, 13.6), (12, 16))
    pen.dot(12, 20, 1.7)


def _ring(pen: _Pen) -> None:
    for start in range(0, 360, 45):
        pen.arc(start, start + 26)


_ICONS = {
    "none": _ring,
    "go": _arrow,
    "part": _half,
    "win": _tick,
    "late": _warning,
    "pause": _pause,
    "lost": _cross,
    "unknown": _question,
}


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))  # type: ignore[return-value]
