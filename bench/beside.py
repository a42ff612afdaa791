"""Another site's front page beside ours, in the same run."""

import statistics
import sys
from collections.abc import Iterator

from bench.chromium import Chromium
from bench.client import Reader, ask, rate
from bench.clones import tree
from bench.registry import NotMeasured, Result
from bench.sites import processor_seconds, workshop

ROUNDS = 3
SECONDS = 5.0
REQUESTS = 100


def beside(address: str, pid: int | None) -> Iterator[Result]:
    """`address` of a page of another site, and `pid` of its server's first process where it runs
    on this machine; databases are not counted then."""
    with workshop().portal() as portal:
        sites = {"vår forside": portal.address(), "den andre": address}
        rates: dict[str, list[float]] = {name: [] for name in sites}
        for number in range(ROUNDS):
            for name in sorted(sites, reverse=bool(number % 2)):
                rates[name].append(rate(sites[name], SECONDS))
        for name, found in rates.items():
            yield Result(f"{name}: forespørsler", statistics.median(found), "/s")
        pairs = zip(rates["vår forside"], rates["den andre"], strict=True)
        yield Result("vår mot den andre", statistics.median(a / b for a, b in pairs), "x")
        for name, where in sites.items():
            yield Result(f"{name}: HTML som sendt", len(ask(where).body) / 1024, "KB")
        if sys.platform == "linux":
            yield Result(
                "vår forside: prosessortid", _cost(sites["vår forside"], portal.pids), "ms"
            )
            if pid is not None:
                pids = set(tree(pid))
                if not pids:
                    raise RuntimeError(f"there is no process {pid}")
                cost = _cost(address, pids)
                yield Result("den andre: prosessortid", cost, "ms", note=f"prosess {pid}")
        try:
            for name, where in sites.items():
                with Chromium() as browser:
                    fetched = browser.visit(where)
                note = f"{len(fetched.sizes)} forespørsler"
                yield Result(f"{name}: første side", fetched.kilobytes, "KB", note=note)
        except NotMeasured as reason:
            yield Result("første side", None, "KB", note=str(reason))


def _cost(address: str, pids: set[int]) -> float:
    reader = Reader(address)
    before = processor_seconds(pids)
    for _ in range(REQUESTS):
        reader.ask()
    return (processor_seconds(pids) - before) * 1000 / REQUESTS
