"""Chips of parties and rows of answers. Made here and not by widgets: there may be hundreds."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activity.forms.answers import Ask, Line
from geography.models import Party

register = template.Library()


@register.simple_tag
def party_chips(parties: Iterable[tuple[Party, str, bool]]) -> SafeString:
    """A box to tick for each party: its short name to see, both names to hear."""
    return format_html_join("", "{}", ((_chip(*one),) for one in parties))


def _chip(party: Party, name: str, is_ticked: bool) -> SafeString:
    words = format_html("{}", name)
    if party.short_name != name:
        words = format_html(
            '<abbr title="{}">{}</abbr><span class="vh">, {}</span>', name, party.short_name, name
        )
    return format_html(
        '<label class="choice"><input type="checkbox" name="party" value="{}"{}>'
        "<span>{}</span></label>",
        party.pk,
        _if(is_ticked),
        words,
    )


@register.simple_tag
def asks(rows: Iterable[Ask]) -> SafeString:
    """Each demand with its answers to tap; where each party has a set, a row for each."""
    return format_html_join("", "{}", ((_ask(ask),) for ask in rows))


def _ask(ask: Ask) -> SafeString:
    text = ask.demand.text
    if len(ask.lines) == 1 and ask.lines[0].column is None:
        return format_html(
            '<fieldset class="ask"><legend>{}</legend>{}</fieldset>', text, _segments(ask.lines[0])
        )
    lines = format_html_join(
        "",
        '<fieldset class="ask ask--of"><legend>{}</legend>{}</fieldset>',
        ((line.column.name, _segments(line)) for line in ask.lines if line.column is not None),
    )
    return format_html('<fieldset class="ask-each"><legend>{}</legend>{}</fieldset>', text, lines)


def _segments(line: Line) -> SafeString:
    return format_html(
        '<div class="seg">{}</div>',
        format_html_join(
            "",
            '<label{}><input type="radio" name="{}" value="{}"{}>{}</label>',
            (
                (
                    format_html(' class="is-{}"', mark) if mark else "",
                    line.name,
                    value,
                    _if(is_chosen),
                    _words(value, str(words)),
                )
                for value, words, mark, is_chosen in line.options
            ),
        ),
    )


def _words(value: str, words: str) -> SafeString:
    if value:
        return format_html("<span>{}</span>", words)
    return format_html('<span aria-hidden="true">–</span><span class="vh">{}</span>', words)


def _if(is_checked: bool) -> SafeString:
    return SafeString(" checked" if is_checked else "")
