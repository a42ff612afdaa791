"""What is deleted in the admin stands in the audit log too, not only in Wagtail's own."""

from typing import Any

from django.db.models.signals import post_save
from wagtail.models import ModelLogEntry, PageLogEntry

from foundation.audit.actions import record

DELETED = "wagtail.delete"


def connect() -> None:
    for model in (PageLogEntry, ModelLogEntry):
        name = model.__name__
        post_save.connect(_deleted, sender=model, dispatch_uid=f"{name} of deletions is audited")


def _deleted(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    """The kind of row and its number, never what it was called."""
    if not created or raw or instance.action != DELETED:
        return
    model = instance.content_type.model_class() if instance.content_type else None
    number = instance.page_id if isinstance(instance, PageLogEntry) else instance.object_id
    record("admin.deleted", by=instance.user, about=None if model is None else model(pk=number))
