"""The two kinds of database: how each is copied, filled, looked into and put in another's place."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.utils.translation import gettext as _

from portal.backup.errors import BackupError

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
LEFTOVER_AFTER = timedelta(days=1)
MIGRATIONS_TABLE = "django_migrations"
SESSIONS_TABLE = "django_session"


@dataclass(frozen=True)
class Contents:
    """What a database holds: rows per table, and migrations like "home.0001_initial"."""

    tables: dict[str, int]
    migrations: list[str]


def contents(connection: BaseDatabaseWrapper) -> Contents:
    """Counts every row of every table."""
    tables = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            tables[table] = int(cursor.fetchone()[0])
        migrations = []
        if MIGRATIONS_TABLE in tables:
            cursor.execute(f"SELECT app, name FROM {MIGRATIONS_TABLE}")  # noqa: S608
            migrations = sorted(f"{app}.{name}" for app, name in cursor.fetchall())
    return Contents(tables, migrations)


class Database(ABC):
    """The portal's own database, and others beside it that have other names.

    A name is a path for SQLite, a database on the same server for PostgreSQL.
    """

    engine: str
    dump_name: str

    def __init__(self) -> None:
        self.settings: dict[str, Any] = connections["default"].settings_dict
        self.name = str(self.settings["NAME"])

    @contextlib.contextmanager
    def connected(self, name: str) -> Iterator[BaseDatabaseWrapper]:
        """A connection of its own to the database `name`, closed at the end."""
        handler = ConnectionHandler({"default": {**self.settings, "NAME": name}})
        connection: BaseDatabaseWrapper = handler["default"]
        try:
            yield connection
        finally:
            connection.close()

    def look_into(self, name: str) -> Contents:
        """What the database `name` holds."""
        with self.connected(name) as connection:
            return contents(connection)

    def end_sessions(self, name: str) -> None:
        """Logs everybody out in the database `name`."""
        with self.connected(name) as connection, connection.cursor() as cursor:
            if SESSIONS_TABLE in connection.introspection.table_names(cursor):
                cursor.execute(f"DELETE FROM {SESSIONS_TABLE}")  # noqa: S608

    @abstractmethod
    def dump(self, folder: Path) -> tuple[Contents, str]:
        """Writes `dump_name` into `folder`; returns what is in it, and the engine's version."""

    @abstractmethod
    def load(self, dump: Path, name: str) -> None:
        """Makes the database `name`, which must not exist, and fills it from a dump."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Removes the database `name` when it exists."""

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Whether there is a database `name`."""

    @abstractmethod
    def is_empty(self) -> bool:
        """Whether the portal's own database is missing or has no table."""

    @abstractmethod
    def quiet(self) -> None:
        """Raises `BackupError` when somebody else is connected to the portal's own database."""

    @abstractmethod
    def check_version(self, version: str) -> None:
        """Raises `BackupError` when a dump of that engine version can't be loaded here."""

    @abstractmethod
    def scratch_name(self, folder: Path) -> str:
        """A name for a database that is dropped again; `folder` may hold its files."""

    @abstractmethod
    def drop_leftovers(self) -> None:
        """Removes scratch databases that a killed check left on a server."""

    @abstractmethod
    def beside(self, role: str) -> str:
        """The name of the database that is kept beside the own one as "restoring" or "before"."""

    @abstractmethod
    def put_in_place(self) -> None:
        """The one named "restoring" becomes the portal's own; the own one becomes "before"."""

    @abstractmethod
    def take_back(self) -> None:
        """After a `put_in_place` that was broken off: the old one is the portal's own again."""


def own_database() -> Database:
    """The portal's database. Raises `BackupError` for an engine that is neither of the two."""
    vendor = connections["default"].vendor
    if vendor == "sqlite":
        return SQLite()
    if vendor == "postgresql":
        return PostgreSQL()
    raise BackupError(_("Databases of the kind %(kind)s can't be copied.") % {"kind": vendor})


class SQLite(Database):
    """A file, with `-wal` and `-shm` beside it while somebody works with it."""

    engine = "sqlite"
    dump_name = "database.sqlite3"
    suffixes = ("-wal", "-shm", "")

    def dump(self, folder: Path) -> tuple[Contents, str]:
        if not Path(self.name).is_file():
            raise BackupError(
                _("There is no database here yet: %(name)s is missing.") % {"name": self.name}
            )
        target = folder / self.dump_name
        self._copy(Path(self.name), target)
        with self.connected(str(target)) as connection:
            with connection.cursor() as cursor:
                # Through Django, which brings the functions that constraints call.
                cursor.execute("PRAGMA integrity_check(1)")
                verdict = cursor.fetchone()[0]
            if verdict != "ok":
                raise BackupError(_("The database is damaged: %(reason)s.") % {"reason": verdict})
            held = contents(connection)
        _settle(target)
        return held, sqlite3.sqlite_version

    def load(self, dump: Path, name: str) -> None:
        shutil.copyfile(dump, name)
        os.chmod(name, 0o600)

    def drop(self, name: str) -> None:
        for suffix in self.suffixes:
            Path(name + suffix).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        return Path(name).exists()

    def is_empty(self) -> bool:
        path = Path(self.name)
        if not path.exists() or path.stat().st_size == 0:
            return True
        try:
            return not self.look_into(self.name).tables
        except DatabaseError:
            return False  # what can't be read is something, and perhaps somebody's only copy

    def quiet(self) -> None:
        connections["default"].close()
        path = Path(self.name)
        if not path.exists():
            return
        with contextlib.closing(sqlite3.connect(path, timeout=1)) as connection:
            try:
                # Only the last connection may leave WAL; it also folds the -wal file in.
                connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise _in_use() from error
                raise
            except sqlite3.DatabaseError:
                return  # damaged: that may be why it is restored

    def check_version(self, version: str) -> None:
        pass  # the file format is one and the same for all versions of SQLite 3

    def scratch_name(self, folder: Path) -> str:
        return str(folder / "scratch.sqlite3")

    def drop_leftovers(self) -> None:
        pass  # scratch files lie in a folder that the next command clears away

    def beside(self, role: str) -> str:
        return f"{self.name}.{role}"

    def put_in_place(self) -> None:
        _settle(Path(self.beside("restoring")))
        for suffix in self.suffixes:
            if Path(self.name + suffix).exists():
                os.replace(self.name + suffix, self.beside("before") + suffix)
        os.replace(self.beside("restoring"), self.name)

    def take_back(self) -> None:
        for suffix in reversed(self.suffixes):
            if Path(self.beside("before") + suffix).exists():
                os.replace(self.beside("before") + suffix, self.name + suffix)

    def _copy(self, source: Path, target: Path) -> None:
        timeout = float(self.settings.get("OPTIONS", {}).get("timeout", 5))
        address = f"{source.resolve().as_uri()}?mode=ro"
        with (
            contextlib.closing(sqlite3.connect(address, uri=True, timeout=timeout)) as origin,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            origin.backup(copy)


def _settle(path: Path) -> None:
    """Leaves one file, with no -wal beside it, written through to the disk."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    with path.open("rb") as file:
        os.fsync(file.fileno())


class PostgreSQL(Database):
    """A database on a server, copied and filled by the server's own client programs."""

    engine = "postgresql"
    dump_name = "database.dump"

    def dump(self, folder: Path) -> tuple[Contents, str]:
        with self.connected(self.name) as connection:
            version = self._version(connection)
            program = client_program("pg_dump", version[0])
            with connection.cursor() as cursor:
                # The dump and the counts see one and the same moment, whoever writes meanwhile.
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                snapshot = cursor.fetchone()[0]
                self._run(
                    program,
                    *("--format=custom", "--no-owner", "--no-privileges", "--no-password"),
                    *(f"--snapshot={snapshot}", f"--file={folder / self.dump_name}"),
                    f"--dbname={self.name}",
                )
                held = contents(connection)
                cursor.execute("ROLLBACK")
        return held, ".".join(map(str, version))

    def load(self, dump: Path, name: str) -> None:
        with self._server() as cursor:
            program = client_program("pg_restore", self._version(cursor.db)[0])
            cursor.execute(
                "SELECT datcollate, datctype FROM pg_database WHERE datname = %s", [self.name]
            )
            collation = cursor.fetchone()
            like = " LC_COLLATE %s LC_CTYPE %s" if collation else ""
            cursor.execute(
                f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING 'UTF8'{like}",
                collation,
            )
        self._run(
            program,
            *("--no-owner", "--no-privileges", "--no-password", "--exit-on-error"),
            *("--single-transaction", f"--dbname={name}", str(dump)),
        )

    def drop(self, name: str) -> None:
        with self._server() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def exists(self, name: str) -> bool:
        with self._server() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def is_empty(self) -> bool:
        return not self.exists(self.name) or not self.look_into(self.name).tables

    def quiet(self) -> None:
        connections["default"].close()
        with self._server() as cursor:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", [self.name])
            if cursor.fetchone():
                raise _in_use()

    def check_version(self, version: str) -> None:
        with self._server() as cursor:
            here = self._version(cursor.db)[0]
        there = int(version.partition(".")[0])
        if there > here:
            raise BackupError(
                _(
                    "The backup comes from PostgreSQL %(there)s; this server is %(here)s. Restore "
                    "on a server of version %(there)s or newer."
                )
                % {"there": there, "here": here}
            )

    def scratch_name(self, folder: Path) -> str:
        return f"{self.name[:32]}_scratch_{datetime.now(UTC):%Y%m%d%H%M%S}_{os.getpid()}"

    def drop_leftovers(self) -> None:
        pattern = re.compile(re.escape(self.name[:32]) + r"_scratch_(\d{14})_\d+")
        with self._server() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            for (name,) in cursor.fetchall():
                made = pattern.fullmatch(name)
                if made is None:
                    continue
                age = datetime.now(UTC) - datetime.strptime(made[1] + "+0000", "%Y%m%d%H%M%S%z")
                if age > LEFTOVER_AFTER:
                    cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def beside(self, role: str) -> str:
        return f"{self.name[:50]}_{role}"

    def put_in_place(self) -> None:
        moves = [(self.beside("restoring"), self.name)]
        if self.exists(self.name):
            moves.insert(0, (self.name, self.beside("before")))
        with self._server() as cursor:
            cursor.execute("BEGIN")
            for name, other in moves:
                cursor.execute(f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(other)}")
            cursor.execute("COMMIT")

    def take_back(self) -> None:
        pass  # both renames are one transaction

    @contextlib.contextmanager
    def _server(self) -> Iterator[Any]:
        """A cursor in the server's own database, since a database can't be moved from within."""
        with self.connected("postgres") as connection, connection.cursor() as cursor:
            yield cursor

    @staticmethod
    def _version(connection: Any) -> tuple[int, int]:
        connection.ensure_connection()
        number: int = connection.connection.info.server_version
        return number // 10000, number % 10000

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(  # noqa: S603
            [program, *words], env=self._environment(), capture_output=True, text=True
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [str(done.returncode)]
            told = next((line for line in lines if "error:" in line), lines[-1])
            if "No space left on device" in done.stderr:
                told = _("the disk is full")
            raise BackupError(
                _("%(program)s gave up: %(reason)s")
                % {"program": Path(program).name, "reason": told.rpartition("error: ")[2]}
            )

    def _environment(self) -> dict[str, str]:
        """What libpq reads from its environment: a password in an argument is seen by all."""
        options = self.settings.get("OPTIONS", {})
        told = {
            "PGHOST": self.settings.get("HOST"),
            "PGPORT": self.settings.get("PORT"),
            "PGUSER": self.settings.get("USER"),
            "PGPASSWORD": self.settings.get("PASSWORD"),
            "PGSSLMODE": options.get("sslmode"),
            "PGSSLROOTCERT": options.get("sslrootcert"),
            "PGSSLCERT": options.get("sslcert"),
            "PGSSLKEY": options.get("sslkey"),
            "PGCONNECT_TIMEOUT": options.get("connect_timeout"),
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "LC_ALL": "C"} | {name: str(value) for name, value in told.items() if value}


def client_program(name: str, server: int) -> str:
    """The path of `pg_dump` or `pg_restore`, of at least the server's major version.

    Raises `BackupError` when there is none, or only older ones, which would refuse half-way.
    """
    found = [Path(path) for path in (shutil.which(name),) if path]
    versions: dict[int, str] = {}
    for path in (*found, *sorted(DEBIAN_PROGRAMS.glob(f"*/bin/{name}"))):
        with contextlib.suppress(OSError):
            answer = subprocess.run(  # noqa: S603
                [path, "--version"], capture_output=True, text=True, env={"LC_ALL": "C", **_path()}
            )
            version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
            if version:
                versions.setdefault(int(version[1]), str(path))
    fitting = [path for version, path in sorted(versions.items()) if version >= server]
    if fitting:
        return fitting[0]
    if not versions:
        raise BackupError(
            _(
                "The program %(name)s is missing. Install PostgreSQL's client programs, version "
                "%(server)s or newer (Debian: postgresql-client)."
            )
            % {"name": name, "server": server}
        )
    raise BackupError(
        _(
            "%(name)s is of version %(client)s and the server of version %(server)s. Install "
            "PostgreSQL's client programs of version %(server)s or newer."
        )
        % {"name": name, "client": max(versions), "server": server}
    )


def _path() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]} if "PATH" in os.environ else {}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _in_use() -> BackupError:
    return BackupError(
        _("The portal is running: somebody is connected to its database. Stop it first.")
    )
