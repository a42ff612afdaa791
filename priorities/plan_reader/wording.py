"""Characters and words: cleaning, whitespace, and words broken at the end of a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from priorities.plan_reader.vocabulary import (
    CONJUNCTIONS,
    ENGLISH_FIRST_PARTS,
    PROPER_FIRST_PARTS,
)

SOFT_HYPHEN = "\u00ad"
_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|.)?")
# Controls, zero width, bidirectional marks, tag characters, byte order marks, surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")
_HYPHENS = "-\u2010\u2011"
_LAST_WORD = re.compile(r"[^\s(«\"“'/]+$")
_FIRST_WORD = re.compile(r"^[^\s.,;:!?)»\"”]+")
_TERMINAL = re.compile(r"[.!?:;…][\s)»\"”’'\]*_]*$")


def remove_invisible(text: str) -> tuple[str, int]:
    """The text without control, zero-width and bidirectional characters, and their number."""
    text, first = _ANSI.subn("", text) if "\x1b" in text else (text, 0)
    text, second = _INVISIBLE.subn("", text)
    return text, first + second


def squeeze(text: str) -> str:
    """Runs of any whitespace as one space, soft hyphens gone, composed characters (NFC)."""
    text = unicodedata.normalize("NFC", text.replace(SOFT_HYPHEN, "").replace("\u2011", "-"))
    return _SPACES.sub(" ", text).strip()


def ends_sentence(text: str) -> bool:
    return bool(_TERMINAL.search(text[-12:]))


def starts_lower(text: str) -> bool:
    for character in text[:6]:
        if character.isalpha():
            return character.islower()
        if character.isdigit():
            return False
    return False


def is_name(text: str) -> bool:
    """Whether a line is a name and not a sentence: most long words begin with a capital."""
    words = [word for word in text.split() if len(word) > 3]
    capitals = sum(1 for word in words if word[0].isupper())
    return bool(words) and text[0].isupper() and capitals * 2 >= len(words)


def ends_with_hyphen(text: str) -> bool:
    """Whether the last word is cut: a hyphen directly after a letter or digit."""
    stripped = text.rstrip()
    if stripped.endswith(SOFT_HYPHEN):
        return True
    return len(stripped) > 1 and stripped[-1] in _HYPHENS and stripped[-2].isalnum()


def join(first: str, second: str, words: Container[str] = frozenset()) -> str:
    """Two lines of one paragraph as one, a word broken between them mended.

    `words` are the whole words of the document in lower case: they decide whether the hyphen
    belongs to the word.
    """
    first, second = first.rstrip(), second.lstrip()
    if not first or not second:
        return first or second
    if first.endswith(SOFT_HYPHEN):
        return first[:-1] + second
    if first.endswith("/") and not first.endswith(" /") and not first.endswith("//"):
        return first + second
    if not ends_with_hyphen(first):
        return f"{first} {second}"
    left = _LAST_WORD.search(first)
    right = _FIRST_WORD.search(second)
    if left is None or right is None:
        return f"{first} {second}"
    part, rest = left.group()[:-1], right.group()
    if rest.casefold() in CONJUNCTIONS:
        return f"{first} {second}"
    if _keeps_hyphen(part, rest, first[: left.start()], words):
        return f"{first[:-1]}-{second}"
    return first[:-1] + second


def _keeps_hyphen(part: str, rest: str, before: str, words: Container[str]) -> bool:
    tail = part.rsplit("-", 1)[-1]
    if not rest[0].isalpha() or rest[0].isupper():
        return True
    if len(tail) == 1 or any(c.isdigit() for c in tail) or sum(c.isupper() for c in tail) > 1:
        return True
    low, rest_low = part.casefold(), rest.casefold()
    if f"{low}-{rest_low}" in words:
        return True
    if f"{low}{rest_low}" in words:
        return False
    if low in PROPER_FIRST_PARTS:
        return True
    if low in ENGLISH_FIRST_PARTS and rest_low in words:
        return True
    mid_sentence = bool(before.strip()) and not ends_sentence(before)
    return part[0].isupper() and mid_sentence and low in words


def words_of(text: str) -> set[str]:
    """The words of a text in lower case, without punctuation around them."""
    return {word.strip(".,;:!?()«»\"“”'*_").casefold() for word in text.split()}
