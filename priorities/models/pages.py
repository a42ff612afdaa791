"""Pages of the plan: one per language, over rows that have none."""

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page

from content.blocks import BodyBlock
from content.languages import SOURCE, address, query_of, reader_language
from content.models import PortalPage
from content.querysets import PortalPageManager, PortalPageQuerySet
from content.validators import AtMostWords
from priorities.as_of import PARAMETER, AsOf, asked_day, earliest, standing
from priorities.choices import STATUS_DEFINITIONS, STATUS_MARKS, STATUS_ORDER, Status
from priorities.models.facts import Correction, Indicator, Milestone, StatusChange
from priorities.models.plan import ActionPlan, PlanSection, Priority
from priorities.panels import AdoptedWordsPanel, FactsPanel, TranslationOnlyPanel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from priorities.history import Words
    from priorities.statistics import Standing

MOST_SUMMARY_WORDS = 60
NEWS_AT_A_TIME = 5


def words_lang(plan: ActionPlan) -> str:
    """The language of the adopted words where the page is in another one, else nothing."""
    return "" if plan.language == get_language() else plan.language


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

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """While there is one plan only, the list would be a detour."""
        pages = list(ActionPlanPage.objects.newest_first()[:2])
        if len(pages) == 1 and not getattr(request, "is_preview", False):
            return redirect(address(pages[0], reader_language(request)))
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {
            "plan_pages": ActionPlanPage.objects.newest_first()
        }


class ActionPlanPageQuerySet(PortalPageQuerySet):
    def newest_first(self) -> Self:
        """As readers get them, with their plans."""
        return (
            self.for_readers()
            .select_related("plan", "locale")
            .order_by("-plan__year_start", "-plan__year_end")
        )


def has_other_plans(plan: str) -> Exists:
    """Whether there are published plans besides the one that `plan` refers to."""
    return Exists(ActionPlanPage.objects.live().source().exclude(plan=OuterRef(plan)).order_by())


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

    objects = PortalPageManager.from_queryset(ActionPlanPageQuerySet)()

    query_keys = (PARAMETER, "status")
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

    @classmethod
    def to_serve(cls) -> QuerySet[Any]:
        rows: QuerySet[Any] = cls.objects.select_related("plan", "locale").annotate(
            plans=has_other_plans("plan")
        )
        return rows

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
            "kept_query": query_of(dato=asked.iso if asked.past else None, status=chosen or None),
            "unknown_status": wanted if wanted and not chosen else "",
            "scale": [
                (STATUS_MARKS[status], status.label, STATUS_DEFINITIONS[status])
                for status in STATUS_ORDER
            ],
            "words_lang": words_lang(self.plan),
            # The list of plans leads nowhere else while there is one.
            "trail": self.above() if getattr(self, "plans", False) else [],
        }

    def sections(self, asked: AsOf) -> list[tuple[PlanSection, list["Row"]]]:
        """The sections of the plan in order, each with its priorities, their words and standing.

        Sections without priorities are there as well, with their preamble.
        """
        # The history reads the models here.
        from priorities.history import words_of

        pages = list(
            PriorityPage.objects.in_plan(self.plan, asked).prefetch_related("priority__sub_goals")
        )
        words = words_of(self.plan, [page.priority for page in pages], asked)
        for page in pages:
            page.words = words.get(page.priority_id)
        rows: dict[int, list[Row]] = {}
        for row in self._rows([page for page in pages if page.words is not None], asked):
            rows.setdefault(row.page.priority.section_id, []).append(row)
        sections = self.plan.sections.filter(live=True).order_by("position")
        return [
            (section, rows.get(section.pk, []))
            for section in sections
            if section.pk in rows or (section.removed_at is None and not asked.past)
        ]

    def rows(self) -> list["Row"]:
        """The priorities as they stand today, in the order of the plan, without their words."""
        today = AsOf.today()
        return self._rows(list(PriorityPage.objects.in_plan(self.plan, today)), today)

    def _rows(self, pages: "list[PriorityPage]", asked: AsOf) -> list["Row"]:
        # The statistics read the models here.
        from priorities.statistics import standings

        how = standings(self.plan, (page.priority for page in pages), asked)
        return [Row(page, how[page.priority_id]) for page in pages]


class Row(NamedTuple):
    """A priority in a list: its page, and how it goes."""

    page: "PriorityPage"
    how: "Standing"

    def is_in(self, status: str) -> bool:
        return self.how.status is not None and self.how.status.status == status


class PriorityPageQuerySet(PortalPageQuerySet):
    def in_plan(self, plan: ActionPlan, asked: AsOf) -> Self:
        """As readers get them, those whose priorities stood on the day, in the plan's order."""
        return (
            self.for_readers()
            .filter(standing(asked, "priority__"), priority__plan=plan)
            .select_related("priority__section", "locale")
            .order_by("priority__position", "priority__pk")
        )

    def of(self, priorities: "Iterable[Priority | int] | QuerySet[Any]") -> Self:
        """As readers get them, the pages of `priorities`, in the order of the plan."""
        return (
            self.for_readers()
            .filter(priority__in=priorities)
            .select_related("priority", "locale")
            .order_by("priority__position", "priority__pk")
        )

    def about(self, updates: "Iterable[Page]") -> "dict[Any, list[PriorityPage]]":
        """The pages that each piece of news belongs to: its `translation_key` → pages. One query.

        The bokmål news says which; its translations follow.
        """
        keys = {update.translation_key for update in updates}
        rows = (
            self.of(Priority.objects.filter(updates__translation_key__in=keys))
            .filter(
                priority__updates__translation_key__in=keys,
                priority__updates__locale__language_code=SOURCE,
            )
            .annotate(update_key=F("priority__updates__translation_key"))
        )
        found: dict[Any, list[PriorityPage]] = {}
        for row in rows if keys else ():
            found.setdefault(row.update_key, []).append(row)
        return found


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
    unofficial_words = models.TextField(
        _("unofficial translation of the adopted words"),
        blank=True,
        help_text=_(
            "The assembly adopted one wording, and that one counts. This stands below it, marked "
            "as unofficial."
        ),
    )
    related = ParentalManyToManyField(
        Priority,
        blank=True,
        related_name="+",
        verbose_name=_("related priorities"),
    )

    objects = PortalPageManager.from_queryset(PriorityPageQuerySet)()

    query_keys = (PARAMETER, "side")
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
        TranslationOnlyPanel("unofficial_words"),
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
        if self.locale.language_code == SOURCE:
            # What a translator has before them; readers of bokmål get the adopted words.
            self.unofficial_words = self.priority.whole_text
        super().full_clean(*args, **kwargs)

    @classmethod
    def to_serve(cls) -> QuerySet[Any]:
        rows: QuerySet[Any] = cls.objects.select_related(
            "priority__section", "priority__plan", "locale"
        ).annotate(
            plans=has_other_plans("priority__plan"),
            corrected=Exists(
                Correction.objects.for_readers().filter(priority=OuterRef("priority")).order_by()
            ),
        )
        return rows

    def related_priorities(self) -> QuerySet[Any]:
        """What the bokmål page names: wagtail-localize copies no such relation."""
        through = PriorityPage.related.through.objects
        return through.filter(  # type: ignore[no-any-return]
            prioritypage__priority=self.priority, prioritypage__locale__language_code=SOURCE
        ).values("priority")

    # What was adopted, as it was valid on the day that a list is about.
    words: "Words | None" = None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The history and the statistics read these models.
        from priorities.history import facts_of, text_of
        from priorities.statistics import clock, measured, reached, timeline

        # A preview has not come through `to_serve`.
        priority = self.priority
        plan = priority.plan
        asked = asked_day(request, plan)
        siblings, words = self._siblings(asked)
        if words is None:
            asked = AsOf.today(
                gettext("The priority was not in the plan yet. This is how it is today.")
            )
            siblings, words = self._siblings(asked)
        place = next(
            (i for i, page in enumerate(siblings) if page.priority_id == priority.pk), None
        )
        statuses = facts_of(StatusChange, [priority], asked)[priority.pk]
        milestones = facts_of(Milestone, [priority], asked)[priority.pk]
        indicators = facts_of(Indicator, [priority], asked)[priority.pk]
        # The page of news reads this one.
        from priorities.models.news import ProgressUpdatePage

        news = ProgressUpdatePage.objects.for_readers().about(priority).public_on(asked)
        part = Paginator(news, NEWS_AT_A_TIME).get_page(request.GET.get("side"))
        newest = part.object_list[0].date if part.number == 1 and part.paginator.count else None
        corrected = getattr(self, "corrected", None)
        if corrected is None or asked.past:
            corrections = priority.corrections.for_readers()
            corrected = corrections.filter(corrected_at__lte=asked.end).exists()
        text = text_of(self, asked)
        translated = self.locale.language_code != SOURCE
        above = self.above()
        return super().get_context(request, *args, **kwargs) | {
            "priority": priority,
            "plan": plan,
            "plan_page": above[-1] if above else None,
            "asked": asked,
            "earliest": earliest(plan),
            "kept_query": asked.query,
            "text": text,
            "words": words,
            "unofficial": self.unofficial_words if translated and not asked.past else "",
            "archived": priority.archived_at is not None and priority.archived_at <= asked.end,
            "words_lang": words_lang(plan),
            # The list of plans leads nowhere else while there is one.
            "trail": above if getattr(self, "plans", False) else above[-1:],
            "status": statuses[0] if statuses else None,
            "earlier": statuses[1:],
            "milestones": timeline(milestones, asked.day),
            "reached": reached(milestones, asked.day),
            "milestone_count": len(milestones),
            "indicators": measured(indicators, asked.day),
            "news": part,
            "clock": clock(plan, statuses, milestones, newest, asked.day)
            if part.number == 1
            else None,
            "related": PriorityPage.objects.of(
                self.related_priorities() if translated else text.related.all()
            ),
            "corrected": corrected,
            "previous": siblings[place - 1] if place else None,
            "next": siblings[place + 1]
            if place is not None and place + 1 < len(siblings)
            else None,
            "total": len(siblings),
        }

    def _siblings(self, asked: AsOf) -> "tuple[list[PriorityPage], Words | None]":
        """The pages of the plan as it stood on the day, and this priority's words then."""
        # The history reads these models.
        from priorities.history import words_of

        pages = list(PriorityPage.objects.in_plan(self.priority.plan, asked))
        if not asked.past:
            return pages, words_of(self.priority.plan, [self.priority], asked)[self.priority_id]
        rows = {page.priority_id: page.priority for page in pages} | {
            self.priority_id: self.priority
        }
        words = words_of(self.priority.plan, rows.values(), asked)
        return [page for page in pages if page.priority_id in words], words.get(self.priority_id)
