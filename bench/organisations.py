"""What many organisations cost staff: reading in a table of them, and their list."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.clones import PROJECT
from bench.registry import Result, benchmark
from bench.sites import NOBODY, clean_environment

MANY = 5000


@benchmark
def organisations() -> Iterator[Result]:
    """Import of 5,000 organisations, each in a process of its own; staff's list with them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environ = clean_environment(
            Path(folder),
            DEMO="1",
            DATA_DIR=folder,
            REDIS_URL=NOBODY,
            DJANGO_SETTINGS_MODULE="portal.settings",
        )
        _run(environ, "manage.py", "prepare")
        few = _told(environ, "list")
        new = _told(environ, "import", str(MANY), "Ny")
        changed = _told(environ, "import", str(MANY), "Endret")
        many = _told(environ, "list")
    for name, told in (("nye", new), ("endrede", changed)):
        yield Result(f"import av {MANY} {name} medlemslag", told["seconds"], "s", 20.0)
        yield Result(f"minne, import av {name}", told["megabytes"], "MB", 300.0)
    yield Result(
        f"spørringer, lista med {many['rows']}",
        many["queries"],
        "",
        few["queries"],
        f"{few['queries']} med {few['rows']}",
    )
    yield Result("lista, prosessortid", many["milliseconds"], "ms")
    yield Result("eksport, CSV", many["csv"], "s")
    yield Result("eksport, XLSX", many["xlsx"], "s")


def _told(environ: dict[str, str], *arguments: str) -> dict[str, Any]:
    found = json.loads(_run(environ, "-m", "bench.many_organisations", *arguments))
    return dict(found)


def _run(environ: dict[str, str], *arguments: str) -> str:
    """What a Python of our own prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
