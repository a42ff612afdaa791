"""Pages of the plan: one per language, over rows that have none."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, PageManager
from wagtail.query import PageQuerySet

from content.blocks import BodyBlock
from content.cards import Card
from content.models import PortalPage
from content.validators import AtMostWords
from priorities.as_of import AsOf, asked_day, earliest, standing
from priorities.cards import PlanCard, PriorityCard
from priorities.choices import STATUS_DEFINITIONS, STATUS_MARKS, STATUS_ORDER, Status
from priorities.models.facts import Indicator, Milestone, StatusChange
from priorities.models.plan import ActionPlan, PlanSection, Priority
from priorities.panels import AdoptedWordsPanel, FactsPanel

if TYPE_CHECKING:
    from priorities.history import Words
    from priorities.statistics import Standing

MOST_SUMMARY_WORDS = 60
NEWS_AT_A_TIME = 5


class ActionPlanIndexPage(PortalPage):
    """`/handlingsplan/`: all plans, the newest first."""

    intro = models.TextField(_("introduction"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["priorities.ActionPlanPage"]
    max_count_per_parent = 1
    template = "priorities/action_plan_index_page.html"
    content_panels: ClassVar[list[Panel]] = [*PortalPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of action plans")

    def plan_pages(self) -> PageQuerySet:
        return (
            ActionPlanPage.objects.child_of(self)
            .live()
            .public()
            .select_related("plan")
            .order_by("-plan__year_start", "-plan__year_end")
        )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """While there is one plan only, the list would be a detour."""
        pages = list(self.plan_pages()[:2])
        if len(pages) == 1 and not getattr(request, "is_preview", False):
            return redirect(pages[0].get_url(request))
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"plan_pages": self.plan_pages()}


class ActionPlanPage(PortalPage):
    """`/handlingsplan/2026-2027/`: the sections and priorities of one plan."""

    plan = models.ForeignKey(
        ActionPlan,
        models.PROTECT,
        related_name="pages",
        editable=False,
        verbose_name=_("action plan"),
    )
    intro = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_("Your own words above the list. The adopted words come from the plan."),
    )

    parent_page_types: ClassVar[list[str]] = ["priorities.ActionPlanIndexPage"]
    subpage_types: ClassVar[list[str]] = ["priorities.PriorityPage"]
    is_creatable = False
    template = "priorities/action_plan_page.html"
    content_panels: ClassVar[list[Panel]] = [*PortalPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("page of an action plan")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.translation_key = self.plan.page_key
        super().full_clean(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The statistics read these models.
        from priorities.statistics import shares

        asked = asked_day(request, self.plan)
        sections = self.sections(asked)
        rows = [row for _, those in sections for row in those]
        parts = shares(row.how.status for row in rows if row.how.status)
        wanted = request.GET.get("status", "")
        chosen = wanted if wanted in Status.values else ""
        if chosen:
            sections = [
                (section, [row for row in those if row.is_in(chosen)])
                for section, those in sections
            ]
            sections = [(section, those) for section, those in sections if those]
        return super().get_context(request, *args, **kwargs) | {
            "plan": self.plan,
            "asked": asked,
            "earliest": earliest(self.plan),
            "sections": sections,
            "shares": parts,
            "total": len(rows),
            "unset": len(rows) - sum(part.count for part in parts),
            "chosen": Status(chosen) if chosen else None,
            "unknown_status": wanted if wanted and not chosen else "",
            "scale": [
                (STATUS_MARKS[status], status.label, STATUS_DEFINITIONS[status])
                for status in STATUS_ORDER
            ],
            "words_lang": self.words_lang(),
            "trail": self.trail(),
        }

    def share_card(self, context: Any, organisation: str) -> Card | None:
        if context["asked"].past or context["chosen"]:
            return None
        return PlanCard.of(self.plan, context["sections"], organisation)

    def words_lang(self) -> str:
        """The language of the adopted words where the page is in another one, else nothing."""
        return "" if self.plan.language == get_language() else self.plan.language

    def trail(self) -> list[Page]:
        """The pages between the front page and this one; the list of plans once it has two."""
        index = self.get_parent().specific
        return [index] if index.plan_pages()[1:2] else []

    def priority_pages(self, asked: AsOf) -> list["PriorityPage"]:
        """Published pages of the priorities that stood on the day, in the order of the plan.

        Each has its adopted words as `words`.
        """
        # The history reads these models.
        from priorities.history import words_of

        pages = list(PriorityPage.objects.in_plan(self, asked))
        words = words_of(self.plan, [page.priority for page in pages], asked)
        for page in pages:
            page.words = words.get(page.priority_id)
        return [page for page in pages if page.words is not None]

    def sections(self, asked: AsOf) -> list[tuple[PlanSection, list["Row"]]]:
        """The sections of the plan in order, each with its priorities and how they go."""
        # The statistics read these models.
        from priorities.statistics import standings

        pages = self.priority_pages(asked)
        how = standings((page.priority for page in pages), asked)
        rows: dict[int, list[Row]] = {}
        for page in pages:
            rows.setdefault(page.priority.section_id, []).append(Row(page, how[page.priority_id]))
        sections = self.plan.sections.filter(live=True).order_by("position")
        return [
            (section, rows.get(section.pk, []))
            for section in sections
            if section.pk in rows or (section.removed_at is None and not asked.past)
        ]


class Row(NamedTuple):
    """A priority in a list: its page, and how it goes."""

    page: "PriorityPage"
    how: "Standing"

    def is_in(self, status: str) -> bool:
        return self.how.status is not None and self.how.status.status == status


class PriorityPageQuerySet(PageQuerySet):  # type: ignore[misc]
    def in_plan(self, plan_page: ActionPlanPage, asked: AsOf) -> "PriorityPageQuerySet":
        """Published pages under `plan_page` whose priorities stood, in the order of the plan."""
        return (
            self.child_of(plan_page)
            .live()
            .public()
            .filter(standing(asked, "priority__"))
            .select_related("priority__section", "priority__plan")
            .prefetch_related("priority__sub_goals")
            .order_by("priority__position", "priority__pk")
        )

    def of(self, priorities: Iterable[Priority | int], locale: Locale) -> "PriorityPageQuerySet":
        """The published pages of `priorities` in one language, in the order of the plan."""
        return (
            self.live()
            .public()
            .filter(priority__in=priorities, locale=locale)
            .select_related("priority")
            .order_by("priority__position", "priority__pk")
        )


class PriorityPage(PortalPage):
    """`/handlingsplan/2026-2027/<priority>/`: one priority."""

    priority = models.ForeignKey(
        Priority,
        models.PROTECT,
        related_name="pages",
        editable=False,
        verbose_name=_("priority"),
    )
    summary = models.TextField(
        _("in short"),
        blank=True,
        max_length=600,
        validators=[AtMostWords(MOST_SUMMARY_WORDS)],
        help_text=_(
            "What it is about and why it matters, in at most 60 words that anybody understands. "
            "Until it is written, the adopted words stand alone."
        ),
    )
    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("body"),
        help_text=_("What we do about it, and why. The adopted words stand above by themselves."),
    )
    owner_role = models.CharField(
        _("responsible"),
        max_length=120,
        blank=True,
        help_text=_("A role or a body, such as “Arbeidsutvalget, politisk ansvarlig”. No names."),
    )
    related = ParentalManyToManyField(
        Priority,
        blank=True,
        related_name="+",
        verbose_name=_("related priorities"),
    )

    objects = PageManager.from_queryset(PriorityPageQuerySet)()

    parent_page_types: ClassVar[list[str]] = ["priorities.ActionPlanPage"]
    subpage_types: ClassVar[list[str]] = ["priorities.ProgressUpdatePage"]
    is_creatable = False
    template = "priorities/priority_page.html"
    content_panels: ClassVar[list[Panel]] = [
        AdoptedWordsPanel(heading=_("Adopted words")),
        FieldPanel(
            "title",
            help_text=_("A short name of the priority. The adopted words stand beside it."),
        ),
        FieldPanel("summary"),
        FactsPanel(heading=_("Status, milestones, numbers and news")),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("owner_role"),
                FieldPanel("related", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("Responsible and related"),
            classname="collapsed",
        ),
    ]

    class Meta:
        verbose_name = _("page of a priority")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.translation_key = self.priority.page_key
        super().full_clean(*args, **kwargs)

    def share_text(self, context: Any) -> str:
        return self.search_description or context["text"].summary or context["words"].text

    def share_card(self, context: Any, organisation: str) -> Card | None:
        if context["asked"].past:
            return None
        return PriorityCard.of(
            context["priority"],
            context["status"],
            title=self.title,
            plan=context["plan"],
            organisation=organisation,
        )

    # What was adopted, as it was valid on the day that a list is about.
    words: "Words | None" = None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The history and the statistics read these models.
        from priorities.history import facts_of, text_of, words_of
        from priorities.statistics import measured, reached, timeline

        plan_page = self.get_parent().specific
        plan = plan_page.plan
        asked = asked_day(request, plan)
        siblings = plan_page.priority_pages(asked)
        place = next((i for i, page in enumerate(siblings) if page.pk == self.pk), None)
        priority = self.priority if place is None else siblings[place].priority
        words = words_of(plan, [priority], asked).get(priority.pk)
        if words is None:
            asked = AsOf.today(
                gettext("The priority was not in the plan yet. This is how it is today.")
            )
            words = words_of(plan, [priority], asked)[priority.pk]
            siblings = plan_page.priority_pages(asked)
            place = next((i for i, page in enumerate(siblings) if page.pk == self.pk), None)
        statuses = facts_of(StatusChange, [priority], asked)[priority.pk]
        milestones = facts_of(Milestone, [priority], asked)[priority.pk]
        indicators = facts_of(Indicator, [priority], asked)[priority.pk]
        news = priority.updates.public_news().public_on(asked)
        corrections = priority.corrections.for_readers()
        if asked.past:
            corrections = corrections.filter(corrected_at__lte=asked.end)
        text = text_of(self, asked)
        return super().get_context(request, *args, **kwargs) | {
            "priority": priority,
            "plan": plan,
            "plan_page": plan_page,
            "asked": asked,
            "earliest": earliest(plan),
            "text": text,
            "words": words,
            "archived": priority.archived_at is not None and priority.archived_at <= asked.end,
            "words_lang": plan_page.words_lang(),
            "trail": [*plan_page.trail(), plan_page],
            "status": statuses[0] if statuses else None,
            "earlier": statuses[1:],
            "milestones": timeline(milestones, asked.day),
            "reached": reached(milestones, asked.day),
            "milestone_count": len(milestones),
            "indicators": measured(indicators, asked.day),
            "news": Paginator(news, NEWS_AT_A_TIME).get_page(request.GET.get("side")),
            "related": PriorityPage.objects.of(text.related.all(), self.locale),
            "corrected": corrections.exists(),
            "previous": siblings[place - 1] if place else None,
            "next": siblings[place + 1]
            if place is not None and place + 1 < len(siblings)
            else None,
            "total": len(siblings),
        }
