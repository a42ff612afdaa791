"""The guards of handed-in containers, saying what is wrong in the words of the plan reader."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from foundation.intake import archives
from priorities.plan_reader.errors import PlanReadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element


class Archive(archives.Archive):
    """A zip file whose members are read under one common limit of unpacked bytes."""

    def __init__(self, data: bytes) -> None:
        with _in_our_words():
            super().__init__(io.BytesIO(data))

    def read(self, name: str) -> bytes:
        """The bytes of a member; declared sizes are not believed."""
        with _in_our_words():
            return super().read(name)

    def xml(self, name: str) -> Element:
        """The root of an XML member; documents with a DTD or entities are refused."""
        with _in_our_words():
            return super().xml(name)


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except archives.ArchiveError as error:
        raise PlanReadError(error.code) from error
