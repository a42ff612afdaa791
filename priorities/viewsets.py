"""The staff's side of facts: lists with filters and export, forms as an editor thinks."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    Panel,
    PublishingPanel,
)
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.snippets.views.snippets import (
    CreateView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from content.choosers import ChoosingOnly
from priorities.models import Indicator, Milestone, Priority, StatusChange
from priorities.short_names import short_title

# Number and short title of the priority that a fact is about.
PRIORITY = Column(
    "about",
    label=_("Priority"),
    accessor=lambda fact: f"{fact.priority.position}. {fact.short_title or fact.priority}",
    sort_key="priority__position",
    classname="fact-about",
)


class FactCreateView(CreateView):  # type: ignore[misc]
    """Begins with the priority that the editor came from (`?priority=<pk>`)."""

    def get_initial_form_instance(self) -> models.Model:
        instance: models.Model = self.model()
        chosen = self.request.GET.get("priority", "")
        if chosen.isascii() and chosen.isdigit():
            instance.priority = Priority.objects.filter(pk=chosen).first()  # type: ignore[attr-defined]
        if instance.__class__ is StatusChange:
            instance.typed_by = self.request.user  # type: ignore[attr-defined]
        return instance


class FactIndexView(IndexView):  # type: ignore[misc]
    def get_base_queryset(self) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = super().get_base_queryset()
        return found.select_related("priority__section").annotate(
            short_title=short_title("priority")
        )


def texts(name: str, **options: Any) -> list[Panel]:
    """The panels of a text in three languages: bokmål open, the others folded beside it."""
    return [FieldPanel(f"{name}_nb", required_on_save=True, **options)]


def translations(*names: str) -> Panel:
    """The same texts in nynorsk and English, folded: most are written in bokmål first."""
    return MultiFieldPanel(
        [FieldPanel(f"{name}_{language}") for name in names for language in ("nn", "en")],
        heading=_("In nynorsk and English"),
        classname="collapsed",
    )


def correction() -> Panel:
    return FieldPanel("correction_reason", heading=_("Why it is corrected"))


def schedule() -> Panel:
    """When it goes public. No clock withdraws what the public has read: a person does, openly."""
    goes_live, _expires = PublishingPanel().children
    return PublishingPanel(children=[goes_live])


class FactViewSet(SnippetViewSet):  # type: ignore[misc]
    """What the viewsets of all facts have in common."""

    chooser_viewset_class = ChoosingOnly
    add_view_class = FactCreateView
    index_view_class = FactIndexView
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 30
    list_filter = ["priority", "live"]
    ordering = ["-pk"]
    add_to_admin_menu = False


class StatusChangeViewSet(FactViewSet):
    model = StatusChange
    icon = "tick-inverse"
    menu_label = _("Statuses")
    list_display = ["__str__", PRIORITY, "decided_by", LiveStatusTagColumn()]
    list_filter = ["priority", "status", "decided_by", "live"]
    list_export = [
        "priority",
        "status",
        "decided_on",
        "reason_nb",
        "cause",
        "decided_by",
        "meeting",
        "case_number",
        "source_title",
        "source_url",
        "live",
    ]
    search_fields = ["reason_nb", "note_nb", "source_title"]
    panels = [
        FieldPanel("priority", required_on_save=True),
        FieldPanel("status", required_on_save=True),
        *texts("reason"),
        FieldPanel("cause"),
        FieldPanel("note_nb"),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("decided_on", required_on_save=True),
                        FieldPanel("decided_by", required_on_save=True),
                    ]
                ),
                FieldRowPanel([FieldPanel("meeting"), FieldPanel("case_number")]),
            ],
            heading=_("Decision"),
        ),
        MultiFieldPanel(
            [FieldPanel("source_title"), FieldPanel("source_url")], heading=_("Source")
        ),
        translations("reason", "note"),
        correction(),
        schedule(),
    ]


class MilestoneViewSet(FactViewSet):
    model = Milestone
    icon = "calendar"
    menu_label = _("Milestones")
    list_display = ["title_nb", PRIORITY, "planned_on", "done_on", LiveStatusTagColumn()]
    list_filter = ["priority", "live"]
    list_export = [
        "priority",
        "title_nb",
        "planned_on",
        "done_on",
        "moved_from",
        "moved_reason_nb",
        "live",
    ]
    search_fields = ["title_nb", "detail_nb"]
    panels = [
        FieldPanel("priority", required_on_save=True),
        *texts("title"),
        FieldPanel("detail_nb"),
        FieldRowPanel(
            [FieldPanel("planned_on", required_on_save=True), FieldPanel("done_on")],
        ),
        FieldPanel("moved_reason_nb"),
        translations("title", "detail", "moved_reason"),
        correction(),
        schedule(),
    ]


class IndicatorViewSet(FactViewSet):
    model = Indicator
    icon = "order-up"
    menu_label = _("Indicators")
    list_display = ["name_nb", PRIORITY, "target", "unit_nb", LiveStatusTagColumn()]
    list_export = [
        "priority",
        "name_nb",
        "unit_nb",
        "direction",
        "baseline",
        "baseline_on",
        "target",
        "live",
    ]
    search_fields = ["name_nb"]
    panels = [
        FieldPanel("priority", required_on_save=True),
        *texts("name"),
        FieldPanel("unit_nb", required_on_save=True),
        FieldPanel("direction", required_on_save=True),
        FieldRowPanel(
            [
                FieldPanel("baseline", required_on_save=True),
                FieldPanel("baseline_on", required_on_save=True),
                FieldPanel("target", required_on_save=True),
            ]
        ),
        InlinePanel("values", heading=_("Values"), label=_("value")),
        translations("name", "unit"),
        correction(),
        schedule(),
    ]


class FactViewSetGroup(SnippetViewSetGroup):  # type: ignore[misc]
    """Status, milestones and indicators under one entry of the menu."""

    items = (StatusChangeViewSet, MilestoneViewSet, IndicatorViewSet)
    menu_label = _("Status and milestones")
    menu_icon = "tick-inverse"
    menu_order = 160
    add_to_admin_menu = True
