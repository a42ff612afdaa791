"""The one way in which a backup or a restore says no."""

import errno
import sqlite3

from django.utils.translation import gettext as _


class BackupError(Exception):
    """It can't be done; the text is one or two sentences for the person at the keyboard."""


def is_disk_full(error: BaseException) -> bool:
    """Whether a failure of a file or of SQLite means that no space is left."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return isinstance(error, sqlite3.Error) and "full" in str(error)


def in_words(error: OSError | sqlite3.Error) -> str:
    """What went wrong with which file, in words."""
    if is_disk_full(error):
        return _("the disk is full")
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{error.filename}: {reason}" if error.filename else reason
    return str(error)
