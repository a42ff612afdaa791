"""From lines to blocks: headings, list items and paragraphs, each put together again.

A line break inside a paragraph is undone where it is only the edge of the page. What tells it is
the text itself: a sentence that goes on in lower case, a word cut by a hyphen, a next word that
would not have fitted, an indent. Page furniture in between does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from priorities.plan_reader.facts import starts_with_date
from priorities.plan_reader.furniture import most_common_length
from priorities.plan_reader.lines import Line
from priorities.plan_reader.markers import Marker, as_roman, find_marker
from priorities.plan_reader.sources.inline import strip_markup
from priorities.plan_reader.vocabulary import ORGANISATIONAL, POLITICAL
from priorities.plan_reader.wording import (
    ends_sentence,
    ends_with_hyphen,
    join,
    squeeze,
    starts_lower,
    words_of,
)

_PAGE_REASONS = frozenset({"page_header", "page_number", "line_number", "rule"})
_HEADING_NUMBER = re.compile(
    r"^(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}[.):]?|[IVX]{1,5}[.)]|[A-Z][.)])\s+)(?=\S)"
)
_UNIT_AFTER_NUMBER = re.compile(
    r"\d+\s+(?:\S+\s+)?(?:prosent|percent|procent|millioner|mill|kr|kroner|studenter|studentar)\b"
)
# "NSO skal" before a list is a label without its colon.
_OPEN_END = re.compile(
    r"\b(?:skal|ska|skall|will|shall|vil|vill|bør|må|må vi|skal vi|ska vi|skal me|for å|å|att"
    r"|to)$",
    re.IGNORECASE,
)
_TOLERANCE = 1
_MAX_NUMBER_GAP = 10


@dataclass(slots=True, eq=False)
class Block:
    """A heading, a list item or a paragraph (`kind`), with the lines that it is made of."""

    kind: str
    lines: list[Line]
    raw: str = ""
    text: str = ""
    struck: list[str] = field(default_factory=list)
    level: int | None = None
    style: str = ""
    numbered: bool = False
    number_parts: int = 0
    depth: int = 0
    indent: int = 0
    content_indent: int = 0
    marker: Marker | None = None
    bold: bool = False
    gap: bool = False
    placed: bool = False

    @property
    def number(self) -> int:
        return self.lines[0].number

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_label(self) -> bool:
        return self.text.endswith(":") or bool(_OPEN_END.search(self.text[-30:]))


def build_blocks(lines: list[Line]) -> list[Block]:
    """The blocks of all lines that are not skipped, in reading order."""
    return _Builder(lines).build()


class _Builder:
    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._width = most_common_length(lines)
        lengths = [line.indent + len(line.text) for line in lines if not line.skip]
        self._longest = min(max(lengths, default=0), 80)
        self._words: set[str] = set()
        self._open_lines: list[Line] = []
        self._blocks: list[Block] = []
        # Open lists: [indent, kind of marker, last value].
        self._stack: list[tuple[int, str, int]] = []
        self._last_values: dict[tuple[str, str], int] = {}
        self._coming: dict[tuple[str, str, int], int] = {}

    def build(self) -> list[Block]:
        open_lines = [line for line in self._lines if not line.skip]
        self._open_lines = open_lines
        for place, line in enumerate(open_lines):
            self._words |= words_of(line.text)
            marker = find_marker(line.text)
            if marker is not None and marker.value is not None:
                self._coming[marker.kind, marker.prefix, marker.value] = place
        broken = False
        place = -1
        for line in self._lines:
            if line.skip:
                broken = broken or line.skip in _PAGE_REASONS
                continue
            place += 1
            self._add(line, broken, place)
            broken = False
        for block in self._blocks:
            self._finish(block)
        return [block for block in self._blocks if block.text or block.lines]

    def _add(self, line: Line, broken: bool, place: int) -> None:
        before = self._blocks[-1] if self._blocks else None
        if line.level is not None:
            self._heading(line)
            return
        if line.depth is not None:
            self._item(line, 4 * line.depth, _container_marker(line), line.text)
            return
        if line.continues and before is not None and before.kind == "item":
            self._extend(before, line)
            return
        marker = self._accepted_marker(line, before, broken, place)
        if marker is not None:
            self._item(line, line.indent, marker, line.text[marker.length :].lstrip())
            return
        if before is not None and self._continues(before, line, broken):
            self._extend(before, line)
            return
        block = Block("paragraph", [line], raw=line.text, indent=line.indent, bold=line.bold)
        block.content_indent = line.indent
        block.gap = line.blank_before or broken
        self._blocks.append(block)

    def _heading(self, line: Line) -> None:
        text = line.text
        number = _HEADING_NUMBER.match(text)
        block = Block("heading", [line], raw=text, level=line.level, style="marked")
        if number and not starts_with_date(text):
            block.raw = text[number.end() :]
            block.numbered = True
            block.number_parts = len(re.findall(r"[\dA-Z]+", number.group()))
        block.bold = line.bold
        self._stack.clear()
        self._blocks.append(block)

    def _item(self, line: Line, indent: int, marker: Marker, text: str) -> None:
        while self._stack and indent < self._stack[-1][0] - _TOLERANCE:
            self._stack.pop()
        kinds = [kind for _indent, kind, _value in self._stack]
        value = marker.value or 0
        if not self._stack or indent > self._stack[-1][0] + _TOLERANCE:
            self._stack.append((indent, marker.kind, value))
        elif marker.kind != self._stack[-1][1]:
            if marker.kind in kinds:
                del self._stack[kinds.index(marker.kind) + 1 :]
            elif self._begins_anew(marker, line):
                self._stack.pop()
                self._stack.append((indent, marker.kind, value))
            elif not self._same_list(marker):
                self._stack.append((indent, marker.kind, value))
        self._stack[-1] = (self._stack[-1][0], marker.kind, value)
        block = Block(
            "item",
            [line],
            raw=text,
            depth=len(self._stack) - 1,
            indent=indent,
            content_indent=indent + max(2, marker.length),
            marker=marker,
            bold=line.bold,
        )
        block.gap = line.blank_before
        if marker.value is not None:
            self._last_values[marker.kind, marker.prefix] = marker.value
            if marker.kind.startswith("decimal"):
                self._forget_below()
        self._blocks.append(block)

    def _same_list(self, marker: Marker) -> bool:
        """Whether a new kind of bullet at the same indent goes on with the list."""
        plain = {"dash", "star"}
        return self._lines[0].markdown and {marker.kind, self._stack[-1][1]} <= plain

    def _begins_anew(self, marker: Marker, line: Line) -> bool:
        """Whether numbers from 1 on, after a gap below bullets, are a list of their own."""
        bullets = {"dash", "star", "dot", "bullet"}
        return marker.value == 1 and line.blank_before and self._stack[-1][1] in bullets

    def _forget_below(self) -> None:
        for key in [key for key in self._last_values if key[0].startswith(("letter", "roman"))]:
            del self._last_values[key]

    def _accepted_marker(
        self, line: Line, before: Block | None, broken: bool, place: int
    ) -> Marker | None:
        marker = find_marker(line.text)
        if marker is None:
            return None
        rest = line.text[marker.length :]
        starts_block = (
            before is None
            or line.blank_before
            or line.whole
            or before.kind == "heading"
            or ends_sentence(before.raw)
        )
        if marker.value is None:
            if starts_block or self._goes_on(marker, place):
                return marker
            return marker if self._is_bullet(line, marker, before, rest) else None
        if starts_with_date(line.text) or _UNIT_AFTER_NUMBER.match(line.text):
            return None
        for candidate in (marker, as_roman(marker, line.text)):
            if candidate is not None and self._is_in_sequence(
                candidate, line, before, starts_block, place
            ):
                return candidate
        return None

    def _goes_on(self, marker: Marker, place: int) -> bool:
        """Whether the next line has the same bullet, and so both are entries of a list."""
        following = self._open_lines[place + 1 : place + 2]
        other = find_marker(following[0].text) if following else None
        return other is not None and other.kind == marker.kind

    def _is_bullet(self, line: Line, marker: Marker, before: Block | None, rest: str) -> bool:
        if before is None:
            return True
        if marker.kind == "circle" and line.text[0] == "o":
            return before.kind == "item"
        return not self._is_running_dash(line, before, rest)

    def _is_running_dash(self, line: Line, before: Block, rest: str) -> bool:
        """Whether a dash at the left is punctuation of a wrapped sentence, not a bullet."""
        if line.text[0] not in "–—-" or not starts_lower(rest):
            return False
        if line.markdown and line.text[0] == "-":
            return False
        last = before.lines[-1]
        full = self._width and last.indent + len(last.text) >= 0.7 * self._width
        if not full or ends_sentence(last.text):
            return False
        if before.kind == "item" and before.marker is not None:
            own = before.lines[0].text[:1]
            return own != line.text[0] or line.indent > before.indent + _TOLERANCE
        return True

    def _is_in_sequence(
        self, marker: Marker, line: Line, before: Block | None, starts_block: bool, place: int
    ) -> bool:
        value = marker.value or 0
        last = self._last_values.get((marker.kind, marker.prefix))
        if last is not None and value == last + 1:
            return True
        for indent, kind, seen in self._stack:
            if kind != marker.kind:
                continue
            if value == seen + 1:
                return True
            # A number was left out: the place of the line tells that the list goes on.
            in_line = abs(indent - line.indent) <= _TOLERANCE
            ends = starts_block or (before is not None and before.lines[-1].indent > line.indent)
            new = line.text[marker.length : marker.length + 1].isupper()
            if in_line and ends and new and seen < value <= seen + _MAX_NUMBER_GAP:
                return True
        if value == 1:
            return starts_block or marker.kind.startswith(
                ("multi", "letter", "roman", "decimal", "section")
            )
        coming = self._coming.get((marker.kind, marker.prefix, value + 1), -1) > place
        return starts_block and coming and marker.kind != "letterA."

    def _continues(self, before: Block, line: Line, broken: bool) -> bool:
        if not before.raw.strip():
            return True
        if before.kind == "heading":
            return False
        last = before.lines[-1]
        lower = starts_lower(line.text)
        cut = ends_with_hyphen(before.raw) and (lower or not line.blank_before)
        unfinished = not ends_sentence(before.raw)
        if line.whole:
            inside = before.kind == "item" and unfinished and lower
            return (
                (broken and (cut or (unfinished and lower)))
                or (cut and lower)
                or (inside and broken)
            )
        if line.bold or (last.bold and before.kind == "paragraph"):
            return False
        if cut:
            return True
        if not line.blank_before and not broken:
            return self._is_wrapped(before, last, line, lower, unfinished)
        if unfinished and lower and not before.raw.rstrip().endswith(":"):
            return True
        if before.kind == "item" and line.indent > before.indent + _TOLERANCE:
            return True
        if broken and unfinished and self._width:
            full = last.indent + len(last.text) >= 0.75 * self._width
            return full and not looks_like_heading(line.text)
        return False

    def _is_wrapped(
        self, before: Block, last: Line, line: Line, lower: bool, unfinished: bool
    ) -> bool:
        if line.markdown:
            return True
        if before.kind == "item" and line.indent > before.indent + _TOLERANCE:
            return lower or not unfinished or not self._ends_early(last, line)
        if unfinished and (lower or line.text[0].isdigit()):
            return True
        if before.raw.rstrip().endswith(":") and before.kind == "paragraph":
            return False
        if not self._width or (_has_kind_words(line.text) and looks_like_heading(line.text)):
            return False
        first_word = line.text.split(maxsplit=1)[0]
        reach = last.indent + len(last.text) + 1 + len(first_word)
        slack = 0.85 if unfinished else 0.95
        return reach > slack * self._width

    def _ends_early(self, last: Line, line: Line) -> bool:
        """Whether a line was ended on purpose: what follows would have fitted by far."""
        width = self._width or self._longest
        first_word = line.text.split(maxsplit=1)[0]
        return last.indent + len(last.text) + len(first_word) < 0.75 * width

    def _extend(self, block: Block, line: Line) -> None:
        raw = block.raw
        if line.markdown and raw.endswith("\\") and not raw.endswith("\\\\"):
            raw = raw[:-1]
        block.raw = join(raw, line.text, self._words)
        block.lines.append(line)
        block.bold = block.bold and line.bold

    def _finish(self, block: Block) -> None:
        text = block.raw
        if any(line.markdown for line in block.lines):
            text, block.struck = strip_markup(text)
            if re.fullmatch(r"(\*\*|__)(?!\s).{1,400}\1:?", block.raw.strip()):
                block.bold = True
        block.text = squeeze(text)


def looks_like_heading(text: str) -> bool:
    """Whether a line has the form of a heading: short, begun like a title, no full stop."""
    text = text.strip("*_ ")
    if not text or len(text) > 90 or len(text.split()) > 12:
        return False
    if text[-1] in ".,;!:-–" or starts_lower(text):
        return False
    return any(character.isalpha() for character in text)


def _has_kind_words(text: str) -> bool:
    return bool(POLITICAL.search(text) or ORGANISATIONAL.search(text))


def _container_marker(line: Line) -> Marker:
    kind = line.marker or "bullet"
    if kind == "bullet":
        return Marker("bullet", None, "", 2)
    # A typed number inside a numbered paragraph is text; the container's own number counts.
    return Marker(kind, line.value, "", 2)
