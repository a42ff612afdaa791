"""The transport of this version: a folder of .eml files."""

import os
import re
import tempfile
import time
from contextlib import suppress
from datetime import UTC
from pathlib import Path

from django.conf import settings

from outbox.models import OutgoingMail

NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SUFFIX = ".eml"
UNFINISHED = ".unfinished"


class FolderGoneError(OSError):
    """The folder is not there, so what it held can't be known."""


class MailFolder:
    """Files named by their row, written whole or not at all.

    A second write of the same row is the same file, so delivery here is exactly once whatever
    happens in between.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_settings(cls) -> "MailFolder":
        return cls(settings.MAIL_DIR)

    @staticmethod
    def name_of(mail: OutgoingMail) -> str:
        """The name sorts by time (UTC)."""
        return f"{mail.created_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}Z-{mail.pk}"

    def prepare(self) -> None:
        """Make the folder. Raises OSError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def write(self, name: str, content: bytes) -> None:
        """Put the mail in place, on disk before this returns. Raises OSError."""
        handle, unfinished = tempfile.mkstemp(dir=self.path, prefix=".", suffix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, self._file(name))
        except BaseException:
            with suppress(OSError):
                os.unlink(unfinished)
            raise
        self._sync()

    def _sync(self) -> None:
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def holds(self, name: str) -> bool:
        """Raises FolderGoneError when there is no folder, OSError when it can't be looked into."""
        if not self.path.is_dir():
            raise FolderGoneError(f"{self.path} is not there")
        return self._file(name).is_file()

    def names(self) -> list[str]:
        """Newest first; empty when there is no folder yet."""
        with suppress(FileNotFoundError):
            found = (entry.name.removesuffix(SUFFIX) for entry in os.scandir(self.path))
            return sorted((name for name in found if NAME.fullmatch(name)), reverse=True)
        return []

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError, also for a name that no row can have."""
        if not NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return self._file(name).read_bytes()

    def remove(self, name: str) -> None:
        """Raises FileNotFoundError where there is none."""
        if not NAME.fullmatch(name):
            raise FileNotFoundError(name)
        self._file(name).unlink()

    def remove_unfinished(self, older_than: float = 3600) -> None:
        """Clear away what killed workers left half written; `older_than` in seconds."""
        limit = time.time() - older_than
        for path in self.path.glob(f".*{UNFINISHED}"):
            with suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()

    def _file(self, name: str) -> Path:
        return self.path / f"{name}{SUFFIX}"
