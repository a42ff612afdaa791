"""The secretariat's list of organisations, with the page and the form of each."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from django.forms import Media
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.images.widgets import AdminImageChooser

from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from foundation.intake.writing import csv_response, xlsx_response
from geography.models import Fylke
from memberorgs import statistics
from memberorgs.choices import OrganisationKind
from memberorgs.models import (
    Invitation,
    MemberOrganisation,
    OrganisationCampus,
    Succession,
    Term,
)
from memberorgs.organisation_actions import may_change_address_of
from memberorgs.organisation_table import HEADER, rows
from memberorgs.staff_forms import OrganisationForm

NAMESPACE = "memberorganisation"
# As many of each kind as the page of an organisation shows; the rest is in the log.
SHOWN = 20
MOST_PEOPLE = 100


class OrganisationFilters(WagtailFilterSet):  # type: ignore[misc]
    """What staff look for: by place and kind, and those that lack something."""

    LACKS: ClassVar[list[tuple[str, Any]]] = [
        ("leader", gettext_lazy("nobody leads it now")),
        ("second_log_in", gettext_lazy("fewer than two have a log-in")),
        ("invitation", gettext_lazy("an invitation unanswered for a week")),
        ("request", gettext_lazy("a request for access without an answer")),
    ]
    fylke = django_filters.ModelChoiceFilter(
        label=gettext_lazy("County"), queryset=Fylke.objects.all(), method="in_fylke"
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=OrganisationKind.choices)
    lacks = django_filters.ChoiceFilter(
        label=gettext_lazy("Needs attention"), choices=LACKS, method="that_lack"
    )
    confirmed = django_filters.ChoiceFilter(
        label=gettext_lazy("Confirmed"),
        choices=[("yes", gettext_lazy("confirmed")), ("no", gettext_lazy("not confirmed"))],
        method="that_are_confirmed",
    )
    membership = django_filters.ChoiceFilter(
        label=gettext_lazy("Membership"),
        choices=[("here", gettext_lazy("with us now")), ("left", gettext_lazy("has left"))],
        method="that_are_here",
    )

    class Meta:
        model = MemberOrganisation
        fields: ClassVar[list[str]] = []

    def in_fylke(self, found: Any, name: str, fylke: Fylke) -> Any:
        campuses = OrganisationCampus.objects.filter(kommune__fylke=fylke)
        return found.filter(pk__in=campuses.values("organisation"))

    def that_lack(self, found: Any, name: str, what: str) -> Any:
        """Of those whose people staff look after: confirmed, and not left."""
        day = timezone.localdate()
        found = found.filter(pk__in=statistics.looked_after(day).values("pk"))
        if what == "leader":
            return statistics.without_leader(found, day)
        if what == "second_log_in":
            return statistics.without_second_log_in(found, day)
        if what == "invitation":
            return statistics.with_unanswered_invitation(found, timezone.now())
        return statistics.with_undecided_request(found)

    def that_are_confirmed(self, found: Any, name: str, answer: str) -> Any:
        return found.filter(confirmed_at__isnull=answer == "no")

    def that_are_here(self, found: Any, name: str, answer: str) -> Any:
        today = timezone.localdate()
        if answer == "left":
            return found.filter(left_on__lte=today)
        return found.filter(Q(left_on=None) | Q(left_on__gt=today))


def main_place(organisation: MemberOrganisation) -> str:
    """Kommune and fylke of the main campus; needs `campuses` with their places loaded."""
    campus = next(iter(organisation.campuses.all()), None)
    if campus is None:
        return "–"
    kommune = campus.kommune
    return kommune.name if kommune.name == kommune.fylke.name else f"{kommune}, {kommune.fylke}"


class OrganisationList(generic.IndexView):  # type: ignore[misc]
    """Nine queries, whatever there is. The table that goes out is the one that comes in."""

    export_filename = "medlemslag"
    table_classname = "listing organisations"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before Wagtail makes a table of all rows.
        if self.is_export:
            return self.as_spreadsheet(self.get_queryset(), request.GET["export"])
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    def as_spreadsheet(
        self, found: QuerySet[MemberOrganisation], spreadsheet_format: str
    ) -> HttpResponseBase:
        wanted = MemberOrganisation.objects.filter(pk__in=found.order_by().values("pk"))
        record(
            "organisation.exported",
            by=self.request.user,
            rows=wanted.count(),
            format=spreadsheet_format,
        )
        respond = csv_response if spreadsheet_format == self.FORMAT_CSV else xlsx_response
        return respond(self.export_filename, HEADER, rows(wanted.order_by("code")))

    @cached_property
    def show_export_buttons(self) -> bool:
        return True

    def get_base_queryset(self) -> Any:
        places = OrganisationCampus.objects.select_related("kommune__fylke")
        found = super().get_base_queryset().prefetch_related(Prefetch("campuses", places))
        return statistics.with_people(found, timezone.localdate())

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "name_nb",
                label=_("Name"),
                sort_key="name_nb",
                get_url=lambda one: reverse(f"{NAMESPACE}:inspect", args=[one.pk]),
            ),
            Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
            Column("place", label=_("Main campus"), accessor=main_place),
            BooleanColumn("has_leader", label=_("Leader")),
            Column("log_ins", label=_("Log-ins"), sort_key="log_ins"),
            BooleanColumn("is_confirmed", label=_("Confirmed"), sort_key="confirmed_at"),
            Column("left_on", label=_("Left"), accessor=_left, sort_key="left_on"),
        ]

    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons = list(super().header_buttons)
        if may_import(self.request):
            buttons.append(
                HeaderButton(
                    _("Import"), url=reverse("organisation_import"), icon_name="upload", priority=20
                )
            )
        return buttons


def _left(organisation: MemberOrganisation) -> Any:
    return organisation.left_on or "–"


def may_import(request: HttpRequest) -> bool:
    return request.user.has_perms(
        ["memberorgs.add_memberorganisation", "memberorgs.change_memberorganisation"]
    )


class OrganisationPage(generic.InspectView):  # type: ignore[misc]
    """All that staff see of one organisation."""

    template_name = "memberorgs/admin/organisation.html"
    page_title = gettext_lazy("Member organisation")

    def get_object(self, queryset: Any = None) -> Any:
        return super().get_object(MemberOrganisation.objects.select_related("confirmed_by", "logo"))

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return [
            *super().header_more_buttons,
            Button(
                _("History"),
                url=reverse(f"{NAMESPACE}:history", args=[self.object.pk]),
                icon_name="history",
                priority=30,
            ),
        ]

    def get_fields_context(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organisation, day, now = self.object, timezone.localdate(), timezone.now()
        staff = self.request.user
        terms = Term.objects.filter(organisation=organisation).select_related(
            "person", "campus__kommune"
        )
        open_terms = (
            terms.running()
            .filter(ends__gte=day)
            .order_by("begins", "pk")
            .prefetch_related("person__groups", "person__user_permissions")
        )
        invitations = Invitation.objects.filter(organisation=organisation).unanswered()
        log = AuditEntry.objects.in_organisation(organisation.code).newest_first()
        return super().get_context_data(**kwargs) | {
            "organisation": organisation,
            "may_change": staff.has_perm("memberorgs.change_memberorganisation"),
            "may_read_log": staff.has_perm("audit.view_auditentry"),
            "people": [
                {
                    "term": term,
                    "begun": term.is_active(day),
                    "may_change_address": may_change_address_of(term.person, staff),
                }
                for term in open_terms[:MOST_PEOPLE]
            ],
            "former": terms.over_on(day)[:SHOWN],
            "invitations": [
                {"invitation": one, "open": one.is_open(now)}
                for one in invitations.select_related("invited_by")[:SHOWN]
            ],
            "requests": organisation.access_requests.undecided()[:SHOWN],
            "campuses": organisation.campuses.select_related("kommune__fylke"),
            "institutions": organisation.institutions.all(),
            "student_counts": organisation.student_counts.select_related("campus__kommune"),
            "links": organisation.social_links.all(),
            "old_codes": organisation.codes.exclude(code=organisation.code),
            "after": Succession.objects.filter(predecessor=organisation).select_related(
                "successor"
            ),
            "before": Succession.objects.filter(successor=organisation).select_related(
                "predecessor"
            ),
            "log": log[:10],
            "has_left": organisation.has_left(day),
        }


class LinesPanel(Panel):  # type: ignore[misc]
    """The lines of one of the form's lists, with empty ones at the end."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.name = name

    def clone_kwargs(self) -> dict[str, Any]:
        return super().clone_kwargs() | {"name": self.name}  # type: ignore[no-any-return]

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc, name-defined]
        template_name = "memberorgs/admin/lines.html"

        @property
        def media(self) -> Media:
            return Media()

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"lines": self.form.inlines[self.panel.name]}


class SavesAudited:
    """Saving leaves an entry in the audit log: which fields, never what they say."""

    event = ""

    def save_instance(self) -> Any:
        changed = self.form.changed_parts  # type: ignore[attr-defined]
        saved = super().save_instance()  # type: ignore[misc]
        facts = {"fields": changed} if self.event == "organisation.changed" else {}
        if changed or not facts:
            record(
                self.event,
                by=self.request.user,  # type: ignore[attr-defined]
                about=saved,
                organisation=saved.code,
                **facts,
            )
        return saved

    def get_success_url(self) -> str:
        return reverse(f"{NAMESPACE}:inspect", args=[self.object.pk])  # type: ignore[attr-defined]


class AddOrganisation(SavesAudited, generic.CreateView):  # type: ignore[misc]
    event = "organisation.made"


class EditOrganisation(SavesAudited, generic.EditView):  # type: ignore[misc]
    event = "organisation.changed"


class OrganisationViewSet(ModelViewSet):  # type: ignore[misc]
    """No deleting: an organisation that left stays in old statistics."""

    model = MemberOrganisation
    name = NAMESPACE
    url_prefix = "medlemslag"
    icon = "group"
    menu_label = gettext_lazy("Member organisations")
    menu_order = 170
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = OrganisationList
    inspect_view_class = OrganisationPage
    add_view_class = AddOrganisation
    edit_view_class = EditOrganisation
    inspect_view_enabled = True
    inspect_template_name = OrganisationPage.template_name
    copy_view_enabled = False
    list_per_page = 50
    ordering = ("name_nb", "pk")
    filterset_class = OrganisationFilters
    search_fields: ClassVar[list[str]] = ["name_nb", "name_nn", "name_en", "short_name", "code"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name_nb"),
                    FieldRowPanel([FieldPanel("name_nn"), FieldPanel("name_en")]),
                    FieldRowPanel([FieldPanel("short_name"), FieldPanel("code")]),
                    FieldPanel("kind"),
                    FieldPanel("logo", widget=AdminImageChooser),
                ],
                heading=gettext_lazy("Name and kind"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("mailbox"), FieldPanel("website")]),
                    FieldPanel("language"),
                ],
                heading=gettext_lazy("Contact"),
            ),
            LinesPanel("campuses", heading=gettext_lazy("Campuses")),
            LinesPanel("student_counts", heading=gettext_lazy("Numbers of students")),
            LinesPanel("social_links", heading=gettext_lazy("Social media")),
            MultiFieldPanel([FieldPanel("institutions")], heading=gettext_lazy("Institutions")),
            MultiFieldPanel(
                [
                    FieldPanel("elects_in"),
                    FieldRowPanel([FieldPanel("terms_begin_day"), FieldPanel("terms_begin_month")]),
                ],
                heading=gettext_lazy("Elections and terms"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("member_from"), FieldPanel("left_on")]),
                    FieldPanel("name_confidence"),
                    FieldPanel("membership_confidence"),
                    FieldPanel("membership_evidence"),
                ],
                heading=gettext_lazy("Membership"),
            ),
        ],
        base_form_class=OrganisationForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        nothing = {"delete_url_name": None, "usage_url_name": None}
        return super().get_common_view_kwargs(**nothing, **kwargs)  # type: ignore[no-any-return]

    def get_urlpatterns(self) -> list[URLPattern]:
        kept = super().get_urlpatterns()
        return [one for one in kept if one.name not in {"delete", "usage"}]
