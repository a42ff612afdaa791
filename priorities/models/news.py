"""Progress news: what was done, by date, with sources."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from content.blocks import BodyBlock
from content.cards import Card
from content.languages import SOURCE, reader_language
from content.models import PortalDocument, PortalPage
from content.querysets import PortalPageManager, PortalPageQuerySet
from memberorgs.models import MemberOrganisation
from priorities.as_of import AsOf
from priorities.cards import NewsCard
from priorities.models.pages import PriorityPage, Row, rows_of
from priorities.models.plan import Priority
from priorities.short_names import PriorityPageForm

PER_PAGE = 20


class NewsIndexPage(PortalPage):
    """`/nyheter/`: all progress news, the newest first."""

    intro = models.TextField(_("introduction"), blank=True, max_length=400)

    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["priorities.ProgressUpdatePage"]
    max_count_per_parent = 1
    query_keys = ("side", "prioritering", "aar", "medlemslag")
    template = "priorities/news_index_page.html"
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("intro"),
    ]
    content_panels: ClassVar[list[Panel]] = [*PortalPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # The filter reads these models.
        from priorities.news_filter import NewsFilter

        chosen = NewsFilter.asked(request)
        part = Paginator(chosen.news(), PER_PAGE).get_page(request.GET.get("side"))
        part.object_list = with_rows(part.object_list, reader_language(request))
        return super().get_context(request, *args, **kwargs) | {
            "news": part,
            "chosen": chosen,
            "kept_query": chosen.kept_query,
        }


class ProgressUpdateQuerySet(PortalPageQuerySet):
    def public_news(self) -> Self:
        """Published, not private, each once and in bokmål, the newest first: what is counted."""
        return self.live().public().source().order_by("-date", "-pk")

    def for_readers(self) -> Self:
        """As readers get them, the newest first."""
        return super().for_readers().order_by("-date", "-pk")

    def for_lists(self) -> Self:
        """As readers get them, the newest first, without the text that a list doesn't show."""
        return self.for_readers().defer("body")

    def about(self, priority: Priority | int) -> Self:
        """Those that belong to `priority`: the bokmål news says so, translations follow."""
        if (get_language() or SOURCE) == SOURCE:
            return self.source().filter(priorities=priority)
        source = ProgressUpdatePage.objects.source().filter(priorities=priority).order_by()
        return self.filter(translation_key__in=source.values("translation_key"))

    def with_organisation(self, organisation: MemberOrganisation) -> Self:
        """Those that it is part of: the bokmål news says so, translations follow."""
        source = ProgressUpdatePage.objects.source().filter(organisations=organisation).order_by()
        return self.filter(translation_key__in=source.values("translation_key"))

    def public_on(self, asked: AsOf) -> Self:
        """Those that one could read on the day; today, all."""
        if not asked.past:
            return self
        # A translation tells what was published in bokmål before it.
        public = ProgressUpdatePage.objects.source().filter(
            date__lte=asked.day, first_published_at__lte=asked.end
        )
        return self.filter(translation_key__in=public.order_by().values("translation_key"))


def with_rows(updates: Iterable["ProgressUpdatePage"], reader: str) -> "list[ProgressUpdatePage]":
    """The news, each with its priorities as `rows`. The bokmål news says which.

    One query, and one more for priorities of older plans.
    """
    updates = list(updates)
    keys = {update.translation_key for update in updates}
    source = ProgressUpdatePage.objects.source().filter(translation_key__in=keys).order_by()
    pairs = list(
        source.filter(priorities__isnull=False).values_list("translation_key", "priorities")
    )
    rows = rows_of({priority for _, priority in pairs}, reader)
    for update in updates:
        named = [rows[one] for key, one in pairs if key == update.translation_key and one in rows]
        update.rows = sorted(named, key=lambda row: row.number)
    return updates


class ProgressUpdatePage(PortalPage):
    """One piece of progress news; belongs to one or more priorities, or to none."""

    date = models.DateField(_("date"), default=timezone.localdate, db_index=True)
    intro = models.TextField(
        _("introduction"),
        max_length=400,
        help_text=_("What happened and what it means, in two or three sentences."),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))
    priorities = ParentalManyToManyField(
        Priority,
        blank=True,
        related_name="updates",
        verbose_name=_("priorities"),
        help_text=_("The news stands on the page of each of them."),
    )
    organisations = ParentalManyToManyField(
        MemberOrganisation,
        blank=True,
        related_name="updates",
        limit_choices_to={"confirmed_at__isnull": False},
        verbose_name=_("member organisations"),
        help_text=_("Those that had a part in it. The news stands on the page of each of them."),
    )

    share_kind = "article"

    objects = PortalPageManager.from_queryset(ProgressUpdateQuerySet)()

    # Its priorities, where somebody has asked for them.
    rows: list[Row]

    parent_page_types: ClassVar[list[str]] = [
        "priorities.PriorityPage",
        "priorities.NewsIndexPage",
    ]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = PriorityPageForm
    template = "priorities/progress_update_page.html"
    search_fields: ClassVar[list[Any]] = [
        *PortalPage.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
        index.RelatedFields("sources", [index.SearchField("title")]),
    ]
    content_panels: ClassVar[list[Panel]] = [
        *PortalPage.content_panels,
        FieldPanel("date"),
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("priorities", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [FieldPanel("organisations", widget=forms.CheckboxSelectMultiple)],
            heading=_("Member organisations"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [InlinePanel("sources", label=_("source"))], heading=_("Sources"), classname="collapsed"
        ),
    ]

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """News under a priority's page belong to that priority, whatever the editor ticked."""
        super().save(*args, **kwargs)
        if self.locale.language_code != SOURCE:
            return
        parent = self.get_parent().specific
        if isinstance(parent, PriorityPage) and parent.priority not in self.priorities.all():
            self.priorities.add(parent.priority)
            self.priorities.commit()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        above = self.above()
        # The list of plans says nothing about one of them.
        trail = above[-2:] if len(above) > 1 else above
        return super().get_context(request, *args, **kwargs) | {
            "rows": with_rows([self], reader_language(request))[0].rows,
            "organisations": self.part_takers(),
            "sources": self.sources.all().select_related("document"),
            "trail": trail,
        }

    def part_takers(self) -> "list[MemberOrganisation]":
        """The confirmed organisations that the bokmål news names; one query."""
        news = ProgressUpdatePage.objects.source().filter(translation_key=self.translation_key)
        found = MemberOrganisation.objects.confirmed().filter(updates__in=news.order_by())
        return list(found.distinct())

    def share_card(self, context: Any, organisation: str) -> Card | None:
        return NewsCard.of(self, context["rows"], organisation)


class Source(Orderable):
    """Where a piece of news comes from: a title, and a link or a document, and the page in it."""

    update = ParentalKey(ProgressUpdatePage, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), blank=True)
    document = models.ForeignKey(
        PortalDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )
    place = models.CharField(
        _("page"), max_length=40, blank=True, help_text=_("Where in the source, such as “s. 12”.")
    )

    panels: ClassVar[list[Panel]] = [
        FieldPanel("title"),
        FieldPanel("url"),
        FieldPanel("document"),
        FieldPanel("place"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(
                condition=Q(url="", document__isnull=False)
                | (~Q(url="") & Q(document__isnull=True)),
                name="source_is_a_link_or_a_document",
                violation_error_message=_("Give either a link or a document."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if bool(self.url) == bool(self.document_id):
            raise ValidationError({"url": _("Give either a link or a document.")})

    @property
    def address(self) -> str:
        return self.url or (self.document.url if self.document else "")
