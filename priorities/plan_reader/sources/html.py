"""Web pages (.html), read as a stream of tags.

A stream needs no tree, so that ten thousand nested tags cost nothing but their own length.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from priorities.plan_reader.lines import Line, Source
from priorities.plan_reader.sources.paragraphs import add_paragraph

_SCRIPTS = {"script", "style", "template", "svg", "math", "iframe", "object", "canvas"}
_LEFT_OUT = {
    **dict.fromkeys(_SCRIPTS, "script"),
    "noscript": "hidden",
    "nav": "navigation",
    "footer": "page_header",
    "title": "case_paper",
    "button": "navigation",
    "select": "navigation",
    "textarea": "hidden",
    "del": "struck",
    "s": "struck",
    "strike": "struck",
}
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure form header hr html main p pre section summary table tbody tfoot thead"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_VOID_NAMES = "br hr img input meta link area base col embed source track wbr param"
_VOID = frozenset(_VOID_NAMES.split())
# Tags whose end authors leave out: they are no part of the stack of open tags.
_SELF_ENDING_NAMES = "p li tr td th dd dt option tbody thead tfoot colgroup"
_ENDS_BY_ITSELF = frozenset(_SELF_ENDING_NAMES.split())
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"\s*[\[(]?(?:\d{1,3}|\*{1,3}|[a-z])[\])]?\s*")
_MAX_NESTING = 50_000


def read_html(text: str, source: Source) -> Source:
    """Fills `source` with the blocks of a page; `number` counts blocks."""
    reader = _Reader(source)
    reader.feed(text)
    reader.close()
    reader.finish()
    return source


class _Reader(HTMLParser):
    def __init__(self, source: Source) -> None:
        super().__init__(convert_charrefs=True)
        self._source = source
        self._number = 0
        self._pieces: list[str] = []
        self._bold = 0
        self._bold_letters = 0
        self._plain_letters = 0
        self._level: int | None = None
        # Open lists: [ordered marker or "bullet", number of items so far].
        self._lists: list[tuple[str, int]] = []
        self._item_open = False
        self._in_item = 0
        self._left_out: list[str] = []
        self._tags: list[tuple[str, bool, bool]] = []
        self._skipped: list[str] = []
        self._skip_reason = ""
        self._sup: list[str] | None = None
        self._tables = 0
        self._table_depth = 0
        self._row = -1
        self._column = -1
        self._header_cell = False
        self._pre = 0

    def finish(self) -> None:
        self._end_block()
        self._end_skipped()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS or tag in _HEADINGS or tag in ("li", "ul", "ol", "tr", "td", "th"):
            self._end_block()
        if tag == "br":
            self._text("\n")
        if tag in _VOID:
            return
        hidden = "hidden" in values or bool(_HIDDEN_STYLE.search(values.get("style", "")))
        reason = "hidden" if hidden else _LEFT_OUT.get(tag, "")
        bold = tag in ("b", "strong") or bool(_BOLD_STYLE.search(values.get("style", "")))
        if tag in _ENDS_BY_ITSELF and not reason:
            bold = False
        elif len(self._tags) < _MAX_NESTING:
            self._tags.append((tag, bool(reason), bold))
        else:
            return
        if reason:
            self._left_out.append(reason)
            return
        self._bold += bold
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in ("ul", "ol"):
            kind = {"a": "alpha", "i": "roman"}.get(values.get("type", ""), "decimal")
            start = values.get("start", "1")
            first = int(start) - 1 if start.isascii() and start.isdigit() else 0
            self._lists.append(("bullet", 0) if tag == "ul" else (kind, min(first, 9999)))
        elif tag == "li":
            if not self._lists:
                self._lists.append(("bullet", 0))
            kind, count = self._lists[-1]
            self._lists[-1] = (kind, count + 1)
            self._item_open = True
            self._in_item = len(self._lists)
        elif tag == "table":
            self._table_depth += 1
            if self._table_depth == 1:
                self._tables += 1
                self._row = -1
        elif tag == "tr" and self._table_depth == 1:
            self._row += 1
            self._column = -1
        elif tag in ("td", "th") and self._table_depth == 1:
            self._column += 1
            self._header_cell = tag == "th"
        elif tag == "sup":
            self._sup = []
        elif tag == "pre":
            self._pre += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        block = tag in _BLOCKS or tag in _HEADINGS or tag in ("li", "ul", "ol", "tr", "td", "th")
        if block and not self._left_out:
            self._end_block()
        if tag == "li":
            self._item_open = False
            self._in_item = max(0, len(self._lists) - 1)
        # A tag that was never opened closes nothing; an unclosed one inside is closed with it.
        place = self._find_open(tag)
        if place is None:
            return
        while len(self._tags) > place:
            self._close(*self._tags.pop())

    def _find_open(self, tag: str) -> int | None:
        for step in range(1, min(len(self._tags), 200) + 1):
            if self._tags[-step][0] == tag:
                return len(self._tags) - step
        return None

    def _close(self, tag: str, left_out: bool, bold: bool) -> None:
        if left_out:
            self._left_out.pop()
            if not self._left_out:
                self._end_skipped()
            return
        self._bold -= bold
        if tag in _HEADINGS:
            self._level = None
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._item_open = False
            self._in_item = min(self._in_item, len(self._lists))
        elif tag == "table":
            self._table_depth = max(0, self._table_depth - 1)
        elif tag == "sup":
            marks = "".join(self._sup or ())
            self._sup = None
            if marks and not _FOOTNOTE_MARK.fullmatch(marks):
                self._text(marks)
        elif tag == "pre":
            self._pre -= 1

    def handle_data(self, data: str) -> None:
        if self._left_out:
            self._skipped.append(data)
            self._skip_reason = self._left_out[0]
        elif self._sup is not None:
            self._sup.append(data)
        else:
            self._text(data if self._pre else re.sub(r"[ \t\r\n\f]+", " ", data))

    def handle_comment(self, data: str) -> None:
        if not self._left_out and data.strip() and not data.startswith("["):
            self._source.skip(self._number + 1, data.strip()[:500], "comment")

    def _text(self, text: str) -> None:
        self._pieces.append(text)
        if any(character.isalpha() for character in text):
            if self._bold > 0:
                self._bold_letters += 1
            else:
                self._plain_letters += 1

    def _end_skipped(self) -> None:
        text = " ".join("".join(self._skipped).split())
        if text:
            self._number += 1
            self._source.skip(self._number, text[:2_000], self._skip_reason)
        self._skipped = []

    def _end_block(self) -> None:
        text = "".join(self._pieces)
        bold = self._bold_letters > 0 and self._plain_letters == 0
        self._pieces, self._bold_letters, self._plain_letters = [], 0, 0
        if not text.strip():
            return
        self._number += 1
        line = Line(number=self._number, text="", whole=True, bold=bold, level=self._level)
        if self._table_depth and self._column >= 0:
            line.cell = (self._tables, self._row, self._column)
            line.header_cell = self._header_cell
        if self._lists and self._in_item and self._level is None:
            if self._item_open:
                kind, count = self._lists[-1]
                line.depth = min(len(self._lists) - 1, 8)
                line.marker = kind
                line.value = None if kind == "bullet" else count
                self._item_open = False
            else:
                line.continues = True
        self._source.gap = not (line.depth is not None or line.continues)
        add_paragraph(self._source, line, text)
