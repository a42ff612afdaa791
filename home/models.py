"""The front page and plain pages."""

from datetime import date
from itertools import groupby
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, RevisionMixin
from wagtail.search import index

from content.blocks import BodyBlock
from content.cards import Card
from content.languages import reader_language
from content.models import PortalPage
from priorities.cards import PlanCard
from priorities.choices import DecidedBy
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


# What the text of a statement may hold: headings, lists, links.
STATEMENT_FEATURES = ["h2", "h3", "bold", "ul", "ol", "link"]


class PrivacyStatementQuerySet(models.QuerySet["PrivacyStatement"]):
    def in_force_on(self, day: date) -> Self:
        """Published versions that were adopted by then, the newest first."""
        return self.filter(live=True, adopted_on__lte=day).order_by("-adopted_on")


class PrivacyStatement(DraftStateMixin, RevisionMixin, models.Model):  # type: ignore[misc]
    """A version of `/personvern/`: the words that a body adopted on a day.

    It begins as a draft. What is published is never changed: the next wording is a new version, and
    the old ones stay readable.
    """

    adopted_on = models.DateField(
        _("adopted on"),
        unique=True,
        error_messages={"unique": _("There is a version from that day already.")},
    )
    adopted_by = models.CharField(
        _("adopted by"),
        max_length=30,
        choices=DecidedBy,
        default=DecidedBy.EXECUTIVE_COMMITTEE,
    )
    case_number = models.CharField(_("case number"), max_length=40, blank=True)
    what_changed = models.CharField(
        _("what is new in it"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for the list of versions."),
    )
    body_nb = RichTextField(_("text in bokmål"), features=STATEMENT_FEATURES)
    body_nn = RichTextField(_("text in nynorsk"), features=STATEMENT_FEATURES, blank=True)
    body_en = RichTextField(_("text in English"), features=STATEMENT_FEATURES, blank=True)

    objects = PrivacyStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the privacy statement")
        verbose_name_plural = _("versions of the privacy statement")
        ordering: ClassVar[list[str]] = ["-adopted_on"]
        # None is deleted: what was in force once stays readable.
        default_permissions: ClassVar[tuple[str, ...]] = ("add", "change", "view")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(adopted_by__in=DecidedBy.values), name="privacy_adopted_by_known"
            ),
            models.CheckConstraint(condition=~Q(body_nb=""), name="privacy_has_words"),
        ]

    def __str__(self) -> str:
        return str(self.adopted_on)

    @property
    def body(self) -> str:
        """In the reader's language, where it has one; else in bokmål."""
        return str(getattr(self, f"body_{self.lang}"))

    @property
    def lang(self) -> str:
        """The language of `body`."""
        code = (get_language() or "nb")[:2]
        return code if getattr(self, f"body_{code}", "") else "nb"

    def clean(self) -> None:
        super().clean()
        before = PrivacyStatement.objects.filter(pk=self.pk, first_published_at__isnull=False)
        old = before.first()
        if old is None:
            return
        for name in ("adopted_on", "adopted_by", "case_number", "body_nb", "body_nn", "body_en"):
            if getattr(old, name) != getattr(self, name):
                raise ValidationError(
                    {name: _("What is published is never changed. Make a new version.")}
                )


def privacy_in_force() -> PrivacyStatement | None:
    """None until a body has adopted one: then the words in the code are a proposal."""
    return PrivacyStatement.objects.in_force_on(timezone.localdate()).first()
