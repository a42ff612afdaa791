"""What the document says about itself: title, years, date of adoption, language."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from priorities.plan_reader.vocabulary import (
    ADOPTED,
    MONTH,
    MONTHS,
    PAPER_KEY,
    PERIOD_WORD,
    PLAN_WORD,
    REVISED,
    STARTS_WITH_MONTH,
    STOPWORDS,
)
from priorities.plan_reader.wording import ends_sentence

_YEARS = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)\s*(?:/|-|–|—|−|\btil\b|\btill\b|\bto\b|\bog\b|\boch\b|\band\b|&)\s*"
    r"((?:19|20)\d\d|\d\d)(?![\d]|[-.]\d|\.\s?[a-zæøå])"
)
_SHORT_YEARS = re.compile(r"(?<![\d./-])(\d\d)\s*[/–-]\s*(\d\d)(?![\d./-])")
_YEAR = re.compile(r"(?<![\d.,-])((?:19|20)\d\d)(?![\d]|-\d)")
_DAY = r"(\d{1,2})(?:\.|st|nd|rd|th)?"
_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>(?:19|20)?\d\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(?P<n>{MONTH}),?\s*"
        r"(?P<y>(?:19|20)\d\d)(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?P<n>{MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)(?!\d)",
        re.IGNORECASE,
    ),
)
_MAX_SPAN = 12
_MAX_TITLE = 200
_MAX_ADOPTION = 220


@dataclass(slots=True)
class FoundDate:
    date: datetime.date
    revised: bool


@dataclass(slots=True)
class Facts:
    title: str = ""
    years: tuple[int, int] | None = None
    adopted_on: datetime.date | None = None
    notices: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def years_in(text: str, *, short: bool = False) -> tuple[int, int] | None:
    """The first span of years in a text, else the first year; `short` also reads "26/27"."""
    for match in _YEARS.finditer(text):
        start, end = int(match.group(1)), int(match.group(2))
        if end < 100:
            end += start // 100 * 100
            if end < start:
                end += 100
        if start <= end <= start + _MAX_SPAN:
            return start, end
    if short:
        for match in _SHORT_YEARS.finditer(text):
            start, end = 2000 + int(match.group(1)), 2000 + int(match.group(2))
            if end == start + 1:
                return start, end
    without_dates = text
    for pattern in _DATES:
        without_dates = pattern.sub(" ", without_dates)
    years = [int(one) for one in _YEAR.findall(without_dates)]
    if not years:
        return None
    return years[0], years[0]


def period_in(text: str) -> tuple[int, int] | None:
    """The years of a sentence that gives a period by dates ("1. juli 2026 – 30. juni 2027")."""
    years = sorted({found.year for found in dates_in(text)})
    if len(years) == 2 and years[1] - years[0] <= _MAX_SPAN:
        return years[0], years[1]
    return None


def dates_in(text: str) -> list[datetime.date]:
    """All dates in a text, in order; impossible ones are left out."""
    found: list[tuple[int, datetime.date]] = []
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            parts = match.groupdict()
            name = parts.get("n")
            month = MONTHS[name.rstrip(".").casefold()] if name else int(parts["m"])
            year = int(parts["y"])
            year += 2000 if year < 100 else 0
            try:
                date = datetime.date(year, month, int(parts["d"]))
            except ValueError:
                continue
            taken.append(match.span())
            found.append((match.start(), date))
    return [date for _place, date in sorted(found)]


def is_adoption(text: str) -> bool:
    """Whether a line only tells when or by whom the plan was adopted or revised."""
    if len(text) > _MAX_ADOPTION:
        return False
    match = ADOPTED.search(text) or REVISED.search(text)
    if match is None:
        return False
    before = text[: match.start()].strip(" ([–-*_:").casefold()
    if not before:
        return True
    words = before.split()
    subject = re.match(
        r"(?:handlings|arbeids|verksamhets|virksomhets)?(?:planen|programmet|plan|document|"
        r"dokumentet|the|denne|this|den|dette|sist|senest|senast|first|last|først|først|und"
        r"|enstemmig|enhällig|unanimously|endelig|slutgiltig)",
        before,
    )
    if subject and len(words) <= 6:
        return bool(dates_in(text)) or len(words) <= 2
    return len(words) <= 4 and bool(dates_in(text)) and not ends_sentence(text[:-1])


def adoption_dates(text: str) -> list[FoundDate]:
    """The dates of an adoption line, each told to be adoption or revision by the words before."""
    result: list[FoundDate] = []
    spots = sorted(
        [(match.start(), False) for match in ADOPTED.finditer(text)]
        + [(match.start(), True) for match in REVISED.finditer(text)]
    )
    if not spots:
        return []
    for index, (start, revised) in enumerate(spots):
        end = spots[index + 1][0] if index + 1 < len(spots) else len(text)
        begin = 0 if index == 0 else start
        result.extend(FoundDate(date, revised) for date in dates_in(text[begin:end]))
    return result


def choose_date(
    found: list[FoundDate], years: tuple[int, int] | None
) -> tuple[datetime.date | None, list[tuple[str, dict[str, object]]]]:
    """The date of adoption among several: the adoption that fits the plan's years."""
    if not found:
        return None, []
    adopted = [one.date for one in found if not one.revised]
    every = [one.date for one in found]
    chosen = adopted[-1] if adopted else every[-1]
    if years is not None:
        near = [
            date
            for date in (*reversed(adopted), *reversed(every))
            if years[0] - 1 <= date.year <= years[1]
        ]
        chosen = near[0] if near else chosen
    notices: list[tuple[str, dict[str, object]]] = []
    if len(set(every)) > 1:
        shown = ", ".join(date.strftime("%d.%m.%Y") for date in sorted(set(every)))
        details: dict[str, object] = {"dates": shown, "chosen": chosen.strftime("%d.%m.%Y")}
        notices.append(("several_dates", details))
    return chosen, notices


def title_score(text: str, *, level: int | None, bold: bool, place: int, size: float) -> float:
    """How much a line looks like the title of a plan; 0 or less when it can't be one."""
    if len(text) > _MAX_TITLE or not any(character.isalpha() for character in text):
        return 0.0
    word = PLAN_WORD.search(text)
    key, colon, value = text.partition(":")
    metadata = bool(colon) and bool(PAPER_KEY.fullmatch(key.strip())) and bool(value.strip())
    score = 0.0
    if word:
        score += 4.0
        before = text[: word.start()].strip()
        score += 2.0 if len(before.split()) <= 3 else 0.0
        score += 2.0 if years_in(text, short=True) else 0.0
        if ADOPTED.search(text) or re.search(r"\b(?:forslag|utkast|draft)\b", text, re.IGNORECASE):
            score -= 1.0
    if level is not None:
        score += {0: 6.0, 1: 3.0}.get(level, 1.0)
    elif bold:
        score += 1.0
    if text.isupper():
        score += 0.5
    if size >= 16:
        score += 2.0
    first_word = text.split(maxsplit=1)[0].strip(":")
    if metadata or (PAPER_KEY.fullmatch(first_word) and first_word != text):
        score -= 5.0
    if ends_sentence(text) and not text.endswith(":"):
        score -= 4.0
    if len(text.split()) > 16:
        score -= 3.0
    return score - min(place, 40) * 0.02


def starts_with_date(text: str) -> bool:
    match = re.match(r"\d{1,2}\.?\s+", text)
    return bool(match) and bool(STARTS_WITH_MONTH.match(text[match.end() :] if match else ""))


def speaks_of_period(text: str) -> bool:
    return bool(PERIOD_WORD.search(text) or PLAN_WORD.search(text))


def language_of(text: str) -> str:
    """The code of the language that the text is written in; "und" when nothing tells."""
    scores: dict[str, float] = {}
    for word in re.findall(r"[^\W\d_]+", text[:200_000].casefold()):
        for language, weight in STOPWORDS.get(word, {}).items():
            scores[language] = scores.get(language, 0.0) + weight
    if not scores:
        return "und"
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > 0.2 else "und"
