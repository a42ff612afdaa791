"""Files that hang on a row: hung on, taken off, and gone from the disk when the row is gone."""

import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db import models, transaction

from foundation.intake import owners
from foundation.intake.models import Attachment
from foundation.intake.uploads import Upload

logger = logging.getLogger(__name__)

# Names looked up in one statement.
BATCH = 500


@transaction.atomic
def attach(*, owner: models.Model, upload: Upload, by: AbstractBaseUser) -> Attachment:
    """Keep a file that `check_upload` found good, in the transaction that saves its owner.

    Raises ValueError for an owner whose kind no app registered. If the transaction is rolled back,
    the nightly job removes the file.
    """
    kind = owner._meta.label_lower
    if not owners.is_known(kind):
        raise ValueError(f"no app answers for who may read attachments of {kind}")
    row = Attachment(
        owner_type=kind,
        owner_id=owner.pk,
        name=upload.name,
        kind=upload.kind.ending,
        size=upload.content.size,
        added_by=by,  # type: ignore[misc]
    )
    row.file.save(upload.name, upload.content, save=False)
    row.save()
    return row


def remove_attachments(owner: models.Model) -> int:
    """Take all files off a row that is purged, in the same transaction; returns how many."""
    return _removed(Attachment.objects.of(owner))


def remove_attachments_of(owners_gone: models.QuerySet[Any]) -> int:
    """The same for all rows of a query, before they are deleted."""
    return _removed(Attachment.objects.of_all(owners_gone))


def _removed(rows: models.QuerySet[Attachment]) -> int:
    return rows.delete()[1].get(Attachment._meta.label, 0)


def remove_file_after_commit(sender: Any, instance: Attachment, **kwargs: Any) -> None:
    """Receives `post_delete`: a file whose row came back by a rollback must still be there."""
    storage, name = instance.file.storage, str(instance.file.name)
    transaction.on_commit(lambda: _remove(storage, name), robust=True)


def _remove(storage: Storage, name: str) -> None:
    try:
        storage.delete(name)
    except OSError as error:
        # The nightly job tries again.
        logger.error("attachment not removed", extra={"error": type(error).__name__})


def purge_files_without_row(before: datetime, dry_run: bool) -> int:
    """Removes files older than `before` that no row names; returns how many.

    They come of a transaction that was rolled back, or a process that died.
    """
    root = Path(settings.ATTACHMENT_ROOT)
    found = [
        path
        for folder, _folders, names in os.walk(root)
        for path in (Path(folder) / name for name in names)
        if path.lstat().st_mtime < before.timestamp()
    ]
    count = 0
    for start in range(0, len(found), BATCH):
        batch = {path.relative_to(root).as_posix(): path for path in found[start : start + BATCH]}
        known = set(Attachment.objects.filter(file__in=list(batch)).values_list("file", flat=True))
        for name in batch.keys() - known:
            count += 1
            if not dry_run:
                batch[name].unlink(missing_ok=True)
    return count


def open_file(attachment: Attachment) -> "File[bytes] | None":
    """The file, opened; None, and a line in the log, where the disk has lost it."""
    try:
        return attachment.file.open("rb")
    except OSError as error:
        told = {"attachment": attachment.pk, "error": type(error).__name__}
        logger.error("attachment missing on the disk", extra=told)
        return None
