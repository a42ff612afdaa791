"""The staff's side of the plain pages: versions of the privacy statement."""

import re
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import LiveStatusTagColumn
from wagtail.models import Site
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from content.choosers import ChoosingOnly
from content.languages import LANGUAGES
from content.models import SiteFacts
from home.models import PrivacyStatement
from home.statements import privacy_facts

# What the proposal's template has around its words, and the editor's field has not.
FRAMES = re.compile(r"</?(?:section|div)\b[^>]*>|(?<=<h2)[^>]*|(?<=<ul)[^>]*")


def proposal(language: str, facts: SiteFacts | None) -> str:
    """The words in the code, as the editor's field takes them."""
    with translation.override(language):
        words = render_to_string(
            "home/privacy_words.html", {"facts": facts, "to_adopt": True, **privacy_facts()}
        )
    return re.sub(r"\s+", " ", FRAMES.sub("", words)).strip()


class PrivacyStatementCreateView(CreateView):  # type: ignore[misc]
    """Begins with the version in force, or with the proposal in the code."""

    def get_initial_form_instance(self) -> PrivacyStatement:
        newest = PrivacyStatement.objects.filter(live=True).order_by("-adopted_on").first()
        if newest is not None:
            return PrivacyStatement(
                body_nb=newest.body_nb, body_nn=newest.body_nn, body_en=newest.body_en
            )
        site = Site.find_for_request(self.request)
        facts = SiteFacts.for_site(site) if site else None
        return PrivacyStatement(**{f"body_{code}": proposal(code, facts) for code in LANGUAGES})


class PrivacyStatementViewSet(SnippetViewSet):  # type: ignore[misc]
    chooser_viewset_class = ChoosingOnly
    model = PrivacyStatement
    icon = "lock"
    menu_label = pgettext_lazy("statement", "Privacy")
    menu_order = 800
    add_to_admin_menu = True
    add_view_class = PrivacyStatementCreateView
    copy_view_enabled = False
    inspect_view_enabled = True
    list_display: list[Any] = ["adopted_on", "adopted_by", LiveStatusTagColumn()]
    list_per_page = 30
    panels = [
        FieldRowPanel([FieldPanel("adopted_on"), FieldPanel("adopted_by")]),
        FieldPanel("case_number"),
        FieldPanel("what_changed"),
        FieldPanel("body_nb"),
        MultiFieldPanel(
            [FieldPanel("body_nn"), FieldPanel("body_en")],
            heading=_("In nynorsk and English"),
            classname="collapsed",
        ),
    ]
