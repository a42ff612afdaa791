"""Whether a file that somebody hands in is what it says it is, and harmless to keep.

Three things must agree: the ending of its name, its first bytes, and a reader that goes through it.
What a browser says about its type is not asked.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from foundation.intake.archives import Archive, ArchiveError
from foundation.intake.errors import TableError
from foundation.intake.pictures import (
    MOST_PIXELS_ELSE,
    NO_PICTURE,
    TooManyPixelsError,
    without_metadata,
)
from foundation.intake.reading import NO_TEXT, decoded

MOST_BYTES = 20 * 1024 * 1024
# What an office file may unpack to, pictures in it included.
MOST_UNPACKED = 60_000_000
LONGEST_NAME = 100
# Where a PDF says that it ends.
TAIL = 2048

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
MARKUP = re.compile(r"<(?:[a-z!?/])", re.IGNORECASE)
# Beginnings of other kinds that could pass for text.
OTHER_KINDS = ("%PDF", "GIF8", "{\\rtf", "#!", "PK\x03\x04", "%!PS")


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: its ending, how it is served, its first bytes, and `read`,
    which goes through it and returns what is to be kept."""

    ending: str
    served_as: str
    begins: tuple[bytes, ...]
    read: Callable[[IO[bytes], str], "File[bytes]"]


@dataclass(frozen=True)
class Upload:
    """A file that was found good: its kind, a name that is safe to show, and what is to be kept
    (a picture is written anew)."""

    kind: Kind
    name: str
    content: "File[bytes]"


def check_upload(file: "File[bytes]") -> Upload:
    """Look through what was handed in. Raises ValidationError with a sentence for people.

    Codes: empty, too_large, kind_not_taken, not_what_it_says, damaged, too_many_pixels, unsafe,
    protected.
    """
    size = file.size or 0
    if size == 0:
        raise ValidationError(_("The file is empty."), code="empty")
    if size > MOST_BYTES:
        raise ValidationError(
            _("The file is larger than %(size)d MB. Make it smaller, or link to it instead."),
            code="too_large",
            params={"size": MOST_BYTES // 1024 // 1024},
        )
    ending = PurePosixPath(_last_part(file.name or "")).suffix.lower().lstrip(".")
    kind = KINDS.get({"jpeg": "jpg"}.get(ending, ending))
    if kind is None:
        raise ValidationError(
            _("This kind of file is not taken. Use one of these: %(kinds)s."),
            code="kind_not_taken",
            params={"kinds": ", ".join(KINDS)},
        )
    file.seek(0)
    start = file.read(16)
    if not start.startswith(kind.begins) or (kind.ending == "webp" and start[8:12] != b"WEBP"):
        raise _other(kind.ending)
    name = safe_name(file.name or "", kind.ending)
    try:
        file.seek(0)
        return Upload(kind, name, kind.read(file, name))  # type: ignore[arg-type]
    finally:
        if not file.closed:
            file.seek(0)


def safe_name(name: str, ending: str) -> str:
    """The name to show and to save under: one line of visible letters, without folders.

    At most 100 characters; a name of which nothing is left becomes `fil`.
    """
    text = unicodedata.normalize("NFC", _last_part(name))
    text = "".join(" " if one.isspace() else one for one in text)
    text = "".join(one for one in text if unicodedata.category(one) not in UNSEEN)
    text = re.sub(r'[<>:"/\\|?*;%]+', "_", text)
    # No more than three marks on a letter, or a name grows across the lines above it.
    text = re.sub(r"([\u0300-\u036f]{3})[\u0300-\u036f]+", r"\1", text)
    stem, dot, last = " ".join(text.split()).rpartition(".")
    stem = (stem if dot else last).strip(". ")
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('. ') or 'fil'}.{ending}"


def _last_part(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _other(ending: str) -> ValidationError:
    return ValidationError(
        _("The file ends in .%(ending)s, but its content is something else."),
        code="not_what_it_says",
        params={"ending": ending},
    )


def _damaged() -> ValidationError:
    return ValidationError(
        _("The file is damaged or cut short. Save it anew and try again."), code="damaged"
    )


def _picture(file: IO[bytes], name: str, *, pillow: str) -> "File[bytes]":
    try:
        return without_metadata(file, name, formats=(pillow,))
    except TooManyPixelsError as error:
        raise too_many_pixels(error.most) from error
    except NO_PICTURE as error:
        if "decompression bomb" in str(error):
            raise too_many_pixels(MOST_PIXELS_ELSE // 1_000_000) from error
        raise _damaged() from error


def too_many_pixels(most: int) -> ValidationError:
    """What to say of a picture with more than `most` megapixels."""
    return ValidationError(
        _("The picture has more than %(most)d megapixels. Save a smaller one and try again."),
        code="too_many_pixels",
        params={"most": most},
    )


def _pdf(file: IO[bytes], name: str) -> "File[bytes]":
    """A header, a last line that says "end", and a table of contents where the file says it is."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - TAIL))
    tail = file.read()
    told = re.search(rb"startxref\s+(\d{1,10})\s+%%EOF[\s\x00]*\Z", tail)
    if told is None:
        raise _damaged()
    place = int(told[1])
    if place >= size:
        raise _damaged()
    file.seek(place)
    # White space before the table is common, and no harm.
    if not re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", file.read(64)):
        raise _damaged()
    return _as_it_is(file, name)


def _office(
    file: IO[bytes], name: str, *, ending: str, parts: tuple[str, ...], says: str = ""
) -> "File[bytes]":
    """A zip with the parts of its kind, of which each is sound XML. Macros are not taken."""
    try:
        archive = Archive(file, most_unpacked=MOST_UNPACKED)
        if not archive.names.issuperset(parts):
            raise _other(ending)
        if says and archive.read("mimetype").decode("ascii", "replace").strip() != says:
            raise _other(ending)
        if any(one.casefold().endswith("vbaproject.bin") for one in archive.names):
            raise ValidationError(
                _("The file holds macros. Save it without and try again."), code="unsafe"
            )
        for part in parts:
            if part != "mimetype":
                archive.check_xml(part)
    except ArchiveError as error:
        if error.code == "encrypted":
            raise ValidationError(
                _("The file is protected by a password. Save it without one and try again."),
                code="protected",
            ) from error
        if error.code == "damaged":
            raise _damaged() from error
        raise ValidationError(
            _("The file is built in a way that could harm. Save it anew and try again."),
            code="unsafe",
        ) from error
    return _as_it_is(file, name)


def _text(file: IO[bytes], name: str, *, ending: str) -> "File[bytes]":
    """Text that no program takes for something to run or to show as a page."""
    file.seek(0)
    data = file.read()
    # Programs are full of empty bytes; of texts only UTF-16 is, and that says so first.
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _other(ending)
    try:
        text, _encoding = decoded(data)
    except TableError as error:
        raise _other(ending) from error
    begins = text.lstrip("\ufeff \t\r\n")[:16]
    if NO_TEXT.intersection(text) or MARKUP.match(begins) or begins.startswith(OTHER_KINDS):
        raise _other(ending)
    if ending == "csv":
        try:
            for _row in csv.reader(io.StringIO(text, newline="")):
                pass
        except csv.Error as error:
            raise _damaged() from error
    return _as_it_is(file, name)


def _as_it_is(file: IO[bytes], name: str) -> "File[bytes]":
    file.seek(0)
    return file if isinstance(file, File) else File(file, name=name)


_WORD = ("[Content_Types].xml", "word/document.xml")
_EXCEL = ("[Content_Types].xml", "xl/workbook.xml")
_OPEN = ("mimetype", "content.xml")
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


def _kind(ending: str, served_as: str, begins: bytes, read: Any, /, **told: Any) -> Kind:
    return Kind(ending, served_as, (begins,), partial(read, **told))


KINDS: dict[str, Kind] = {
    kind.ending: kind
    for kind in (
        _kind("pdf", "application/pdf", b"%PDF-", _pdf),
        _kind("jpg", "image/jpeg", b"\xff\xd8\xff", _picture, pillow="JPEG"),
        _kind("png", "image/png", b"\x89PNG\r\n\x1a\n", _picture, pillow="PNG"),
        _kind("webp", "image/webp", b"RIFF", _picture, pillow="WEBP"),
        _kind(
            "docx",
            f"{_OOXML}.wordprocessingml.document",
            b"PK\x03\x04",
            _office,
            ending="docx",
            parts=_WORD,
        ),
        _kind(
            "odt",
            f"{_ODF}.text",
            b"PK\x03\x04",
            _office,
            ending="odt",
            parts=_OPEN,
            says=f"{_ODF}.text",
        ),
        _kind(
            "xlsx",
            f"{_OOXML}.spreadsheetml.sheet",
            b"PK\x03\x04",
            _office,
            ending="xlsx",
            parts=_EXCEL,
        ),
        _kind(
            "ods",
            f"{_ODF}.spreadsheet",
            b"PK\x03\x04",
            _office,
            ending="ods",
            parts=_OPEN,
            says=f"{_ODF}.spreadsheet",
        ),
        _kind("csv", "text/csv", b"", _text, ending="csv"),
        _kind("txt", "text/plain", b"", _text, ending="txt"),
    )
}
