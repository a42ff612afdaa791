"""What stands on the pages of a document without being part of the plan.

Each function looks at the whole list of lines and marks those that it recognises with a reason
(`Line.skip`); nothing is removed.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict

from priorities.plan_reader.lines import Line
from priorities.plan_reader.markers import find_marker
from priorities.plan_reader.vocabulary import CONTENTS_HEADING, ORGANISATION_NAME, PLAN_WORD
from priorities.plan_reader.wording import ends_sentence, ends_with_hyphen, is_name, starts_lower

_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:side|sida|page|s|p|pg)\.?\s*)?\d{1,3}"
    r"(?:\s*(?:av|of|/|\||\(|-|–)\s*\d{1,3}\s*\)?)?[\W_]*",
    re.IGNORECASE,
)
_SAYS_PAGE = re.compile(
    r"\b(?:side|sida|page)\s+\d{1,3}\b|\b\d{1,3}\s*(?:av|of)\s*\d{1,3}\b|\b\d{1,2}\s*\(\d{1,2}\)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d{0,3}\s*$|…{2,}\s*\d{0,3}\s*$|_{4,}\s*\d{1,3}\s*$")
_ENDS_WITH_PAGE = re.compile(r"^(.*\D)\s*?\s(\d{1,3})$")
_NUMBER_FIRST = re.compile(r"^(\d{1,4})(?:(?=\s)|$)")
_LEADING_NUMBER = re.compile(r"^[\dIVXivx]{1,4}(?:[.)]\d{0,2}){0,3}\s+")
_ANCHOR_LINK = re.compile(r"^(?:[-*+]|\d{1,2}\.)?\s*\[[^\]]{1,200}\]\(#")
# In a line that names the plan, years tell one plan from another.
_OTHER_DIGITS = re.compile(r"\b\d{1,3}\b(?!\s*[/–-]\s*\d)(?<![/–-]\d\d)")
_DIGITS = re.compile(r"\d+")
_WORDLESS = re.compile(r"[\W_]+")
_MAX_HEADER_LENGTH = 120
_MIN_WIDTH = 30
_MAX_HANGING = 10


def key_of(line: Line) -> str:
    """What makes two lines the same line on two pages: letters only, digits alike."""
    digits = _OTHER_DIGITS if PLAN_WORD.search(line.text) else _DIGITS
    return _WORDLESS.sub(" ", digits.sub("#", line.text)).strip(" #").casefold()


def mark_furniture(lines: list[Line]) -> None:
    """Marks line numbers, contents lists, page numbers, and headers and footers of pages."""
    mark_line_numbers(lines)
    mark_contents(lines)
    mark_page_numbers(lines)
    mark_page_headers(lines)


def mark_line_numbers(lines: list[Line]) -> None:
    """Takes the numbers of a case paper from the left of its lines (each, or each fifth)."""
    open_lines = [line for line in lines if not line.skip and not line.whole]
    found: list[tuple[int, int]] = []
    for place, line in enumerate(open_lines):
        match = _NUMBER_FIRST.match(line.text)
        if match:
            found.append((place, int(match.group(1))))
    if len(found) < 4:
        return
    for step, least in ((1, 0.6), (5, 0.12), (10, 0.06), (2, 0.3)):
        chain = _chain(found, step)
        if len(chain) < max(4 if step > 1 else 6, int(least * len(open_lines))):
            continue
        if step > 1 and not _evenly_spaced(chain, step, open_lines):
            continue
        _strip_numbers(open_lines, [place for place, _value in chain])
        return


def _chain(found: list[tuple[int, int]], step: int) -> list[tuple[int, int]]:
    """The longest run of numbers that grow by `step`; a new page may begin anew."""
    chain: list[tuple[int, int]] = []
    for place, value in found:
        if not chain:
            if value <= 2 * step or value % step == 0:
                chain.append((place, value))
        elif value == chain[-1][1] + step or (value == step and chain[-1][1] > 4 * step):
            chain.append((place, value))
    if step > 1:
        chain = [one for one in chain if one[1] % step == 0]
    return chain


def _evenly_spaced(chain: list[tuple[int, int]], step: int, lines: list[Line]) -> bool:
    gaps = [
        lines[second[0]].number - lines[first[0]].number
        for first, second in itertools.pairwise(chain)
    ]
    places = [second[0] - first[0] for first, second in itertools.pairwise(chain)]
    for distances in (gaps, places):
        even = sum(1 for distance in distances if step <= distance <= step + 1)
        if even >= 0.6 * len(distances):
            return True
    return False


def _strip_numbers(lines: list[Line], places: list[int]) -> None:
    numbered = set(places)
    rests: list[tuple[Line, str]] = []
    for place in places:
        line = lines[place]
        rest = _NUMBER_FIRST.sub("", line.text, count=1)
        if rest.strip():
            rests.append((line, rest))
        else:
            line.skip = "line_number"
    # The number and its column are a margin: what is left begins where most lines begin.
    margin = min((len(rest) - len(rest.lstrip()) for _line, rest in rests), default=0)
    for line, rest in rests:
        line.indent = len(rest) - len(rest.lstrip()) - margin
        line.text = rest.strip()
    others = [line for place, line in enumerate(lines) if place not in numbered]
    left = min((line.indent for line in others if line.indent), default=0)
    if others and sum(1 for line in others if line.indent >= left) > 0.8 * len(others):
        for line in others:
            line.indent = max(0, line.indent - left)


def mark_contents(lines: list[Line]) -> None:
    """Marks the contents list: under its heading, or lines that end in leaders and a page."""
    keys: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if not line.skip:
            keys[_contents_key(line.text)].append(place)
    place = 0
    while place < len(lines):
        line = lines[place]
        if line.skip:
            place += 1
            continue
        text = line.text.strip("*_# ")
        if CONTENTS_HEADING.fullmatch(text):
            end = _end_of_contents(lines, place + 1, keys, headed=True)
            if end > place + 1:
                for one in lines[place:end]:
                    one.skip = one.skip or "contents"
                place = end
                continue
        elif _LEADERS.search(line.text) or _ANCHOR_LINK.match(line.text):
            line.skip = "contents"
        elif _is_entry(lines, place, keys):
            end = _end_of_contents(lines, place, keys, headed=False)
            if end - place >= 2:
                for one in lines[place:end]:
                    one.skip = one.skip or "contents"
                place = end
                continue
        place += 1


def _contents_key(text: str) -> str:
    text = _LEADING_NUMBER.sub("", text.strip("*_#-–• "))
    return _WORDLESS.sub(" ", text).strip().casefold()


def _is_entry(lines: list[Line], place: int, keys: dict[str, list[int]]) -> bool:
    """Whether a line is a later line's words and a page number."""
    match = _ENDS_WITH_PAGE.match(lines[place].text)
    if not match:
        return False
    return any(later > place for later in keys.get(_contents_key(match.group(1)), ()))


def _end_of_contents(
    lines: list[Line], place: int, keys: dict[str, list[int]], *, headed: bool
) -> int:
    end = place
    used: set[str] = set()
    while end < len(lines):
        line = lines[end]
        text = line.text
        entry = bool(
            line.skip
            or _LEADERS.search(text)
            or _ANCHOR_LINK.match(text)
            or _is_entry(lines, end, keys)
        )
        if headed and not entry and line.level is None and len(text) <= _MAX_HEADER_LENGTH:
            key = _contents_key(text)
            # A list without page numbers: words that come again below, each once.
            later = [one for one in keys.get(key, ()) if one > end]
            entry = bool(key) and len(later) == 1 and key not in used
            entry = entry or bool(re.fullmatch(r".{2,80}\s\d{1,3}", text) and not used)
            used.add(key)
        if not entry:
            break
        end += 1
    while end > place and lines[end - 1].skip and lines[end - 1].skip != "contents":
        end -= 1
    return end


def mark_page_numbers(lines: list[Line]) -> None:
    for line in lines:
        if line.skip or line.level is not None or line.depth is not None or line.cell:
            continue
        if _PAGE_NUMBER.fullmatch(line.text) and not re.fullmatch(r"\d{1,3}[.)]", line.text):
            line.skip = "page_number"


def mark_page_headers(lines: list[Line]) -> None:
    """Marks lines that come again because a new page began, not because the plan says so."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.skip or line.cell is not None or len(line.text) > _MAX_HEADER_LENGTH:
            continue
        if line.depth is not None or line.text.rstrip("*_").endswith(":"):
            continue
        if starts_lower(line.text) and not _SAYS_PAGE.search(line.text):
            continue
        if line.level is None and find_marker(line.text) is not None:
            continue
        key = key_of(line)
        if len(key) > 2:
            places[key].append(place)
    margin = min((line.indent for line in lines if not line.skip), default=0)
    title_key = next((key_of(line) for line in lines if not line.skip and _is_title_like(line)), "")
    for key, where in places.items():
        if len(where) < 2:
            if _is_lone_header(lines, where[0]):
                lines[where[0]].skip = "page_header"
            continue
        if all(0 < lines[place].indent - margin < _MAX_HANGING for place in where):
            # Set in like the second line of an item, and so part of one.
            continue
        keep_first = key == title_key
        if keep_first or _comes_with_pages(lines, where, key):
            kept = _best_title(lines, where) if keep_first else -1
            for place in where:
                if place != kept:
                    lines[place].skip = "page_header"


def _is_lone_header(lines: list[Line], place: int) -> bool:
    """A header that comes only once: it gives the page, or a name right beside a page number."""
    line = lines[place]
    if line.level is not None or len(line.text) >= 90:
        return False
    if _SAYS_PAGE.search(line.text):
        return True
    touching = _beside_page(lines, place, touching=True)
    named = ORGANISATION_NAME.search(line.text) or PLAN_WORD.search(line.text)
    return touching and bool(named) and not ends_sentence(line.text) and place > 3


def _is_title_like(line: Line) -> bool:
    return bool(PLAN_WORD.search(line.text)) and not ends_sentence(line.text)


def _best_title(lines: list[Line], where: list[int]) -> int:
    levels = [place for place in where if lines[place].level is not None]
    bold = [place for place in where if lines[place].bold]
    return (levels or bold or where)[0]


def _comes_with_pages(lines: list[Line], where: list[int], key: str) -> bool:
    texts = [lines[place].text for place in where]
    if all(_SAYS_PAGE.search(text) for text in texts):
        return True
    if ends_sentence(texts[0]) or any(lines[place].level is not None for place in where):
        return False
    touching = sum(1 for place in where if _beside_page(lines, place, touching=True))
    beside = sum(1 for place in where if _beside_page(lines, place, touching=False))
    if touching * 2 >= len(where) or (beside >= 2 and beside >= len(where) - 1):
        return True
    interrupts = sum(1 for place in where if _interrupts(lines, place))
    splits = sum(1 for place in where if _splits_list(lines, place))
    named = bool(ORGANISATION_NAME.search(texts[0]) or PLAN_WORD.search(texts[0]))
    alone = any(lines[place].blank_before or lines[place].whole for place in where)
    if not alone:
        return False
    if named and is_name(texts[0]):
        return True
    if len(set(texts)) > 1 and len({text.casefold() for text in texts}) > 1:
        # Same letters, other digits: a heading with a year or number in it.
        return interrupts > 0 and splits + interrupts >= 2
    return interrupts > 0 or (splits >= 2 and len(where) >= 3)


def _neighbour(lines: list[Line], place: int, step: int) -> Line | None:
    place += step
    while 0 <= place < len(lines):
        if lines[place].skip not in ("page_number", "rule", "line_number", "page_header"):
            return None if lines[place].skip else lines[place]
        place += step
    return None


def _beside_page(lines: list[Line], place: int, *, touching: bool) -> bool:
    """Whether a page begins or ends here, or its number stands above or below."""
    line = lines[place]
    after = lines[place + 1] if place + 1 < len(lines) else None
    if line.page_break or (after is not None and after.page_break):
        return True
    if place and lines[place - 1].skip == "page_number":
        return not (touching and line.blank_before)
    if after is not None and after.skip == "page_number":
        return not (touching and after.blank_before)
    return False


def _interrupts(lines: list[Line], place: int) -> bool:
    before, after = _neighbour(lines, place, -1), _neighbour(lines, place, 1)
    if before is None or after is None or find_marker(after.text) is not None:
        return False
    if not (lines[place].blank_before or after.blank_before or after.page_break):
        return False
    unfinished = not ends_sentence(before.text) or ends_with_hyphen(before.text)
    return unfinished and starts_lower(after.text)


def _splits_list(lines: list[Line], place: int) -> bool:
    before, after = _neighbour(lines, place, -1), _neighbour(lines, place, 1)
    if before is None or after is None:
        return False
    if before.depth is not None or after.depth is not None:
        return before.depth == after.depth
    first, second = find_marker(before.text), find_marker(after.text)
    return first is not None and second is not None and first.kind == second.kind


def most_common_length(lines: list[Line]) -> int:
    """The wrap width of a text in characters, or 0 when its lines are whole paragraphs.

    Only surely wrapped lines count: those whose sentence goes on, in lower case, on the next.
    """
    lengths: list[int] = []
    for line, following in itertools.pairwise(lines):
        if line.skip or following.skip or line.whole or following.whole:
            continue
        if following.blank_before or find_marker(following.text) is not None:
            continue
        if starts_lower(following.text) and not ends_sentence(line.text):
            lengths.append(line.indent + len(line.text))
    if not lengths:
        return 0
    lengths.sort()
    width = lengths[int(len(lengths) * 0.95)] if len(lengths) >= 20 else lengths[-1]
    if width < _MIN_WIDTH:
        return 0
    every = [line.indent + len(line.text) for line in lines if not line.skip and not line.whole]
    longer = sum(1 for length in every if length > 1.15 * width)
    return width if longer * 10 <= len(every) else 0
