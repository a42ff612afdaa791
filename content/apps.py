from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published, page_unpublished


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Building stones of pages")

    def ready(self) -> None:
        from content import privacy
        from foundation.audit import personal_data

        personal_data.register(*privacy.HOLDINGS)
        privacy.register_exemptions()
        page_published.connect(_hand_on, dispatch_uid="translations follow")
        page_unpublished.connect(_take_down, dispatch_uid="translations are taken down")
        post_delete.connect(_take_down_deleted, dispatch_uid="translations of what is gone")


def _hand_on(sender: type, instance: Any, **kwargs: Any) -> None:
    from content.translations import follow

    follow(instance)


def _take_down(sender: type, instance: Any, **kwargs: Any) -> None:
    from content.translations import take_down

    take_down(instance)


def _take_down_deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    from content.models import PortalPage

    if isinstance(instance, PortalPage):
        _take_down(sender, instance)
