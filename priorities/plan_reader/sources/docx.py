"""Word documents (.docx), read from their XML.

The XML is read directly because what a plan's structure hangs on is lost in a conversion to
HTML: text boxes, the format of list numbers, tracked changes, indents, and bold lines that are
headings in all but name.
"""

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

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING_NAME = re.compile(r"(?:heading|overskrift|rubrik)\s*(\d)", re.IGNORECASE)
_TITLE_NAMES = {"title", "tittel", "rubrik", "titel"}
_CONTENTS_NAME = re.compile(
    r"(?:toc|innholdsfortegnelse|innehållsförteckning|indholdsfortegnelse)\s*\d*", re.IGNORECASE
)
_LIST_NAME = re.compile(r"list|liste|punkt", re.IGNORECASE)
_TWIPS_PER_COLUMN = 180
_MAX_DEPTH = 200
_TAGS_LEFT_OUT = {"del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr"}


@dataclass(slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    level: int | None = None
    numbering: tuple[str, int] | None = None
    bold: bool = False
    hidden: bool = False


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    size: float = 0.0
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    page_break: bool = False
    changed: bool = False


def read_docx(archive: Archive, source: Source) -> Source:
    """Fills `source` with the paragraphs of a document; `number` is the paragraph."""
    _Reader(archive, source).read()
    return source


class _Reader:
    def __init__(self, archive: Archive, source: Source) -> None:
        self._archive = archive
        self._source = source
        self._number = 0
        self._table = 0
        self._changed = False
        self._styles = self._read_styles()
        self._formats = self._read_numbering()
        self._counters: dict[tuple[str, int], int] = {}

    def read(self) -> None:
        body = _find(self._root("word/document.xml"), "body")
        for name in sorted(self._archive.names):
            if re.fullmatch(r"word/header\d*\.xml", name):
                self._leave_out(name, "page_header")
        if body is not None:
            self._blocks(body, None, "", 0)
        for name in sorted(self._archive.names):
            if re.fullmatch(r"word/footer\d*\.xml", name):
                self._leave_out(name, "page_header")
            elif re.fullmatch(r"word/(?:footnotes|endnotes)\.xml", name):
                self._leave_out(name, "footnote")
        if self._changed:
            self._source.notices.append(("tracked_changes", {}))

    def _root(self, name: str) -> Element:
        root = self._archive.xml(name)
        if root.tag.startswith(_STRICT):
            for element in root.iter():
                if isinstance(element.tag, str):
                    element.tag = element.tag.replace(_STRICT, _W)
                for key in [key for key in element.attrib if key.startswith(_STRICT)]:
                    element.attrib[key.replace(_STRICT, _W)] = element.attrib.pop(key)
        return root

    def _leave_out(self, name: str, reason: str) -> None:
        seen = set()
        for paragraph in self._root(name).iter(f"{_W}p"):
            text = "".join(self._content(paragraph).pieces).strip()
            if text and text not in seen:
                seen.add(text)
                self._number += 1
                self._source.skip(self._number, text, reason)

    def _read_styles(self) -> dict[str, _Style]:
        styles: dict[str, _Style] = {}
        if "word/styles.xml" not in self._archive.names:
            return styles
        for element in self._root("word/styles.xml").iter(f"{_W}style"):
            style = _Style(name=_value(_find(element, "name")))
            style.based_on = _value(_find(element, "basedOn"))
            style.bold = _is_on(element.find(f"{_W}rPr/{_W}b"))
            style.hidden = _is_on(element.find(f"{_W}rPr/{_W}vanish"))
            properties = _find(element, "pPr")
            heading = _HEADING_NAME.fullmatch(style.name)
            outline = _value(_find(properties, "outlineLvl"))
            if heading:
                style.level = int(heading.group(1))
            elif style.name.casefold() in _TITLE_NAMES:
                style.level = 0
            elif outline.isdigit() and int(outline) < 9:
                style.level = int(outline) + 1
            style.numbering = _numbering(properties)
            styles[element.get(f"{_W}styleId", "")] = style
        return styles

    def _read_numbering(self) -> dict[tuple[str, int], str]:
        formats: dict[tuple[str, int], str] = {}
        if "word/numbering.xml" not in self._archive.names:
            return formats
        root = self._root("word/numbering.xml")
        abstract = {
            element.get(f"{_W}abstractNumId", ""): element
            for element in root.iter(f"{_W}abstractNum")
        }
        for element in root.iter(f"{_W}num"):
            number = element.get(f"{_W}numId", "")
            base = abstract.get(_value(_find(element, "abstractNumId")))
            levels = list(base.iter(f"{_W}lvl")) if base is not None else []
            levels.extend(element.iter(f"{_W}lvl"))
            for level in levels:
                depth = level.get(f"{_W}ilvl", "0")
                if depth.isdigit():
                    formats[number, int(depth)] = _value(_find(level, "numFmt"))
        return formats

    def _style_chain(self, style_id: str) -> Iterator[_Style]:
        for _step in range(12):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            style_id = style.based_on

    def _blocks(
        self, parent: Element, cell: tuple[int, int, int] | None, skip: str, nesting: int
    ) -> None:
        if nesting > _MAX_DEPTH:
            raise PlanReadError("too_hard")
        for element in parent:
            tag = _local(element)
            if tag == "p":
                self._paragraph(element, cell, skip, nesting)
            elif tag == "tbl":
                self._read_table(element, cell, skip, nesting)
            elif tag == "sdt":
                gallery = element.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
                inner = "contents" if "table of contents" in _value(gallery).casefold() else skip
                content = _find(element, "sdtContent")
                if content is not None:
                    self._blocks(content, cell, inner, nesting + 1)
            elif tag in ("ins", "moveTo", "customXml", "smartTag", "sdtContent", "body"):
                self._blocks(element, cell, skip, nesting + 1)
            elif tag == "AlternateContent":
                choice = element.find(f"{_MC}Choice")
                if choice is not None:
                    self._blocks(choice, cell, skip, nesting + 1)

    def _read_table(
        self, table: Element, outer: tuple[int, int, int] | None, skip: str, nesting: int
    ) -> None:
        if outer is None:
            self._table += 1
        number = self._table
        for row_index, row in enumerate(_parts(table, "tr")):
            column = 0
            header = row.find(f"{_W}trPr/{_W}tblHeader") is not None
            for cell in _parts(row, "tc"):
                span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"))
                first = len(self._source.lines)
                # A table inside a cell is read as text of that cell.
                place = outer or (number, row_index, column)
                self._blocks(cell, place, skip, nesting + 1)
                for line in self._source.lines[first:]:
                    line.header_cell = header
                column += min(int(span), 100) if span.isdigit() else 1

    def _paragraph(
        self, element: Element, cell: tuple[int, int, int] | None, skip: str, nesting: int
    ) -> None:
        self._number += 1
        number = self._number
        content = self._content(element)
        self._changed = self._changed or content.changed
        properties = _find(element, "pPr")
        line = Line(number=number, text="", whole=True, cell=cell, skip=skip)
        line.page_break = content.page_break or _is_on(_find(properties, "pageBreakBefore"))
        line.bold = content.bold > 0 and content.plain == 0
        line.size = content.size
        self._apply_styles(line, properties, content)
        for text in content.hidden:
            self._source.skip(number, text, "hidden")
        for text in content.struck:
            self._source.skip(number, text, "struck")
        add_paragraph(self._source, line, "".join(content.pieces))
        for box in content.boxes:
            self._blocks(box, cell, skip, nesting + 1)

    def _apply_styles(self, line: Line, properties: Element | None, content: _Paragraph) -> None:
        numbering = _numbering(properties)
        chain = list(self._style_chain(_value(_find(properties, "pStyle"))))
        outline = _value(_find(properties, "outlineLvl"))
        if outline.isdigit() and int(outline) < 9:
            line.level = int(outline) + 1
        for style in chain:
            if _CONTENTS_NAME.fullmatch(style.name):
                line.skip = line.skip or "contents"
            if line.level is None:
                line.level = style.level
            if numbering is None:
                numbering = style.numbering
        if (chain and chain[0].bold and content.bold + content.plain == 0) or (
            any(style.bold for style in chain[:1]) and content.plain
        ):
            line.bold = True
        indent = None if properties is None else _find(properties, "ind")
        if indent is not None:
            left = indent.get(f"{_W}left") or indent.get(f"{_W}start") or "0"
            if left.lstrip("-").isdigit():
                line.indent = max(0, int(left)) // _TWIPS_PER_COLUMN
        named_list = bool(chain) and bool(_LIST_NAME.match(chain[0].name))
        if line.level is None and numbering is not None and numbering[0] != "0":
            digits = re.search(r"\d", chain[0].name) if named_list else None
            if digits and not numbering[1]:
                # "List Bullet 2" is the first level of a list of its own, set further in.
                numbering = numbering[0], int(digits.group()) - 1
            self._apply_numbering(line, numbering)
        elif line.level is None and named_list:
            self._apply_list_name(line, chain[0].name)

    def _apply_numbering(self, line: Line, numbering: tuple[str, int]) -> None:
        number, depth = numbering
        kind = self._formats.get((number, depth)) or self._formats.get((number, 0), "")
        if kind == "none":
            line.continues = True
            return
        line.depth = min(depth, 8)
        line.marker = "bullet" if kind in ("bullet", "") else kind
        if line.marker != "bullet":
            count = self._counters.get((number, depth), 0) + 1
            self._counters[number, depth] = count
            for deeper in range(depth + 1, 9):
                self._counters.pop((number, deeper), None)
            line.value = count

    def _apply_list_name(self, line: Line, name: str) -> None:
        low = name.casefold()
        if "paragraph" in low or "avsnitt" in low or "stycke" in low:
            return
        digits = re.search(r"\d", name)
        if "continue" in low or "forts" in low:
            line.continues = True
            return
        line.depth = int(digits.group()) - 1 if digits else 0
        line.marker = "decimal" if "number" in low or "nummer" in low else "bullet"

    def _content(self, paragraph: Element) -> _Paragraph:
        content = _Paragraph()
        # Field codes may nest; their results are text, their instructions are not.
        stack: list[tuple[Element, bool]] = [(child, False) for child in reversed(list(paragraph))]
        while stack:
            element, _ = stack.pop()
            tag = _local(element)
            if tag in ("del", "moveFrom"):
                content.changed = True
            elif tag in _TAGS_LEFT_OUT:
                continue
            elif tag == "r":
                self._run(element, content)
            elif tag in ("txbxContent",):
                content.boxes.append(element)
            elif tag == "AlternateContent":
                choice = element.find(f"{_MC}Choice")
                if choice is not None:
                    stack.extend((child, False) for child in reversed(list(choice)))
            else:
                content.changed = content.changed or tag in ("ins", "moveTo")
                stack.extend((child, False) for child in reversed(list(element)))
        return content

    def _run(self, run: Element, content: _Paragraph) -> None:
        properties = _find(run, "rPr")
        pieces: list[str] = []
        for element in _run_parts(run):
            tag = _local(element)
            if tag == "t":
                pieces.append(element.text or "")
            elif tag in ("tab", "ptab"):
                pieces.append("\t")
            elif tag == "noBreakHyphen":
                pieces.append("-")
            elif tag == "softHyphen":
                pieces.append("\u00ad")
            elif tag in ("br", "cr"):
                kind = element.get(f"{_W}type", "")
                content.page_break = content.page_break or kind == "page"
                pieces.append("\n")
            elif tag == "sym":
                pieces.append("•" if not content.pieces else "")
            elif tag == "txbxContent":
                content.boxes.append(element)
        text = "".join(pieces)
        if not text:
            return
        if _is_on(_find(properties, "vanish")) or _is_on(_find(properties, "specVanish")):
            content.hidden.append(text)
            return
        if _is_on(_find(properties, "strike")) or _is_on(_find(properties, "dstrike")):
            content.struck.append(text)
            return
        content.pieces.append(text)
        size = _value(_find(properties, "sz"))
        if size.isdigit():
            content.size = max(content.size, int(size) / 2)
        if any(character.isalpha() for character in text):
            if _is_on(_find(properties, "b")):
                content.bold += 1
            else:
                content.plain += 1


def _run_parts(run: Element) -> Iterator[Element]:
    """The parts of a run in order; of drawings only their text boxes, once."""
    stack = list(reversed(list(run)))
    while stack:
        element = stack.pop()
        tag = _local(element)
        if tag == "AlternateContent":
            choice = element.find(f"{_MC}Choice")
            if choice is not None:
                stack.extend(reversed(list(choice)))
        elif tag in ("drawing", "pict", "object"):
            boxes = [e for e in element.iter() if _local(e) == "txbxContent"]
            stack.extend(reversed(boxes[:1]))
        else:
            yield element


def _parts(element: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also inside content controls."""
    for child in element:
        name = _local(child)
        if name == tag:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _parts(child, tag)


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _find(element: Element | None, name: str) -> Element | None:
    return None if element is None else element.find(f"{_W}{name}")


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(f"{_W}val", "1") not in ("0", "false", "off", "none")


def _numbering(properties: Element | None) -> tuple[str, int] | None:
    numbering = _find(properties, "numPr")
    if numbering is None:
        return None
    number = _value(_find(numbering, "numId"))
    depth = _value(_find(numbering, "ilvl"))
    if not number:
        return None
    return number, int(depth) if depth.isdigit() else 0
