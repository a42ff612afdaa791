"""The marks of the table of parties and demands, and the key to them."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from content.templatetags.icons import icon
from lobbying.choices import STRENGTH, Grade
from lobbying.who_asked import MARKS

register = template.Library()


@dataclass(frozen=True)
class Key:
    words: str
    mark: str = ""
    icon: str = ""
    strength: int = 0


@register.simple_tag
def answer_key() -> list[Key]:
    """What may be answered, in the order in which one reads it."""
    return [Key(str(reply.label), *marks) for reply, marks in MARKS.items()]


@register.simple_tag
def grade_key() -> list[Key]:
    """How binding, the weakest first."""
    return [Key(str(grade.label), strength=STRENGTH[grade]) for grade in Grade]


@register.simple_tag
@cache
def grade_bars(strength: int) -> SafeString:
    """Four rising bars, the first `strength` of them full. It stands beside a word."""
    bars = format_html_join(
        "",
        '<rect{} x="{}" y="{}" width="4.5" height="{}"/>',
        (
            (
                "" if place < strength else SafeString(' class="off"'),
                6 * place,
                f"{8 - 2.6 * place:.1f}",
                f"{4 + 2.6 * place:.1f}",
            )
            for place in range(len(STRENGTH))
        ),
    )
    return format_html('<svg viewBox="0 0 24 12" aria-hidden="true">{}</svg>', bars)


@register.simple_tag
@cache
def said(name: str, words: str, strength: int, grade: str) -> SafeString:
    """An answer with its icon and, where there is a `strength`, how binding. All from our lists."""
    answer = format_html('<span class="cell__s">{}{}</span>', icon(name), words)
    if not strength:
        return answer
    bars = grade_bars(strength)
    return format_html('{}<span class="grade">{}{}</span>', answer, bars, grade)


@register.simple_tag
@lru_cache(maxsize=2000)
def on_day(day: date, words: str) -> SafeString:
    """The day in the words of the reader's language."""
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)
