"""From blocks to an outline: headings, with the paragraphs and lists that stand under them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from priorities.plan_reader.blocks import Block, looks_like_heading
from priorities.plan_reader.vocabulary import (
    ACTION_LABEL,
    GOAL_NUMBER,
    ORGANISATION_AS_NAME,
    ORGANISATIONAL,
    POLITICAL,
    SHALL,
    SUB_GOAL_LABEL,
    SUB_GOAL_LEAD,
    VERBS,
)

_PARAGRAPH_NUMBER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,2}[.):]?|[IVX]{1,5}[.)]|[A-H][.)])\s+")
_INFINITIVE_MARK = re.compile(r"(?:å|att|at|to)\s+", re.IGNORECASE)
_LABEL_WORDS = 25
_HEADING_ITEM_WORDS = 8
# "1.1" and deeper: the number of a chapter, not of a priority.
_CHAPTER_PARTS = 2


@dataclass(slots=True, eq=False)
class Item:
    """A list item with what belongs to it."""

    block: Block
    more: list[Block] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(one.text for one in (self.block, *self.more) if one.text)


@dataclass(slots=True, eq=False)
class Node:
    """A heading (or the whole document, without a block) and what stands under it."""

    block: Block | None = None
    parent: Node | None = None
    style: tuple[str, int] = ("root", 0)
    kind: str = ""
    paragraphs: list[Block] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    sub_goals: bool = False
    actions: bool = False

    @property
    def text(self) -> str:
        return self.block.text if self.block else ""

    @property
    def inherited_kind(self) -> str:
        node: Node | None = self
        while node is not None:
            if node.kind:
                return node.kind
            node = node.parent
        return ""

    def has_list(self) -> bool:
        return any(node.items for node in self.walk())

    def walk(self) -> list[Node]:
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(reversed(node.children))
        return found


@dataclass(slots=True)
class Outline:
    root: Node
    labels: list[Block] = field(default_factory=list)
    after_list: list[Block] = field(default_factory=list)


def _has_chapters(item: Item) -> bool:
    """Whether an item in capitals has items numbered "1.1", "1.2" and so on under it."""
    return item.block.text.isupper() and all(
        child.block.marker is not None and child.block.marker.kind == "multi2"
        for child in item.children
    )


def kind_of(text: str) -> str:
    """The kind, political or organisational, or "" when the words say neither or both."""
    organisational = ORGANISATIONAL.search(ORGANISATION_AS_NAME.sub(" ", text))
    political = POLITICAL.search(text)
    if organisational and political:
        same_word = text[: political.start()].split(" ")[-1].casefold()
        return "organisational" if same_word.startswith("organi") else ""
    if organisational:
        return "organisational"
    return "political" if political else ""


def starts_with_verb(text: str) -> bool:
    """Whether a text says what is to be done: "Jobbe for …", "Å styrke …", "To improve …"."""
    text = _INFINITIVE_MARK.sub("", text.lstrip("*_ "), count=1)
    words = re.findall(r"[^\W\d_]+", text[:40])
    return bool(words) and words[0].casefold() in VERBS


def build_outline(blocks: list[Block]) -> Outline:
    blocks = [block for block in blocks if not block.placed]
    _find_numbered_headings(blocks)
    _find_headings(blocks)
    return _Builder(blocks).build()


def _find_numbered_headings(blocks: list[Block]) -> None:
    """Turns numbered lines into headings when one of their row names a kind of section."""
    rows: dict[tuple[str, int], list[int]] = {}
    for place, block in enumerate(blocks):
        if block.kind == "item" and block.marker and block.marker.value is not None:
            rows.setdefault((block.marker.kind, block.depth), []).append(place)
    for places in rows.values():
        named = [
            place
            for place in places
            if kind_of(blocks[place].text)
            and looks_like_heading(blocks[place].text.rstrip(":"))
            and not starts_with_verb(blocks[place].text)
            and blocks[place].words <= _HEADING_ITEM_WORDS
            and place + 1 < len(blocks)
            and blocks[place + 1].kind != "heading"
            and not _is_sibling(blocks[place], blocks[place + 1])
        ]
        if not named:
            continue
        every = all(
            looks_like_heading(blocks[place].text.rstrip(":"))
            and blocks[place].words <= _HEADING_ITEM_WORDS + 2
            for place in places
        )
        if not every:
            both = len({kind_of(blocks[place].text) for place in named}) == 2
            named = [place for place in named if both or _begins_list(blocks, place)]
        for place in places if every else named:
            _become_heading(blocks[place], "numbered")


def _begins_list(blocks: list[Block], place: int) -> bool:
    """Whether the same kind of number begins anew at 1 directly below."""
    one, other = blocks[place].marker, blocks[place + 1].marker
    return one is not None and other is not None and one.kind == other.kind and other.value == 1


def _is_sibling(one: Block, other: Block) -> bool:
    return (
        other.kind == "item"
        and one.marker is not None
        and other.marker is not None
        and other.marker.kind == one.marker.kind
        and other.depth == one.depth
        and other.marker.value == (one.marker.value or 0) + 1
    )


def _become_heading(block: Block, style: str) -> None:
    if block.kind == "paragraph":
        number = _PARAGRAPH_NUMBER.match(block.text)
        if number and len(block.text) > number.end():
            block.text = block.text[number.end() :]
            block.numbered = True
            block.number_parts = len(re.findall(r"\d+|[A-Z]+", number.group()))
    elif block.marker is not None and block.marker.value is not None:
        block.numbered = True
        parts = block.marker.prefix.count(".") + 1 + bool(block.marker.prefix)
        block.number_parts = max(block.number_parts, parts)
    block.kind = "heading"
    block.style = style


def _style_of(block: Block) -> str:
    if block.text.isupper() and len(block.text) > 3:
        return "capitals"
    return "bold" if block.bold else "plain"


def _is_candidate(block: Block, following: Block | None) -> bool:
    if block.kind != "paragraph" or _leads_in(block, following):
        return False
    if block.bold:
        return block.words <= 16 and block.text[-1:] not in ".;,"
    single = len(block.lines) == 1
    return single and looks_like_heading(block.text)


def _leads_in(block: Block, following: Block | None) -> bool:
    """Whether a line is the first half of a sentence that the list below it ends."""
    if block.is_label:
        return True
    listed = following is not None and following.kind == "item"
    return listed and not block.bold and bool(SHALL.search(block.text))


def _find_headings(blocks: list[Block]) -> None:
    """Turns short lines into headings where something stands under them."""
    place = 0
    while place < len(blocks):
        if not _is_candidate(blocks[place], _after(blocks, place)):
            _heading_with_colon(blocks, place)
            place += 1
            continue
        end = place
        while end < len(blocks) and _is_candidate(blocks[end], _after(blocks, end)):
            end += 1
        after = blocks[end] if end < len(blocks) else None
        _settle_run(blocks[place:end], after)
        place = end


def _after(blocks: list[Block], place: int) -> Block | None:
    return blocks[place + 1] if place + 1 < len(blocks) else None


def _heading_with_colon(blocks: list[Block], place: int) -> None:
    """A name with a colon ("Politiske prioriteringer:") before prose is a heading."""
    block = blocks[place]
    if block.kind != "paragraph" or not block.is_label or place + 1 >= len(blocks):
        return
    following = blocks[place + 1]
    name = block.text.rstrip(": ")
    short = looks_like_heading(name) and block.words <= 8
    if short and following.kind == "paragraph" and (kind_of(name) or block.bold):
        _become_heading(block, _style_of(block))


def _settle_run(run: list[Block], after: Block | None) -> None:
    followed = after is not None and after.kind in ("item", "paragraph")
    if len(run) == 1:
        block = run[0]
        if followed or (after is not None and after.kind == "heading" and kind_of(block.text)):
            _become_heading(block, _style_of(block))
        return
    some_stand_out = len({block.bold for block in run}) > 1
    capitals = {_style_of(block) == "capitals" for block in run}
    for index, block in enumerate(run):
        last = index == len(run) - 1
        named = bool(kind_of(block.text)) and not starts_with_verb(block.text)
        stands_out = (some_stand_out and block.bold) or (
            len(capitals) > 1 and _style_of(block) == "capitals"
        )
        if last and not followed:
            continue
        if named or stands_out or last:
            _become_heading(block, _style_of(block))


class _Builder:
    def __init__(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._root = Node()
        self._here = self._root
        self._outline = Outline(self._root)
        self._open: list[Item] = []
        self._under: Item | None = None
        self._any_items = any(block.kind == "item" for block in blocks)
        self._has_next = self._find_next_siblings()
        self._absorbing: set[tuple[str, str, int]] = set()
        self._explained = self._find_explained_lists()
        self._dividing = self._find_dividing_labels()

    def build(self) -> Outline:
        for place, block in enumerate(self._blocks):
            following = self._blocks[place + 1] if place + 1 < len(self._blocks) else None
            if block.kind == "heading":
                self._heading(block, following)
            elif block.kind == "item":
                self._item(block, following)
            elif self._is_sub_label(block, following):
                self._sub_label(block)
            elif self._is_label(block, following):
                self._label(block)
            else:
                self._paragraph(block)
        self._promote_items()
        self._promote_chapters()
        return self._outline

    def _find_next_siblings(self) -> set[int]:
        """Places of numbered items whose next number comes before the next heading."""
        found: set[int] = set()
        coming: set[tuple[str, str, int]] = set()
        for place in range(len(self._blocks) - 1, -1, -1):
            block = self._blocks[place]
            if block.kind == "heading":
                coming.clear()
            marker = block.marker
            if block.kind == "item" and marker is not None and marker.value is not None:
                if (marker.kind, marker.prefix, marker.value + 1) in coming:
                    found.add(id(block))
                coming.add((marker.kind, marker.prefix, marker.value))
        return found

    def _find_explained_lists(self) -> set[int]:
        """Items of lists in which most items are followed by a paragraph of explanation."""
        found: set[int] = set()
        row: list[Block] = []
        followed = 0
        for place, block in enumerate([*self._blocks, Block("heading", [])]):
            if block.kind == "heading":
                if followed >= 2 and followed * 5 >= len(row) * 3:
                    found.update(id(one) for one in row)
                row, followed = [], 0
            elif block.kind == "item" and block.depth == 0:
                row.append(block)
                following = self._blocks[place + 1 : place + 2]
                if following and following[0].kind == "paragraph" and not following[0].is_label:
                    followed += 1
        return found

    def _find_dividing_labels(self) -> set[int]:
        """Labels that divide one section into several: two or more, each in its own words."""
        found: set[int] = set()
        row: list[Block] = []
        for place, block in enumerate([*self._blocks, Block("heading", [])]):
            if block.kind == "heading":
                if len(row) >= 2 and len({one.text.casefold() for one in row}) == len(row):
                    found.update(id(one) for one in row)
                row = []
            elif block.kind == "paragraph":
                following = _after(self._blocks, place)
                if self._is_label(block, following) and not self._is_sub_label(block, following):
                    row.append(block)
        return found

    def _heading(self, block: Block, following: Block | None) -> None:
        pure = block.text.rstrip(":. ")
        labels = SUB_GOAL_LABEL.fullmatch(pure) or ACTION_LABEL.fullmatch(pure)
        goes_on = following is not None and following.kind != "heading"
        if labels and goes_on and self._here is not self._root:
            self._sub_label(block)
            return
        self._open, self._under = [], None
        block.text = block.text.rstrip(": ") or block.text
        kind = kind_of(block.text)
        style = (block.style, block.level if block.style == "marked" and block.level else 0)
        node = Node(block, style=style, kind=kind)
        parent = self._parent_for(node)
        node.parent = parent
        parent.children.append(node)
        self._here = node

    def _parent_for(self, node: Node) -> Node:
        here = self._here
        if node.style[0] == "label":
            return here.parent or here if here.style[0] == "label" else here
        if here.style[0] == "label" and here.parent is not None:
            here = here.parent
        path: list[Node] = [here]
        while path[-1].parent is not None:
            path.append(path[-1].parent)
        marked = node.style[0] == "marked"
        holder = next((one for one in path if one.kind), None)
        theme = holder is not None and holder.kind == node.kind and holder.style != node.style
        if node.kind and not marked and not theme:
            return next(one for one in path if one.style[0] in ("marked", "root") and not one.kind)
        same = None
        for one in path:
            if one.style[0] == "root":
                break
            if one.style == node.style or (
                marked and one.style[0] == "marked" and (one.style[1] >= node.style[1])
            ):
                same = one
        if same is None:
            if marked:
                return next(one for one in path if one.style[0] in ("marked", "root"))
            return here
        return self._kind_holder(same, node) or same.parent or self._root

    def _kind_holder(self, same: Node, node: Node) -> Node | None:
        """The heading of the same form that names a kind and has no list of its own.

        "Politiske prioriteringer" and "Velferd" may be set alike; what follows the former without
        a list of its own stands under it.
        """
        if node.kind:
            return None
        holder: Node | None = same
        if not same.kind and same.parent is not None and same.parent.style == same.style:
            holder = same.parent
        if holder is None or not holder.kind or holder.items or holder.style != node.style:
            return None
        if holder.paragraphs and not self._any_items:
            return None
        return holder

    def _item(self, block: Block, following: Block | None) -> None:
        item = Item(block)
        if self._under is not None:
            top = self._under.block
            same_row = (
                block.marker is not None
                and top.marker is not None
                and block.marker.kind == top.marker.kind
                and block.depth <= top.depth
            )
            next_priority = following is not None and self._is_sub_label(following, None)
            unnumbered = top.marker is not None and top.marker.value is None
            if same_row and not next_priority and unnumbered:
                self._under.children.append(item)
                return
            self._under = None
        while self._open and self._open[-1].block.depth >= block.depth:
            self._open.pop()
        (self._open[-1].children if self._open else self._here.items).append(item)
        self._open.append(item)

    def _is_sub_label(self, block: Block, following: Block | None) -> bool:
        if block.kind != "paragraph":
            return False
        text = block.text
        if not SUB_GOAL_LABEL.fullmatch(text) and not ACTION_LABEL.fullmatch(text):
            return False
        return following is None or following.kind in ("item", "paragraph")

    def _sub_label(self, block: Block) -> None:
        self._outline.labels.append(block)
        strong = bool(SUB_GOAL_LABEL.fullmatch(block.text.rstrip(":. ")))
        if self._open:
            self._under = self._open[0]
        else:
            self._here.sub_goals = self._here.sub_goals or strong
            self._here.actions = self._here.actions or not strong

    @staticmethod
    def _is_label(block: Block, following: Block | None) -> bool:
        return (
            block.kind == "paragraph"
            and block.words <= _LABEL_WORDS
            and following is not None
            and following.kind == "item"
            and _leads_in(block, following)
        )

    def _label(self, block: Block) -> None:
        here = self._here
        own_kind = kind_of(block.text)
        has_items = bool(here.items)
        divides = bool(own_kind and own_kind != here.inherited_kind) and has_items
        owner = self._owner_of_paragraph(block) if has_items and not divides else None
        if owner is not None and not owner.children:
            owner.more.append(block)
            return
        if owner is not None:
            self._outline.labels.append(block)
            return
        if here is self._root or id(block) in self._dividing:
            becomes_heading = True
        elif not has_items:
            becomes_heading = False
        else:
            becomes_heading = here.style[0] == "label" or divides
        if becomes_heading:
            block.style = "label"
            block.kind = "heading"
            self._heading(block, None)
        elif has_items:
            self._outline.labels.append(block)
        else:
            here.paragraphs.append(block)

    def _paragraph(self, block: Block) -> None:
        if not self._here.items:
            self._here.paragraphs.append(block)
            return
        if SUB_GOAL_LEAD.match(block.text) and self._open:
            self._open[0].children.append(Item(block))
            return
        owner = self._owner_of_paragraph(block)
        if owner is None or owner.children:
            self._outline.after_list.append(block)
        else:
            owner.more.append(block)

    def _owner_of_paragraph(self, block: Block) -> Item | None:
        """The item that a paragraph belongs to: by its indent, or by the number that follows."""
        for item in reversed(self._open):
            inside = block.indent > item.block.indent + 1 and not block.lines[0].whole
            if inside and not item.block.lines[0].whole:
                return item
            marker = item.block.marker
            if marker is None:
                continue
            key = (marker.kind, marker.prefix, item.block.depth)
            if id(item.block) in self._explained or id(item.block) in self._has_next:
                self._absorbing.add(key)
            if key in self._absorbing:
                return item
        return None

    def _promote_items(self) -> None:
        """Makes headings of the top items of a document without headings, where they read so."""
        root = self._root
        if root.children or len(root.items) < 2:
            return
        tops = root.items
        full = [item for item in tops if item.children]
        heading_like = [item for item in tops if looks_like_heading(item.block.text.rstrip(":"))]
        named = [item for item in full if kind_of(item.block.text) and item in heading_like]
        words = sum(item.block.words for item in tops) / len(tops)
        verbs = sum(1 for item in tops if starts_with_verb(item.block.text))
        titles = (
            len(full) * 5 >= len(tops) * 4
            and len(heading_like) == len(tops)
            and words <= 5
            and verbs * 3 <= len(tops)
            and not any(GOAL_NUMBER.match(item.block.text) for item in tops)
        )
        if not titles and not (named and len(heading_like) == len(tops)):
            return
        self._make_sections(root)

    @staticmethod
    def _make_sections(parent: Node) -> None:
        for item in parent.items:
            _become_heading(item.block, "numbered")
            node = Node(item.block, parent, ("numbered", 0), kind_of(item.block.text))
            item.block.text = item.block.text.rstrip(": ")
            node.paragraphs = item.more
            node.items = item.children
            parent.children.append(node)
        parent.items = []

    def _promote_chapters(self) -> None:
        """Makes headings of items numbered like chapters ("1.1 Bolig") with a list under each."""
        for node in self._root.walk():
            items = node.items
            if node.block is None or not items:
                continue
            chapters = all(
                item.children
                and item.block.marker is not None
                and (item.block.marker.kind == "multi2" or _has_chapters(item))
                and looks_like_heading(item.block.text)
                for item in items
            )
            words = sum(item.block.words for item in items) / len(items)
            verbs = sum(1 for item in items if starts_with_verb(item.block.text))
            if chapters and words <= 5 and verbs * 3 <= len(items):
                for item in items:
                    item.block.number_parts = _CHAPTER_PARTS
                self._make_sections(node)
