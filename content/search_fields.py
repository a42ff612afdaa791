"""What the search index holds of a thing, besides the fields that it names itself."""

import re
import unicodedata
from typing import Any

from wagtail.search import index

# What no decomposition reaches; the same that PostgreSQL's `unaccent` makes of them.
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")


def plain_words(text: str) -> list[str]:
    """The words of `text` in small letters without accents: `Søk på båt!` → sok, pa, bat."""
    parted = unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)
    bare = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return _WORD.findall(bare)


class NamesField(index.SearchField):  # type: ignore[misc]
    """What a thing is called by (`search_names()`), in plain words.

    The index keeps it as text beside the title, on both databases, so that a part of a word is
    found in it. Each word has a space before it.
    """

    def __init__(self) -> None:
        super().__init__("title")

    def get_value(self, obj: Any) -> str:
        return " ".join(plain_words(obj.search_names()))
