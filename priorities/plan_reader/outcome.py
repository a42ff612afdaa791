"""What the reader hands back, and the sentences that explain it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASONS: dict[str, _StrPromise] = {
    "letterhead": _("Letterhead: stands before or beside the title and is no part of the plan."),
    "page_header": _("Page header or footer: the same line comes again on other pages."),
    "page_number": _("Page number."),
    "line_number": _("Line number of a case paper."),
    "number": _("Number of a row in a table."),
    "contents": _("Table of contents."),
    "adoption": _("Tells when or by whom the plan was adopted."),
    "introduction": _("Introduction to the whole plan, before the first section."),
    "before_title": _("Stands before the title of the plan."),
    "case_paper": _("Information about the document or the case, no part of the plan."),
    "subtitle": _("Subtitle of the plan."),
    "rule": _("Dividing line without words."),
    "label": _("Only introduces the list below it."),
    "after_list": _("Text after or between the priorities of a section."),
    "footnote": _("Footnote."),
    "hidden": _("Hidden text."),
    "script": _("Program code or styling, no text of the plan."),
    "comment": _("Comment that is not shown in the document."),
    "struck": _("Struck out in the document."),
    "markup": _("Technical markup without words of the plan."),
    "table_head": _("Heading row of a table."),
    "table_column": _("Column of a table that holds no priorities, such as who or when."),
    "navigation": _("Menu or navigation of a web page."),
    "unplaced": _("The reader found no place for this line."),
}

WARNINGS: dict[str, _StrPromise] = {
    "no_title": _("No title was found."),
    "no_years": _("The title does not say which years the plan is for."),
    "no_date": _("No date of adoption was found."),
    "several_dates": _(
        "Several dates of adoption or revision were found: %(dates)s. %(chosen)s was chosen."
    ),
    "hidden_characters": _("%(count)s invisible or control characters were removed from the text."),
    "bad_characters": _("%(count)s characters could not be read and were removed."),
    "after_list": _(
        "“%(text)s” (line %(line)s) stands after or between priorities and was left out."
    ),
    "struck": _("“%(text)s” (line %(line)s) is struck out and was left out."),
    "unplaced": _("“%(text)s” (line %(line)s) found no place and was left out."),
    "tracked_changes": _(
        "The document holds tracked changes: what was deleted was left out, what was inserted "
        "was read as text."
    ),
    "paragraphs": _("The plan has no lists, so its paragraphs were read as priorities."),
    "empty_section": _("No priorities were found under “%(heading)s”."),
    "deep_list": _(
        "Lists in more than two levels were found; the lower levels stand together as sub-items."
    ),
    "table_columns": _(
        "A table holds columns that are no priorities (such as who or when); they were left out."
    ),
}


@dataclass(frozen=True)
class ReadPriority:
    """One priority: its adopted words, and its sub-items in order."""

    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadSection:
    """A section; `kind` is "political", "organisational" or "other"."""

    heading: str
    kind: str
    preamble: str = ""
    priorities: tuple[ReadPriority, ...] = ()


@dataclass(frozen=True)
class SkippedLine:
    """A line that is no part of the plan; `reason` is a key of `REASONS`.

    `line` counts from 1: lines of a text, paragraphs of a .docx, .odt or .html document.
    """

    line: int
    text: str
    reason: str

    @property
    def why(self) -> str:
        return str(REASONS[self.reason])


@dataclass(frozen=True)
class Notice:
    """Something a person should look at; `code` is a key of `WARNINGS`."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = str(WARNINGS[self.code])
        return sentence % self.details if self.details else sentence


@dataclass(frozen=True)
class ReadPlan:
    """A plan as it was read; nothing in it depends on the active language until it is shown."""

    title: str
    year_start: int | None
    year_end: int | None
    adopted_on: datetime.date | None
    language: str
    sections: tuple[ReadSection, ...]
    skipped: tuple[SkippedLine, ...] = ()
    warnings: tuple[Notice, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The published contract, with reasons and warnings in the active language."""
        return {
            **self._facts(),
            "skipped": [
                {"line": one.line, "text": one.text, "why": one.why} for one in self.skipped
            ],
            "warnings": [str(one) for one in self.warnings],
        }

    def as_codes(self) -> dict[str, Any]:
        """The same with codes instead of sentences, to cross the border of a process."""
        return {
            **self._facts(),
            "skipped": [[one.line, one.text, one.reason] for one in self.skipped],
            "warnings": [[one.code, one.details] for one in self.warnings],
        }

    @classmethod
    def from_codes(cls, data: dict[str, Any]) -> ReadPlan:
        adopted = data["adopted_on"]
        return cls(
            title=data["title"],
            year_start=data["year_start"],
            year_end=data["year_end"],
            adopted_on=datetime.date.fromisoformat(adopted) if adopted else None,
            language=data["language"],
            sections=tuple(
                ReadSection(
                    heading=section["heading"],
                    kind=section["kind"],
                    preamble=section["preamble"],
                    priorities=tuple(
                        ReadPriority(one["text"], tuple(one["items"]))
                        for one in section["priorities"]
                    ),
                )
                for section in data["sections"]
            ),
            skipped=tuple(SkippedLine(*one) for one in data["skipped"]),
            warnings=tuple(Notice(code, details) for code, details in data["warnings"]),
        )

    def _facts(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "year_start": self.year_start,
            "year_end": self.year_end,
            "adopted_on": self.adopted_on.isoformat() if self.adopted_on else None,
            "language": self.language,
            "sections": [
                {
                    "heading": section.heading,
                    "kind": section.kind,
                    "preamble": section.preamble,
                    "priorities": [
                        {"text": one.text, "items": list(one.items)} for one in section.priorities
                    ],
                }
                for section in self.sections
            ],
        }
