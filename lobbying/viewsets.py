"""The secretariat's lists of elections and of what NSO demands before them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from content.choosers import ChoosingOnly
from foundation.audit.actions import record
from lobbying.models import Demand, Election
from lobbying.staff_forms import DemandForm, ElectionForm, next_place


def _capitalised(words: str | Promise) -> str:
    return capfirst(str(words))


heading: Callable[[str | Promise], Any] = lazy(_capitalised, str)


class NothingIsDeleted(ModelPermissionPolicy):  # type: ignore[misc]
    """Not by admins either: answers and addresses hang on the rows. Demands can be hidden."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: AbstractBaseUser, actions: Any) -> bool:
        return super().user_has_any_permission(user, set(actions) - {"delete"})  # type: ignore[no-any-return]

    def user_has_permission_for_instance(
        self, user: AbstractBaseUser, action: str, instance: Model
    ) -> bool:
        return self.user_has_permission(user, action)


def codes_of(row: Model) -> dict[str, Any]:
    """What the audit log calls it."""
    if isinstance(row, Demand):
        return {"election": row.election.code, "demand": row.code}
    return {"election": row.code} if isinstance(row, Election) else {}


class AddsAudited:
    def save_instance(self) -> Any:
        saved = super().save_instance()  # type: ignore[misc]
        self._record("made", saved)
        return saved

    def _record(self, what: str, row: Model, **facts: Any) -> None:
        event = f"{row._meta.model_name}.{what}"
        user = self.request.user  # type: ignore[attr-defined]
        record(event, by=user, about=row, **codes_of(row), **facts)


class ChangesAudited(AddsAudited):
    """Which fields, never what they say."""

    def save_instance(self) -> Any:
        names = {field.name for field in self.model._meta.get_fields()}  # type: ignore[attr-defined]
        changed = [name for name in self.form.changed_data if name in names]  # type: ignore[attr-defined]
        saved = super(AddsAudited, self).save_instance()  # type: ignore[misc]
        if changed:
            self._record("changed", saved, fields=changed)
        return saved


class Add(AddsAudited, CreateView):  # type: ignore[misc]
    pass


class AddDemand(Add):
    """Begins with the election that comes, and with the next place in its list."""

    def get_initial_form_instance(self) -> Demand:
        election = Election.objects.current(timezone.localdate())
        return Demand(election=election, position=next_place(election))


class Edit(ChangesAudited, EditView):  # type: ignore[misc]
    pass


class ElectionViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Election
    icon = "calendar-check"
    menu_label = _("Elections")
    chooser_viewset_class = ChoosingOnly
    add_view_class = Add
    edit_view_class = Edit
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 30
    list_display = [
        "name_nb",
        "day",
        BooleanColumn("of_kommuner", label=heading(_("elects municipal councils"))),
        BooleanColumn("of_fylker", label=heading(_("elects county councils"))),
    ]
    list_export = ["code", "name_nb", "name_nn", "name_en", "day", "of_kommuner", "of_fylker"]
    ordering = ["-day", "pk"]
    edit_handler = ObjectList(
        [
            FieldPanel("name_nb"),
            FieldRowPanel([FieldPanel("name_nn"), FieldPanel("name_en")]),
            FieldRowPanel([FieldPanel("code"), FieldPanel("day")]),
            MultiFieldPanel(
                [FieldPanel("of_kommuner"), FieldPanel("of_fylker")], heading=_("Who is elected")
            ),
        ],
        base_form_class=ElectionForm,
    )


class DemandList(IndexView):  # type: ignore[misc]
    """Beside each demand how many answers there are, of contacts that were not taken away."""

    def get_base_queryset(self) -> QuerySet[Demand]:
        found: QuerySet[Demand] = super().get_base_queryset()
        there = Q(answers__asked__isnull=False, answers__asked__contact__removed_at=None)
        return found.select_related("election").annotate(
            number_of_answers=Count("answers", filter=there)
        )


def _texts() -> list[Panel]:
    return [
        FieldPanel("text_nb", widget=AdminAutoHeightTextInput),
        MultiFieldPanel(
            [
                FieldPanel("text_nn", widget=AdminAutoHeightTextInput),
                FieldPanel("text_en", widget=AdminAutoHeightTextInput),
            ],
            heading=_("In nynorsk and English"),
            classname="collapsed",
        ),
        # Only there when a party has answered.
        FieldPanel("same_meaning"),
    ]


class DemandViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Demand
    icon = "list-ol"
    menu_label = _("Demands")
    chooser_viewset_class = ChoosingOnly
    index_view_class = DemandList
    add_view_class = AddDemand
    edit_view_class = Edit
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    list_display = [
        "text_nb",
        "election",
        Column("get_level_display", label=heading(_("who decides")), sort_key="level"),
        Column("get_theme_display", label=heading(_("theme")), sort_key="theme"),
        "position",
        Column("number_of_answers", label=heading(_("answers"))),
        BooleanColumn("is_example", label=heading(_("example"))),
        BooleanColumn("hidden", label=heading(_("hidden"))),
    ]
    list_filter = ["election", "level", "theme", "is_example", "hidden"]
    list_export = [
        "election",
        "code",
        "level",
        "theme",
        "position",
        "text_nb",
        "text_nn",
        "text_en",
        "adopted_on",
        "adopted_by",
        "source",
        "confidence",
        "is_example",
        "hidden",
    ]
    search_fields = ["text_nb", "text_nn", "text_en", "code"]
    search_backend_name = None
    ordering = ["election", "level", "position", "pk"]
    edit_handler = ObjectList(
        [
            *_texts(),
            FieldRowPanel([FieldPanel("election"), FieldPanel("code")]),
            FieldRowPanel([FieldPanel("level"), FieldPanel("theme"), FieldPanel("position")]),
            FieldPanel("priority"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("adopted_on"), FieldPanel("adopted_by")]),
                    FieldPanel("source"),
                    FieldPanel("confidence"),
                    FieldPanel("is_example"),
                ],
                heading=_("Where the demand comes from"),
            ),
            FieldPanel("hidden"),
        ],
        base_form_class=DemandForm,
    )


class LobbyingViewSetGroup(SnippetViewSetGroup):  # type: ignore[misc]
    """Elections and demands under one entry of the menu."""

    items = (DemandViewSet, ElectionViewSet)
    menu_label = _("Elections and demands")
    menu_icon = "list-ol"
    menu_order = 165
    add_to_admin_menu = True
