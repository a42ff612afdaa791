"""Pages of the plan: one per language, over rows that have none."""

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.search import index

from content.blocks import BodyBlock
from content.cards import Card
from content.languages import (
    SOURCE,
    address,
    language_of,
    marked,
    query_of,
    reader_language,
)
from content.memory import remembered
from content.models import PortalPage
from content.querysets import PortalPageManager, PortalPageQuerySet
from content.validators import AtMostWords
from priorities.as_of import PARAMETER, AsOf, asked_day, earliest, standing
from priorities.cards import PlanCard, PriorityCard
from priorities.choices import STATUS_DEFINITIONS, STATUS_MARKS, STATUS_ORDER, Status
from priorities.models.facts import Correction, Indicator, Milestone, StatusChange
from priorities.models.plan import ActionPlan, PlanSection, Priority
from priorities.panels import AdoptedWordsPanel, FactsPanel, TranslationOnlyPanel
from priorities.short_names import PriorityPageForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memberorgs.sections import Shown
    from priorities.history import Words
    from priorities.statistics import Standing

MOST_SUMMARY_WORDS = 60
NEWS_AT_A_TIME = 5
PLANS_AT_A_TIME = 30


def words_lang(plan: ActionPlan) -> str:
    """The language of the adopted words where the page is in another one, else nothing."""
    return "" if plan.language == get_language() else plan.language


class ActionPlanIndexPage(PortalPage):
    """`/handlingsplan/`: all plans, the newest first."""

    intro = models.TextField(_("introduction"), blank=True)

    query_keys = ("side",)
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["priorities.ActionPlanPage"]
    max_count_per_parent = 1
    template = "priorities/action_plan_index_page.html"
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("intro"),
    ]
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
        part = Paginator(ActionPlanPage.objects.newest_first(), PLANS_AT_A_TIME).get_page(
            request.GET.get("side")
        )
        return super().get_context(request, *args, **kwargs) | {
            "plan_pages": part,
            "kept_query": query_of(side=part.number if part.number > 1 else None),
        }


def current_plan_page() -> "ActionPlanPage | None":
    """The page of the newest published plan, as readers get it. Remembered: change nothing."""
    return remembered(
        ("plan page", get_language()),
        lambda: ActionPlanPage.objects.newest_first().filter(plan__live=True).first(),
    )


def rows_of(priorities: "Iterable[int]", reader: str) -> "dict[int, Row]":
    """Priority → its row in the plan, with its place and address. One query for those of older
    plans, whose rows come without standing; none for those of the current one."""
    # The statistics read the models here.
    from priorities.statistics import Standing

    wanted = set(priorities)
    plan_page = current_plan_page() if wanted else None
    rows = plan_page.rows(reader) if plan_page else []
    found = {row.page.priority_id: row for row in rows if row.page.priority_id in wanted}
    others = wanted - found.keys()
    for page in PriorityPage.objects.of(others) if others else ():
        found[page.priority_id] = Row(page, Standing(), address(page, reader))
    return found


class ActionPlanPageQuerySet(PortalPageQuerySet):
    def newest_first(self) -> Self:
        """As readers get them, with their plans."""
        return (
            self.for_readers()
            .select_related("plan", "locale")
            .order_by("-plan__year_start", "-plan__year_end")
        )


def has_other_plans(plan: int) -> bool:
    """Whether there are published plans besides the one with the key `plan`."""

    def read() -> frozenset[int]:
        published = ActionPlanPage.objects.live().source().order_by()
        return frozenset(published.values_list("plan", flat=True))

    return not remembered("plans", read) <= {plan}


def corrected_priorities() -> frozenset[int]:
    """The keys of those of which a reader can see corrections. Remembered."""

    def read() -> frozenset[int]:
        found = Correction.objects.for_readers().order_by()
        return frozenset(found.values_list("priority", flat=True).distinct())

    return remembered("corrected", read)


def indicators_of(plan: int) -> dict[int, list[Indicator]]:
    """Priority → its public indicators with their values, of the plan with the key `plan`.
    Remembered: change none."""

    def read() -> dict[int, list[Indicator]]:
        found: dict[int, list[Indicator]] = {}
        rows = Indicator.objects.live().filter(priority__plan=plan).order_by("pk")
        for indicator in rows.prefetch_related("values"):
            found.setdefault(indicator.priority_id, []).append(indicator)
        return found

    return remembered(("indicators", plan), read)


def news_counts(plan: int) -> Counter[int]:
    """Priority → how much news about it readers of the active language get, in the plan with the
    key `plan`. Remembered."""
    # The page of news reads these.
    from priorities.models.news import ProgressUpdatePage

    def read() -> Counter[int]:
        about = ProgressUpdatePage.objects.source().filter(priorities__plan=plan).order_by()
        news = ProgressUpdatePage.objects.for_readers().order_by()
        readable = set(
            news.filter(translation_key__in=about.values("translation_key")).values_list(
                "translation_key", flat=True
            )
        )
        pairs = about.values_list("translation_key", "priorities")
        return Counter(priority for key, priority in pairs if key in readable)

    return remembered(("news counts", plan, get_language()), read)


def related_in(plan: int) -> dict[int, set[int]]:
    """Priority → those that its page names, in the plan with the key `plan`. Remembered.

    wagtail-localize copies no such relation: the bokmål page says which.
    """

    def read() -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        pairs = PriorityPage.related.through.objects.filter(
            prioritypage__priority__plan=plan, prioritypage__locale__language_code=SOURCE
        )
        for priority, other in pairs.values_list("prioritypage__priority", "priority"):
            found.setdefault(priority, set()).add(other)
        return found

    return remembered(("related", plan), read)


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
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("intro"),
    ]
    content_panels: ClassVar[list[Panel]] = [*PortalPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("page of an action plan")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.translation_key = self.plan.page_key
        super().full_clean(*args, **kwargs)

    @classmethod
    def to_serve(cls) -> QuerySet[Any]:
        rows: QuerySet[Any] = cls.objects.select_related("plan")
        return rows

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The statistics read these models.
        from priorities.statistics import shares

        asked = asked_day(request, self.plan)
        reader = reader_language(request)
        sections = self.sections(asked, reader)
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
            "reader": reader,
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
            "trail": self.above() if has_other_plans(self.plan_id) else [],
        }

    def share_card(self, context: Any, organisation: str) -> Card | None:
        if context["asked"].past or context["chosen"]:
            return None
        return PlanCard.of(self.plan, context["sections"], organisation)

    def sections(self, asked: AsOf, reader: str) -> list[tuple[PlanSection, list["Row"]]]:
        """The sections of the plan in order, each with its priorities, their words and standing.

        Sections without priorities are there as well, with their preamble. `reader` is the
        language in whose addresses the rows lead.
        """
        # The history reads the models here.
        from priorities.history import words_of

        rows = self.past_rows(asked, reader) if asked.past else self.rows(reader)
        words = words_of(self.plan, (row.page.priority for row in rows), asked)
        of: dict[int, list[Row]] = {}
        for row in rows:
            if row.page.priority_id in words:
                row.words = words[row.page.priority_id]
                of.setdefault(row.page.priority.section_id, []).append(row)
        sections = self.plan.sections.filter(live=True).order_by("position")
        return [
            (section, of.get(section.pk, []))
            for section in sections
            if section.pk in of or (section.removed_at is None and not asked.past)
        ]

    def rows(self, reader: str) -> list["Row"]:
        """The priorities as they stand today, in the order of the plan. Remembered: change none."""
        today = AsOf.today()
        key = ("rows", self.plan_id, get_language(), reader, today.day)

        def read() -> list[Row]:
            pages = PriorityPage.objects.in_plan(self.plan, today)
            return self._rows(list(pages.prefetch_related("priority__sub_goals")), today, reader)

        return remembered(key, read)

    def past_rows(self, asked: AsOf, reader: str) -> list["Row"]:
        """The priorities as they stood on an earlier day, in the order of the plan."""
        return self._rows(list(PriorityPage.objects.in_plan(self.plan, asked)), asked, reader)

    def _rows(self, pages: "list[PriorityPage]", asked: AsOf, reader: str) -> list["Row"]:
        # The statistics read the models here.
        from priorities.statistics import standings

        how = standings(self.plan, (page.priority for page in pages), asked)
        for page in pages:
            page.priority.plan = self.plan
        return [
            Row(page, how[page.priority_id], address(page, reader) + asked.query) for page in pages
        ]


class Row:
    """A priority in a list: its page, where it is read, how it goes, and its words where asked."""

    words: "Words | None" = None

    def __init__(self, page: "PriorityPage", how: "Standing", url: str) -> None:
        self.page = page
        self.how = how
        self.url = url
        self.number = page.priority.position
        self.title = marked(page.title, language_of(page))

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
    base_form_class = PriorityPageForm
    template = "priorities/priority_page.html"
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.SearchField("owner_role"),
        index.SearchField("unofficial_words"),
    ]
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

    def search_names(self) -> str:
        """The adopted words too: they are what the priority is called by in the hall."""
        return " ".join([self.title, self.priority.adopted_text, *self.priority.goals])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The history and the statistics read these models.
        from priorities.history import facts_of, text_of
        from priorities.statistics import clock, measured, reached, timeline

        reader = reader_language(request)
        priority = self.priority = self._priority(reader)
        plan = priority.plan
        asked = asked_day(request, plan)
        rows, words = self._rows(asked, reader)
        if words is None:
            asked = AsOf.today(
                gettext("The priority was not in the plan yet. This is how it is today.")
            )
            rows, words = self._rows(asked, reader)
        place = next((i for i, row in enumerate(rows) if row.page.priority_id == priority.pk), None)
        if place is not None:
            statuses, milestones = rows[place].how.changes, rows[place].how.milestones
        else:
            statuses = facts_of(StatusChange, [priority], asked)[priority.pk]
            milestones = facts_of(Milestone, [priority], asked)[priority.pk]
        if asked.past:
            indicators = facts_of(Indicator, [priority], asked)[priority.pk]
        else:
            indicators = indicators_of(plan.pk).get(priority.pk, [])
        # The page of news reads this one.
        from priorities.models.news import ProgressUpdatePage

        news = ProgressUpdatePage.objects.for_lists().about(priority).public_on(asked)
        parts = Paginator(news, NEWS_AT_A_TIME)
        if not asked.past:
            parts.count = news_counts(plan.pk)[priority.pk]
        part = parts.get_page(request.GET.get("side"))
        part.object_list = list(part.object_list)
        newest = part.object_list[0].date if part.number == 1 and part.paginator.count else None
        if asked.past:
            corrections = priority.corrections.for_readers()
            corrected = corrections.filter(corrected_at__lte=asked.end).exists()
        else:
            corrected = priority.pk in corrected_priorities()
        text = text_of(self, asked)
        if self.locale.language_code == SOURCE and (
            asked.past or getattr(request, "is_preview", False)
        ):
            # What a revision says, be it an earlier one or a draft.
            named = {one.pk for one in text.related.all()}
        else:
            named = related_in(plan.pk).get(priority.pk, set())
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
            "unofficial": self._unofficial(asked),
            "archived": priority.archived_at is not None and priority.archived_at <= asked.end,
            "words_lang": words_lang(plan),
            # The list of plans leads nowhere else while there is one.
            "trail": above if has_other_plans(plan.pk) else above[-1:],
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
            "related": self._related(named, rows, reader),
            "corrected": corrected,
            "sections": [] if asked.past else self._sections(),
            "previous": rows[place - 1] if place else None,
            "next": rows[place + 1] if place is not None and place + 1 < len(rows) else None,
            "total": len(rows),
        }

    def _priority(self, reader: str) -> Priority:
        """Its priority with section and plan: as the current plan remembers it, else read."""
        plan_page = current_plan_page()
        for row in plan_page.rows(reader) if plan_page else ():
            if row.page.priority_id == self.priority_id:
                return row.page.priority
        return Priority.objects.select_related("section", "plan").get(pk=self.priority_id)

    def _sections(self) -> "list[Shown]":
        """What higher apps show of the priority. Remembered: change nothing."""
        # The registry names the models of this package.
        from priorities.sections import activity

        priority = self.priority
        return remembered(("sections", priority.pk, get_language()), lambda: activity.of(priority))

    def _unofficial(self, asked: AsOf) -> str:
        """The adopted words of today in the page's language; nothing on a day in the past."""
        translated = self.locale.language_code != SOURCE and not asked.past
        return self.unofficial_words if translated else ""

    def _rows(self, asked: AsOf, reader: str) -> "tuple[list[Row], Words | None]":
        """The plan as it stood on the day, and this priority's words then."""
        # The history reads these models.
        from priorities.history import words_of

        plan = self.priority.plan
        page = ActionPlanPage(plan=plan)
        rows = page.past_rows(asked, reader) if asked.past else page.rows(reader)
        known = {row.page.priority_id: row.page.priority for row in rows}
        if not asked.past:
            # The rows of today come with their sub-goals.
            own = known.get(self.priority_id, self.priority)
            return rows, words_of(plan, [own], asked)[self.priority_id]
        words = words_of(plan, (known | {self.priority_id: self.priority}).values(), asked)
        return [row for row in rows if row.page.priority_id in words], words.get(self.priority_id)

    def _related(self, named: set[int], rows: "list[Row]", reader: str) -> "list[Row]":
        """The rows of the priorities that the page names, in the order of their plans."""
        known = {row.page.priority_id: row for row in rows if row.page.priority_id in named}
        found = known | rows_of(named - known.keys(), reader)
        return sorted(found.values(), key=lambda row: (row.number, row.page.priority_id))
