"""From a paragraph of a word processor or web page to lines."""

from __future__ import annotations

import dataclasses
import re

from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.lines import Line, Source
from priorities.plan_reader.sources.decoding import MAX_CHARACTERS
from priorities.plan_reader.wording import remove_invisible

_TYPED_MARKER = re.compile(
    r"^\s*(?:[-–—*•·●○◦▪■□►➢✓‣\uf0b7\uf0a7\uf02d]\s*\S|o\s+[^\W\d_]|\(?\d{1,2}[.)]\s|\(?[a-z]\)\s)"
)
_CONTENTS_LINE = re.compile(r"(?:\.{4,}|…{2,}|\t)\s*\d{1,3}\s*$")


def add_paragraph(source: Source, line: Line, text: str) -> None:
    """Adds a paragraph to `source`, with the marks of `line`.

    Breaks inside the paragraph are spaces, but where what follows is a typed bullet, or where
    every line stands for itself (a letterhead).
    """
    text, removed = remove_invisible(text)
    if removed:
        source.notices.append(("hidden_characters", {"count": removed}))
    source.characters += len(text)
    if source.characters > MAX_CHARACTERS:
        raise PlanReadError("too_much_text", limit=MAX_CHARACTERS // 1_000_000)
    if not text.strip():
        source.gap = True
        return
    line.blank_before = source.gap
    source.gap = False
    pieces: list[str] = []
    for piece in text.split("\n"):
        if not piece.strip():
            continue
        if pieces and not (line.level is None and _stands_alone(piece, pieces[-1])):
            pieces[-1] = f"{pieces[-1].rstrip()} {piece.strip()}"
        else:
            pieces.append(piece)
    for index, piece in enumerate(pieces):
        one = line if index == 0 else dataclasses.replace(line, blank_before=False)
        if index and one.depth is not None:
            one.depth, one.marker, one.value = None, "", None
            one.indent = 4 * (line.depth or 0) + 4
        spaces = len(piece) - len(piece.lstrip(" \t"))
        if line.depth is None and not line.indent:
            one.indent = len(piece[:spaces].expandtabs(4))
        if not one.skip and _CONTENTS_LINE.search(piece) and one.level is None:
            one.skip = "contents"
        one.text = piece.strip()
        source.lines.append(one)


def _stands_alone(piece: str, before: str) -> bool:
    return bool(_TYPED_MARKER.match(piece)) or before.rstrip().endswith(":")
