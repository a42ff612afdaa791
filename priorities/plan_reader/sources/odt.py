"""OpenDocument text (.odt), read from its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.lines import Line, Source
from priorities.plan_reader.sources.archive import Archive
from priorities.plan_reader.sources.paragraphs import add_paragraph

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HEADING_NAME = re.compile(r"(?:heading|overskrift)[ _](?:20_)?(\d)", re.IGNORECASE)
_TITLES = {"title", "tittel"}
_MAX_SPACES = 40
_MAX_DEPTH = 200
_ENTERED = {"section", "index-body", "text-box", "frame", "g", "list-header", "text", "a", "body"}


@dataclass(slots=True)
class _Style:
    parent: str = ""
    bold: bool | None = None
    struck: bool = False
    hidden: bool = False
    indent: float = 0.0
    page_break: bool = False
    list_style: str = ""
    level: int | None = None


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    struck: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class _List:
    style: str
    depth: int
    count: int = 0


def read_odt(archive: Archive, source: Source) -> Source:
    """Fills `source` with the paragraphs of a document; `number` is the paragraph."""
    _Reader(archive, source).read()
    return source


class _Reader:
    def __init__(self, archive: Archive, source: Source) -> None:
        self._archive = archive
        self._source = source
        self._number = 0
        self._table = 0
        self._styles: dict[str, _Style] = {}
        self._numbered: dict[tuple[str, int], str] = {}
        self._notes: list[Element] = []
        self._counts: dict[tuple[str, int], int] = {}

    def read(self) -> None:
        content = self._archive.xml("content.xml")
        pages: list[Element] = []
        if "styles.xml" in self._archive.names:
            styles = self._archive.xml("styles.xml")
            self._read_styles(styles)
            pages = [e for e in styles.iter() if _local(e) in ("header", "footer")]
        self._read_styles(content)
        self._leave_out(pages, "page_header")
        body = content.find(f"{_OFFICE}body/{_OFFICE}text")
        if body is not None:
            self._blocks(body, [], None, "", 0)
        if any(_local(element) == "changed-region" for element in content.iter()):
            self._source.notices.append(("tracked_changes", {}))
        self._leave_out(self._notes, "footnote")

    def _leave_out(self, elements: list[Element], reason: str) -> None:
        seen = set()
        for element in elements:
            for paragraph in element.iter():
                if _local(paragraph) in ("p", "h") and paragraph.tag.startswith(_TEXT):
                    text = "".join(self._content(paragraph, notes=False).pieces).strip()
                    if text and text not in seen:
                        seen.add(text)
                        self._number += 1
                        self._source.skip(self._number, text, reason)

    def _read_styles(self, root: Element) -> None:
        for element in root.iter(f"{_STYLE}style"):
            style = _Style(parent=element.get(f"{_STYLE}parent-style-name", ""))
            style.list_style = element.get(f"{_STYLE}list-style-name", "")
            level = element.get(f"{_STYLE}default-outline-level", "")
            style.level = int(level) if level.isdigit() else None
            for part in element:
                weight = part.get(f"{_FO}font-weight")
                if weight:
                    style.bold = weight in ("bold", "600", "700", "800", "900")
                line = part.get(f"{_STYLE}text-line-through-style", "none")
                style.struck = style.struck or line != "none"
                style.hidden = style.hidden or part.get(f"{_TEXT}display") == "none"
                style.indent = max(style.indent, _centimetres(part.get(f"{_FO}margin-left", "")))
                style.page_break = style.page_break or part.get(f"{_FO}break-before") == "page"
            self._styles[element.get(f"{_STYLE}name", "")] = style
        for element in root.iter(f"{_TEXT}list-style"):
            name = element.get(f"{_STYLE}name", "")
            for level_element in element:
                depth = level_element.get(f"{_TEXT}level", "")
                if depth.isdigit() and _local(level_element) == "list-level-style-number":
                    form = level_element.get(f"{_STYLE}num-format", "")
                    self._numbered[name, int(depth) - 1] = form

    def _chain(self, name: str) -> Iterator[tuple[str, _Style]]:
        for _step in range(12):
            style = self._styles.get(name)
            if style is None:
                if name:
                    yield name, _Style()
                return
            yield name, style
            name = style.parent

    def _blocks(
        self,
        parent: Element,
        lists: list[_List],
        cell: tuple[int, int, int] | None,
        skip: str,
        nesting: int,
    ) -> None:
        if nesting > _MAX_DEPTH:
            raise PlanReadError("too_hard")
        first_of_item = bool(lists)
        for element in parent:
            tag = _local(element)
            if tag in ("p", "h") and element.tag.startswith(_TEXT):
                self._paragraph(element, lists, cell, skip, first_of_item, nesting)
                first_of_item = False
            elif tag == "list":
                self._read_list(element, lists, cell, skip, nesting)
            elif tag == "table" and element.tag.startswith(_TABLE):
                self._read_table(element, cell, skip, nesting)
            elif tag in ("table-of-content", "alphabetical-index", "illustration-index"):
                self._blocks(element, [], cell, "contents", nesting + 1)
            elif tag == "index-title" or tag in _ENTERED:
                self._blocks(element, lists, cell, skip, nesting + 1)

    def _read_list(
        self,
        element: Element,
        lists: list[_List],
        cell: tuple[int, int, int] | None,
        skip: str,
        nesting: int,
    ) -> None:
        style = element.get(f"{_TEXT}style-name", "") or (lists[-1].style if lists else "")
        here = _List(style, lists[-1].depth + 1 if lists else 0)
        if element.get(f"{_TEXT}continue-numbering") == "true" or element.get(
            f"{_TEXT}continue-list"
        ):
            here.count = self._counts.get((style, here.depth), 0)
        for item in element:
            if _local(item) == "list-item":
                here.count += 1
                self._blocks(item, [*lists, here], cell, skip, nesting + 1)
            elif _local(item) == "list-header":
                self._blocks(item, lists, cell, skip, nesting + 1)
        self._counts[style, here.depth] = here.count

    def _read_table(
        self, table: Element, outer: tuple[int, int, int] | None, skip: str, nesting: int
    ) -> None:
        if outer is None:
            self._table += 1
        number = self._table
        for row_index, (row, header) in enumerate(_rows(table)):
            cells = (cell for cell in row if _local(cell) in ("table-cell", "covered-table-cell"))
            for column, cell in enumerate(cells):
                first = len(self._source.lines)
                # A table inside a cell is read as text of that cell.
                self._blocks(cell, [], outer or (number, row_index, column), skip, nesting + 1)
                for line in self._source.lines[first:]:
                    line.header_cell = header

    def _paragraph(
        self,
        element: Element,
        lists: list[_List],
        cell: tuple[int, int, int] | None,
        skip: str,
        first_of_item: bool,
        nesting: int,
    ) -> None:
        self._number += 1
        number = self._number
        content = self._content(element)
        line = Line(number=number, text="", whole=True, cell=cell, skip=skip)
        level = element.get(f"{_TEXT}outline-level", "")
        if _local(element) == "h":
            line.level = int(level) if level.isdigit() else 1
        bold = False
        for name, style in self._chain(element.get(f"{_TEXT}style-name", "")):
            heading = _HEADING_NAME.fullmatch(name)
            if line.level is None and heading:
                line.level = int(heading.group(1))
            elif line.level is None and name.casefold() in _TITLES:
                line.level = 0
            elif line.level is None and style.level:
                line.level = style.level
            bold = bold or bool(style.bold)
            line.indent = max(line.indent, int(style.indent / 0.32))
            line.page_break = line.page_break or style.page_break
        line.bold = (content.plain == 0 and content.bold > 0) or (bold and content.plain > 0)
        if lists and line.level is None:
            line.indent = 0
            if first_of_item:
                line.depth = min(lists[-1].depth, 8)
                form = self._numbered.get((lists[-1].style, lists[-1].depth))
                line.marker = "bullet" if form is None else (form or "decimal")
                line.value = lists[-1].count if form is not None else None
            else:
                line.continues = True
        for text in content.hidden:
            self._source.skip(number, text, "hidden")
        for text in content.struck:
            self._source.skip(number, text, "struck")
        add_paragraph(self._source, line, "".join(content.pieces))
        self._notes.extend(content.notes)
        for box in content.boxes:
            self._blocks(box, [], cell, skip, nesting + 1)

    def _content(self, paragraph: Element, notes: bool = True) -> _Paragraph:
        content = _Paragraph()
        # (element to enter or None, text, bold, struck, hidden)
        stack: list[tuple[Element | None, str, bool, bool, bool]] = []

        def push(element: Element, bold: bool, struck: bool, hidden: bool) -> None:
            for child in reversed(list(element)):
                if child.tail:
                    stack.append((None, child.tail, bold, struck, hidden))
                stack.append((child, "", bold, struck, hidden))
            if element.text:
                stack.append((None, element.text, bold, struck, hidden))

        push(paragraph, False, False, False)
        while stack:
            element, text, bold, struck, hidden = stack.pop()
            if element is None:
                self._add_text(content, re.sub(r"[ \t\r\n]+", " ", text), bold, struck, hidden)
                continue
            tag = _local(element)
            if tag == "s":
                count = element.get(f"{_TEXT}c", "1")
                content.pieces.append(" " * min(int(count) if count.isdigit() else 1, _MAX_SPACES))
            elif tag == "tab":
                content.pieces.append("\t")
            elif tag == "line-break":
                content.pieces.append("\n")
            elif tag == "soft-page-break":
                continue
            elif tag == "note":
                if notes:
                    content.notes.extend(e for e in element if _local(e) == "note-body")
            elif tag in ("text-box",):
                content.boxes.append(element)
            elif tag in ("annotation", "change", "change-start", "change-end", "bookmark"):
                continue
            else:
                name = element.get(f"{_TEXT}style-name", "")
                style = next((one for _name, one in self._chain(name)), None)
                if style is not None and tag == "span":
                    bold = style.bold if style.bold is not None else bold
                    struck = struck or style.struck
                    hidden = hidden or style.hidden
                push(element, bold, struck, hidden)
        return content

    @staticmethod
    def _add_text(content: _Paragraph, text: str, bold: bool, struck: bool, hidden: bool) -> None:
        if hidden or struck:
            (content.hidden if hidden else content.struck).append(text)
            return
        content.pieces.append(text)
        if any(character.isalpha() for character in text):
            if bold:
                content.bold += 1
            else:
                content.plain += 1


def _rows(table: Element) -> Iterator[tuple[Element, bool]]:
    for element in table:
        tag = _local(element)
        if tag == "table-row":
            yield element, False
        elif tag in ("table-header-rows", "table-rows", "table-row-group"):
            for row in element:
                if _local(row) == "table-row":
                    yield row, tag == "table-header-rows"


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _centimetres(value: str) -> float:
    match = re.fullmatch(r"(-?[\d.]{1,10})(cm|in|pt|mm)", value)
    if not match:
        return 0.0
    try:
        number = float(match.group(1))
    except ValueError:
        return 0.0
    return number * {"cm": 1.0, "in": 2.54, "pt": 0.0353, "mm": 0.1}[match.group(2)]
