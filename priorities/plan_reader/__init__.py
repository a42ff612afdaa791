"""Reads an adopted plan out of a document: title, years, sections, priorities.

`read_plan` takes the bytes of a .docx, .odt, .html, Markdown or plain text file, `read_plan_text`
a pasted text; both give a `ReadPlan` whose `as_json()` is the published contract, or raise
`PlanReadError` with a sentence for the person who handed the document in.

What becomes of the lines:

- Headings, priorities and sub-items lose their numbers and bullets, headings a colon at the end;
  the words stay as adopted. Levels below the second are listed among the sub-items.
- A heading that is a priority (see `structure.py`) is followed by its paragraphs, after a space.
- A label line ("NSO skal:") directly before a list closes the preamble of its section; where no
  heading stands above it, it is the heading.
- Prose before the first section is an introduction to the whole and is skipped with that reason;
  without any heading it is the preamble of the only section, whose heading is empty.
- Prose after a list is skipped with a reason and a warning; it is never glued to a priority.
- A plan of one year begins and ends in that year. A meeting of several days adopts on its last.
"""

from __future__ import annotations

from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.outcome import (
    Notice,
    ReadPlan,
    ReadPriority,
    ReadSection,
    SkippedLine,
)

__all__ = [
    "Notice",
    "PlanReadError",
    "ReadPlan",
    "ReadPriority",
    "ReadSection",
    "SkippedLine",
    "read_plan",
    "read_plan_text",
]

# Up to here a text is read in this process: it is linear work on little data.
_MAX_BYTES_HERE = 150_000


def read_plan(data: bytes, filename: str = "") -> ReadPlan:
    """The plan in the bytes of a file; the kind of file is decided by its content.

    Raises PlanReadError when it is no document, too large, unsafe, or holds no plan.
    """
    from priorities.plan_reader.isolation import read_isolated
    from priorities.plan_reader.opening import is_container, read_document, refuse_early

    refuse_early(data)
    if is_container(data) or len(data) > _MAX_BYTES_HERE:
        return read_isolated(data, filename)
    return read_document(data, filename)


def read_plan_text(text: str) -> ReadPlan:
    """The plan in a pasted text: Markdown, HTML or plain, decided by its content."""
    from priorities.plan_reader.isolation import read_isolated
    from priorities.plan_reader.opening import read_string, refuse_early

    if len(text) > _MAX_BYTES_HERE // 3:
        data = text.encode("utf-8", "surrogatepass")
        refuse_early(data)
        return read_isolated(data)
    return read_string(text)
