"""How long a log-in code takes while a thousand reminders wait and the mail server is slow."""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.clones import PROJECT
from bench.registry import Result, benchmark
from bench.sites import PATIENCE, clean_environment, workshop
from tests.outbox.sink import Sink

REMINDERS = 1000
CODES = 20
# Seconds.
PAUSE = 4.0
SLOW = 0.5
GOAL = 5.0

QUEUE = """
import sys, time
from datetime import timedelta
from django.utils import timezone
from outbox.actions import enqueue
from outbox.choices import Lane
for number in range({reminders}):
    enqueue(kind="reminder", key=f"bench/{{number}}", to="kari@test.example", subject="Husk",
        body="Fristen er på fredag.")
for number in range({codes}):
    enqueue(kind="code", key=f"code/{{number}}", to="ola@test.example", subject="Kode",
        body=f"at {{time.time()}}", lane=Lane.FAST,
        expires_at=timezone.now() + timedelta(minutes=3))
    time.sleep({pause})
"""


@benchmark
def codes() -> Iterator[Result]:
    """From the request that asks for a code to the mail server's having it, text and all."""
    with Sink(slow=SLOW) as sink, ExitStack() as stack:
        environ = {
            "DEMO": "1",
            "DATA_DIR": str(workshop().data),
            "REDIS_URL": workshop().redis,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        stack.enter_context(_workers(environ))
        script = QUEUE.format(reminders=REMINDERS, codes=CODES, pause=PAUSE)
        workshop().run(PROJECT, "manage.py", "shell", "-v0", "-c", script, **environ)
        end = time.monotonic() + 3 * GOAL
        while len(waits := _waits(sink)) < CODES and time.monotonic() < end:
            time.sleep(0.1)
        others = len(sink.arrived) - len(waits)
    if len(waits) < CODES:
        raise RuntimeError(f"{len(waits)} of {CODES} codes arrived")
    note = f"{CODES} koder, {REMINDERS} påminnelser i kø, hvert svar tar {SLOW} s"
    yield Result("innloggingskode levert, p95", _p95(waits), "s", GOAL, note)
    yield Result("innloggingskode levert, median", statistics.median(waits), "s")
    yield Result("påminnelser levert imens", float(others), "")


@contextmanager
def _workers(environ: dict[str, str]) -> Iterator[None]:
    """Both workers, as the supervisor starts them."""
    log = workshop().log
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.workers", "worker", "worker-fast"],
            cwd=PROJECT,
            env=clean_environment(Path(environ["DATA_DIR"]), **environ),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + PATIENCE
        while log.read_text(errors="replace").count(" ready.") < 2:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no workers:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _waits(sink: Sink) -> list[float]:
    """Seconds that each code took so far."""
    found = []
    for mail in list(sink.arrived):
        text = mail.content.decode().rpartition("\r\n\r\n")[2]
        if text.startswith("at "):
            found.append(mail.at - float(text.split()[1]))
    return found


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]
