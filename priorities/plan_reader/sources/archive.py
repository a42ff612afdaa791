"""Guards in front of the zip containers (.docx, .odt), and safe XML."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from priorities.plan_reader.errors import PlanReadError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 30_000_000
_ENCRYPTED = 0x1


class Archive:
    """A zip file whose members are read under one common limit of unpacked bytes."""

    def __init__(self, data: bytes) -> None:
        if _declared_members(data) > MAX_MEMBERS:
            raise PlanReadError("unsafe_archive")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise PlanReadError("damaged") from error
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
            raise PlanReadError("unsafe_archive")
        names = set()
        for member in members:
            parts = member.filename.replace("\\", "/").split("/")
            if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
                raise PlanReadError("unsafe_archive")
            if member.filename in names:
                raise PlanReadError("unsafe_archive")
            names.add(member.filename)
            if member.flag_bits & _ENCRYPTED:
                raise PlanReadError("encrypted")
        self.names = names
        self._left = MAX_UNPACKED_BYTES

    def read(self, name: str) -> bytes:
        """The bytes of a member; declared sizes are not believed."""
        try:
            with self._zip.open(name) as member:
                data = member.read(self._left + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            KeyError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise PlanReadError("damaged") from error
        if len(data) > self._left:
            raise PlanReadError("unsafe_archive")
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Element:
        """The root of an XML member; documents with a DTD or entities are refused."""
        try:
            root: Element = fromstring(self.read(name), forbid_dtd=True)
        except DefusedXmlException as error:
            raise PlanReadError("unsafe_xml") from error
        except (ParseError, ValueError, LookupError) as error:
            raise PlanReadError("damaged") from error
        return root


def _declared_members(data: bytes) -> int:
    """The number of members that the end record declares, before anything is parsed."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if place < 0 or place + 12 > len(data):
        return 0
    return int.from_bytes(data[place + 10 : place + 12], "little")
