"""The secretariat's side of requests for help: the list, and the page where they are answered."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from activity import help as actions
from activity import help_pages
from activity.choices import HelpOwner, HelpTopic
from activity.forms.base import to_choose
from activity.models import HelpRequest
from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from foundation.intake import drafts
from foundation.intake.models import Attachment
from foundation.intake.writing import Cell, csv_response, xlsx_response
from memberorgs.access import is_staff
from memberorgs.actions import NotPossible
from memberorgs.models import MemberOrganisation, User

NAMESPACE = "help_request"
CHANGE = "activity.change_helprequest"
BATCH = 500
MOST_LINES = 10


class HelpFilters(WagtailFilterSet):  # type: ignore[misc]
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[("waiting", gettext_lazy("waits")), ("answered", gettext_lazy("answered"))],
        method="in_state",
    )
    topic = django_filters.ChoiceFilter(
        label=gettext_lazy("What it is about"), choices=HelpTopic.choices
    )
    owner = django_filters.ChoiceFilter(
        label=gettext_lazy("Who answers"), choices=HelpOwner.choices
    )
    organisation = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Organisation"),
        queryset=MemberOrganisation.objects.order_by("name_nb"),
    )

    class Meta:
        model = HelpRequest
        fields: ClassVar[list[str]] = []

    def in_state(self, found: Any, name: str, state: str) -> Any:
        return found.filter(answered_at__isnull=state == "waiting")


def _state(row: HelpRequest) -> str:
    return _("answered") if row.answered_at else _("waits")


class HelpList(generic.IndexView):  # type: ignore[misc]
    export_filename = "hjelp"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before Wagtail makes a table of all rows.
        if self.is_export:
            return self.as_spreadsheet(self.get_queryset(), request.GET["export"])
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    def as_spreadsheet(
        self, found: QuerySet[HelpRequest], spreadsheet_format: str
    ) -> HttpResponseBase:
        record(
            "help.exported",
            by=self.request.user,
            rows=found.count(),
            format=spreadsheet_format,
        )
        respond = csv_response if spreadsheet_format == self.FORMAT_CSV else xlsx_response
        return respond(self.export_filename, header(), lines(found))

    @cached_property
    def show_export_buttons(self) -> bool:
        return True

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("organisation", "asked_by", "answered_by")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "title",
                label=_("Question"),
                sort_key="title",
                get_url=lambda row: reverse(f"{NAMESPACE}:inspect", args=[row.pk]),
            ),
            Column("organisation", label=_("Organisation"), sort_key="organisation__name_nb"),
            Column("topic", label=_("What it is about"), accessor="get_topic_display"),
            Column("owner", label=_("Who answers"), accessor="get_owner_display"),
            Column("state", label=_("State"), accessor=_state),
            Column("days", label=_("Days"), accessor="days", sort_key="asked_at"),
            Column(
                "wanted_until",
                label=_("Wanted by"),
                accessor=_wanted_until,
                sort_key="wanted_until",
            ),
        ]


def _wanted_until(row: HelpRequest) -> Any:
    return row.wanted_until or "–"


def header() -> list[str]:
    names = (
        "organisation",
        "topic",
        "title",
        "question",
        "wanted_until",
        "asked_at",
        "owner",
        "answer",
        "answered_at",
    )
    fields: list[Any] = [HelpRequest._meta.get_field(name) for name in names]
    return [*(str(capfirst(field.verbose_name)) for field in fields), str(_("Days"))]


def lines(found: QuerySet[HelpRequest]) -> Iterator[list[Cell]]:
    for row in found.iterator(chunk_size=BATCH):
        yield [
            row.organisation.name,
            row.get_topic_display(),
            row.title,
            row.question,
            row.wanted_until,
            timezone.localtime(row.asked_at).date(),
            row.get_owner_display(),
            row.answer,
            timezone.localtime(row.answered_at).date() if row.answered_at else None,
            row.days,
        ]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=8000,
        help_text=gettext_lazy("Goes by e-mail to those who asked, and stands on their pages."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )


class OwnerForm(forms.Form):
    owner = forms.ChoiceField(
        label=gettext_lazy("Who answers"), choices=lambda: to_choose(HelpOwner)
    )


class HelpPage(generic.InspectView):  # type: ignore[misc]
    """One question, with all that happened to it. POST with one of these names in it: `answer`,
    `owner` (hand it on), `help_page` (a draft of a plain page)."""

    template_name = "activity/admin/help_request.html"
    page_title = gettext_lazy("Request for help")

    def get_object(self, queryset: Any = None) -> HelpRequest:
        rows = HelpRequest.objects.select_related("organisation", "asked_by", "answered_by")
        return get_object_or_404(rows, pk=self.pk)

    def get_fields_context(self) -> list[dict[str, Any]]:
        return []

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        user = cast(User, request.user)
        try:
            if "help_page" in request.POST:
                return self.make_page(request, user)
            if "owner" in request.POST:
                return self.hand_on(request, user)
            return self.answer(request, user)
        except NotPossible as reason:
            messages.error(request, str(reason))
            shown = {"answer_form": AnswerForm(request.POST)} if "answer" in request.POST else {}
            # Somebody was faster: what they wrote, and what stands here.
            self.object = self.get_object()
            return self.render_to_response(self.get_context_data(**shown), status=409)

    def answer(self, request: HttpRequest, user: User) -> HttpResponse:
        form = AnswerForm(request.POST)
        if form.is_valid():
            try:
                actions.answer(request=self.object, text=form.cleaned_data["answer"], by=user)
            except ValidationError as error:
                form.add_error("answer", error.message_dict.get("answer", error.messages))
        if form.errors:
            context = self.get_context_data(answer_form=form)
            return self.render_to_response(context, status=422)
        messages.success(request, _("The answer is sent."))
        return redirect(request.path)

    def hand_on(self, request: HttpRequest, user: User) -> HttpResponse:
        form = OwnerForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(owner_form=form), status=422)
        if actions.hand_on(request=self.object, owner=form.cleaned_data["owner"], by=user):
            messages.success(request, _("It is handed on."))
        return redirect(request.path)

    def make_page(self, request: HttpRequest, user: User) -> HttpResponse:
        if self.object.answered_at is None or not help_pages.is_there():
            raise PermissionDenied
        made: list[Any] = []

        def make() -> HelpRequest:
            page = help_pages.make_draft(self.object, user)
            record(
                "help.page_made",
                by=user,
                about=self.object,
                organisation=self.object.organisation.code,
            )
            made.append(page)
            row: HelpRequest = self.object
            return row

        # A double tap makes one page.
        key = drafts.key_in(request.POST)
        drafts.submit_once(by=user, key=key, form="help-page", model=HelpRequest, make=make)
        words = _(
            "A draft of a help page is made. Look for words that tell who asked before it goes out."
        )
        buttons = []
        if made and made[0].permissions_for_user(user).can_edit():
            url = reverse("wagtailadmin_pages:edit", args=[made[0].pk])
            buttons = [messages.button(url, _("Edit the draft"))]
        messages.success(request, words, buttons=buttons)
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        may_change = user.has_perm(CHANGE)
        usual = {
            "row": row,
            "attachments": list(Attachment.objects.of(row).in_order()),
            "history": AuditEntry.objects.about(row).newest_first()[:MOST_LINES],
            "may_change": may_change,
            "may_make_page": may_change and row.answered_at is not None and help_pages.is_there(),
            "key": drafts.new_key(),
            "answer_form": AnswerForm(),
            "owner_form": OwnerForm(initial={"owner": row.owner}),
        }
        return super().get_context_data(**usual | kwargs)  # type: ignore[no-any-return]


class HelpViewSet(ModelViewSet):  # type: ignore[misc]
    """No adding, changing or deleting: organisations ask, staff answer."""

    model = HelpRequest
    name = NAMESPACE
    url_prefix = "hjelp"
    icon = "help"
    menu_label = gettext_lazy("Requests for help")
    menu_order = 175
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = HelpList
    inspect_view_class = HelpPage
    inspect_view_enabled = True
    inspect_template_name = HelpPage.template_name
    copy_view_enabled = False
    list_per_page = 50
    ordering = ("-asked_at", "-pk")
    filterset_class = HelpFilters
    search_fields: ClassVar[list[str]] = ["title", "question", "answer", "organisation__name_nb"]
    search_backend_name = None
    form_fields: ClassVar[list[str]] = ["owner"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = ("add", "edit", "delete", "usage", "history")
        nothing = {f"{name}_url_name": None for name in names}
        return super().get_common_view_kwargs(**nothing, **kwargs)  # type: ignore[no-any-return]

    def get_urlpatterns(self) -> list[URLPattern]:
        ours = {"index", "index_results", "inspect"}
        return [one for one in super().get_urlpatterns() if one.name in ours]


class HelpPanel(Component):  # type: ignore[misc]
    """On the start page of the admin: those that wait, the longest first."""

    name = "help_requests"
    template_name = "activity/admin/help_desk.html"
    order = 155

    def render_html(self, parent_context: Any = None) -> Any:
        if not is_staff(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        waiting = HelpRequest.objects.waiting().select_related("organisation")
        rows = list(waiting.order_by("asked_at", "pk")[: MOST_LINES + 1])
        return {
            "rows": rows[:MOST_LINES],
            "has_more": len(rows) > MOST_LINES,
            "list_url": f"{reverse(f'{NAMESPACE}:index')}?state=waiting",
        }
