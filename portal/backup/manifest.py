"""What a backup says about itself, and whether that is still true."""

import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.backup.errors import BackupError, in_words

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
SETTINGS = "settings.json"
MEDIA = "media"
ATTACHMENTS = "attachments"
TREES = (MEDIA, ATTACHMENTS)
"""The folders of files that people handed in, by their names in a backup."""

CHUNK = 1024 * 1024
KEY_ROUNDS = 200_000


@dataclass(frozen=True)
class StoredFile:
    """One file of a backup: `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The contents of manifest.json.

    `made_at` is ISO 8601 in UTC. `tables` holds rows per table and `migrations` names like
    "home.0001_initial", both of the same moment as the dump. `key_salt` and `key_proof` recognise
    the SECRET_KEY without telling it. `files` is keyed by path inside the folder, with slashes.
    """

    made_at: str
    app_version: str
    commit: str
    engine: str
    engine_version: str
    database: str
    tables: dict[str, int]
    migrations: list[str]
    key_salt: str
    key_proof: str
    files: dict[str, StoredFile]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows in all tables together."""
        return sum(self.tables.values())

    @property
    def media_count(self) -> int:
        """Uploaded files."""
        return sum(1 for path in self.files if path.partition("/")[0] in TREES)

    @property
    def made(self) -> datetime:
        """When the backup was begun, in UTC."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC)

    def knows_key(self, key: str) -> bool:
        """Whether `key` is the SECRET_KEY under which the backup was made."""
        return hmac.compare_digest(key_proof(key, self.key_salt), self.key_proof)


def roots() -> dict[str, Path]:
    """Where each of `TREES` lies in this portal."""
    return {MEDIA: Path(settings.MEDIA_ROOT), ATTACHMENTS: Path(settings.ATTACHMENT_ROOT)}


def new_salt() -> str:
    """A salt for `key_proof`, of its own for each backup."""
    return secrets.token_hex(16)


def key_proof(key: str, salt: str) -> str:
    """A slow one-way hash of the secret key, hex."""
    return hashlib.pbkdf2_hmac("sha256", key.encode(), salt.encode(), KEY_ROUNDS).hex()


def sha256(path: Path) -> str:
    """The SHA-256 of a file's contents, hex. Raises `OSError`."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write(manifest: Manifest, folder: Path) -> None:
    """Writes manifest and seal into `folder`. Raises `OSError`."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    save(folder / MANIFEST, text)
    save(folder / SEAL, f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode())


def save(path: Path, contents: bytes) -> None:
    """Writes a file and waits until it is on the disk. Raises `OSError`."""
    with path.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())


def is_backup(folder: Path) -> bool:
    """Whether `folder` looks like one backup (and not like a place of several)."""
    return (folder / MANIFEST).is_file() or (folder / SEAL).is_file()


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`, once its seal fits. Raises `BackupError`."""
    try:
        text = (folder / MANIFEST).read_bytes()
        seal = (folder / SEAL).read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(
            _("%(folder)s is no whole backup: its list of contents can't be read (%(reason)s).")
            % {
                "folder": folder,
                "reason": in_words(error) if isinstance(error, OSError) else error.reason,
            }
        ) from error
    if not seal or not hmac.compare_digest(seal[0], hashlib.sha256(text).hexdigest()):
        raise _altered(folder, MANIFEST)
    try:
        fields: dict[str, Any] = json.loads(text)
        if fields["format"] != FORMAT:
            raise BackupError(
                _("The backup %(folder)s was made by another version, in a format unknown here.")
                % {"folder": folder}
            )
        files = {path: StoredFile(**stored) for path, stored in fields.pop("files").items()}
        manifest = Manifest(**fields, files=files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _altered(folder, MANIFEST) from error
    for path in [*manifest.files, manifest.database]:
        if not _stays_inside(path):
            raise _altered(folder, MANIFEST)
    return manifest


def check(folder: Path, manifest: Manifest) -> None:
    """Compares every file of the backup with the manifest.

    Raises `BackupError` for the first one that is missing, cut, altered, unreadable or not listed.
    """
    for path, stored in sorted(manifest.files.items()):
        file = folder / path
        try:
            if file.is_symlink() or not file.is_file():
                raise BackupError(
                    _("The backup %(folder)s is not whole: %(file)s is missing.")
                    % {"folder": folder, "file": path}
                )
            if file.stat().st_size != stored.size or sha256(file) != stored.sha256:
                raise _altered(folder, path)
        except OSError as error:
            raise _unreadable(folder, error) from error
    try:
        strangers = sorted(set(paths_in(folder)) - set(manifest.files) - {MANIFEST, SEAL})
    except OSError as error:
        raise _unreadable(folder, error) from error
    if strangers:
        raise BackupError(
            _("The backup %(folder)s holds a file that it doesn't list: %(file)s.")
            % {"folder": folder, "file": strangers[0]}
        )


def _unreadable(folder: Path, error: OSError) -> BackupError:
    return BackupError(
        _("The backup %(folder)s can't be read: %(reason)s.")
        % {"folder": folder, "reason": in_words(error)}
    )


def _altered(folder: Path, path: str) -> BackupError:
    return BackupError(
        _("The backup %(folder)s has been cut or altered: %(file)s is not what it was.")
        % {"folder": folder, "file": path}
    )


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    return bool(path) and not parts.is_absolute() and ".." not in parts.parts and "\0" not in path


def paths_in(folder: Path) -> Iterator[str]:
    """The files under `folder`, as paths with slashes, symbolic links among them; none when it
    is missing. Raises `OSError` for a folder that can't be read: what it holds would be lost."""
    for root, _folders, names in os.walk(folder, onerror=_unless_missing):
        for name in names:
            yield (Path(root) / name).relative_to(folder).as_posix()


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def app_version() -> str:
    """The version in pyproject.toml; empty when that file is not at hand."""
    try:
        with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return ""


def commit() -> str:
    """The git commit of this code: SOURCE_COMMIT of an image, else what a clone says, else ""."""
    told = os.environ.get("SOURCE_COMMIT", "")
    git = shutil.which("git")
    if told or git is None or not (settings.BASE_DIR / ".git").exists():
        return told
    answer = subprocess.run(  # noqa: S603
        [git, "rev-parse", "HEAD"], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    name = answer.stdout.strip()
    return name if re.fullmatch(r"[0-9a-f]{40,64}", name) else ""


TELLING = (
    *("DEMO", "DEBUG", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL"),
    *("DATABASE_URL", "REDIS_URL", "REDIS_BROKER_DB", "REDIS_CACHE_DB", "DATA_DIR", "PORT"),
    *("STATIC_ROOT", "WEB_CONCURRENCY", "TRUSTED_PROXIES", "LOG_LEVEL", "MAIL_PER_MINUTE"),
)
"""The variables whose values help the one who restores. Not SECRET_KEY: it is kept elsewhere."""


def settings_without_secrets() -> dict[str, str]:
    """The environment that set the portal up, passwords in addresses replaced by `***`."""
    return {name: without_password(os.environ[name]) for name in TELLING if os.environ.get(name)}


def without_password(address: str) -> str:
    """An address like postgres://user:password@host/name without its password and query."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    authority, slash, path = rest.partition("?")[0].partition("/")
    who, at, where = authority.rpartition("@")
    user, colon, _password = who.partition(":")
    return f"{scheme}://{user}{':***' if colon else ''}{at}{where}{slash}{path}"
