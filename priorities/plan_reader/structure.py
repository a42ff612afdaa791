"""From an outline to sections and priorities.

The question is which level of the outline is the priority. Items of a list are; headings are
only where they read as what is to be done: numbered below another heading, with sub-goals of
their own, or without any list below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from priorities.plan_reader.blocks import Block
from priorities.plan_reader.outcome import ReadPriority, ReadSection
from priorities.plan_reader.outline import Item, Node, Outline, kind_of, starts_with_verb
from priorities.plan_reader.vocabulary import (
    ACTION_LABEL,
    GOAL_NUMBER,
    SHALL,
    SUB_GOAL_LABEL,
)

_INTRODUCTION = re.compile(
    r"(?:innledning|innleiing|inledning|indledning|introduksjon|introduction|forord|føreord"
    r"|bakgrunn|bakgrund|baggrund|background|formål|føremål|syfte|purpose|preface|foreword"
    r"|om\s+(?:handlings|arbeids|verksamhets)?(?:planen|programmet|dokumentet)|about\s.*)",
    re.IGNORECASE,
)

_LEAD = re.compile(r"[^.:–—]{2,40}(?:\s[–—-]\s|:\s)")
_MAX_NOTICES = 30


@dataclass(slots=True)
class Structure:
    sections: list[ReadSection] = field(default_factory=list)
    introduction: list[Block] = field(default_factory=list)
    notices: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def build_structure(outline: Outline) -> Structure:
    return _Builder(outline).build()


class _Builder:
    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._structure = Structure()
        self._any_items = outline.root.has_list()
        self._any_kind = any(node.kind for node in outline.root.walk())
        self._goal_styles = self._find_goal_styles()

    def build(self) -> Structure:
        root = self._outline.root
        self._section(root)
        for block in self._outline.labels:
            block.placed = True
        return self._structure

    def _section(self, root: Node) -> None:
        waiting = [root]
        while waiting:
            node = waiting.pop()
            goals = self._goal_headings(node)
            own = {id(goal) for goal in goals}
            is_root = node.block is None
            lone_root = is_root and not node.children
            as_priorities = (
                [] if node.items or node.children else self._priority_paragraphs(node, lone_root)
            )
            if is_root and not node.items and not goals and not as_priorities:
                self._led_paragraphs(node.paragraphs)
            else:
                self._emit(node, goals, as_priorities)
            waiting.extend(child for child in reversed(node.children) if id(child) not in own)

    def _led_paragraphs(self, paragraphs: list[Block]) -> None:
        """Prose before the first heading: introduction, but for a line that leads in to entries."""
        place = next((i for i, block in enumerate(paragraphs) if block.text.endswith(":")), None)
        entries = [] if place is None else paragraphs[place + 1 :]
        if place is None or len(entries) < 2 or not (_alike(entries) or _have_leads(entries)):
            self._structure.introduction.extend(paragraphs)
            return
        self._structure.introduction.extend(paragraphs[:place])
        label = paragraphs[place]
        label.placed = True
        self._structure.sections.append(
            ReadSection(
                heading=label.text.rstrip(": "),
                kind=kind_of(label.text) or "other",
                priorities=tuple(ReadPriority(_placed(block)) for block in entries),
            )
        )

    def _emit(self, node: Node, goals: list[Node], as_priorities: list[Block]) -> None:
        chosen = {id(block) for block in as_priorities}
        preamble = [block for block in node.paragraphs if id(block) not in chosen]
        if node.block is None and goals and not node.items:
            self._structure.introduction.extend(preamble)
            preamble = []
        priorities = [self._priority(item) for item in node.items]
        priorities.extend(self._goal(goal) for goal in goals)
        priorities.extend(ReadPriority(_placed(block)) for block in as_priorities)
        if node.block is not None:
            node.block.placed = True
        if as_priorities and not self._any_items:
            self._notice("paragraphs", {})
        has_sections = len(node.children) > len(goals)
        if not priorities and node.inherited_kind and not has_sections:
            self._notice("empty_section", {"heading": node.text})
        self._structure.sections.append(
            ReadSection(
                heading=node.text,
                kind=node.inherited_kind or "other",
                preamble=" ".join(_placed(block) for block in preamble),
                priorities=tuple(one for one in priorities if one.text or one.items),
            )
        )

    def _notice(self, code: str, details: dict[str, object]) -> None:
        notices = self._structure.notices
        if len(notices) < _MAX_NOTICES and (code, details) not in notices:
            self._structure.notices.append((code, details))

    def _priority(self, item: Item) -> ReadPriority:
        item.block.placed = True
        for block in item.more:
            block.placed = True
        return ReadPriority(item.text, tuple(self._sub_items(item.children)))

    def _sub_items(self, items: list[Item]) -> Iterable[str]:
        waiting = [(item, 0) for item in reversed(items)]
        while waiting:
            item, depth = waiting.pop()
            label = SUB_GOAL_LABEL.fullmatch(item.text) or ACTION_LABEL.fullmatch(item.text)
            if label and item.children:
                self._outline.labels.append(item.block)
            else:
                for block in (item.block, *item.more):
                    block.placed = True
                if item.text:
                    yield item.text
                if item.children:
                    self._notice("deep_list", {})
            waiting.extend((child, depth + 1) for child in reversed(item.children))

    def _goal(self, node: Node) -> ReadPriority:
        """A heading that is a priority: its words, its paragraphs, and the lists under it."""
        texts = [node.text]
        items: list[str] = []
        for one in node.walk():
            if one.block is not None and one is not node:
                items.append(one.text)
            if one is node:
                texts.extend(_placed(block) for block in one.paragraphs)
            else:
                items.extend(_placed(block) for block in one.paragraphs)
            if one.block is not None:
                one.block.placed = True
            items.extend(self._sub_items(one.items))
        return ReadPriority(" ".join(texts), tuple(items))

    def _find_goal_styles(self) -> set[tuple[str, int]]:
        """The forms of heading that are priorities in most of the document's sections."""
        votes: dict[tuple[str, int], int] = {}
        for node in self._outline.root.walk():
            if node.block is None or not node.children:
                continue
            goals = self._goals_under(node)
            for child in node.children:
                votes[child.style] = votes.get(child.style, 0) + (1 if goals else -1)
        return {style for style, vote in votes.items() if vote >= 0}

    def _goal_headings(self, node: Node) -> list[Node]:
        """The headings under `node` that are priorities themselves; all of them or none.

        A document lays out its sections alike: what holds in most of them holds in all.
        """
        goals = self._goals_under(node)
        if goals or node.block is None or node.items or not node.inherited_kind:
            return goals
        children = _without_kind(node)
        alike = all(child.style in self._goal_styles for child in children)
        labels = any(child.style[0] == "label" for child in children)
        return children if children and alike and not labels else []

    def _goals_under(self, node: Node) -> list[Node]:
        children = _without_kind(node)
        if not children or any(child.style[0] == "label" for child in children):
            return []
        count = len(children)
        numbered_goals = [child for child in children if GOAL_NUMBER.match(child.text)]
        if len(numbered_goals) * 2 >= count:
            return numbered_goals
        with_lists = [child for child in children if child.has_list()]
        if with_lists and sum(child.sub_goals for child in with_lists) * 2 >= len(with_lists):
            return children
        if node.block is None or node.items:
            return []
        numbers = [child.block for child in children if child.block and child.block.numbered]
        if count >= 2 and len(numbers) == count and all(one.number_parts <= 1 for one in numbers):
            return children
        if not with_lists and node.inherited_kind:
            return children
        verbs = sum(1 for child in children if starts_with_verb(child.text))
        if verbs * 5 >= count * 3:
            return children
        actions = sum(child.actions for child in with_lists)
        if with_lists and actions * 2 >= len(with_lists) and node.inherited_kind:
            return children
        return []

    def _priority_paragraphs(self, node: Node, lone_root: bool) -> list[Block]:
        """The paragraphs that are priorities in a section without any list."""
        paragraphs = node.paragraphs
        if not paragraphs or _INTRODUCTION.fullmatch(node.text):
            return []
        if node.block is None and not lone_root:
            return []
        first = next((i + 1 for i, b in enumerate(paragraphs) if b.is_label), 0)
        candidates = paragraphs[first:]
        if not candidates:
            return []
        if self._any_items:
            kind = node.inherited_kind
            if not kind or len(candidates) < 2:
                return []
            rest = candidates if _alike(candidates) else candidates[1:]
            return rest if len(rest) >= 2 and _alike(rest) else []
        if self._any_kind and not node.inherited_kind and not _alike(candidates):
            return []
        if not first and _is_preamble(candidates):
            return candidates[1:]
        if lone_root and not _alike(candidates):
            return []
        return candidates


def _without_kind(node: Node) -> list[Node]:
    return [
        child
        for child in node.children
        if child.kind in ("", node.inherited_kind) and not _INTRODUCTION.fullmatch(child.text)
    ]


def _placed(block: Block) -> str:
    block.placed = True
    return block.text


def _first_word(block: Block) -> str:
    return block.text.split(maxsplit=1)[0].casefold().strip(".,:") if block.text else ""


def _alike(paragraphs: list[Block]) -> bool:
    """Whether paragraphs read as entries of one list: all say what is to be done."""
    most = len(paragraphs) * 0.8
    if sum(1 for block in paragraphs if starts_with_verb(block.text)) >= most:
        return True
    firsts = [_first_word(block) for block in paragraphs]
    if len(paragraphs) >= 2 and firsts.count(firsts[-1]) >= most:
        return True
    return sum(1 for block in paragraphs if SHALL.search(block.text[:120])) >= most


def _have_leads(paragraphs: list[Block]) -> bool:
    """Whether all paragraphs begin with a name and a dash or colon: "BOLIG – Sikre …"."""
    return all(_LEAD.match(block.text) for block in paragraphs)


def _is_preamble(paragraphs: list[Block]) -> bool:
    """Whether the first of several paragraphs leads in to the rest, which are alike."""
    first, rest = paragraphs[0], paragraphs[1:]
    if len(rest) < 2:
        return (
            len(rest) == 1 and not starts_with_verb(first.text) and starts_with_verb(rest[0].text)
        )
    most = len(rest) * 0.8
    verbs = sum(1 for block in rest if starts_with_verb(block.text))
    if verbs >= most:
        return not starts_with_verb(first.text)
    firsts = [_first_word(block) for block in rest]
    common = max(set(firsts), key=firsts.count)
    if firsts.count(common) >= most:
        return _first_word(first) != common
    leads = sum(1 for block in rest if block.raw.startswith(("**", "__")))
    if leads >= most:
        return not first.raw.startswith(("**", "__"))
    shall = sum(1 for block in rest if SHALL.search(block.text))
    return shall >= most and not SHALL.search(first.text)
