"""Where benchmarks are kept. A new one is a function in a module that `__main__` imports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of the table; a goal is an upper limit in the same `unit`.

    `value` None: this machine can't measure it, and `note` says why.
    """

    name: str
    value: float | None
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """ "nådd", "IKKE NÅDD" or "–" where there is nothing to judge."""
        if self.value is None or self.goal is None:
            return "–"
        return "nådd" if self.value <= self.goal else "IKKE NÅDD"


Benchmark = Callable[[], Iterator[Result]]

BENCHMARKS: list[Benchmark] = []


def benchmark(function: Benchmark) -> Benchmark:
    """Registers a function that yields results."""
    BENCHMARKS.append(function)
    return function
