"""Where benchmarks are kept. A new one is a function in a module that `__main__` imports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


class NotMeasured(Exception):
    """This machine can't measure it; the text says why."""


@dataclass(frozen=True)
class Result:
    """One line of the table; a goal is a limit in the same `unit`.

    The limit is an upper one, or a lower one where `at_least` says so. `value` None: this machine
    can't measure it, and `note` says why.
    """

    name: str
    value: float | None
    unit: str
    goal: float | None = None
    note: str = ""
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """ "nådd", "IKKE NÅDD" or "–" where there is nothing to judge."""
        if self.value is None or self.goal is None:
            return "–"
        reached = self.value >= self.goal if self.at_least else self.value <= self.goal
        return "nådd" if reached else "IKKE NÅDD"


Benchmark = Callable[[], Iterator[Result]]

BENCHMARKS: list[Benchmark] = []


def benchmark(function: Benchmark) -> Benchmark:
    """Registers a function that yields results."""
    BENCHMARKS.append(function)
    return function
