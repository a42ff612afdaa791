"""A real clone of this project and a real `make run` in it, for benchmarks and deep tests."""

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

FROM_OUTSIDE = (
    *("REDIS_URL", "DATABASE_URL", "BASE_URL", "DATA_DIR", "PORT", "DEMO", "DEBUG", "SECRET_KEY"),
    *("ALLOWED_HOSTS", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "VIRTUAL_ENV"),
    *("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTHON"),
)
"""Variables that would make a run on this machine unlike one on a fresh machine."""


def clone(target: Path) -> Path:
    """`git clone` of what is committed here into `target`, which must not exist."""
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(target)], check=True)
    return target


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str = "/") -> int:
    """The status of GET `path` on this machine, 0 when nobody answers."""
    connection = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return response.status


class Run:
    """`make run` in `folder`, with its log in `log`; use as a context manager."""

    def __init__(
        self, folder: Path, log: Path, *, port: int | None = None, words: tuple[str, ...] = ()
    ) -> None:
        self.port = port or free_port()
        self.folder = folder
        self.log_file = log
        environ = {name: text for name, text in os.environ.items() if name not in FROM_OUTSIDE}
        self.begun = time.monotonic()
        with log.open("ab") as out:
            self.start_of_log = out.tell()
            self.process = subprocess.Popen(
                ["make", "run", f"PORT={self.port}", *words],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *reason: object) -> None:
        if self.process.poll() is None:
            self.stop()

    @property
    def log(self) -> str:
        """What this run has printed so far."""
        with self.log_file.open("rb") as file:
            file.seek(self.start_of_log)
            return file.read().decode("utf-8", "replace")

    def first_page(self, within: float = 180.0) -> float:
        """Seconds from the command to the first 200 of the front page."""
        end = time.monotonic() + within
        while get(self.port) != 200:
            self._still(end, "the front page")
            time.sleep(0.05)
        return time.monotonic() - self.begun

    def says(self, words: str, within: float = 120.0) -> float:
        """Waits for `words` in the log; returns the seconds since the command."""
        end = time.monotonic() + within
        while words not in self.log:
            self._still(end, repr(words))
            time.sleep(0.05)
        return time.monotonic() - self.begun

    def _still(self, end: float, what: str) -> None:
        if self.process.poll() is not None or time.monotonic() > end:
            passed = time.monotonic() - self.begun
            raise RuntimeError(f"no {what} after {passed:.0f} s:\n{self.log[-3000:]}")

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> float:
        """Sends `signum` to make; returns the seconds until it has ended (30 at most)."""
        begun = time.monotonic()
        self.process.send_signal(signum)
        self.process.wait(timeout=30)
        return time.monotonic() - begun


def tree(pid: int) -> dict[int, str]:
    """`pid` and all that descend from it, each with its command line. Linux only."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[stat.rindex(")") + 2 :].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    commands = {}
    for each in sorted(found):
        try:
            text = Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ")
        except OSError:
            continue
        commands[each] = text.decode("utf-8", "replace").strip()
    return commands
