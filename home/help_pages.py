"""Plain pages that come of answers to member organisations."""

from typing import Any

from django.db import transaction
from django.template.defaultfilters import linebreaks_filter

from home.models import HomePage, StandardPage
from memberorgs.models import User

LONGEST_INTRO = 400


@transaction.atomic
def make_help_page(*, title: str, question: str, answer: str, by: User) -> StandardPage:
    """A draft under the front page. A long question stands in the body, so that no word is lost."""
    body: list[tuple[str, Any]] = []
    is_long = len(question) > LONGEST_INTRO
    if is_long:
        body.append(("text", linebreaks_filter(question, autoescape=True)))
    body.append(("text", linebreaks_filter(answer, autoescape=True)))
    page = StandardPage(title=title, intro="" if is_long else question, live=False, owner=by)
    page.body = [(name, _rich(name, value)) for name, value in body]
    parent = HomePage.objects.filter(locale__language_code="nb").first()
    if parent is None:
        raise ValueError("there is no front page to put it under")
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return page


def _rich(name: str, value: str) -> Any:
    return StandardPage.body.field.stream_block.child_blocks[name].to_python(value)  # type: ignore[attr-defined]
