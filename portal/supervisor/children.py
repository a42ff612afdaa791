"""One process that the supervisor starts, watches and ends."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.supervisor.orphans import dies_with_parent
from portal.supervisor.output import LineSplitter
from portal.supervisor.questions import Question

GATE_VARIABLE = "START_GATE"

BUDGET_DEATHS = 5
BUDGET_SECONDS = 60.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 4.0


def _keep(line: str) -> bool:
    return True


def _nothing_to_mend() -> str:
    return ""


@dataclass(frozen=True)
class Service:
    """What to run and how to tell that it is well.

    `up` is asked until it is answered once; `alive` is asked for as long as the process runs,
    and a silent one is killed and started again. `ready_words` is a piece of the line by which a
    process without a port says that it is up. A `backing` service is needed by the others, so it
    ends last. `hears` sees each line of output and answers whether it is worth showing. `mends`
    is called after a death and returns a sentence when it removed the cause. `parting` is sent
    when the process dies together with the supervisor.
    """

    name: str
    command: list[str]
    up: Question | None = None
    alive: Question | None = None
    ready_words: str = ""
    backing: bool = False
    hears: Callable[[str], bool] = _keep
    mends: Callable[[], str] = _nothing_to_mend
    parting: signal.Signals = signal.SIGKILL


class Child:
    """A service's process, from one start to the next.

    It leads a session and a process group of its own, so that Ctrl-C in the terminal reaches
    only the supervisor, and its own children can be found and ended with it.
    """

    def __init__(self, service: Service, environ: dict[str, str], cwd: Path) -> None:
        self.service = service
        self.restart_at: float | None = None
        self.asked_at = 0.0
        self.answered = False
        self.said_ready = False
        self.killed_because = ""
        self._environ = environ
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None
        self._splitter = LineSplitter()
        self._deaths: deque[float] = deque(maxlen=BUDGET_DEATHS)
        self._gate: IO[bytes] | None = None

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.name

    @property
    def pid(self) -> int | None:
        """Process id, which is also the process group; None when it doesn't run."""
        return self._process.pid if self._process else None

    @property
    def output(self) -> IO[bytes] | None:
        """The pipe with its stdout and stderr."""
        return self._process.stdout if self._process else None

    @property
    def up(self) -> bool:
        """Whether it runs and has shown by answer and words, where it has them, that it is up."""
        return (
            self._process is not None
            and (self.answered or self.service.up is None)
            and (self.said_ready or not self.service.ready_words)
        )

    def start(self, *, gated: bool = False) -> None:
        """Starts the process. When `gated` it must wait for `open_gate` before it serves:
        it finds START_GATE=stdin and reads one byte from there; end of file means "give up".

        Raises `OSError` when the program can't be run.
        """
        environ = dict(self._environ)
        if gated:
            environ[GATE_VARIABLE] = "stdin"
        self._splitter = LineSplitter()
        self.restart_at = None
        self.answered = self.said_ready = False
        self.killed_because = ""
        self.asked_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603
            self.service.command,
            stdin=subprocess.PIPE if gated else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._cwd,
            env=environ,
            bufsize=0,
            start_new_session=True,
            preexec_fn=dies_with_parent(self.service.parting),
        )
        self._gate = self._process.stdin
        if self._process.stdout:
            os.set_blocking(self._process.stdout.fileno(), False)

    def open_gate(self) -> None:
        """Lets a gated process go on."""
        if self._gate:
            with suppress(OSError):
                self._gate.write(b"\n")
            with suppress(OSError):
                self._gate.close()
            self._gate = None

    def read(self) -> list[str] | None:
        """Lines that have come since last time; None at the end of output."""
        if self.output is None:
            return None
        try:
            data = self.output.read(65536)
        except OSError:
            return None
        if data is None:
            return []
        return self._splitter.feed(data) if data else None

    def last_words(self) -> list[str]:
        """What is left in the pipe of a process that has ended; closes the pipe."""
        lines = []
        for _ in range(64):  # a grandchild may still write: don't follow it for ever
            more = self.read()
            if not more:
                break
            lines += more
        lines += self._splitter.close()
        if self.output:
            self.output.close()
        return lines

    def exit_code(self) -> int | None:
        """Its exit code once it has ended (negative: the signal), else None."""
        return self._process.poll() if self._process else None

    def bury(self) -> None:
        """Forgets a process that has ended, and ends what it left in its group."""
        if self._process is None:
            return
        self.kill_group()
        if self._gate:
            with suppress(OSError):
                self._gate.close()
            self._gate = None
        self._process = None

    def tell(self, signum: signal.Signals) -> None:
        """Sends `signum` to the process itself. It passes it on in its own way: a Celery task
        under way may finish, where a signal to the whole group would break it off."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signum)

    def kill_group(self) -> None:
        """SIGKILL to the process and all that it started."""
        if self._process is not None:
            # macOS answers EPERM for a group in which only zombies are left.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def next_pause(self) -> float | None:
        """Counts a death; returns the pause in seconds before the next start, None when the
        budget of deaths is spent."""
        now = time.monotonic()
        self._deaths.append(now)
        recent = sum(1 for death in self._deaths if now - death < BUDGET_SECONDS)
        if recent >= BUDGET_DEATHS:
            return None
        return float(min(FIRST_PAUSE * 2 ** (recent - 1), LONGEST_PAUSE))


def cause(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"kode {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def program(*words: str) -> list[str]:
    """A command run by this same Python. Modules are called, not console scripts: the first
    line of a script can't hold an interpreter path of more than 127 bytes."""
    return [sys.executable, *words]
