"""Which kind of file it is, by its content, and the reading of that kind."""

from __future__ import annotations

import re

from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.lines import Source
from priorities.plan_reader.outcome import ReadPlan
from priorities.plan_reader.reader import read_source
from priorities.plan_reader.sources.archive import Archive
from priorities.plan_reader.sources.decoding import MAX_CHARACTERS, decode
from priorities.plan_reader.sources.docx import read_docx
from priorities.plan_reader.sources.html import read_html
from priorities.plan_reader.sources.odt import read_odt
from priorities.plan_reader.sources.plain import read_text

MAX_BYTES = 10_000_000
_REFUSED = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old_word"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "binary"),
    (b"\xff\xd8\xff", "binary"),
    (b"GIF8", "binary"),
    (b"MZ", "binary"),
    (b"\x7fELF", "binary"),
    (b"\x1f\x8b", "wrong_archive"),
    (b"7z\xbc\xaf", "wrong_archive"),
    (b"Rar!", "wrong_archive"),
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = re.compile(r"</(?:p|li|ul|ol|h[1-6]|div|table|body)\s*>", re.IGNORECASE)


def refuse_early(data: bytes) -> None:
    """Raises PlanReadError for what needs no parser to be refused."""
    if len(data) > MAX_BYTES:
        raise PlanReadError("too_large", limit=MAX_BYTES // 1_000_000)
    if not data.strip():
        raise PlanReadError("empty")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, code in _REFUSED:
        if head.startswith(magic) and not (magic == b"MZ" and b"\x00" not in data[:2000]):
            raise PlanReadError(code)


def is_container(data: bytes) -> bool:
    return data.startswith(b"PK")


def read_document(data: bytes, filename: str = "") -> ReadPlan:
    """The plan in a document of any of the kinds; see `priorities.plan_reader.read_plan`."""
    refuse_early(data)
    source = Source()
    if is_container(data) and data[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        _open_archive(Archive(data), source)
        return read_source(source)
    text = decode(data, source)
    return _read_decoded(text, source, filename)


def read_string(text: str, filename: str = "") -> ReadPlan:
    """The plan in a text: Markdown, HTML or plain, decided by its content."""
    if len(text) > MAX_CHARACTERS:
        raise PlanReadError("too_much_text", limit=MAX_CHARACTERS // 1_000_000)
    return _read_decoded(text, Source(), filename)


def _read_decoded(text: str, source: Source, filename: str) -> ReadPlan:
    if len(text) > MAX_CHARACTERS:
        raise PlanReadError("too_much_text", limit=MAX_CHARACTERS // 1_000_000)
    if not text.strip():
        raise PlanReadError("empty")
    if text.lstrip("\ufeff \r\n\t").startswith("{\\rtf"):
        raise PlanReadError("rtf")
    if _is_html(text, filename):
        read_html(text, source)
    else:
        read_text(text, source, filename)
    return read_source(source)


def _is_html(text: str, filename: str) -> bool:
    head = text[:5_000].lstrip("\ufeff")
    if _HTML.match(head):
        return True
    tags = len(_HTML_TAGS.findall(text[:50_000]))
    named = filename.casefold().endswith((".html", ".htm", ".xhtml"))
    return (named and tags > 0) or (tags >= 4 and head.lstrip().startswith("<"))


def _open_archive(archive: Archive, source: Source) -> None:
    names = archive.names
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise PlanReadError("encrypted")
    if "word/document.xml" in names:
        read_docx(archive, source)
    elif "mimetype" in names and "content.xml" in names:
        kind = archive.read("mimetype").strip()
        if not kind.startswith(b"application/vnd.oasis.opendocument.text"):
            raise PlanReadError("wrong_archive")
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
            "META-INF/manifest.xml"
        ):
            raise PlanReadError("encrypted")
        read_odt(archive, source)
    else:
        raise PlanReadError("wrong_archive")
