"""Prints a dated table of all benchmarks. Ends with 0 also when a goal is missed: it says so."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

from bench import start  # noqa: F401 - registers its benchmarks
from bench.clones import PROJECT
from bench.registry import BENCHMARKS, Result


def main() -> int:
    """Runs every registered benchmark in turn; returns 1 when one could not be run."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {_machine()} · {_commit()}\n", flush=True)
    print(f"{'måling':<34}{'målt':>10}{'mål':>12}  ", flush=True)
    missed = 0
    for run in BENCHMARKS:
        try:
            for result in run():
                print(_line(result), flush=True)
                missed += result.verdict == "IKKE NÅDD"
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            print(f"{run.__name__}: kunne ikke måles: {error}", file=sys.stderr)
            return 1
    print(f"\n{missed} mål er ikke nådd." if missed else "\nAlle mål er nådd.")
    return 0


def _line(result: Result) -> str:
    measured = "–" if result.value is None else f"{_number(result.value)} {result.unit}"
    goal = "" if result.goal is None else f"≤ {result.goal:.0f} {result.unit}"
    note = f"  ({result.note})" if result.note else ""
    return f"{result.name:<34}{measured:>10}{goal:>12}  {result.verdict}{note}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}".replace(".", ",")


def _machine() -> str:
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        memory = f", {size / 2**30:.0f} GB"
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} kjerner{memory}, "
        f"Python {platform.python_version()}"
    )


def _commit() -> str:
    answer = subprocess.run(
        ["git", "log", "-1", "--format=%h"], cwd=PROJECT, capture_output=True, text=True
    )
    return f"commit {answer.stdout.strip() or 'ukjent'}"


if __name__ == "__main__":
    sys.exit(main())
