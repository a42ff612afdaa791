"""What the members' home costs, with as many organisations as there are and with thousands."""

import statistics
import sys
from collections.abc import Iterator

from bench.client import Reader
from bench.clones import PROJECT
from bench.registry import Result, benchmark
from bench.sites import NOBODY, processor_seconds, workshop

DJANGO = "bench.plain_django:application"
SIZES = (33, 5000)
ROUNDS, REQUESTS = 5, 60
MOST_MS, MOST_QUERIES = 40.0, 12.0


@benchmark
def members() -> Iterator[Result]:
    """Processor time and queries of `/medlem/<org>/` for its leader; nothing of it is cached."""
    if sys.platform != "linux":
        yield Result("medlemshjem", None, "ms", MOST_MS, "måles bare på Linux")
        return
    found = {size: _home(size) for size in SIZES}
    for size, (cost, queries) in found.items():
        note = f"{size} medlemslag, {ROUNDS} x {REQUESTS} forespørsler"
        yield Result(f"medlemshjem, {size} lag", cost, "ms", MOST_MS, note)
        yield Result("spørringer", queries, "", MOST_QUERIES, f"{size} medlemslag")
    few, many = (found[size][1] for size in SIZES)
    yield Result("flere spørringer med flere lag", many - few, "", 0.0)


def _home(size: int) -> tuple[float, float]:
    """Milliseconds and queries of a request, with `size` organisations."""
    shop = workshop()
    told = shop.folder / f"members-{size}.txt"
    shop.run(
        PROJECT,
        *("-m", "bench.fill_members", str(size), str(told)),
        DEMO="1",
        DATA_DIR=str(shop.data),
        REDIS_URL=NOBODY,
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    path, session = told.read_text().split()
    with shop.portal(DJANGO) as portal:
        cookie = f"session-{portal.port}={session}"
        counting = Reader(portal.address(path), Cookie=cookie, X_Count_Queries="1")
        for _ in range(10):
            answer = counting.ask()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        counting.close()
        reader = Reader(portal.address(path), Cookie=cookie)
        costs = []
        for _ in range(ROUNDS):
            before = processor_seconds(portal.pids)
            for _ in range(REQUESTS):
                reader.ask()
            costs.append((processor_seconds(portal.pids) - before) * 1000 / REQUESTS)
        reader.close()
    return statistics.median(costs), float(answer.headers["x-queries"])
