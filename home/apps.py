from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Front page and plain pages")

    def ready(self) -> None:
        from activity import help_pages
        from home.help_pages import make_help_page

        help_pages.bring(make_help_page)
