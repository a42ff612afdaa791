"""`.venv` from a hash-locked file of requirements. Standard library only.

A stamp in `.venv` says what is installed; it is written last, so an interrupted run is noticed
by its absence and done again. With a fitting stamp nothing happens, in some hundredths of a
second.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from compile_messages import outdated

KINDS = ("runtime", "test", "dev")
"""Each holds all of the one before."""

MIN_FREE_MB = 600


class Trouble(Exception):
    """What went wrong, in a sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Stamp:
    """What `.venv` holds: which Python, which kind of requirements, the lock file's SHA-256."""

    python: str
    kind: str
    lock: str


class Environment:
    """The virtual environment of one clone."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp_file = self.folder / "installed.json"
        self.log_file = self.folder / "setup.log"

    def lock_file(self, kind: str) -> Path:
        """The hash-locked requirements of `kind`."""
        return self.project / "requirements" / f"{kind}.txt"

    def read_stamp(self) -> Stamp | None:
        """What is installed; None when the last run did not get to its end."""
        try:
            return Stamp(**json.loads(self.stamp_file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def holds(self, kind: str) -> bool:
        """Whether `.venv` has at least `kind`, from today's lock file, for this Python."""
        stamp = self.read_stamp()
        return (
            stamp is not None
            and stamp.kind in KINDS
            and KINDS.index(stamp.kind) >= KINDS.index(kind)
            and stamp.python == _version()
            and stamp.lock == _digest(self.lock_file(stamp.kind))
            and self._python_runs()
        )

    def _python_runs(self) -> bool:
        if Path(sys.prefix) == self.folder:
            return True
        try:
            return subprocess.run([self.python, "-c", ""], capture_output=True).returncode == 0
        except OSError:
            return False

    def build(self, kind: str) -> None:
        """Makes `.venv` hold `kind`; raises `Trouble` when it can't."""
        before = self.read_stamp()
        if before is not None and before.kind in KINDS:
            kind = max(kind, before.kind, key=KINDS.index)
        if before is None or before.python != _version() or not self._python_runs():
            self._make_anew()
        else:
            self.stamp_file.unlink()
        lock = self.lock_file(kind)
        self._install(lock)
        stamp = Stamp(python=_version(), kind=kind, lock=_digest(lock))
        draft = self.stamp_file.with_suffix(".tmp")
        draft.write_text(json.dumps(asdict(stamp)))
        draft.replace(self.stamp_file)

    def _make_anew(self) -> None:
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            raise Trouble(
                f"Python {_version()} mangler venv. Installer pakken python{_version()}-venv "
                "(Debian og Ubuntu: sudo apt install python3-venv), og kjør kommandoen igjen."
            ) from None
        if self.folder.is_symlink() or self.folder.is_file():
            self.folder.unlink()
        elif self.folder.exists():
            with _step("Rydder bort den gamle .venv"):
                shutil.rmtree(self.folder)
        free = shutil.disk_usage(self.project).free // (1024 * 1024)
        if free < MIN_FREE_MB:
            raise Trouble(
                f"For lite plass: {free} MB ledig i {_shown(self.project)}, pakkene trenger "
                f"{MIN_FREE_MB} MB. Frigjør plass, og kjør kommandoen igjen."
            )
        self.folder.mkdir()
        # A venv made by the Python of another venv would break with that one.
        base = getattr(sys, "_base_executable", "") or sys.executable
        made = self._run(f"Lager .venv med Python {_version()}", [base, "-m", "venv", self.folder])
        if not made:
            self._explain()

    def _install(self, lock: Path) -> None:
        count = sum(1 for line in lock.read_text().splitlines() if re.match(r"[\w.-]+==", line))
        text = f"Installerer {count} pakker"
        uv = self._uv()
        if uv is not None:
            words: list[str | Path] = [
                uv,
                "pip",
                "sync",
                "--python",
                self.python,
                "--require-hashes",
            ]
            if self._run(text, [*words, "--compile-bytecode", lock]):
                return
            _say("uv fikk det ikke til, prøver med pip (tar litt lengre tid).")
        words = [self.python, "-m", "pip", "install", "--require-hashes", "-r", lock]
        if not self._run(text, words):
            self._explain()

    def _uv(self) -> Path | None:
        """uv, pinned and hash-locked, in a folder of its own; None when it can't be had."""
        folder = self.folder / "tools"
        uv = folder / "bin" / "uv"
        if uv.exists():
            return uv
        pins = self.project / "requirements" / "uv.txt"
        words = ["-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary=:all:"]
        words += ["--retries", "1", "--timeout", "15"]
        if self._run("Henter uv", [self.python, *words, "--target", folder, "-r", pins]):
            return uv
        return None

    def _run(self, text: str, command: Sequence[str | Path]) -> bool:
        """Runs `command` with its output in the log; shows `text` and the time that passes."""
        environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
        environ |= {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
        # The environment of the caller must not decide what lands in this one.
        for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
            environ.pop(name, None)
        with self.log_file.open("ab") as log, _step(text) as step:
            log.write(f"\n$ {' '.join(map(_shown, command))}\n".encode())
            log.flush()
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environ
                )
            except OSError as error:
                log.write(f"{error}\n".encode())
                step.failed = True
                return False
            try:
                while True:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        step.failed = process.wait(timeout=0.5) != 0
                        return not step.failed
                    step.tick()
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()

    def _explain(self) -> NoReturn:
        log = self.log_file.read_text(encoding="utf-8", errors="replace")
        last = log[log.rfind("\n$ ") :]
        raise Trouble(f"{reading(last)} Detaljene står i {_shown(self.log_file)}")


def reading(log: str) -> str:
    """A sentence for the person, read from what a failed pip, uv or venv wrote."""
    for pattern, sentence in _READINGS:
        if re.search(pattern, log, re.IGNORECASE):
            return sentence
    ending = [line.strip() for line in log.splitlines() if line.strip()][-1:]
    return f"Installeringen stoppet: {' '.join(ending)}"


_READINGS = (
    (
        r"no space left on device|disk quota exceeded",
        "Disken er full. Frigjør plass, og kjør kommandoen igjen.",
    ),
    (
        r"do not match the hashes|hash mismatch",
        "En pakke er ikke den som er låst i requirements/ (hashen stemmer ikke), så den ble ikke "
        "installert.",
    ),
    (
        r"NewConnectionError|name resolution|network is unreachable|connection refused"
        r"|ConnectTimeout|timed? ?out|ProxyError|dns error|connection reset|SSLError"
        r"|max retries exceeded",
        "Fikk ikke hentet pakkene, for pakkelageret svarer ikke. Sjekk nettet, og kjør kommandoen "
        "igjen.",
    ),
    (
        r"ensurepip",
        "Python mangler venv. Installer pakken python3-venv (sudo apt install python3-venv), og "
        "kjør kommandoen igjen.",
    ),
    (
        r"permission denied|read-only file system",
        "Får ikke lese eller skrive i .venv. Rett opp tilgangen til mappen, og kjør kommandoen "
        "igjen.",
    ),
    (
        r"no matching distribution|could not find a version",
        "Pakkelageret som er satt opp på maskinen, mangler en pakke (eller nettet er nede).",
    ),
)


class _Step:
    """A step on the screen: its name at once, the time that passes, how it ended."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begun = time.monotonic()
        self._next_line = self._begun + 15
        self._rewrites = sys.stdout.isatty()
        self.failed = False
        sys.stdout.write(f"{text} …" if self._rewrites else f"{text} …\n")
        sys.stdout.flush()

    def tick(self) -> None:
        now = time.monotonic()
        if self._rewrites:
            sys.stdout.write(f"\r{self._text} … {now - self._begun:.0f} s")
        elif now >= self._next_line:
            self._next_line = now + 15
            sys.stdout.write(f"{self._text} … {now - self._begun:.0f} s\n")
        sys.stdout.flush()

    def end(self) -> None:
        passed = f"{time.monotonic() - self._begun:.1f}".replace(".", ",")
        ending = f"{'gikk ikke' if self.failed else 'ferdig'} ({passed} s)"
        if self._rewrites:
            sys.stdout.write(f"\r{self._text} … {ending}\n")
        elif time.monotonic() - self._begun > 1 or self.failed:
            sys.stdout.write(f"{self._text}: {ending}\n")
        sys.stdout.flush()


@contextlib.contextmanager
def _step(text: str) -> Iterator[_Step]:
    step = _Step(text)
    try:
        yield step
    except BaseException:
        step.failed = True
        raise
    finally:
        step.end()


@contextlib.contextmanager
def _alone(project: Path) -> Iterator[None]:
    """One set-up at a time in a clone. The lock lies on a folder that is there anyway, so no
    file is left, and the kernel drops it with the process."""
    fd = os.open(project / "requirements", os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("Miljøet settes alt opp fra et annet vindu, venter på det …")
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _shown(path: str | bytes | Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def ready(project: Path, kind: str) -> None:
    """Sees to it that `.venv` holds `kind` and the catalogues are compiled.

    Raises `Trouble`, or `OSError` from the file system.
    """
    environment = Environment(project)
    if not environment.holds(kind):
        with _alone(project):
            if not environment.holds(kind):
                environment.build(kind)
    if outdated(project):
        script = project / "tools" / "compile_messages.py"
        if subprocess.run([environment.python, script]).returncode != 0:
            raise Trouble("Tekstene kunne ikke oversettes, linjen over sier hvorfor.")


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """`setup.py KIND`. Returns 0, or 1 after a sentence on stderr."""
    # Ends pip or uv with us; `timeout` and make send SIGTERM.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    project = Path(__file__).resolve().parent.parent
    if len(arguments) != 2 or arguments[1] not in KINDS:
        sys.stderr.write(f"Bruk: setup.py {'|'.join(KINDS)}\n")
        return 2
    try:
        ready(project, arguments[1])
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
    except KeyboardInterrupt:
        sys.stderr.write("\nAvbrutt. Kjør kommandoen igjen, så gjøres det ferdig.\n")
    except OSError as error:
        sys.stderr.write(_file_trouble(project, error))
    else:
        return 0
    return 1


def _file_trouble(project: Path, error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "Disken er full. Frigjør plass, og kjør kommandoen igjen.\n"
    where = _shown(error.filename) if isinstance(error.filename, (str, bytes, Path)) else ""
    return f"Får ikke lese eller skrive i {where or _shown(project)} ({error.strerror}).\n"
