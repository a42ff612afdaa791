"""Which social card a priority, a plan or a piece of news has now, by its key."""

from content.cards import Card, register_cards
from content.languages import language_of
from priorities.cards import NewsCard, PlanCard, PriorityCard
from priorities.models import ActionPlanPage, PriorityPage, ProgressUpdatePage
from priorities.models.news import with_rows
from priorities.statistics import status_of


def priority_card(pk: int, organisation: str) -> Card | None:
    pages = PriorityPage.objects.of([pk]).filter(priority__live=True)
    page = pages.select_related("priority__section", "priority__plan").first()
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
    page = ActionPlanPage.objects.for_readers().filter(plan=pk).select_related("plan").first()
    if page is None:
        return None
    return PlanCard.of(page.plan, [(None, page.rows(language_of(page)))], organisation)


def news_card(pk: int, organisation: str) -> Card | None:
    page = ProgressUpdatePage.objects.live().public().filter(pk=pk, alias_of=None).first()
    if page is None:
        return None
    return NewsCard.of(page, with_rows([page], language_of(page))[0].rows, organisation)


def register() -> None:
    register_cards(PriorityCard.kind, priority_card)
    register_cards(PlanCard.kind, plan_card)
    register_cards(NewsCard.kind, news_card)
