"""Which social card a priority, a plan or a piece of news has now, by its key."""

from typing import Any

from django.utils.translation import get_language
from wagtail.models import Locale

from content.cards import Card, register_cards
from priorities.as_of import AsOf
from priorities.cards import NewsCard, PlanCard, PriorityCard
from priorities.models import ActionPlanPage, PriorityPage, ProgressUpdatePage
from priorities.statistics import status_of


def priority_card(pk: int, organisation: str) -> Card | None:
    pages = PriorityPage.objects.live().public().filter(priority=pk, priority__live=True)
    page = _for_reader(pages.select_related("locale", "priority__section", "priority__plan"))
    if page is None:
        return None
    status = status_of([page.priority]).get(page.priority.pk)
    return PriorityCard.of(
        page.priority,
        status,
        title=page.title,
        plan=page.priority.plan,
        organisation=organisation,
    )


def plan_card(pk: int, organisation: str) -> Card | None:
    pages = ActionPlanPage.objects.live().public().filter(plan=pk, locale=Locale.get_default())
    page = pages.select_related("plan").first()
    if page is None:
        return None
    return PlanCard.of(page.plan, page.sections(AsOf.today()), organisation)


def news_card(pk: int, organisation: str) -> Card | None:
    page = ProgressUpdatePage.objects.live().public().filter(pk=pk).first()
    if page is None:
        return None
    about = PriorityPage.objects.of(page.priorities.all(), page.locale)
    return NewsCard.of(page, about, organisation)


def _for_reader(pages: Any) -> Any:
    """The page in the active language, else the one in bokmål."""
    found = {page.locale.language_code: page for page in pages if page.alias_of_id is None}
    return found.get(get_language() or "") or found.get(Locale.get_default().language_code)


def register() -> None:
    register_cards(PriorityCard.kind, priority_card)
    register_cards(PlanCard.kind, plan_card)
    register_cards(NewsCard.kind, news_card)
