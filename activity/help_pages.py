"""Makes a help page of an answer: a higher app, which has the plain pages, brings the maker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from activity.models import HelpRequest
from memberorgs.models import User

# Keyword-only `title`, `question`, `answer` and `by`; gives a draft that nobody has published.
MakePage = Callable[..., Any]


@dataclass
class _Brought:
    maker: MakePage | None = None


_brought = _Brought()


def bring(maker: MakePage) -> None:
    _brought.maker = maker


def is_there() -> bool:
    return _brought.maker is not None


def make_draft(request: HelpRequest, by: User) -> Any:
    """A page with question and answer, where the organisation stands as any.

    Raises ValueError for one without an answer.
    """
    if _brought.maker is None or request.answered_at is None:
        raise ValueError("only an answer becomes a page, where plain pages are")
    return _brought.maker(
        title=_without_names(request, request.title),
        question=_without_names(request, request.question),
        answer=_without_names(request, request.answer),
        by=by,
    )


def _without_names(request: HelpRequest, text: str) -> str:
    """Names that the organisation goes by become "a member organisation". Whoever publishes the
    draft looks for what else tells who asked."""
    one = request.organisation
    names = {one.name_nb, one.name_nn, one.name_en, one.short_name, one.code} - {""}
    # Pages are written in bokmål first.
    with override("nb"):
        instead = _("a member organisation")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, instead)
    return text
