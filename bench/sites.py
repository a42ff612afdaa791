"""The sites that are measured, each under gunicorn with the portal's own configuration."""

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psycopg

from bench.client import ask
from bench.clones import FROM_OUTSIDE, PROJECT, free_port, tree
from bench.registry import NotMeasured
from portal import embedded_redis

PATIENCE = 120.0
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
NOBODY = "redis://127.0.0.1:1"
"""An address where no Redis answers."""

BARE_SETTINGS = """
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bare_urls"
MIDDLEWARE = []
STATIC_URL = "/static/"
"""

BARE_URLS = """
import os

from django.http import HttpResponse
from django.urls import path

BODY = b"x" * int(os.environ["BODY_BYTES"])

urlpatterns = [path("", lambda request: HttpResponse(BODY))]
"""

# As `wagtail start` leaves it, in production: but for the checks of hashed file names, which would
# only make it slower. On PostgreSQL its connection is kept, like the portal's.
STARTED_SETTINGS = """
import os

import environ

from mysite.settings.base import *

DEBUG = False
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60}}
"""


class Server:
    """A site on a free port; use as a context manager."""

    def __init__(self, application: str, folder: Path, log: Path, **environ: str) -> None:
        self.port = free_port()
        self._application, self._folder, self._log = application, folder, log
        self._environ = clean_environment(folder, PORT=str(self.port), **environ)

    def __enter__(self) -> Self:
        conf = PROJECT / "portal" / "gunicorn_conf.py"
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", str(conf), self._application],
                cwd=self._folder,
                env=self._environ | {"BASE_URL": self.address("")},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)

    def address(self, path: str = "/") -> str:
        return f"http://localhost:{self.port}{path}"

    @property
    def pids(self) -> set[int]:
        """Its processes."""
        return set(tree(self._process.pid))

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                if ask(self.address()).status < 500:
                    return
            if self._process.poll() is not None or time.monotonic() > end:
                self.__exit__(None, None, None)
                raise RuntimeError(f"no answer:\n{self._log.read_text()[-3000:]}")
            time.sleep(0.05)


def clean_environment(folder: Path, **environ: str) -> dict[str, str]:
    """This environment without what would change the portal, with `folder` and the project to
    import from."""
    kept = {name: text for name, text in os.environ.items() if name not in FROM_OUTSIDE}
    return kept | {"PYTHONPATH": os.pathsep.join([str(folder), str(PROJECT)])} | environ


def processor_seconds(pids: set[int]) -> float:
    """What processes have used so far, those that are gone left out. Linux only."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


class Postgres:
    """A database of its own on a server of this machine."""

    def __init__(self, server: str, name: str) -> None:
        self._server, self._name = server, name
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        atexit.register(self._drop)

    @property
    def url(self) -> str:
        return urlsplit(self._server)._replace(path=f"/{self._name}").geturl()

    @property
    def pids(self) -> set[int]:
        """The server's processes that work for whoever is connected."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s", [self._name]
            )
            return {pid for (pid,) in rows}

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._server, autocommit=True, connect_timeout=3)

    def _drop(self) -> None:
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE "{self._name}" WITH (FORCE)'.encode())


class Workshop:
    """Projects and data that the benchmarks share, in one temporary folder."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        atexit.register(self._stack.close)
        self.folder = Path(
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-readers-"))
        )
        self._logs = 0

    @property
    def log(self) -> Path:
        self._logs += 1
        return self.folder / f"{self._logs}.log"

    @cached_property
    def data(self) -> Path:
        """A data folder of the portal with the demo in it."""
        data = self.folder / "data"
        self.run(PROJECT, "manage.py", "prepare", DEMO="1", DATA_DIR=str(data), REDIS_URL=NOBODY)
        return data

    @cached_property
    def redis(self) -> str:
        """The address of a Redis of our own."""
        try:
            server = embedded_redis.find_server()
        except embedded_redis.NoServer as error:
            raise NotMeasured(str(error)) from None
        placed = embedded_redis.place(server, self.folder)
        process = subprocess.Popen(
            placed.command(), stdout=subprocess.DEVNULL, start_new_session=True
        )
        self._stack.callback(placed.clean_up)
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)
        end = time.monotonic() + PATIENCE
        while not placed.socket.exists() and time.monotonic() < end:
            time.sleep(0.05)
        return placed.url

    def portal(self, application: str = "portal.wsgi:application", **environ: str) -> Server:
        """The portal, in demo mode and with Redis unless `environ` says otherwise."""
        given = {"DEMO": "1", "DATA_DIR": str(self.data), **environ}
        given.setdefault("REDIS_URL", self.redis)
        return Server(application, PROJECT, self.log, **given)

    def bare(self, size: int) -> Server:
        """A Django project with one view that answers `size` bytes, and no middleware."""
        folder = self.folder / "bare"
        folder.mkdir(exist_ok=True)
        (folder / "bare_settings.py").write_text(BARE_SETTINGS)
        (folder / "bare_urls.py").write_text(BARE_URLS)
        return Server(
            "bench.plain_django:application",
            folder,
            self.log,
            DJANGO_SETTINGS_MODULE="bare_settings",
            BODY_BYTES=str(size),
        )

    def started(self, **environ: str) -> Server:
        """What `wagtail start` makes, with its front page."""
        given = {"DJANGO_SETTINGS_MODULE": "started_settings", **environ}
        self.run(self._started, "manage.py", "migrate", "--verbosity=0", **given)
        return Server("bench.plain_django:application", self._started, self.log, **given)

    @cached_property
    def _started(self) -> Path:
        folder = self.folder / "started"
        folder.mkdir()
        command = "from wagtail.bin.wagtail import main; main()"
        self.run(folder, "-c", command, "start", "mysite", str(folder))
        (folder / "started_settings.py").write_text(STARTED_SETTINGS)
        return folder

    def run(self, folder: Path, *words: str, **environ: str) -> None:
        """A Python command in `folder`. Raises RuntimeError with its last words."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env=clean_environment(folder, **environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}:\n{done.stdout[-2000:]}")

    def postgres(self, name: str) -> Postgres:
        """An empty database. Raises NotMeasured where no PostgreSQL of this machine answers."""
        given = os.environ.get("DATABASE_URL", "")
        server = given if given.startswith("postgres") else LOCAL_POSTGRES
        if urlsplit(server).hostname not in {None, "", "localhost", "127.0.0.1", "::1"}:
            raise NotMeasured("ikke målt: PostgreSQL går på en annen maskin")
        try:
            return Postgres(server, f"bench_{name}_{os.getpid()}")
        except psycopg.Error as error:
            raise NotMeasured(f"ikke målt: ingen PostgreSQL ({type(error).__name__})") from None


@cache
def workshop() -> Workshop:
    """The one of this run."""
    return Workshop()


@contextlib.contextmanager
def together(*servers: Server) -> Iterator[None]:
    """Starts servers, and stops them all."""
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        yield
