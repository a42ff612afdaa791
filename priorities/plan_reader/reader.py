"""The reading itself: from the lines of any container to a plan. Runs without Django."""

from __future__ import annotations

import re
from collections.abc import Callable

from priorities.plan_reader import facts
from priorities.plan_reader.blocks import Block, build_blocks, looks_like_heading
from priorities.plan_reader.errors import PlanReadError
from priorities.plan_reader.furniture import mark_furniture
from priorities.plan_reader.lines import Line, Source
from priorities.plan_reader.markers import find_marker
from priorities.plan_reader.outcome import Notice, ReadPlan, SkippedLine
from priorities.plan_reader.outline import build_outline, kind_of
from priorities.plan_reader.sources.inline import strip_markup
from priorities.plan_reader.structure import build_structure
from priorities.plan_reader.tables import lay_out_tables
from priorities.plan_reader.vocabulary import (
    CONTACT,
    ORGANISATION_NAME,
    PAPER_KEY,
    PLAN_WORD,
)
from priorities.plan_reader.wording import ends_sentence, is_name, squeeze

_TITLE = "title"
_WARN_AFTER = frozenset({"after_list", "struck", "unplaced"})
_MAX_WARNINGS = 30
_SHOWN = 80
_LETTERHEAD_WORDS = 14
_SUBTITLE_WORDS = 12
_SPEAKS_OF_PLAN = re.compile(r"plan(?:en)?\b|program(?:met|me)?\b|dokument", re.IGNORECASE)
_FOOTNOTE_LINE = re.compile(r"^(?:\[\d{1,2}\]|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2}|\*{1,3}\)?)\s*(?=[^\W\d_]|https?)")
_FOOTNOTE_DEFINITION = re.compile(r"^\[\^[^\]]{1,50}\]:\s*")


def read_source(source: Source) -> ReadPlan:
    """The plan in the lines of a document; raises PlanReadError when there is none."""
    return _Reading(source).read()


class _Reading:
    def __init__(self, source: Source) -> None:
        self._lines = source.lines
        self._notices = list(source.notices)
        self._skipped: list[SkippedLine] = []
        self._dates: list[facts.FoundDate] = []

    def read(self) -> ReadPlan:
        if not any(line.text.strip() for line in self._lines):
            raise PlanReadError("empty")
        mark_furniture(self._lines)
        titles = self._find_title()
        self._lines, left_out = lay_out_tables(self._lines)
        if left_out:
            self._notices.append(("table_columns", {}))
        self._mark_footnotes()
        self._mark_before(titles)
        self._mark_head(titles)
        title = squeeze(" ".join(_clean(line) for line in titles))
        blocks = build_blocks(self._lines)
        self._mark_adoption_blocks(blocks)
        years = self._find_years(title, blocks)
        self._refuse_two_plans(title, titles, blocks)
        outline = build_outline(blocks)
        structure = build_structure(outline)
        if not any(section.priorities for section in structure.sections):
            raise PlanReadError("no_priorities")
        self._settle(blocks, structure.introduction, "introduction")
        self._settle(blocks, outline.labels, "label")
        self._settle(blocks, outline.after_list, "after_list")
        self._settle(blocks, [block for block in blocks if not block.placed], "unplaced")
        for block in blocks:
            for text in block.struck:
                self._skip(block.number, text, "struck")
        for line in self._lines:
            if line.skip and line.skip != _TITLE:
                self._skip(line.number, _clean(line), line.skip)
        adopted_on, date_notices = facts.choose_date(self._dates, years)
        return ReadPlan(
            title=title,
            year_start=years[0] if years else None,
            year_end=years[1] if years else None,
            adopted_on=adopted_on,
            language=facts.language_of(" ".join([title, *(block.text for block in blocks)])),
            sections=tuple(structure.sections),
            skipped=tuple(sorted(self._skipped, key=lambda one: one.line)),
            warnings=tuple(
                self._warnings(title, years, bool(adopted_on), date_notices, structure.notices)
            ),
        )

    def _find_title(self) -> list[Line]:
        """The line or lines that are the title, marked as such; empty when there is none."""
        lines = [line for line in self._lines if not line.skip]
        best: Line | None = None
        best_score = 0.0
        best_place = 0
        for place, line in enumerate(lines):
            if line.depth is not None or (find_marker(line.text) and line.level is None):
                continue
            text = _clean(line)
            score = facts.title_score(
                text, level=line.level, bold=line.bold, place=place, size=line.size
            )
            word = bool(PLAN_WORD.search(text))
            if not word:
                # Only the first heading may be a title without naming the plan.
                score -= 5.0 if kind_of(text) or place > 12 or best is not None else 0.0
                score -= 3.0 if line.level != 0 and not facts.years_in(text, short=True) else 0
            if score > best_score + 0.001 and score >= 2.0:
                best, best_score, best_place = line, score, place
        if best is None:
            best = self._plain_title(lines)
            best_place = 0
        if best is None or self._plan_stands_before(lines, best_place):
            return []
        titles = self._with_next_line(lines, best, best_place)
        for line in titles:
            if line.cell is not None:
                for other in self._lines:
                    if other.cell is not None and other.cell[0] == line.cell[0] and other != line:
                        other.cell = None
            line.cell = None
            line.skip = _TITLE
        return titles

    @staticmethod
    def _plain_title(lines: list[Line]) -> Line | None:
        """The first line, when it has the form of a title and is no section of its own."""
        if len(lines) < 3:
            return None
        first, second = lines[0], lines[1]
        text = _clean(first)
        if first.depth is not None or find_marker(first.text) or kind_of(text):
            return None
        if not looks_like_heading(text) or facts.is_adoption(text) or CONTACT.search(text):
            return None
        followed_by_list = second.depth is not None or find_marker(second.text) is not None
        if followed_by_list and not facts.years_in(text, short=True):
            return None
        stands_out = first.level in (0, 1) or facts.years_in(text, short=True) is not None
        levels = [line.level for line in lines if line.level is not None]
        if first.level is not None and not (stands_out and levels.count(first.level) == 1):
            return None
        return first if stands_out else None

    @staticmethod
    def _plan_stands_before(lines: list[Line], place: int) -> bool:
        before = [line for line in lines[:place] if _is_item(line)]
        every = sum(1 for line in lines if _is_item(line))
        headings = sum(
            1
            for line in lines[:place]
            if kind_of(line.text) and (line.level is not None or looks_like_heading(line.text))
        )
        return len(before) * 3 > every and headings > 0 and every > 2

    @staticmethod
    def _with_next_line(lines: list[Line], title: Line, place: int) -> list[Line]:
        """A title in two lines: the name of the plan, and the years on the line below it."""
        text = _clean(title)
        if place + 1 >= len(lines):
            return [title]
        following = lines[place + 1]
        words = _clean(following)
        if facts.years_in(text, short=True) is None and following.depth is None:
            short = len(words.split()) <= _SUBTITLE_WORDS and not ends_sentence(words)
            if (
                short
                and facts.years_in(words, short=True)
                and not facts.is_adoption(words)
                and not facts.dates_in(words)
                and not kind_of(words)
                and find_marker(following.text) is None
                and ":" not in words
            ):
                return [title, following]
        return [title]

    def _mark_footnotes(self) -> None:
        """Footnotes typed at the foot of the text, and their marks in it."""
        marks: set[str] = set()
        for line in self._lines:
            match = _FOOTNOTE_LINE.match(line.text)
            if line.skip or match is None or line.level is not None or line.depth is not None:
                continue
            mark = match.group().strip()
            if mark.startswith("*") and not mark.endswith(")"):
                continue
            others = (one.text for one in self._lines if one is not line and not one.skip)
            if any(mark in text[1:] for text in others):
                marks.add(mark)
                line.skip = "footnote"
        if not marks:
            return
        for line in self._lines:
            if not line.skip:
                for mark in marks:
                    line.text = line.text.replace(f" {mark}", "").replace(mark, "")

    def _mark_before(self, titles: list[Line]) -> None:
        """Everything before the title is letterhead or the frame of a case paper."""
        if not titles:
            return
        for line in self._lines:
            if line is titles[0]:
                break
            if line.skip:
                line.skip = "letterhead" if line.skip == "page_header" else line.skip
                continue
            text = _clean(line)
            if facts.is_adoption(text):
                self._dates.extend(facts.adoption_dates(text))
                line.skip = "adoption"
            elif _is_key_value(text):
                line.skip = "letterhead" if CONTACT.search(text) else "case_paper"
            elif len(text.split()) <= 9 and not ends_sentence(text):
                line.skip = "letterhead"
            else:
                line.skip = "letterhead" if CONTACT.search(text) else "before_title"

    def _mark_head(self, titles: list[Line]) -> None:
        """Lines directly below the title that tell about the document."""
        if titles:
            self._dates.extend(
                found for line in titles for found in facts.adoption_dates(_clean(line))
            )
        lines = self._lines
        first = max((lines.index(line) for line in titles), default=-1) + 1
        place = first
        while place < len(lines):
            line = lines[place]
            place += 1
            if line.skip:
                continue
            text = _clean(line)
            following = next((one for one in lines[place:] if not one.skip), None)
            reason = self._head_reason(line, text, following, near=bool(titles))
            if reason is None:
                break
            if reason == "adoption":
                self._dates.extend(facts.adoption_dates(text))
            line.skip = reason

    @staticmethod
    def _head_reason(line: Line, text: str, following: Line | None, *, near: bool) -> str | None:
        if _is_item(line) or len(text) > 220:
            return None
        if facts.is_adoption(text):
            return "adoption"
        short = len(text.split()) <= _LETTERHEAD_WORDS and not ends_sentence(text)
        if line.level is not None and line.level > 0 and not facts.years_in(text):
            return None
        if _is_key_value(text):
            return "letterhead" if CONTACT.search(text) else "case_paper"
        if short and CONTACT.search(text):
            return "letterhead"
        if not near or not short or kind_of(text):
            return None
        if facts.dates_in(text) and len(text.split()) <= 8:
            return "case_paper"
        if ORGANISATION_NAME.search(text) and not text.endswith(":") and is_name(text):
            return "letterhead"
        if facts.years_in(text) and not text.endswith(":") and looks_like_heading(text):
            listed = following is not None and _is_item(following)
            return None if listed else "subtitle"
        return None

    def _mark_adoption_blocks(self, blocks: list[Block]) -> None:
        fallback: list[facts.FoundDate] = []
        for block in blocks:
            if block.kind == "paragraph" and facts.is_adoption(block.text):
                self._dates.extend(facts.adoption_dates(block.text))
                block.placed = True
                for line in block.lines:
                    self._skip(line.number, _clean(line), "adoption")
            elif block.kind == "paragraph" and _SPEAKS_OF_PLAN.search(block.text):
                fallback.extend(
                    found for found in facts.adoption_dates(block.text) if not found.revised
                )
        if not self._dates:
            self._dates.extend(fallback[:1])

    def _find_years(self, title: str, blocks: list[Block]) -> tuple[int, int] | None:
        years = facts.years_in(title, short=True)
        if years:
            return years
        head: list[str] = [
            line.text
            for line in self._lines
            if line.skip in ("subtitle", "case_paper", "page_header")
        ]
        for block in blocks:
            if block.kind == "item":
                break
            head.append(block.text)
        finders: tuple[Callable[[str], tuple[int, int] | None], ...] = (
            facts.period_in,
            lambda text: _span(facts.years_in(text, short=bool(PLAN_WORD.search(text)))),
            facts.years_in,
        )
        for finder in finders:
            for text in head:
                if facts.speaks_of_period(text) or len(text.split()) <= 4:
                    found = finder(text)
                    if found:
                        return found
        return None

    def _refuse_two_plans(self, title: str, titles: list[Line], blocks: list[Block]) -> None:
        years = facts.years_in(title, short=True)
        if not years or not PLAN_WORD.search(title):
            return
        items_before = False
        for place, block in enumerate(blocks):
            items_before = items_before or block.kind == "item"
            own_line = block.kind == "heading" or (block.kind == "paragraph" and block.words <= 12)
            if not own_line or not items_before:
                continue
            word = PLAN_WORD.search(block.text)
            other = facts.years_in(block.text, short=True)
            if word is None or other is None or other == years or ends_sentence(block.text):
                continue
            near_start = len(block.text[: word.start()].split()) <= 3
            if near_start and any(later.kind == "item" for later in blocks[place + 1 :]):
                raise PlanReadError("two_plans", first=title, second=block.text)

    def _settle(self, every: list[Block], blocks: list[Block], reason: str) -> None:
        del every
        for block in blocks:
            if block.placed and reason != "label":
                continue
            block.placed = True
            for line in block.lines:
                self._skip(line.number, _clean(line), reason, warn=line is block.lines[0])

    def _skip(self, number: int, text: str, reason: str, *, warn: bool = True) -> None:
        text = squeeze(text)
        if not text:
            return
        self._skipped.append(SkippedLine(number, text, reason))
        if warn and reason in _WARN_AFTER:
            shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
            self._notices.append((reason, {"text": shown, "line": number}))

    def _warnings(
        self,
        title: str,
        years: tuple[int, int] | None,
        has_date: bool,
        *more: list[tuple[str, dict[str, object]]],
    ) -> list[Notice]:
        notices = [Notice("no_title")] if not title else []
        if years is None:
            notices.append(Notice("no_years"))
        if not has_date:
            notices.append(Notice("no_date"))
        hidden = 0
        for code, details in [*(one for part in more for one in part), *self._notices]:
            if code == "hidden_characters":
                hidden += int(str(details["count"]))
            elif len(notices) < _MAX_WARNINGS:
                notices.append(Notice(code, details))
        if hidden:
            notices.append(Notice("hidden_characters", {"count": hidden}))
        return notices


def _clean(line: Line) -> str:
    text = line.text
    if line.skip == "footnote":
        text = _FOOTNOTE_DEFINITION.sub("", text)
    if line.markdown:
        text = strip_markup(text)[0]
    return squeeze(text)


def _is_item(line: Line) -> bool:
    return line.depth is not None or (line.level is None and find_marker(line.text) is not None)


def _is_key_value(text: str) -> bool:
    key, colon, value = text.partition(":")
    return bool(colon and value.strip()) and bool(PAPER_KEY.fullmatch(key.strip(" *_")))


def _span(years: tuple[int, int] | None) -> tuple[int, int] | None:
    return years if years and years[0] != years[1] else None
