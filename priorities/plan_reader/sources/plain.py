"""Plain text and Markdown, line by line.

Markdown is read by lines too, not by a block parser: real plans mix Markdown with bullets that
Markdown does not know, and every line must be accounted for. Only the markup inside a line is
left to a library (`inline.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.lines import Line, Source
from priorities.plan_reader.sources.decoding import MAX_CHARACTERS
from priorities.plan_reader.wording import remove_invisible

# Stands for a form feed while the text is cut into lines.
_PAGE = "\x1d"
_WIDE_GAP = re.compile(r" {200,}")
_NEWLINE = re.compile(r"\r\n|[\r\n\x0b\x85\u2028\u2029]")
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_ATX_SLOPPY = re.compile(r"^(#{1,6})(?=[^\W\d_])(.*)$")
_SETEXT = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r"^[\s*_=~\-–—─━═.·•#+|]{3,}$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^`]*$")
_LINK_DEFINITION = re.compile(r"^ {0,3}\[[^\]^]{1,200}\]:\s*\S+")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]]{1,50}\]:\s*")
_COMMENT_LINE = re.compile(r"^\s*<!--.*-->\s*$")
_QUOTE = re.compile(r"^ {0,3}((?:>[ ]?)+)")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_BOLD_LINE = re.compile(r"^\s*(?:\*\*|__)(?=\S)([^*_]{1,300})(?:\*\*|__)\s*:?\s*$")
_TAG_LINE = re.compile(r"^\s*</?[a-zA-Z][^<>]{0,200}>\s*$")
_TAG = re.compile(
    r"</?(?:a|b|i|u|p|br|em|strong|span|div|img|font|svg|iframe|ul|ol|li|h[1-6]|table|tr|td|th|html"
    r"|body|head|input|form|button|video|audio|object|embed|link|meta|s|sup|sub|small|center)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,500}>", re.IGNORECASE)
_SCRIPT_END = {
    name: re.compile(rf"</{name}[^<>]{{0,20}}>?", re.IGNORECASE) for name in ("script", "style")
}
_MARKDOWN_SIGNS = (
    re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE),
    re.compile(r"\*\*[^\s*][^*\n]{0,300}\*\*"),
    re.compile(r"\]\((?:https?:|mailto:|#|/|www)"),
    re.compile(r"^[ ]{0,3}\|?[ ]*:?-{3,}:?[ ]*\|", re.MULTILINE),
    re.compile(r"^\[\^[^\]]{1,50}\]:", re.MULTILINE),
)
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")


def looks_like_markdown(text: str, filename: str = "") -> bool:
    return filename.casefold().endswith(_MARKDOWN_NAMES) or any(
        sign.search(text) for sign in _MARKDOWN_SIGNS
    )


def read_text(text: str, source: Source, filename: str = "") -> Source:
    """Fills `source` with the lines of a text; `number` is the line in the file."""
    if len(text) > MAX_CHARACTERS:
        raise PlanReadError("too_much_text", limit=MAX_CHARACTERS // 1_000_000)
    markdown = looks_like_markdown(text, filename)
    text = _without_scripts(text, source)
    removed = text.count(_PAGE)
    text = text.replace(_PAGE, "").replace("\x0c", f"\n{_PAGE}")
    rows = _NEWLINE.split(text)
    cleaned: list[tuple[int, str, bool]] = []
    number = 0
    for row in rows:
        page_break = row.startswith(_PAGE)
        number += 0 if page_break else 1
        row, count = remove_invisible(row.lstrip(_PAGE))
        removed += count
        row = row.expandtabs(4).replace("\u00a0", " ").rstrip()
        # Wider gaps tell nothing more, and would cost patterns their linear time.
        cleaned.append((number, _WIDE_GAP.sub(" " * 200, row), page_break))
    if removed:
        source.notices.append(("hidden_characters", {"count": removed}))
    if not any(row for _number, row, _break in cleaned):
        raise PlanReadError("empty")
    _fill(cleaned, markdown, source)
    return source


def _without_scripts(text: str, source: Source) -> str:
    """The text without program code that was pasted along; its lines keep their numbers."""
    parts: list[str] = []
    place = 0
    number = 1
    unclosed: set[str] = set()
    for opening in _SCRIPT.finditer(text):
        if opening.start() < place:
            continue
        name = opening.group(1).casefold()
        closing = None if name in unclosed else _SCRIPT_END[name].search(text, opening.end())
        if closing is None:
            unclosed.add(name)
        end = closing.end() if closing else opening.end()
        code = text[opening.start() : end]
        number += len(_NEWLINE.findall(text, place, opening.start()))
        source.skip(number, " ".join(remove_invisible(code)[0].split())[:2_000], "script")
        breaks = len(_NEWLINE.findall(code))
        number += breaks
        parts += [text[place : opening.start()], "\n" * breaks]
        place = end
    return "".join([*parts, text[place:]])


def _fill(rows: list[tuple[int, str, bool]], markdown: bool, source: Source) -> None:
    blank = True
    page_break = False
    in_fence = ""
    in_comment = False
    table = 0
    table_row = -1
    rest = iter(_front_matter(rows, source) if markdown else rows)
    lookahead = _Pairs(rest)
    for (number, row, breaks), following in lookahead:
        page_break = page_break or breaks
        if not row.strip():
            blank = True
            table_row = -1
            continue
        line = Line(
            number=number,
            text=row.strip(),
            indent=len(row) - len(row.lstrip()),
            blank_before=blank,
            page_break=page_break,
            markdown=markdown,
        )
        blank = page_break = False
        if not markdown and "<" in row:
            bare = _TAG.sub("", line.text).strip()
            line.skip = "" if bare else "markup"
            line.text = bare or line.text
        if markdown:
            fence = _FENCE.match(row)
            if in_comment or row.lstrip().startswith("<!--"):
                in_comment = "-->" not in row
                line.skip = "comment"
            elif fence and (not in_fence or fence.group(1).startswith(in_fence)):
                in_fence = "" if in_fence else fence.group(1)
                line.skip = "markup"
            elif _FOOTNOTE.match(row):
                line.skip = "footnote"
            elif _LINK_DEFINITION.match(row) or _TAG_LINE.match(row):
                line.skip = "markup"
            elif quote := _QUOTE.match(row):
                line.text = row[quote.end() :].strip()
                line.indent = len(row[quote.end() :]) - len(row[quote.end() :].lstrip())
                if not line.text:
                    blank = True
                    line.text, line.skip = quote.group(1), "markup"
            if not line.skip:
                _mark_heading(line)
                if "|" in row and (table_row >= 0 or _TABLE_RULE.match(following.strip() or "x")):
                    if table_row < 0:
                        table += 1
                    table_row += 1
                    source.lines.extend(_cells(line, row, table, table_row))
                    continue
        if not line.skip and line.level is None:
            setext = _SETEXT.match(following) if following else None
            if setext and _can_be_underlined(line, row, setext.group(1)):
                line.level = 1 if setext.group(1)[0] == "=" else 2
                line.whole = True
                source.lines.append(line)
                (under, under_row, _break), _next = next(lookahead)
                source.lines.append(
                    Line(number=under, text=under_row.strip(), skip="rule", whole=True)
                )
                continue
        if not line.skip and line.level is None and _RULE.match(row):
            letters = row.strip()
            if not _is_marker_only(letters):
                line.skip = "rule"
        table_row = -1 if not line.skip else table_row
        source.lines.append(line)


class _Pairs(Iterator[tuple[tuple[int, str, bool], str]]):
    """Each row together with the text of the row after it."""

    def __init__(self, rows: Iterator[tuple[int, str, bool]]) -> None:
        self._rows = rows
        self._held = next(rows, None)

    def __next__(self) -> tuple[tuple[int, str, bool], str]:
        if self._held is None:
            raise StopIteration
        now, self._held = self._held, next(self._rows, None)
        return now, self._held[1] if self._held else ""


def _is_marker_only(text: str) -> bool:
    return text in {"-", "–", "—", "*", "•", "·", "+"}


def _mark_heading(line: Line) -> None:
    match = _ATX.match(line.text) or _ATX_SLOPPY.match(line.text)
    if match and (match.group(2) or "").strip(" #"):
        line.level = len(match.group(1))
        line.text = match.group(2).strip()
        closing = line.text.rstrip("#")
        line.text = closing.rstrip() if closing.endswith(" ") else line.text
        line.whole = True
    elif match:
        line.skip = "markup"
    elif _BOLD_LINE.match(line.text):
        line.bold = True


def _can_be_underlined(line: Line, row: str, underline: str) -> bool:
    """Whether a line and the dashes below it are a heading, not a paragraph and a rule."""
    if len(row) > 120 or (row[:1].isspace() and not line.blank_before):
        return False
    if underline[0] == "-" and (not line.blank_before or line.text.endswith((".", ","))):
        return False
    return not re.match(r"[-*+•–][ ]", line.text)


def _front_matter(rows: list[tuple[int, str, bool]], source: Source) -> list[tuple[int, str, bool]]:
    if not rows or rows[0][1] != "---":
        return rows
    for index, (_number, row, _break) in enumerate(rows[1:40], start=1):
        if row in ("---", "..."):
            for number, text, _page in rows[: index + 1]:
                source.skip(number, text, "markup")
            return rows[index + 1 :]
        if row and ":" not in row and not row.startswith((" ", "-", "#")):
            break
    return rows


def _cells(line: Line, row: str, table: int, table_row: int) -> list[Line]:
    if _TABLE_RULE.match(row):
        line.skip, line.cell = "rule", (table, table_row, 0)
        return [line]
    parts = re.split(r"(?<!\\)\|", row.strip().strip("|"))
    cells: list[Line] = []
    for column, part in enumerate(parts):
        cells.extend(
            Line(
                number=line.number,
                text=piece.strip(),
                whole=True,
                markdown=True,
                bold=bool(_BOLD_LINE.match(piece)),
                cell=(table, table_row, column),
                header_cell=table_row == 0,
            )
            for piece in re.split(r"<br\s*/?>", part)
            if piece.strip()
        )
    return cells
