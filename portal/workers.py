"""The Celery workers: `python -m portal.workers NAME …`, named as in `portal.celery.WORKERS`.

Several in one command are forked from one process that has loaded the portal, so they share most of
their memory: two take what one took. They stand and fall together: when one dies, the others finish
the task at hand, and whoever started the command starts all of them anew.

They run tasks in their own process (Celery's solo pool). So a worker that is told to stop knows
it, and ends after the mail at hand; a child of another pool would be cut off in the middle of one,
which would then be in doubt.
"""

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from portal.celery import WORKERS, app
from portal.supervisor.children import cause
from portal.supervisor.orphans import dies_with_parent

PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def work(name: str) -> int:
    """Run one worker in this process, until it is told to stop."""
    app.worker_main(
        [
            *("--quiet", "worker", "--loglevel", "INFO", "--pool", "solo"),
            *("--queues", ",".join(WORKERS[name]), "--hostname", f"{name}@%h"),
            *("--without-gossip", "--without-mingle"),
        ]
    )
    return 0


def work_together(names: list[str]) -> int:
    """Run a worker for each name in a process of its own; returns 1 when one died."""
    app.loader.import_default_modules()
    app.finalize()
    # The collector would write to what is shared, and so make copies of it.
    gc.freeze()
    living = {_fork(name): name for name in names}
    told: list[int] = []

    def pass_on(signum: int, frame: FrameType | None) -> None:
        told.append(signum)
        for pid in living:
            with suppress(ProcessLookupError):
                os.kill(pid, signum)

    for signum in PASSED_ON:
        signal.signal(signum, pass_on)
    code = 0
    while living:
        pid, status = os.wait()
        name = living.pop(pid, "")
        if name and not told:
            why = cause(os.waitstatus_to_exitcode(status))
            sys.stderr.write(f"{name} stoppet ({why}); de andre gjør ferdig det de holder på med\n")
            code = 1
            pass_on(signal.SIGTERM, None)
    return code


def _fork(name: str) -> int:
    ask = dies_with_parent(signal.SIGKILL, parent=os.getpid())
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if ask is not None:
            ask()
        code = work(name)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(names: list[str]) -> int:
    """The command line, without its first word; returns the exit code."""
    unknown = [name for name in names if name not in WORKERS]
    if unknown or not names:
        sys.stderr.write(f"python -m portal.workers {' '.join(WORKERS)}\n")
        return 2
    return work(names[0]) if len(names) == 1 else work_together(names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
