"""Bytes to text: UTF-8 with or without a byte order mark, UTF-16, Windows-1252."""

from __future__ import annotations

import codecs
import re

from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.lines import Source

MAX_CHARACTERS = 2_000_000
_ODD_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, source: Source) -> str:
    """The text in `data`; unreadable bytes are removed with a notice in `source`.

    Raises PlanReadError when the bytes are no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding, source)
    head = data[:4096]
    if head.count(0) * 3 > len(head):
        low_first = head[1::2].count(0) >= head[0::2].count(0)
        if max(head[1::2].count(0), head[0::2].count(0)) * 2.2 > len(head):
            return _lenient(data, "utf-16-le" if low_first else "utf-16-be", source)
        raise PlanReadError("binary")
    if len(_ODD_CONTROLS.findall(data[:100_000])) * 50 > len(data[:100_000]):
        raise PlanReadError("binary")
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for character in text[:200_000] if "\x7f" < character != "\ufffd")
    if good > 4 * broken:
        return _lenient(data, "utf-8", source)
    return data.decode("cp1252", "replace").replace("\ufffd", "")


def _lenient(data: bytes, encoding: str, source: Source) -> str:
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if broken:
        source.notices.append(("bad_characters", {"count": broken}))
    return text.replace("\ufffd", "")
