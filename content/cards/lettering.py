"""Letters for pictures: the site's own fonts, and texts that are made to fit."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from PIL import ImageFont

FONTS = settings.BASE_DIR / "assets" / "fonts"
# The two halves of each font, as assets/css/tokens.css names them.
SAMI = re.compile(
    "[\u010c-\u010d\u0110-\u0111\u014a-\u014b\u0160-\u0161\u0166-\u0167\u017d-\u017e]"
)
NOT_DRAWN = re.compile(
    "[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u00ff\u0152-\u0153\u2013-\u2014\u2018-\u201e\u2022\u2026"
    "\u2039-\u203a\u20ac\u2212\u010c-\u010d\u0110-\u0111\u014a-\u014b\u0160-\u0161\u0166-\u0167"
    "\u017d-\u017e]"
)
# Sizes are measured once, at this one, since widths grow with the size.
MEASURED_AT = 100
# Longer texts are cut before they are measured.
MOST_CHARACTERS = 300
ELLIPSIS = "…"


class Face(NamedTuple):
    """A font in one weight. `line` is the height of a line, as a part of the size."""

    name: str
    weight: int
    line: float


HEAD = Face("bricolage-grotesque", 800, 0.98)
TEXT = Face("schibsted-grotesk", 500, 1.2)
BOLD = Face("schibsted-grotesk", 700, 1.2)


class Setting(NamedTuple):
    """Lines of a text, and the size in which they fit."""

    lines: list[str]
    size: int


@lru_cache(maxsize=24)
def font(face: Face, size: int, part: str = "latin") -> ImageFont.FreeTypeFont:
    opened = ImageFont.truetype(FONTS / f"{face.name}-{part}.woff2", size)
    if face.name == TEXT.name:
        opened.set_variation_by_axes([face.weight])
    return opened


def drawable(text: str) -> str:
    """`text` in the letters that the fonts hold, spaces joined."""
    kept = NOT_DRAWN.sub("", unicodedata.normalize("NFC", " ".join(text.split())))
    return " ".join(kept.split())


def runs(text: str) -> list[tuple[str, str]]:
    """`text` in pieces, each with the half of the font that has its letters."""
    found = [(piece, "latin") for piece in SAMI.split(text)]
    for place, letter in enumerate(SAMI.findall(text)):
        found.insert(2 * place + 1, (letter, "sami"))
    return [(piece, part) for piece, part in found if piece]


def width(text: str, face: Face, size: float) -> float:
    """The width of a line."""
    measured = sum(font(face, MEASURED_AT, part).getlength(piece) for piece, part in runs(text))
    return measured * size / MEASURED_AT


def fitted(text: str, face: Face, box: tuple[int, int], sizes: range) -> Setting:
    """`text` in the largest of `sizes` that fits into `box` with all words whole.

    Where none does, the smallest one: words that are too long are broken, and what doesn't fit is
    left out, with an ellipsis.
    """
    words = drawable(text)[:MOST_CHARACTERS].split()
    widest = max((width(word, face, 1) for word in words), default=0)
    for size in sorted(sizes, reverse=True):
        if widest * size <= box[0]:
            lines = _wrapped(words, face, size, box[0])
            if len(lines) * face.line * size <= box[1]:
                return Setting(lines, size)
    smallest = min(sizes)
    pieces = [piece for word in words for piece in _pieces(word, face, smallest, box[0])]
    lines = _wrapped(pieces, face, smallest, box[0])
    most = max(int(box[1] / (face.line * smallest)), 1)
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), face, smallest, box[0])]
    return Setting(lines, smallest)


def _wrapped(words: list[str], face: Face, size: int, most: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, face, size) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(word: str, face: Face, size: int, most: int) -> list[str]:
    """`word`, broken with hyphens where it is wider than a line."""
    found = []
    while width(word, face, size) > most:
        length = len(word) - 1
        while length > 1 and width(f"{word[:length]}-", face, size) > most:
            length -= 1
        found.append(f"{word[:length]}-")
        word = word[length:]
    return [*found, word]


def _cut(text: str, face: Face, size: int, most: int) -> str:
    while text and width(f"{text}{ELLIPSIS}", face, size) > most:
        text = text[:-1]
    return f"{text.rstrip(' -,.;:–')}{ELLIPSIS}"
