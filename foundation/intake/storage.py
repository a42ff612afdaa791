"""Where attachments lie: in a folder of their own, which no web server hands out."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="foundation.intake.storage.AttachmentStorage")
class AttachmentStorage(FileSystemStorage):
    """Files below ``ATTACHMENT_ROOT``, readable by the portal's user alone; they have no address.

    The folder is looked up each time, so that it does not matter when the model was made.
    """

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:  # type: ignore[override]
        return str(settings.ATTACHMENT_ROOT)

    @property
    def location(self) -> str:  # type: ignore[override]
        return str(Path(settings.ATTACHMENT_ROOT).resolve())

    def url(self, name: str | None) -> str:
        raise ValueError("attachments are handed out by their view alone")


def stored_name(attachment: Any, name: str) -> str:
    """A name that is made up: nothing of what a person typed reaches the disk."""
    made = uuid.uuid4().hex
    return f"{made[:2]}/{made}"
