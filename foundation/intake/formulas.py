"""Cells that a spreadsheet would compute instead of showing.

Going out, such a cell gets an apostrophe in front; coming in, that apostrophe goes again. A cell
that had apostrophes of its own before a dangerous character gets one more, so nothing is lost.
Full-width signs count: some spreadsheets take them for the plain ones.
"""

import re

_COMPUTED = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def guarded(text: str) -> str:
    """`text` so that no spreadsheet computes it."""
    return f"'{text}" if _COMPUTED.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _COMPUTED.match(text[1:]) else text
