"""Tables: cells become headings, items and sub-items by what their columns are for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from priorities.plan_reader.lines import Line
from priorities.plan_reader.markers import find_marker
from priorities.plan_reader.vocabulary import (
    ITEM_COLUMN,
    NUMBER_COLUMN,
    ORGANISATIONAL,
    OTHER_COLUMN,
    POLITICAL,
    PRIORITY_COLUMN,
    SECTION_COLUMN,
)

_HEADING_LEVEL = 8
_BARE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?[.)]?")

Rows = list[dict[int, list[Line]]]


def lay_out_tables(lines: list[Line]) -> tuple[list[Line], bool]:
    """The lines with every table turned into ordinary lines, and whether columns were left out."""
    result: list[Line] = []
    left_out = False
    for table, group in groupby(lines, key=lambda line: line.cell[0] if line.cell else 0):
        members = list(group)
        if not table:
            result.extend(members)
            continue
        laid_out = list(_lay_out(members))
        left_out = left_out or any(line.skip == "table_column" for line in laid_out)
        result.extend(laid_out)
    return result, left_out


def _lay_out(members: list[Line]) -> Iterator[Line]:
    rows: Rows = []
    last: int | None = None
    skipped: list[Line] = []
    for line in members:
        if line.skip or line.cell is None:
            skipped.append(line)
            continue
        if line.cell[1] != last:
            rows.append({})
            last = line.cell[1]
        rows[-1].setdefault(line.cell[2], []).append(line)
    yield from skipped
    columns = sorted({column for row in rows for column in row})
    if len(columns) < 2 or _is_key_value(rows):
        for row in rows:
            for column in sorted(row):
                yield from _as_text(row[column])
        return
    heads = _heads(rows)
    if heads and any(_is_kind(text) for text in heads.values()):
        yield from _column_by_column(rows, columns)
        return
    roles = _roles(rows, columns, heads)
    if heads:
        for column in sorted(rows[0]):
            for line in rows[0][column]:
                line.skip = "table_head"
                yield line
    for row in rows[1:] if heads else rows:
        yield from _row(row, roles, len(columns))


def _as_text(lines: list[Line]) -> list[Line]:
    return lines


def _is_key_value(rows: Rows) -> bool:
    """A frame of "who, when" at the head of a document: short keys that end in a colon."""
    keys = [row[min(row)] for row in rows if row]
    return len(keys) > 0 and all(
        len(lines) == 1 and lines[0].text.rstrip("*_ ").endswith(":") for lines in keys
    )


def _heads(rows: Rows) -> dict[int, str]:
    first = rows[0]
    if len(rows) < 2 or len(first) < 2:
        return {}
    heads = {column: lines[0].text.strip("*_: ") for column, lines in first.items()}
    short = all(
        len(lines) == 1 and len(lines[0].text.split()) <= 6 and lines[0].depth is None
        for lines in first.values()
    )
    if not short:
        return {}
    marked = all(line.header_cell for lines in first.values() for line in lines)
    patterns = (PRIORITY_COLUMN, ITEM_COLUMN, NUMBER_COLUMN, SECTION_COLUMN, OTHER_COLUMN)
    known = sum(
        1
        for text in heads.values()
        if any(pattern.fullmatch(text) for pattern in patterns) or _is_kind(text)
    )
    return heads if known * 2 >= len(heads) or (marked and known) else {}


def _is_kind(text: str) -> bool:
    return bool(POLITICAL.search(text) or ORGANISATIONAL.search(text))


def _roles(rows: Rows, columns: list[int], heads: dict[int, str]) -> dict[int, str]:
    roles: dict[int, str] = {}
    if heads:
        for column in columns:
            text = heads.get(column, "")
            first_word = text.split()[0] if text else ""
            for role, pattern in (
                ("number", NUMBER_COLUMN),
                ("items", ITEM_COLUMN),
                ("priority", PRIORITY_COLUMN),
                ("other", OTHER_COLUMN),
                ("section", SECTION_COLUMN),
            ):
                if pattern.fullmatch(text) or (first_word and pattern.fullmatch(first_word)):
                    roles[column] = role
                    break
        if "priority" not in roles.values():
            for wanted in ("items", "section", ""):
                free = [c for c in columns if roles.get(c, "") == wanted]
                if free:
                    roles[free[0]] = "priority"
                    break
        first = next((c for c in columns if roles.get(c) == "priority"), columns[0])
        for column in columns:
            if roles.get(column) == "priority" and column != first:
                roles[column] = "items"
            roles.setdefault(column, "other")
        return roles
    body = rows
    left = columns[0]
    if all(_BARE_NUMBER.fullmatch(line.text) for row in body for line in row.get(left, ())):
        roles[left] = "number"
        columns = columns[1:]
    if len(columns) >= 2 and _is_theme_column(body, columns):
        roles[columns[0]] = "section"
        roles[columns[1]] = "priority"
        columns = columns[2:]
    elif columns:
        roles[columns[0]] = "priority"
        columns = columns[1:]
    for column in columns:
        roles[column] = "items"
    return roles


def _is_theme_column(rows: Rows, columns: list[int]) -> bool:
    """Short names at the left with several lines each at the right."""
    lefts = [row[columns[0]] for row in rows if columns[0] in row]
    rights = [row[columns[1]] for row in rows if columns[1] in row]
    short = all(len(lines) == 1 and len(lines[0].text.split()) <= 4 for lines in lefts)
    several = sum(1 for lines in rights if len(lines) > 1)
    return bool(lefts) and short and several * 2 >= len(rights)


def _column_by_column(rows: Rows, columns: list[int]) -> Iterator[Line]:
    for column in columns:
        for line in rows[0].get(column, ()):
            line.level = _HEADING_LEVEL
            line.depth = None
            yield line
        for row in rows[1:]:
            yield from _items(row.get(column, []), 0, apart=True)


def _row(row: dict[int, list[Line]], roles: dict[int, str], columns: int) -> Iterator[Line]:
    if len(row) == 1 and columns > 1:
        lines = next(iter(row.values()))
        if len(lines) == 1 and len(lines[0].text.split()) <= 10 and lines[0].depth is None:
            if roles.get(next(iter(row))) != "items" or lines[0].bold:
                lines[0].level = _HEADING_LEVEL
            else:
                yield from _items(lines, 1, apart=True)
                return
            yield lines[0]
            return
    for column in sorted(row, key=lambda one: (roles.get(one) == "items", one)):
        role = roles.get(column, "other")
        lines = row[column]
        if role == "section":
            lines[0].level = _HEADING_LEVEL
            yield from lines
        elif role == "priority":
            yield from _items(lines, 0, apart="section" in roles.values())
        elif role == "items":
            yield from _items(lines, 1, apart=True)
        elif role == "number":
            for line in lines:
                line.skip = "number" if _BARE_NUMBER.fullmatch(line.text) else "table_column"
                yield line
        else:
            for line in lines:
                line.skip = "table_column"
                yield line


def _items(lines: list[Line], depth: int, *, apart: bool = False) -> Iterator[Line]:
    """The lines of a cell as items: its list if it has one, else the cell as one item.

    With `apart`, each paragraph of a cell without a list is an item.
    """
    listed = [line.depth is not None or find_marker(line.text) is not None for line in lines]
    first_is_lead = len(lines) > 1 and not listed[0] and any(listed)
    for index, line in enumerate(lines):
        marker = find_marker(line.text) if line.depth is None else None
        if marker is not None:
            line.text = line.text[marker.length :].strip()
        if listed[index]:
            line.depth = depth + (line.depth or 0) + (1 if first_is_lead and depth == 0 else 0)
            line.marker = "bullet"
            line.value = None
        elif index == 0 or (apart and not any(listed)) or (any(listed) and not first_is_lead):
            line.depth = depth
            line.marker = "bullet"
        else:
            line.continues = True
        line.level = None
        yield line
