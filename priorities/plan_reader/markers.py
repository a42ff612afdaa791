"""Typed list markers: bullets, and numbers and letters in their many forms."""

from __future__ import annotations

import re
from typing import NamedTuple

_BULLET = re.compile(
    r"^(?:([-–—‐−*+])[ \t]+|([-–—])(?=[A-ZÆØÅÄÖ][a-zæøåäö])|([•●\uf0b7·∙‣►▸➢➤✓✔⁃\uf0d8\uf0fc])\s*"
    r"|([◦○])\s*|(o)[ \t]+(?=[^\W\d_])|([▪■□▫\uf0a7])\s*(?!\d)|([-–—*•●·▪◦○+\uf0b7\uf0a7])$)"
)
_TASK = re.compile(r"^\[[ xX]\]\s+")
_MULTI = re.compile(
    r"^(\d{1,2}(?:\.\d{1,2}){1,3}|\d{1,2}(?:\.\d{1,2})?\.?[a-z])"
    r"(?:[.)]{1,2}(?:\s+|$|(?=[^\W\d_]))|\s+)"
)
_MULTI_LOOSE = re.compile(r"^(\d{1,2})\.\s([a-z])[.)]\s+")
_DECIMAL = re.compile(r"^(\()?(\d{1,3})([.)]{1,2}|\.\))(?:\s+|$|(?=[^\W\d_]))")
_SECTION_SIGN = re.compile(r"^§\s?(\d{1,3})(?:[.):]?\s+|$)")
_LETTER = re.compile(r"^(\()?([a-zæøåA-Z])([.)]|\.\))(?:\s+|$)")
_ROMAN = re.compile(r"^(\()?([ivxIVX]{1,5})([.)]|\.\))(?:\s+|$)")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


class Marker(NamedTuple):
    """A marker at the left of a line.

    `kind` tells markers of one list from those of another; `value` is the number it stands for,
    `prefix` what comes before the last part ("1." of "1.a"); `length` is in characters.
    """

    kind: str
    value: int | None
    prefix: str
    length: int


def find_marker(text: str) -> Marker | None:
    """The list marker that a line begins with; whether it is one is for the context to say."""
    if not text:
        return None
    first = text[0]
    if first == "§":
        sign = _SECTION_SIGN.match(text)
        return Marker("section", int(sign.group(1)), "", sign.end()) if sign else None
    if first.isdigit() or first == "(" or (first.isalpha() and first != "o"):
        return _ordered(text)
    match = _BULLET.match(text)
    if match is None:
        return _ordered(text) if first == "o" else None
    dash, tight, dot, circle, letter, square, alone = match.groups()
    kind = "dash"
    if dot or alone in ("•", "●", "·", "\uf0b7"):
        kind = "dot"
    elif circle or letter or alone in ("◦", "○"):
        kind = "circle"
    elif square or alone in ("▪", "\uf0a7"):
        kind = "square"
    elif dash in ("*", "+") or alone in ("*", "+"):
        kind = "star"
    elif tight:
        kind = "dash"
    length = match.end()
    task = _TASK.match(text[length:])
    return Marker(kind, None, "", length + (task.end() if task else 0))


def _ordered(text: str) -> Marker | None:
    loose = _MULTI_LOOSE.match(text)
    if loose:
        return Marker("multi2", ord(loose.group(2)) - 96, f"{loose.group(1)}.", loose.end())
    multi = _MULTI.match(text)
    if multi:
        number = multi.group(1)
        if number[-1].isalpha():
            parts = [*number[:-1].rstrip(".").split("."), number[-1]]
            value = ord(number[-1]) - 96
        else:
            parts = number.split(".")
            value = int(parts[-1])
        return Marker(f"multi{len(parts)}", value, ".".join(parts[:-1]), multi.end())
    decimal = _DECIMAL.match(text)
    if decimal:
        opened, digits, closed = decimal.groups()
        style = "(" if opened else closed[-1]
        return Marker(f"decimal{style}", int(digits), "", decimal.end())
    roman = _ROMAN.match(text)
    if roman and len(roman.group(2)) > 1:
        value = _roman_value(roman.group(2).lower())
        if value:
            case = "I" if roman.group(2).isupper() else "i"
            return Marker(f"roman{case}", value, "", roman.end())
    letter = _LETTER.match(text)
    if letter:
        opened, character, closed = letter.groups()
        case = "A" if character.isupper() else "a"
        style = "(" if opened else closed[-1]
        return Marker(f"letter{case}{style}", ord(character.lower()) - 96, "", letter.end())
    return None


def as_roman(marker: Marker, text: str) -> Marker | None:
    """The same marker read as a Roman number, for "i)", "v." and "x)"."""
    roman = _ROMAN.match(text)
    if not roman:
        return None
    value = _roman_value(roman.group(2).lower())
    case = "I" if roman.group(2).isupper() else "i"
    return Marker(f"roman{case}", value, "", marker.length) if value else None


def _roman_value(text: str) -> int:
    total = 0
    for here, following in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN_VALUES[here]
        total += -value if following and _ROMAN_VALUES[following] > value else value
    return total
