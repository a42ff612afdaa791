"""Prints a dated table of all benchmarks, or of those that are named.

Ends with 0 also when a goal is missed: it says so.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import (  # noqa: F401 - register benchmarks
    codes,
    enumeration,
    first_view,
    lighthouse,
    members,
    organisations,
    readers,
    start,
)
from bench.beside import beside
from bench.clones import PROJECT
from bench.registry import BENCHMARKS, NotMeasured, Result


def main() -> int:
    """Runs the benchmarks in turn; returns 1 when one could not be run."""
    asked = _asked()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {_machine()} · {_commit()}\n", flush=True)
    print(f"{'måling':<42}{'målt':>10}{'mål':>12}  ", flush=True)
    missed = failed = 0
    for command, results in _runs(asked):
        print(f"\n{command}", flush=True)
        try:
            for result in results:
                print(_line(result), flush=True)
                missed += result.verdict == "IKKE NÅDD"
        except (RuntimeError, OSError, subprocess.SubprocessError, NotMeasured) as error:
            print(f"kunne ikke måles: {error}", file=sys.stderr)
            failed += 1
    print(f"\n{missed} mål er ikke nådd." if missed else "\nIngen målt verdi er utenfor målet.")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    names = [run.__name__ for run in BENCHMARKS]
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names)}; all when none is given")
    parser.add_argument("--beside", metavar="ADDRESS", help="a page of another site, beside ours")
    parser.add_argument("--pid", type=int, help="the first process of that site's server")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(names)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(names)}")
    return asked


def _runs(asked: argparse.Namespace) -> Iterator[tuple[str, Iterator[Result]]]:
    """The command that prints a part of the table, and the part."""
    if asked.beside:
        pid = f" PID={asked.pid}" if asked.pid else ""
        yield f"make bench BESIDE={asked.beside}{pid}", beside(asked.beside, asked.pid)
        return
    for run in BENCHMARKS:
        if not asked.names or run.__name__ in asked.names:
            yield f"make bench ONLY={run.__name__}", run()


def _line(result: Result) -> str:
    measured = "–" if result.value is None else f"{_number(result.value)} {result.unit}".strip()
    sign = "≥" if result.at_least else "≤"
    goal = "" if result.goal is None else f"{sign} {_number(result.goal)} {result.unit}".strip()
    note = f"  ({result.note})" if result.note else ""
    return f"{result.name:<42}{measured:>10}{goal:>12}  {result.verdict}{note}"


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.2f}".replace(".", ",") if value < 10 else f"{value:.1f}".replace(".", ",")


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
