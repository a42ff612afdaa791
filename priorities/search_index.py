"""Keeps the search index up to date with what Wagtail indexes too early, or not at all."""

from typing import Any

from wagtail.search import index
from wagtail.signals import page_published, published

from priorities.models import Priority, PriorityPage, ProgressUpdatePage


def index_pages(sender: type[Priority], instance: Priority, **kwargs: Any) -> None:
    """The adopted words belong to the priority, and the index knows of pages only."""
    for page in PriorityPage.objects.filter(priority=instance):
        index.insert_or_update_object(page)


def index_news(
    sender: type[ProgressUpdatePage], instance: ProgressUpdatePage, **kwargs: Any
) -> None:
    """Wagtail indexes a page before it has saved the rows below it, such as the sources."""
    index.insert_or_update_object(instance)


def connect() -> None:
    published.connect(index_pages, sender=Priority, dispatch_uid="index_pages_of_priority")
    page_published.connect(index_news, sender=ProgressUpdatePage, dispatch_uid="index_news")
