"""Start-up times and memory of `make run`, in a real clone."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.clones import Run, clone, get, tree
from bench.registry import Result, benchmark

FRESH_GOAL = 90.0
SECOND_GOAL = 6.0
MEMORY_GOAL = 450.0

SECOND_STARTS = 3


@benchmark
def start_and_memory() -> Iterator[Result]:
    """Clone → first page, second start → first page, memory of all processes, stop."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log = Path(folder) / "log"
        begun = time.monotonic()
        project = clone(Path(folder) / "portal")
        cloned = time.monotonic() - begun
        with Run(project, log) as run:
            yield Result(
                "fersk klone til første side",
                cloned + run.first_page(),
                "s",
                FRESH_GOAL,
                "varm cache",
            )
            run.says("Ctrl-C stopper alt")
            yield _memory(run)
            stops = [run.stop()]
        starts, ready = [], []
        for _ in range(SECOND_STARTS):
            with Run(project, log) as run:
                starts.append(run.first_page())
                ready.append(run.says("Ctrl-C stopper alt"))
                stops.append(run.stop())
        note = f"median av {SECOND_STARTS}"
        yield Result("ny start til første side", statistics.median(starts), "s", SECOND_GOAL, note)
        yield Result("ny start til alt er oppe", statistics.median(ready), "s", note=note)
        yield Result("stopp, lengste", max(stops), "s", 10.0)


def _memory(run: Run) -> Result:
    name = "minne, alle prosesser (PSS)"
    if sys.platform != "linux":
        return Result(name, None, "MB", MEMORY_GOAL, "måles bare på Linux")
    for _ in range(5):
        get(run.port)
        get(run.port, "/handlingsplan/")
    time.sleep(3)
    return Result(name, sum(_pss(pid) for pid in tree(run.process.pid)), "MB", MEMORY_GOAL)


def _pss(pid: int) -> float:
    """Proportional set size in MB: shared memory is divided by those who share it."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
