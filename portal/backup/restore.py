"""The way back: database and files of a backup, both or neither.

What is restored is made ready beside what is there. Then files and database change places, in that
order, with a note on the disk that says so; the database's change is the one that counts. If the
process dies in between, `mend` reads the note: when the new database is in its place the rest is
finished, else the old files are put back.
"""

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.utils.translation import gettext as _

from memberorgs import erasure
from portal.backup import elsewhere
from portal.backup import manifest as manifests
from portal.backup.databases import Database, own_database
from portal.backup.errors import BackupError, in_words
from portal.backup.files import copy_file
from portal.backup.manifest import Manifest, roots
from portal.backup.migrations import missing_there
from portal.backup.places import backups_in
from portal.backup.verify import check_contents, check_engine, check_migrations
from portal.supervisor.place import LOCK_NAME, Refused, locked, open_data_dir

NOTE = "restore-under-way.json"


@dataclass(frozen=True)
class Restored:
    """What was restored, whether migrations were run on it, and how many people were erased again
    since they had been erased after the backup was made."""

    folder: Path
    manifest: Manifest
    migrated: bool
    erased: int = 0


def restore_backup(folder: Path, *, replace: bool, other_key: bool) -> Restored:
    """Puts the backup in `folder` in the place of the portal's database and files.

    `replace` allows it where there is something already; `other_key` allows another SECRET_KEY
    than that of the backup. Raises `BackupError`; then all is as it was.
    """
    folder = folder.resolve()
    if not manifests.is_backup(folder) and backups_in(folder):
        raise BackupError(
            _("%(folder)s holds several backups. Name one of them; the newest is %(newest)s.")
            % {"folder": folder, "newest": backups_in(folder)[0]}
        )
    manifest = manifests.read(folder)
    database = own_database()
    if manifest.engine == database.engine:
        manifests.check(folder, manifest)
    check_engine(manifest, database)
    check_migrations(manifest)
    if not other_key and not _key_is_known(manifest):
        raise BackupError(
            _(
                "The backup was made with another SECRET_KEY. Set the one from that time, or "
                "restore with --other-key: then links in mails sent earlier no longer work."
            )
        )
    with alone():
        mend()
        with as_sentence():
            database.quiet()
            if not replace and not (database.is_empty() and _has_no_files()):
                raise BackupError(
                    _(
                        "There is a portal with content here already. Restore with --replace to "
                        "put the backup in its place; what is here now is removed then."
                    )
                )
            migrated, erased = _prepare(folder, manifest, database)
            _change_places(database)
    cache.clear()
    return Restored(folder, manifest, migrated, erased)


def _key_is_known(manifest: Manifest) -> bool:
    return any(
        manifest.knows_key(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Holds the lock of the supervisor: no portal starts on the data folder meanwhile.

    Raises `BackupError` when one runs.
    """
    folder = Path(settings.DATA_DIR)
    with contextlib.ExitStack() as stack:
        try:
            open_data_dir(folder)
        except Refused as refusal:
            raise BackupError(str(refusal)) from refusal
        try:
            stack.enter_context(locked(folder))
        except Refused as refusal:
            raise BackupError(
                _("A portal or a restore is at work in %(folder)s. Stop it first.")
                % {"folder": folder}
            ) from refusal
        yield


@contextlib.contextmanager
def as_sentence() -> Iterator[None]:
    """Turns what disks and databases say into a `BackupError`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            _("The backup was not restored: %(reason)s. All is as it was.")
            % {"reason": in_words(error)}
        ) from error
    except DatabaseError as error:
        raise BackupError(
            _("The backup was not restored: %(reason)s. All is as it was.")
            % {"reason": str(error).strip()}
        ) from error


def _has_no_files() -> bool:
    return not any(True for root in roots().values() for _path in manifests.paths_in(root))


def _staged(root: Path) -> Path:
    return root.with_name(f"{root.name}.restoring")


def _aside(root: Path) -> Path:
    return root.with_name(f"{root.name}.before")


def _prepare(folder: Path, manifest: Manifest, database: Database) -> tuple[bool, int]:
    """Makes files and database ready beside the old ones.

    Returns whether it was migrated, and how many people were erased again.
    """
    name = database.beside("restoring")
    _clear(database)
    staged = {tree: _staged(root) for tree, root in roots().items()}
    try:
        _copy_files(folder, manifest, staged)
        database.load(folder / manifest.database, name)
        check_contents(manifest, database.look_into(name))
        migrated = bool(missing_there(manifest.migrations))
        if migrated:
            elsewhere.ask("migrate", database=name, files=staged)
        # A new server has no list of its own, but for the one beside the backups.
        erasure.copy_list(folder.parent / erasure.LIST_NAME, erasure.list_path())
        erased = 0
        if erasure.read_list(erasure.list_path()):
            erased = elsewhere.ask("erase", database=name, files=staged, erased=erasure.list_path())
        database.end_sessions(name)
    except BaseException:
        _clear(database)
        raise
    return migrated, erased


def _clear(database: Database) -> None:
    """Removes what an earlier attempt made ready and did not put in place."""
    for root in roots().values():
        if _staged(root).exists():
            shutil.rmtree(_staged(root))
    database.drop(database.beside("restoring"))


def _copy_files(folder: Path, manifest: Manifest, targets: Mapping[str, Path]) -> None:
    for target in targets.values():
        target.mkdir(parents=True)
    for path, stored in manifest.files.items():
        tree, _slash, name = path.partition("/")
        if not name or tree not in targets:
            continue
        copy = targets[tree] / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if copy_file(folder / path, copy) != stored:
            raise BackupError(
                _("The backup %(folder)s has been cut or altered: %(file)s is not what it was.")
                % {"folder": folder, "file": path}
            )


def _note() -> Path:
    return Path(settings.DATA_DIR) / NOTE


def _change_places(database: Database) -> None:
    note = {"had": [tree for tree, root in roots().items() if root.exists()]}
    manifests.save(_note(), json.dumps(note).encode())
    try:
        for root in roots().values():
            if root.exists():
                os.replace(root, _aside(root))
            os.replace(_staged(root), root)
        database.put_in_place()
    except BaseException:
        mend()
        raise
    # What can't be removed now is removed at the next start.
    with contextlib.suppress(OSError, DatabaseError):
        mend()


def mend() -> bool:
    """Brings a restore that was broken off to one of its two ends; True when there was one.

    For callers that hold the lock of the data folder, or know that no restore runs.
    """
    try:
        note = json.loads(_note().read_text(encoding="utf-8"))
        had = set(note["had"])
    except FileNotFoundError:
        return False
    except (ValueError, KeyError):
        had = set(manifests.TREES)  # cut while it was written: nothing had moved yet
    database = own_database()
    if database.exists(database.beside("restoring")):
        database.take_back()
        for tree, root in roots().items():
            _put_back(root, was_there=tree in had)
        _clear(database)
    else:
        database.drop(database.beside("before"))
        for root in roots().values():
            shutil.rmtree(_aside(root), ignore_errors=True)
    _note().unlink()
    return True


def _put_back(root: Path, *, was_there: bool) -> None:
    """The old files in their place, and those of the backup beside it, wherever it broke off."""
    if _aside(root).exists():
        if _staged(root).exists():
            with contextlib.suppress(FileNotFoundError):
                root.rmdir()  # made anew by a start in between; never one with content
        else:
            os.replace(root, _staged(root))
        os.replace(_aside(root), root)
    elif not was_there and not _staged(root).exists():
        os.replace(root, _staged(root))


def mend_at_start() -> bool:
    """As `mend`, for the start of the portal and of a backup. Raises `BackupError` while a restore
    is under way."""
    if not _note().exists():
        return False
    # Under the supervisor the lock is our parent's, so no restore runs.
    if _holder_of_lock() == os.getppid():
        return mend()
    with alone():
        return mend()


def _holder_of_lock() -> int:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return int(json.loads((Path(settings.DATA_DIR) / LOCK_NAME).read_bytes()).get("pid", 0))
    return 0
