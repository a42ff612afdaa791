"""Files that are copied to stay."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from portal.backup.manifest import CHUNK, StoredFile


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """What is written meanwhile can be read by this user alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def copy_file(source: Path, target: Path) -> StoredFile:
    """Copies a file and its time to the disk; returns what was written. Raises `OSError`."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as origin, target.open("wb") as copy:
        while chunk := origin.read(CHUNK):
            copy.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        copy.flush()
        os.fsync(copy.fileno())
        state = os.fstat(origin.fileno())
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    return StoredFile(digest.hexdigest(), size)
