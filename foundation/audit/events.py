"""The kinds of things that the audit log knows, with their words.

Each app registers its own in `AppConfig.ready()`; what is not registered can't be recorded.
"""

from collections.abc import Mapping

from django.utils.functional import Promise

_events: dict[str, str | Promise] = {}


def register(events: Mapping[str, str | Promise]) -> None:
    """Add events: code ("term.ended") → words that staff read, lazily translated."""
    _events.update(events)


def words_of(code: str) -> str:
    """What staff read; the code itself where a later version has dropped the event."""
    return str(_events.get(code, code))


def known() -> Mapping[str, str | Promise]:
    return _events
