"""Children that don't outlive their parent, also when the parent is killed by SIGKILL."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def dies_with_parent(
    signum: signal.Signals, parent: int | None = None
) -> Callable[[], None] | None:
    """A function for the child, after the fork: the kernel sends it `signum` when `parent` dies
    (default: the process that calls this now). None where the system has no such thing (macOS);
    see `end_leftovers`.
    """
    if sys.platform != "linux":
        return None
    # Looked up before the fork: the child only makes system calls.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    expected = os.getpid() if parent is None else parent

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != expected:  # the parent died before the request was made
            os._exit(1)

    return ask


def identity(pid: int) -> str:
    """When process `pid` began, so that a number used anew isn't mistaken; "" when it is gone."""
    if sys.platform == "linux":
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return ""
        # The command name, in parentheses, may hold anything; field 22 is counted after it.
        fields = stat[stat.rindex(")") + 2 :].split()
        return "" if fields[0] == "Z" else f"{boot} {fields[19]}"
    answer = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True
    )
    return answer.stdout.strip()


def end_leftovers(children: dict[int, str]) -> int:
    """Kills the process groups of `children` (pid → identity) that still run; returns how many.

    They belong to a supervisor that died without ending them. A pid whose identity differs now
    belongs to somebody else and is left alone.
    """
    ended = 0
    for pid, known in children.items():
        if known and identity(pid) == known:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
                ended += 1
    return ended
