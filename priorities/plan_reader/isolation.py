"""Reading a document in a child process with limits of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from priorities.plan_reader.errors import MESSAGES, PlanReadError
from priorities.plan_reader.outcome import ReadPlan

WALL_SECONDS = 8.0
_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


def read_isolated(data: bytes, filename: str = "") -> ReadPlan:
    """What `read_document` gives, computed in a process that may die without harm."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["PYTHONPATH"] = str(_ROOT)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryFile() as output:
        with subprocess.Popen(  # noqa: S603 -- our own module, no text of the file
            [sys.executable, "-m", "priorities.plan_reader.worker", _safe_name(filename)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
            close_fds=True,
        ) as process:
            try:
                process.communicate(data, timeout=WALL_SECONDS)
            except subprocess.TimeoutExpired as error:
                process.kill()
                process.communicate()
                raise PlanReadError("too_hard") from error
        output.seek(0)
        written = output.read()
    if process.returncode != 0:
        raise PlanReadError("too_hard")
    try:
        answer = json.loads(written)
    except ValueError as error:
        raise PlanReadError("too_hard") from error
    if "plan" not in answer:
        code = answer.get("error", "")
        raise PlanReadError(code if code in MESSAGES else "too_hard", **answer.get("details", {}))
    return ReadPlan.from_codes(answer["plan"])


def _safe_name(filename: str) -> str:
    """Only the ending of the name tells anything, and a name may hold what no argument can."""
    ending = Path(filename.replace("\x00", "")).suffix[:10]
    return f"document{ending}" if ending.isascii() else "document"
