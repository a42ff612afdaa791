"""Page × language: what is translated, what is missing, what is out of date."""

from typing import Any, ClassVar, NamedTuple

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.filters import ContentTypeFilter, WagtailFilterSet
from wagtail.admin.views.reports import ReportView
from wagtail.coreutils import get_content_type_label
from wagtail.models import Page, get_page_content_types

from content.languages import PREFIXED, SOURCE, address
from content.translations import Progress, State, progress_of, published_sources, with_states

TRANSLATE = "wagtail_localize.submit_translation"
PER_PAGE = 50
NAMES = {"nn": gettext_lazy("Nynorsk"), "en": gettext_lazy("English")}
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Cell(NamedTuple):
    """How far a page has come in one language, in words, and where one goes on."""

    state: State
    words: str
    url: str
    link: str


def words(progress: Progress) -> str:
    """The state in words, with how much is left and since when."""
    done = progress.texts - progress.missing
    if progress.state == State.DRAFT and progress.texts:
        return _("Draft: %(done)s of %(all)s texts") % {"done": done, "all": progress.texts}
    if progress.state == State.OUTDATED:
        day = date_format(localtime(progress.changed_at).date(), "DATE_FORMAT")
        sentence = ngettext(
            "Out of date since %(day)s (%(count)s text)",
            "Out of date since %(day)s (%(count)s texts)",
            progress.missing,
        )
        return sentence % {"day": day, "count": progress.missing}
    return str(progress.state.label)


def cell_of(page: Page, language: str) -> Cell:
    progress = progress_of(page, language)
    if progress.page is None:
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        return Cell(
            progress.state, words(progress), f"{url}?select_locale={language}", _("Translate")
        )
    link = {
        State.DRAFT: _("Go on"),
        State.READY: _("Look and publish"),
        State.OUTDATED: _("Update"),
    }.get(progress.state, _("Open"))
    url = reverse("wagtailadmin_pages:edit", args=[progress.page])
    return Cell(progress.state, words(progress), url, link)


class TranslationFilters(WagtailFilterSet):  # type: ignore[misc]
    nn_state = django_filters.ChoiceFilter(label=NAMES["nn"], choices=State.choices)
    en_state = django_filters.ChoiceFilter(label=NAMES["en"], choices=State.choices)
    content_type = ContentTypeFilter(
        label=gettext_lazy("Type"),
        queryset=lambda request: get_page_content_types(include_base_page_type=False),
    )

    class Meta:
        model = Page
        fields: ClassVar[list[str]] = ["nn_state", "en_state", "content_type"]


class TranslationReport(ReportView):  # type: ignore[misc]
    """All published pages in bokmål, each with its state in the other languages."""

    page_title = gettext_lazy("Translations")
    header_icon = "wagtail-localize-language"
    results_template_name = "content/admin/translation_report.html"
    index_url_name = "translation_report"
    index_results_url_name = "translation_report_results"
    filterset_class = TranslationFilters
    model = Page
    paginate_by = PER_PAGE
    export_filename = "oversettelser"
    list_export: ClassVar[list[str]] = ["title", "kind", "nynorsk", "english", "address"]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": gettext_lazy("Page"),
        "kind": gettext_lazy("Type"),
        "nynorsk": NAMES["nn"],
        "english": NAMES["en"],
        "address": gettext_lazy("Address"),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(TRANSLATE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_queryset(self) -> Any:
        self.queryset = with_states(published_sources()).select_related("content_type")
        return super().get_queryset()

    def decorate_paginated_queryset(self, object_list: Any) -> list[Page]:
        pages = list(object_list)
        for page in pages:
            page.cells = [cell_of(page, code) for code in PREFIXED]
            page.kind = get_content_type_label(page.content_type)
            page.nynorsk, page.english = (cell.words for cell in page.cells)
            page.address = settings.BASE_URL + address(page, SOURCE)
        return pages

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """What an editor typed stays words in any spreadsheet."""
        found = super().preprocess_field_value(field, value, export_format)
        if isinstance(found, str) and found.startswith(FORMULA):
            return f"'{found}"
        return found

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return found | {"languages": [NAMES[code] for code in PREFIXED]}
