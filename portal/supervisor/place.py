"""What must be true of the machine before anything starts: a folder, a lock, a port."""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.supervisor.orphans import end_leftovers, identity

MIN_FREE_MB = 100
LOCK_NAME = "supervisor.lock"


class Refused(Exception):
    """The portal can't start here; the text says why and what helps, in one sentence or two."""


def shown(path: Path) -> str:
    """The path as text that can be printed, whatever bytes it holds."""
    return os.fsencode(path).decode("utf-8", "replace")


def open_data_dir(path: Path) -> None:
    """Makes `path` when it is missing. Raises `Refused` when it can't be written or is full."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
    except FileExistsError:
        raise Refused(f"{shown(path)} er en fil, ikke en mappe. Velg en annen DATA_DIR.") from None
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused(_full(path)) from None
        raise Refused(
            f"Kan ikke skrive i mappen {shown(path)} ({error.strerror}). "
            "Rett opp tilgangen, eller velg en annen: make run DATA_DIR=/en/annen/mappe"
        ) from None
    if free_mb(path) < MIN_FREE_MB:
        raise Refused(_full(path))


def free_mb(path: Path) -> int:
    """Free space, in MiB, for this user on the disk where `path` lies."""
    return shutil.disk_usage(path).free // (1024 * 1024)


def _full(path: Path) -> str:
    return (
        f"Disken er full: {free_mb(path)} MB ledig i {shown(path)}, portalen trenger minst "
        f"{MIN_FREE_MB} MB. Frigjør plass, eller velg en annen mappe med DATA_DIR=…"
    )


class Lock:
    """Held for as long as a supervisor runs on a data folder.

    The kernel drops it when the process dies, so a file left by `kill -9` hinders nobody. The
    file names the supervisor and its children: {"pid": int, "children": {pid: identity}}.
    """

    def __init__(self, fd: int, path: Path) -> None:
        self._fd = fd
        self._path = path

    def note(self, children: list[int]) -> None:
        """Writes down which process groups belong to this supervisor."""
        known = {str(pid): identity(pid) for pid in children}
        text = json.dumps({"pid": os.getpid(), "children": known}).encode()
        # Forgetting the note is better than falling over it, e.g. on a full disk.
        with contextlib.suppress(OSError):
            os.pwrite(self._fd, text, 0)
            os.ftruncate(self._fd, len(text))


def _read_note(fd: int) -> tuple[int, dict[int, str]]:
    try:
        note = json.loads(os.pread(fd, 65536, 0) or b"{}")
        children = {int(pid): str(known) for pid, known in note.get("children", {}).items()}
        return int(note.get("pid", 0)), children
    except (ValueError, AttributeError, TypeError):
        return 0, {}


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[Lock]:
    """Holds the folder's lock; raises `Refused` when another supervisor runs on it.

    Ends what a killed supervisor left behind on the folder.
    """
    path = data_dir / LOCK_NAME
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid, _ = _read_note(fd)
            os.close(fd)
            who = f" (prosess {pid})" if pid else ""
            raise Refused(
                f"Portalen kjører allerede med mappen {shown(data_dir)}{who}. Stopp den først, "
                "eller start en til ved siden av: make run PORT=8123 DATA_DIR=var-8123"
            ) from None
        # Another supervisor may have removed the file between our open and our lock.
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(fd).st_ino == path.stat().st_ino:
                break
        os.close(fd)
    try:
        _, leftovers = _read_note(fd)
        if end_leftovers(leftovers):
            time.sleep(0.2)
        lock = Lock(fd, path)
        lock.note([])
        yield lock
    finally:
        path.unlink(missing_ok=True)
        os.close(fd)


def read_port(text: str) -> int:
    """The port as a number; raises `Refused` for anything but 1–65535."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Refused(f"PORT={text} er ikke et portnummer. Velg et tall fra 1024 til 65535.")


def claim_port(port: int, patience: float = 5.0) -> None:
    """Returns when `port` is free on this machine; raises `Refused` when it stays taken.

    `patience` is in seconds: a server that has just been killed takes a moment to let go.
    """
    end = time.monotonic() + patience
    while True:
        problem = _port_problem(port)
        if problem is None:
            return
        if problem == errno.EACCES:
            raise Refused(
                f"Port {port} krever særskilte rettigheter. Velg en over 1023: make run PORT=8000"
            )
        if time.monotonic() >= end:
            break
        time.sleep(0.25)
    raise Refused(
        f"Port {port} er i bruk av et annet program. Velg en annen: make run PORT={_another(port)}"
    )


def _port_problem(port: int) -> int | None:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return error.errno
            if family == socket.AF_INET:
                return error.errno
            continue  # no IPv6 on this machine
        # macOS lets one bind beside a program that listens on all addresses.
        with socket.socket(family, socket.SOCK_STREAM) as caller:
            caller.settimeout(0.5)
            if caller.connect_ex((host, port)) == 0:
                return errno.EADDRINUSE
    return None


def _another(port: int) -> int:
    candidates = range(port + 1, min(port + 50, 65536))
    return next((number for number in candidates if _port_problem(number) is None), 8123)
