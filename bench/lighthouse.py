"""Lighthouse's four marks on phone setting."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.chromium import program
from bench.clones import PROJECT
from bench.pages import JUDGED
from bench.registry import NotMeasured, Result, benchmark
from bench.sites import workshop

VERSION = "12.8.2"
TOOLS = PROJECT / ".venv-tools" / f"lighthouse-{VERSION}"
MARKS = {
    "performance": "ytelse",
    "accessibility": "tilgjengelighet",
    "best-practices": "god praksis",
    "seo": "SEO",
}
GOAL = 98.0
PATIENCE = 180


@benchmark
def lighthouse() -> Iterator[Result]:
    """The marks of four pages as in production: the demo asks not to be found, which costs SEO."""
    shop = workshop()
    try:
        tool, browser = _tool(), program()
        production = shop.portal(
            DEMO="0",
            SECRET_KEY="b" * 50,
            ALLOWED_HOSTS="localhost",
            EMAIL_URL=(shop.folder / "mail").as_uri(),
        )
        with production:
            for name, path in JUDGED.items():
                report = _report(tool, browser, production.address(path))
                for mark, word in MARKS.items():
                    category = report["categories"][mark]
                    score = 100.0 * category["score"]
                    note = ", ".join(_lacking(report, category)) if score < GOAL else ""
                    label = f"Lighthouse, {name}: {word}"
                    yield Result(label, score, "", GOAL, note, at_least=True)
    except NotMeasured as reason:
        yield Result("Lighthouse", None, "", GOAL, str(reason), at_least=True)


def _tool() -> Path:
    """The program; installed once, beside the other tools."""
    path = TOOLS / "node_modules" / ".bin" / "lighthouse"
    if path.exists():
        return path
    npm = shutil.which("npm")
    if npm is None:
        raise NotMeasured("ikke målt: finner ingen npm")
    TOOLS.mkdir(parents=True, exist_ok=True)
    # One dependency's own script fails, and none is needed.
    words = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(TOOLS))
    done = subprocess.run(
        [npm, *words, f"lighthouse@{VERSION}"], capture_output=True, text=True, timeout=PATIENCE
    )
    if done.returncode or not path.exists():
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise NotMeasured(f"ikke målt: Lighthouse lot seg ikke installere ({last[:60]})")
    return path


def _report(tool: Path, browser: str, address: str) -> Any:
    done = subprocess.run(
        [
            *(str(tool), address, "--quiet", "--output=json"),
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            f"--only-categories={','.join(MARKS)}",
        ],
        env=os.environ | {"CHROME_PATH": browser},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse, {address}: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def _lacking(report: Any, category: Any) -> list[str]:
    """The names of the audits that cost the category marks."""
    counted = [ref["id"] for ref in category["auditRefs"] if ref["weight"]]
    return [name for name in counted if (report["audits"][name]["score"] or 0) < 1]
