"""The common form that all containers are turned into: a flat list of lines."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Line:
    """One line of a text, or one paragraph of a word processor's document.

    `number` counts from 1. What the container knows is kept as marks; what is only typed
    (bullets, numbers, spacing) is still in `text`.
    """

    number: int
    text: str
    indent: int = 0
    blank_before: bool = False
    page_break: bool = False
    # A paragraph of its own: never the continuation of the line before.
    whole: bool = False
    markdown: bool = False
    # Heading level that the container gives; 0 is the title.
    level: int | None = None
    # Depth in a list that the container gives, and how that list is marked.
    depth: int | None = None
    marker: str = ""
    value: int | None = None
    # A further paragraph inside the item before it.
    continues: bool = False
    bold: bool = False
    size: float = 0.0
    # (table, row, column) of a cell.
    cell: tuple[int, int, int] | None = None
    header_cell: bool = False
    skip: str = ""


@dataclass(slots=True)
class Source:
    """What a container gives: lines in reading order, and what was left out on the way."""

    lines: list[Line] = field(default_factory=list)
    notices: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    characters: int = 0
    # Whether an empty paragraph was passed since the last line.
    gap: bool = True

    def skip(self, number: int, text: str, reason: str) -> None:
        if text.strip():
            self.lines.append(Line(number=number, text=text, skip=reason, whole=True))
