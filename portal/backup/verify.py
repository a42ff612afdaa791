"""Proof that a backup can be restored: it is restored, beside the running portal."""

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal.backup import elsewhere
from portal.backup import manifest as manifests
from portal.backup.databases import Contents, Database, own_database
from portal.backup.errors import BackupError, in_words
from portal.backup.files import private_files
from portal.backup.manifest import Manifest
from portal.backup.migrations import missing_here, missing_there
from portal.backup.places import UNFINISHED, backups_in, working_in


@dataclass(frozen=True)
class Verified:
    """A backup that proved whole, and the addresses that were fetched from it."""

    folder: Path
    manifest: Manifest
    pages: list[str]


def verify_backup(place: Path) -> Verified:
    """Restores the newest backup in `place` (or `place` itself, when it is a backup) into a
    scratch database and looks at it; removes the scratch. Raises `BackupError`.
    """
    place = place.resolve()
    given = manifests.is_backup(place)
    with private_files(), working_in(place.parent if given else place):
        folder = place if given else next(iter(backups_in(place)), None)
        if folder is None:
            raise BackupError(_("There is no backup in %(folder)s.") % {"folder": place})
        manifest = manifests.read(folder)
        manifests.check(folder, manifest)
        database = own_database()
        check_engine(manifest, database)
        check_migrations(manifest)
        database.drop_leftovers()
        scratch = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
        try:
            pages = _try_out(folder, manifest, database, scratch)
        except (OSError, sqlite3.Error) as error:
            raise _untried(in_words(error)) from error
        except DatabaseError as error:
            raise _untried(str(error).strip()) from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return Verified(folder, manifest, pages)


def _untried(reason: str) -> BackupError:
    return BackupError(_("The backup could not be tried out: %(reason)s.") % {"reason": reason})


def _try_out(folder: Path, manifest: Manifest, database: Database, scratch: Path) -> list[str]:
    name = database.scratch_name(scratch)
    try:
        database.load(folder / manifest.database, name)
        check_contents(manifest, database.look_into(name))
        # Pages make smaller images: those must not end up in the backup.
        files = {tree: scratch / tree for tree in manifests.TREES}
        for tree, copy in files.items():
            # Backups of earlier versions have no attachments.
            if (folder / tree).exists():
                shutil.copytree(folder / tree, copy, copy_function=_link_or_copy)
        if missing_there(manifest.migrations):
            elsewhere.ask("migrate", database=name, files=files)
        answers = elsewhere.ask("pages", database=name, files=files)
    finally:
        database.drop(name)
    for path, status in answers:
        if status != 200:
            raise BackupError(
                _("The page %(path)s of the restored copy answers %(status)s instead of 200.")
                % {"path": path, "status": status}
            )
    return [path for path, _status in answers]


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def check_engine(manifest: Manifest, database: Database) -> None:
    """Raises `BackupError` when the backup is of another kind of database, or of a newer server."""
    if manifest.engine != database.engine:
        raise BackupError(
            _("The backup holds a database of the kind %(there)s; this portal uses %(here)s.")
            % {"there": manifest.engine, "here": database.engine}
        )
    database.check_version(manifest.engine_version)


def check_migrations(manifest: Manifest) -> None:
    """Raises `BackupError` when the backup was made by code that is newer than this."""
    unknown = missing_here(manifest.migrations)
    if unknown:
        raise BackupError(
            _(
                "The backup was made by a newer version of the portal (%(version)s): the "
                "migration %(migration)s is unknown here. Install that version first."
            )
            % {"version": manifest.app_version or "?", "migration": unknown[0]}
        )


def check_contents(manifest: Manifest, held: Contents) -> None:
    """Raises `BackupError` when a restored database doesn't hold what the manifest says."""
    if held.migrations != manifest.migrations:
        raise BackupError(_("The restored database has other migrations than the backup says."))
    for table in sorted(manifest.tables.keys() | held.tables.keys()):
        there, here = manifest.tables.get(table, 0), held.tables.get(table, 0)
        if there != here:
            raise BackupError(
                _("The table %(table)s has %(here)s rows after restoring; it had %(there)s.")
                % {"table": table, "here": here, "there": there}
            )
