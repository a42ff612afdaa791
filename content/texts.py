"""Texts as they go out of the site: into feeds, calendars and pictures."""

import re
import unicodedata

from django.conf import settings

# All that XML 1.0 has no place for: control characters, halves of pairs, non-characters.
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """`text` in composed form, without the characters that no document can hold."""
    return unicodedata.normalize("NFC", UNPRINTABLE.sub("", text))


def absolute(address: str) -> str:
    """The whole address of a path of this site; what is whole already stays so."""
    return f"{settings.BASE_URL}{address}" if address.startswith("/") else address
