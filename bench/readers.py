"""What a reader costs, and how soon a reader sees what changed: real requests to real servers."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench.client import Reader, ask, rate
from bench.clones import PROJECT
from bench.pages import LIGHT, OTHERS, PLAN, PRIORITY, UNCACHED, WITH_MAP
from bench.registry import NotMeasured, Result, benchmark
from bench.sites import (
    NOBODY,
    Postgres,
    Server,
    clean_environment,
    processor_seconds,
    together,
    workshop,
)

ROUNDS = 3
SECONDS = 5.0
# Uncached: each round asks for every page so often.
COST_ROUNDS = 5
REQUESTS = 70
CHANGES = 10

STARTED = "det «wagtail start» lager"
DJANGO = "bench.plain_django:application"


@benchmark
def cached() -> Iterator[Result]:
    """Requests a second from the page cache beside a bare Django view of the same size."""
    shop = workshop()
    portal, alone = shop.portal(), shop.portal(REDIS_URL=NOBODY)
    with ExitStack() as stack:
        stack.enter_context(together(portal, alone))
        size = len(ask(portal.address()).body)
        bare = stack.enter_context(shop.bare(size))
        sites = {"bare": bare, "portal": portal, "alone": alone}
        rates: dict[str, list[float]] = {name: [] for name in sites}
        for number in range(ROUNDS):
            for name in sorted(sites, reverse=bool(number % 2)):
                rates[name].append(rate(sites[name].address(), SECONDS))
    middle = {name: statistics.median(found) for name, found in rates.items()}
    note = f"median av {ROUNDS} runder à {SECONDS:.0f} s, {size} byte, holdt åpen"
    yield Result("naken Django-visning", middle["bare"], "/s", note=note)
    yield Result("forside fra sidelageret", middle["portal"], "/s")
    for name, label in (("portal", "mot naken visning"), ("alone", "det samme uten Redis")):
        ratios = [ours / theirs for ours, theirs in zip(rates[name], rates["bare"], strict=True)]
        yield Result(label, statistics.median(ratios), "x", 1.0, at_least=True)


@benchmark
def uncached() -> Iterator[Result]:
    """Processor time of a page that is made anew, beside the front page of `wagtail start`.

    The portal runs Django's application without the page cache in front, so nothing is compressed;
    what a process remembers of the public data is remembered, as it is for a reader.
    """
    if sys.platform != "linux":
        yield Result("sider laget på nytt", None, "x", 3.0, "måles bare på Linux")
        return
    shop = workshop()
    yield from _costs("SQLite", shop.portal(DJANGO), shop.started(), ())
    try:
        ours, theirs = shop.postgres("portal"), shop.postgres("started")
        shop.run(
            PROJECT,
            *("manage.py", "prepare", "--no-static"),
            DEMO="1",
            DATA_DIR=str(shop.data),
            REDIS_URL=NOBODY,
            DATABASE_URL=ours.url,
        )
        # The generation of the other database is none of this one.
        portal = shop.portal(DJANGO, DATABASE_URL=ours.url, REDIS_CACHE_DB="2")
        yield from _costs(
            "PostgreSQL", portal, shop.started(DATABASE_URL=theirs.url), (ours, theirs)
        )
    except NotMeasured as reason:
        yield Result("sider laget på nytt, PostgreSQL", None, "x", 3.0, str(reason))


def _costs(
    database: str, portal: Server, started: Server, databases: tuple[Postgres, ...]
) -> Iterator[Result]:
    with together(portal, started):
        pages = {name: (portal, path) for name, path in UNCACHED.items()}
        pages |= {STARTED: (started, "/")}
        costs: dict[str, list[float]] = {name: [] for name in pages}
        queries = {}
        for name, (server, path) in pages.items():
            for _ in range(10):
                ask(server.address(path))
            counted = ask(server.address(path), X_Count_Queries="1")
            queries[name] = counted.headers["x-queries"]
        for number in range(COST_ROUNDS):
            for name in sorted(pages, reverse=bool(number % 2)):
                server, path = pages[name]
                costs[name].append(_cost(server, path, databases))
    note = f"{database}, {queries[STARTED]} spørringer, {COST_ROUNDS} x {REQUESTS} forespørsler"
    yield Result(STARTED, statistics.median(costs[STARTED]), "ms", note=note)
    for name in UNCACHED:
        ratios = [one / base for one, base in zip(costs[name], costs[STARTED], strict=True)]
        middle = f"{statistics.median(costs[name]):.1f}".replace(".", ",")
        note = f"{database}, {middle} ms, {queries[name]} spørringer"
        yield Result(f"{name} laget på nytt", statistics.median(ratios), "x", 3.0, note)


def _cost(server: Server, path: str, databases: tuple[Postgres, ...]) -> float:
    """Milliseconds of processor time for one request, the database's processes included."""

    def spent() -> float:
        pids = server.pids.union(*(database.pids for database in databases))
        return processor_seconds(pids)

    reader = Reader(server.address(path))
    before = spent()
    for _ in range(REQUESTS):
        if reader.ask().status != 200:
            raise RuntimeError(f"{path}: another answer than 200")
    cost = (spent() - before) * 1000 / REQUESTS
    reader.close()
    return cost


@benchmark
def freshness() -> Iterator[Result]:
    """A status is published by one process until two web processes have shown it."""
    shop = workshop()
    webs = shop.portal(), shop.portal()
    environ = clean_environment(
        PROJECT,
        DEMO="1",
        DATA_DIR=str(shop.data),
        REDIS_URL=shop.redis,
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    slug = PRIORITY.strip("/").rpartition("/")[2]
    command = [sys.executable, "-m", "bench.change_status", slug]
    with (
        together(*webs),
        subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as editor,
    ):
        readers = [Reader(web.address(PRIORITY), Accept_Encoding="identity") for web in webs]
        waits = []
        if not editor.stdin or not editor.stdout or editor.stdout.readline() != "ready\n":
            raise RuntimeError("the process that changes a status did not start")
        for number in range(CHANGES):
            reason = f"Endring {number} av {CHANGES}."
            for reader in readers:
                reader.ask()
            print(reason, file=editor.stdin, flush=True)
            published = float(editor.stdout.readline())
            waits.append(max(_seen(reader, reason) for reader in readers) - published)
        editor.stdin.close()
    note = f"fra publisert til lest fra to prosesser, {CHANGES} ganger"
    yield Result("ny status, median", max(0.0, statistics.median(waits)), "s", 1.0, note)
    yield Result("ny status, lengste", max(waits), "s", 1.0)


def _seen(reader: Reader, words: str) -> float:
    """When an answer first held `words`, in seconds since 1970."""
    end = time.time() + 10
    while words.encode() not in reader.ask().body:
        if time.time() > end:
            raise RuntimeError("a published status is not shown after 10 s")
        time.sleep(0.005)
    return time.time()


@benchmark
def sizes() -> Iterator[Result]:
    """Compressed HTML, and an answer to one who has the page already."""
    with workshop().portal() as portal:
        for name, path in LIGHT.items():
            yield _size(f"HTML, {name}", portal, {name: path}, 10.0)
        yield _size("HTML, største av de andre", portal, OTHERS, 12.0)
        yield _size("HTML, med kart", portal, WITH_MAP, 28.0)
        tag = ask(portal.address(PLAN)).headers["etag"]
        again = ask(portal.address(PLAN), If_None_Match=tag)
        status = f"svar {again.status}"
        size = float(len(again.body)) if again.status == 304 else None
        yield Result("samme side igjen (If-None-Match)", size, "byte", 0.0, status)


def _size(label: str, portal: Server, pages: dict[str, str], goal: float) -> Result:
    found = {}
    for name, path in pages.items():
        answer = ask(portal.address(path))
        if answer.status != 200 or answer.headers.get("content-encoding") != "gzip":
            raise RuntimeError(f"{path}: {answer.status}, not compressed or not there")
        found[name] = len(answer.body) / 1024
    largest = max(found, key=found.__getitem__)
    return Result(label, found[largest], "KB", goal, largest if len(found) > 1 else "")
