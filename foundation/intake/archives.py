"""Guards in front of zip containers (.docx, .odt, .xlsx, .ods), and safe XML.

Knows nothing of Django, so that a process of its own can use it without.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import sax
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

if TYPE_CHECKING:
    from typing import IO
    from xml.etree.ElementTree import Element

MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 30_000_000
_ENCRYPTED = 0x1
_END_RECORD = b"PK\x05\x06"
# The end record with the longest comment.
_TAIL = 66_000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


class ArchiveError(Exception):
    """Why it was refused: `code` is damaged, encrypted, unsafe_archive or unsafe_xml."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Archive:
    """A zip file whose members are read under one common limit of unpacked bytes.

    `file` can be sought in. Raises `ArchiveError`, as all methods do.
    """

    def __init__(self, file: IO[bytes], *, most_unpacked: int = MAX_UNPACKED_BYTES) -> None:
        if _declared_members(file) > MAX_MEMBERS:
            raise ArchiveError("unsafe_archive")
        try:
            self._zip = zipfile.ZipFile(file)
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ArchiveError("damaged") from error
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > most_unpacked:
            raise ArchiveError("unsafe_archive")
        names = set()
        for member in members:
            parts = member.filename.replace("\\", "/").split("/")
            if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
                raise ArchiveError("unsafe_archive")
            if member.filename in names:
                raise ArchiveError("unsafe_archive")
            names.add(member.filename)
            if member.flag_bits & _ENCRYPTED:
                raise ArchiveError("encrypted")
        self.names = names
        self._left = most_unpacked

    def read(self, name: str) -> bytes:
        """The bytes of a member; declared sizes are not believed."""
        try:
            with self._zip.open(name) as member:
                data = member.read(self._left + 1)
        except _BROKEN as error:
            raise ArchiveError("damaged") from error
        if len(data) > self._left:
            raise ArchiveError("unsafe_archive")
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Element:
        """The root of an XML member; documents with a DTD or entities are refused."""
        try:
            root: Element = fromstring(self.read(name), forbid_dtd=True)
        except DefusedXmlException as error:
            raise ArchiveError("unsafe_xml") from error
        except (ParseError, ValueError, LookupError) as error:
            raise ArchiveError("damaged") from error
        return root

    def check_xml(self, name: str) -> None:
        """That an XML member is well-formed, without keeping any of it in memory as a tree."""
        source = io.BytesIO(self.read(name))
        try:
            sax.parse(source, ContentHandler(), forbid_dtd=True)
        except DefusedXmlException as error:
            raise ArchiveError("unsafe_xml") from error
        except (SAXException, ValueError, LookupError) as error:
            raise ArchiveError("damaged") from error


def _declared_members(file: IO[bytes]) -> int:
    """The number of members that the end record declares, before anything is parsed."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(_END_RECORD)
    if place < 0 or place + 12 > len(tail):
        return 0
    return int.from_bytes(tail[place + 10 : place + 12], "little")
