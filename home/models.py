"""The front page and plain pages."""

from itertools import groupby
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.search import index

from content.blocks import BodyBlock
from content.cards import Card
from content.languages import reader_language
from content.models import PortalPage
from priorities.cards import PlanCard
from priorities.models import ProgressUpdatePage
from priorities.models.news import with_rows
from priorities.models.pages import current_plan_page, words_lang
from priorities.statistics import last_changed, shares

MOST_NEWS = 5
MOST_AHEAD = 3


class HomePage(PortalPage):
    """`/`: the plan at a glance, as cards."""

    headline = models.CharField(
        _("headline"),
        max_length=120,
        blank=True,
        help_text=_("One short sentence per line of the poster; each full stop begins a new line."),
    )
    intro = models.TextField(_("introduction"), blank=True, max_length=400)

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "priorities.ActionPlanIndexPage",
        "priorities.NewsIndexPage",
        "home.StandardPage",
    ]
    template = "home/home_page.html"
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("headline"),
        index.SearchField("intro"),
    ]
    content_panels: ClassVar[list[Panel]] = [
        *PortalPage.content_panels,
        MultiFieldPanel([FieldPanel("headline"), FieldPanel("intro")], heading=_("Poster")),
    ]

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        reader = reader_language(request)
        plan_page = current_plan_page()
        rows = plan_page.rows(reader) if plan_page else []
        sections = [
            (section, list(those))
            for section, those in groupby(rows, key=lambda row: row.page.priority.section)
        ]
        statuses = [row.how.status for row in rows if row.how.status]
        changed = last_changed(statuses)
        news = with_rows(ProgressUpdatePage.objects.for_lists()[:MOST_NEWS], reader)
        ahead = sorted(
            (row.how.next.planned_on, row.number, row)
            for row in rows
            if row.how.next and not row.how.next_is_late
        )
        return context | {
            "plan": plan_page.plan if plan_page else None,
            "plan_page": plan_page,
            "sections": sections,
            "words_lang": words_lang(plan_page.plan) if plan_page else "",
            "shares": shares(statuses),
            "unset": len(rows) - len(statuses),
            "changed": changed,
            "changed_row": next((row for row in rows if row.how.status is changed), None),
            "news": news,
            "ahead": [row for _, _, row in ahead[:MOST_AHEAD]],
        }

    def share_title(self) -> str:
        return self.seo_title or self.headline or self.title

    def share_card(self, context: Any, organisation: str) -> Card | None:
        if not context["sections"]:
            return None
        return PlanCard.of(context["plan"], context["sections"], organisation)

    def headline_lines(self) -> list[str]:
        """The sentences of the headline, each with its full stop."""
        return [f"{part.strip()}." for part in self.headline.split(".") if part.strip()]


class StandardPage(PortalPage):
    """A plain page: heading, introduction, body."""

    intro = models.TextField(_("introduction"), blank=True, max_length=400)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["home.StandardPage"]
    template = "home/standard_page.html"
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar[list[Panel]] = [
        *PortalPage.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("plain page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"trail": self.above()}
