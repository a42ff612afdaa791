"""Markup inside a paragraph of Markdown: emphasis, links, code, escapes, entities."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": True, "maxNesting": 60}).enable("strikethrough")
_BREAK_TAG = re.compile(r"<\s*(?:br|/p|/div|/li)\b", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,50}\]")
_SIGNS = frozenset("*_`[]<>\\&~!")
# Above this the library's own work on odd input grows faster than the text.
_MAX_SIGNS = 2_000


def strip_markup(text: str) -> tuple[str, list[str]]:
    """The words of a paragraph without markup, and the passages that were struck out."""
    if not _SIGNS.intersection(text):
        return text, []
    text = _FOOTNOTE_MARK.sub("", text)
    if sum(text.count(sign) for sign in _SIGNS) > _MAX_SIGNS:
        return re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text), []
    parts: list[str] = []
    struck: list[str] = []
    open_struck = 0
    for token in _PARSER.parseInline(text)[0].children or ():
        if token.type == "s_open":
            open_struck += 1
            struck.append("")
        elif token.type == "s_close":
            open_struck -= 1
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "html_inline":
            parts.append(" " if _BREAK_TAG.match(token.content) else "")
        elif token.content:
            if open_struck:
                struck[-1] += token.content
            else:
                parts.append(token.content)
    return "".join(parts), [one for one in struck if one.strip()]
