"""What translations add to Wagtail's admin, and what they take from it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from content import translation_views as views
from content.translation_report import TRANSLATE, TranslationReport
from content.translations import approve, missing_texts, translation_of


# Before wagtail-localize's own: the first that fits an address answers.
@hooks.register("register_admin_urls", order=-1)
def translation_urls() -> list[URLPattern]:
    return [
        path("localize/submit/page/<int:page_id>/", views.SubmitView.as_view()),
        path("localize/update/<int:translation_source_id>/", views.UpdateView.as_view()),
        path("localize/translate/<int:translation_id>/disable/", views.stop),
        path(
            "localize/translate/<int:translation_id>/send-inn/",
            views.submit,
            name="submit_to_publisher",
        ),
        path("localize/page/<int:page_id>/convert_to_alias/", views.make_alias),
        path("rapporter/oversettelser/", TranslationReport.as_view(), name="translation_report"),
        path(
            "rapporter/oversettelser/resultat/",
            TranslationReport.as_view(results_only=True),
            name="translation_report_results",
        ),
    ]


class ReportMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(TRANSLATE))


@hooks.register("register_reports_menu_item")
def translation_report_menu_item() -> MenuItem:
    return ReportMenuItem(
        gettext_lazy("Translations"),
        reverse("translation_report"),
        name="translation-report",
        icon_name="wagtail-localize-language",
        order=110,
    )


@hooks.register("construct_reports_menu")
def one_report_of_translations(request: HttpRequest, items: list[MenuItem]) -> None:
    """wagtail-localize's own does not know what is missing or out of date."""
    theirs = reverse("wagtail_localize:translations_report")
    items[:] = [item for item in items if item.url != theirs]


@hooks.register("before_edit_page", order=-1)
def whole_translations_only(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Publishing a translation with texts missing would show bokmål in their place.

    What an editor sent in is approved by publishing it.
    """
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    if translation_of(page) is None:
        return None
    missing = missing_texts(page)
    if missing:
        messages.error(request, _("Not published.") + " " + views.told_missing(missing))
        return redirect(request.path)
    if not approve(page=page, by=request.user):
        return None
    messages.success(request, _("Approved and published."))
    return redirect(request.path)
