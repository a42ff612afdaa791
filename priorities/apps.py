from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.signals import published


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = _("Action plan")

    def ready(self) -> None:
        # Models are there from here on.
        from foundation.audit import personal_data
        from memberorgs.sections import Section, public
        from priorities import privacy, search_index, sharing
        from priorities.models import Priority
        from priorities.organisation_news import news_of

        personal_data.register(*privacy.HOLDINGS)
        sharing.register()
        search_index.connect()
        public.register(Section("news", 50, "priorities/organisation_news.html", news_of))
        published.connect(_hand_words_on, sender=Priority, dispatch_uid="translators see the words")


def _hand_words_on(sender: type, instance: Any, **kwargs: Any) -> None:
    from content.translations import follow
    from priorities.models import PriorityPage

    words = instance.whole_text
    pages = PriorityPage.objects.source().filter(priority=instance)
    for page in pages.exclude(unofficial_words=words):
        PriorityPage.objects.filter(pk=page.pk).update(unofficial_words=words)
        follow(page)
