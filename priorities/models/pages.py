"""Pages of the plan: one per language, over rows that have none."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from content.blocks import BodyBlock
from content.models import PortalPage
from content.validators import AtMostWords
from priorities.models.plan import ActionPlan, PlanSection, Priority
from priorities.panels import AdoptedWordsPanel, FactsPanel

MOST_SUMMARY_WORDS = 60


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
        return super().get_context(request, *args, **kwargs) | {
            "plan": self.plan,
            "sections": self.sections(),
            "words_lang": self.words_lang(),
            "trail": self.trail(),
        }

    def words_lang(self) -> str:
        """The language of the adopted words where the page is in another one, else nothing."""
        return "" if self.plan.language == get_language() else self.plan.language

    def trail(self) -> list[Page]:
        """The pages between the front page and this one; the list of plans once it has two."""
        index = self.get_parent().specific
        return [index] if index.plan_pages()[1:2] else []

    def sections(self) -> list[tuple[PlanSection, list["PriorityPage"]]]:
        """The sections of the plan in order, each with the pages of its standing priorities."""
        pages: dict[int, list[PriorityPage]] = {}
        for page in PriorityPage.objects.in_plan(self).prefetch_related("priority__sub_goals"):
            pages.setdefault(page.priority.section_id, []).append(page)
        sections = self.plan.sections.filter(live=True, removed_at__isnull=True)
        return [(section, pages.get(section.pk, [])) for section in sections.order_by("position")]


class PriorityPageQuerySet(PageQuerySet):  # type: ignore[misc]
    def in_plan(self, plan_page: ActionPlanPage) -> "PriorityPageQuerySet":
        """Published pages under `plan_page` whose priorities stand, in the order of the plan."""
        return (
            self.child_of(plan_page)
            .live()
            .public()
            .filter(priority__live=True, priority__archived_at__isnull=True)
            .select_related("priority__section", "priority__plan")
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

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        plan_page = self.get_parent().specific
        siblings = list(PriorityPage.objects.in_plan(plan_page))
        place = next((i for i, page in enumerate(siblings) if page.pk == self.pk), None)
        return context | {
            "priority": self.priority,
            "plan": self.priority.plan,
            "plan_page": plan_page,
            "words_lang": plan_page.words_lang(),
            "trail": [*plan_page.trail(), plan_page],
            "previous": siblings[place - 1] if place else None,
            "next": siblings[place + 1]
            if place is not None and place + 1 < len(siblings)
            else None,
            "total": Priority.objects.live().standing().filter(plan=self.priority.plan_id).count(),
        }
