"""What a reader's browser fetches: the first page of a visit, and the next."""

from collections.abc import Iterator

from bench.chromium import Chromium
from bench.pages import PLAN, PRIORITY
from bench.registry import NotMeasured, Result, benchmark
from bench.sites import workshop


@benchmark
def first_view() -> Iterator[Result]:
    """Bytes and requests of a first and a second page in Chromium, as a phone."""
    visits = {"forside": "/", "plan": PLAN, "prioritering": PRIORITY}
    try:
        with workshop().portal() as portal:
            for name, path in visits.items():
                with Chromium() as browser:
                    first = browser.visit(portal.address(path))
                    other = PRIORITY if path != PRIORITY else PLAN
                    second = browser.visit(portal.address(other))
                yield Result(f"første side: {name}", first.kilobytes, "KB", 170.0)
                yield Result(f"første side: {name}", float(len(first.sizes)), "stk", 12.0)
                note = f"{len(second.sizes)} forespørsler"
                yield Result(f"neste side etter {name}", second.kilobytes, "KB", 30.0, note)
    except NotMeasured as reason:
        yield Result("første side", None, "KB", 170.0, str(reason))
