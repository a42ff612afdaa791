"""The key to the table of parties and demands."""

from dataclasses import dataclass

from django import template

from lobbying.choices import STRENGTH, Grade
from lobbying.who_asked import MARKS, bars

register = template.Library()


@dataclass(frozen=True)
class Key:
    words: str
    mark: str = ""
    icon: str = ""
    bars: tuple[bool, ...] = ()


@register.simple_tag
def answer_key() -> list[Key]:
    """What may be answered, in the order in which one reads it."""
    return [Key(str(reply.label), *marks) for reply, marks in MARKS.items()]


@register.simple_tag
def grade_key() -> list[Key]:
    """How binding, the weakest first."""
    return [Key(str(grade.label), bars=bars(STRENGTH[grade])) for grade in Grade]
