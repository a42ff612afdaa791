"""Keeps the search index of a priority's pages up to date with its adopted words."""

from typing import Any

from wagtail.search import index
from wagtail.signals import published

from priorities.models import Priority, PriorityPage


def index_pages(sender: type[Priority], instance: Priority, **kwargs: Any) -> None:
    """The words belong to the priority, and the index knows of pages only."""
    for page in PriorityPage.objects.filter(priority=instance):
        index.insert_or_update_object(page)


def connect() -> None:
    published.connect(index_pages, sender=Priority, dispatch_uid="index_pages_of_priority")
