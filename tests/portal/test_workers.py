"""The workers as processes: forked from one, stopped in order, ended together."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import task_postrun, task_prerun
from django.conf import settings

from portal import celery, workers
from tests.conftest import ON_SQLITE
from tests.outbox.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
QUEUE = """
from outbox.actions import enqueue
for number in range({count}):
    enqueue(kind="test", key=f"test/{{number}}", to="kari@test.example", subject="Hei", body="Hei")
"""


@pytest.fixture
def environ(tmp_path, server, django_db_setup):
    server.client.flushall()
    shutil.copyfile(settings.DATABASE_TEMPLATE, tmp_path / "portal.sqlite3")
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DEMO": "1",
        "SECRET_KEY": "only-for-tests",
        "DATA_DIR": str(tmp_path),
        "REDIS_URL": server.embedded.url,
        "PYTHONUNBUFFERED": "1",
    }


class Workers:
    def __init__(self, environ, log):
        self.log_file = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.workers", *celery.WORKERS],
                cwd=ROOT,
                env=environ,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def log(self):
        return self.log_file.read_text(errors="replace")

    def until(self, condition, within=30):
        end = time.monotonic() + within
        while not condition():
            assert self.process.poll() is None or condition(), self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.02)

    def until_ready(self):
        self.until(lambda: all(f"{name}@" in self.log for name in celery.WORKERS))
        self.until(lambda: self.log.count(" ready.") == len(celery.WORKERS))

    def forks(self):
        return [
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/stat")
            if _parent(path) == self.process.pid
        ]


def _parent(stat):
    with suppress(OSError):
        return int(stat.read_text().rpartition(")")[2].split()[1])
    return 0


def rows(environ):
    with closing(sqlite3.connect(Path(environ["DATA_DIR"]) / "portal.sqlite3")) as database:
        return [state for (state,) in database.execute("SELECT state FROM outbox_outgoingmail")]


@pytest.mark.skipif(not ON_SQLITE, reason="copies the template of the SQLite database")
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_told_to_stop_they_finish_the_mail_at_hand_and_leave_no_doubt(environ, tmp_path):
    with Sink(slow=0.1) as sink:
        environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", QUEUE.format(count=30)],
            cwd=ROOT,
            env=environ,
            check=True,
        )
        with Workers(environ, tmp_path / "log") as running:
            running.until_ready()
            running.until(lambda: len(sink.arrived) >= 2)
            begun = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(10) == 0
            assert time.monotonic() - begun < 5
    states = rows(environ)
    assert set(states) == {"sent", "queued"}
    assert states.count("sent") == len(sink.ids) == len(set(sink.ids)) < 30


@pytest.mark.skipif(not ON_SQLITE, reason="copies the template of the SQLite database")
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_when_one_dies_all_end_and_the_code_says_so(environ, tmp_path):
    with Workers(environ, tmp_path / "log") as running:
        running.until_ready()
        first, second = running.forks()
        os.kill(first, signal.SIGKILL)
        assert running.process.wait(10) == 1
        assert "stoppet (SIGKILL)" in running.log
        assert not Path(f"/proc/{second}").exists()

    with Workers(environ, tmp_path / "again") as running:
        running.until_ready()
        forks = running.forks()
        running.process.kill()
        running.process.wait(10)
        end = time.monotonic() + 5
        while any(Path(f"/proc/{pid}").exists() for pid in forks):
            assert time.monotonic() < end, "they outlive who forked them"
            time.sleep(0.02)


@pytest.mark.parametrize("names", [[], ["nobody"], ["worker", "nobody"]])
def test_a_worker_that_is_not_known_is_not_started(names, capsys):
    assert workers.main(names) == 2
    assert "worker-fast" in capsys.readouterr().err


def test_a_task_that_takes_too_long_is_broken_off(monkeypatch):
    for sent in (task_prerun, task_postrun):
        monkeypatch.setattr(sent, "receivers", list(sent.receivers))
        sent.sender_receivers_cache.clear()
    limit, celery.app.conf.task_soft_time_limit = celery.app.conf.task_soft_time_limit, 0.1
    before = signal.getsignal(signal.SIGALRM)
    celery._tasks_end_in_time()

    @shared_task
    def sleeps(seconds):
        time.sleep(seconds)

    try:
        assert sleeps.apply((0.01,)).successful()
        time.sleep(0.15)
        assert isinstance(sleeps.apply((5,)).result, SoftTimeLimitExceeded)
    finally:
        celery.app.conf.task_soft_time_limit = limit
        signal.signal(signal.SIGALRM, before)


def test_beat_starts_without_the_portal():
    script = (
        "import sys, portal.beat, django\n"
        "portal.beat.app.loader.import_default_modules()\n"
        "print([name for name in ('wagtail', 'outbox.models', 'allauth') if name in sys.modules])\n"
        "from foundation.jobs.models import Heartbeat\n"
    )
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr
