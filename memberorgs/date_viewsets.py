"""The secretariat's list of the dates that all organisations have in their calendars."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from content.choosers import ChoosingOnly
from memberorgs.models import NationalDate


class NationalDateViewSet(SnippetViewSet):  # type: ignore[misc]
    """Hidden rather than deleted, as the file of the portal would bring it back."""

    chooser_viewset_class = ChoosingOnly
    model = NationalDate
    icon = "calendar-alt"
    menu_label = _("Dates for all")
    menu_order = 160
    add_to_admin_menu = True
    copy_view_enabled = False
    list_per_page = 50
    list_display = ["title_nb", "starts", "ends", "kind", "confidence", "quiet", "hidden"]
    list_filter = ["kind", "quiet", "confidence", "hidden"]
    list_export = [
        "starts",
        "ends",
        "kind",
        "title_nb",
        "title_nn",
        "title_en",
        "quiet",
        "confidence",
        "source",
        "note",
        "hidden",
    ]
    search_fields = ["title_nb", "title_nn", "title_en"]
    search_backend_name = None
    ordering = ["starts", "pk"]
    panels = [
        FieldPanel("title_nb"),
        FieldRowPanel([FieldPanel("title_nn"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
        FieldPanel("kind"),
        FieldPanel("quiet"),
        MultiFieldPanel(
            [FieldPanel("confidence"), FieldPanel("source"), FieldPanel("note")],
            heading=_("Where the date comes from"),
        ),
        FieldPanel("hidden"),
    ]
