"""Making a backup while the portal runs."""

import contextlib
import json
import os
import shutil
import sqlite3
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from memberorgs import erasure
from portal.backup import manifest as manifests
from portal.backup.databases import own_database
from portal.backup.errors import BackupError, in_words
from portal.backup.files import copy_file, private_files
from portal.backup.manifest import Manifest, StoredFile
from portal.backup.places import UNFINISHED, Keep, backups_in, let_go, new_name, working_in
from portal.backup.restore import mend_at_start


@dataclass(frozen=True)
class Taken:
    """A backup that was made: where, what is in it, how many files are links, which ones went."""

    folder: Path
    manifest: Manifest
    linked: int
    let_go: list[Path]


def take_backup(place: Path, keep: Keep) -> Taken:
    """Makes a new backup in `place`, then lets old ones go.

    The folder has a temporary name until all of it is on the disk. Raises `BackupError`; then
    nothing of the new backup is left, and no old one was touched.
    """
    place = place.resolve()
    uploads = [root.resolve() for root in manifests.roots().values()]
    if any(place == root or root in place.parents for root in uploads):
        raise BackupError(
            _("%(folder)s lies among the uploaded files. Choose another folder for backups.")
            % {"folder": place}
        )
    mend_at_start()
    with private_files(), working_in(place):
        name, now = new_name(place)
        folder = place / f"{UNFINISHED}{name}"
        try:
            folder.mkdir()
            manifest, linked = _fill(folder, now, next(iter(backups_in(place)), None))
            _sync_folders(folder)
            # A new server has no list of its own: it finds this one beside the backups.
            erasure.copy_list(erasure.list_path(), place / erasure.LIST_NAME)
            finished = folder.rename(place / name)
            _sync_folder(place)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(
                _("The backup was not made: %(reason)s. Nothing of it is left.")
                % {"reason": in_words(error)}
            ) from error
        except DatabaseError as error:
            raise BackupError(
                _("The backup was not made: %(reason)s. Nothing of it is left.")
                % {"reason": str(error).strip()}
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return Taken(finished, manifest, linked, let_go(place, keep, datetime.now(UTC)))


def _fill(folder: Path, now: datetime, before: Path | None) -> tuple[Manifest, int]:
    database = own_database()
    # First the database: a file that is uploaded meanwhile is then one too many, not one missing.
    held, version = database.dump(folder)
    files = {database.dump_name: _measured(folder / database.dump_name)}
    manifests.save(
        folder / manifests.SETTINGS,
        json.dumps(manifests.settings_without_secrets(), indent=1, sort_keys=True).encode(),
    )
    files[manifests.SETTINGS] = _measured(folder / manifests.SETTINGS)
    uploads, linked = _take_files(folder, before)
    salt = manifests.new_salt()
    manifest = Manifest(
        made_at=now.isoformat(),
        app_version=manifests.app_version(),
        commit=manifests.commit(),
        engine=database.engine,
        engine_version=version,
        database=database.dump_name,
        tables=held.tables,
        migrations=held.migrations,
        key_salt=salt,
        key_proof=manifests.key_proof(settings.SECRET_KEY, salt),
        files=files | uploads,
    )
    manifests.write(manifest, folder)
    return manifest, linked


def _measured(path: Path) -> StoredFile:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return StoredFile(manifests.sha256(path), path.stat().st_size)


def _take_files(folder: Path, before: Path | None) -> tuple[dict[str, StoredFile], int]:
    known: dict[str, StoredFile] = {}
    if before is not None:
        with contextlib.suppress(BackupError):
            known = manifests.read(before).files
    files, linked = {}, 0
    for tree in manifests.TREES:
        (folder / tree).mkdir()
    there = [
        (root / name, f"{tree}/{name}")
        for tree, root in manifests.roots().items()
        for name in sorted(manifests.paths_in(root))
    ]
    for source, path in there:
        target = folder / path
        try:
            state = source.lstat()
        except FileNotFoundError:
            continue  # deleted since the folder was read
        if not stat.S_ISREG(state.st_mode):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        stored = known.get(path)
        if before and stored and _link(before / path, stored, state, target):
            files[path] = stored
            linked += 1
            continue
        with contextlib.suppress(FileNotFoundError):
            files[path] = copy_file(source, target)
    return files, linked


def _link(old: Path, stored: StoredFile, state: os.stat_result, target: Path) -> bool:
    """Links to the copy in the backup before, when the upload is unchanged and the copy sound."""
    try:
        known = old.stat()
        if (known.st_size, known.st_mtime_ns) != (state.st_size, state.st_mtime_ns):
            return False
        if manifests.sha256(old) != stored.sha256:
            return False
        os.link(old, target)
    except OSError:
        return False  # another disk, or one without hard links
    return True


def _sync_folders(folder: Path) -> None:
    for root, _folders, _files in os.walk(folder):
        _sync_folder(Path(root))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
