"""Public pages from two web processes over one PostgreSQL and one Redis, which come and go."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from services import free_port, own_postgres, own_redis, wait_for

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(sys.platform != "linux", reason="the servers are started as on Debian"),
]

PROJECT = Path(__file__).resolve().parents[2]
NOT_PUBLIC = (
    "/konto/",
    "/nn/konto/",
    "/en/konto/",
    "/dokumenter/",
    "/demo/",
    "/nn/demo/",
    "/en/demo/",
    "/static/",
    "/media/",
)

PUBLISH = """
import time
from priorities.models import Priority, StatusChange
row = StatusChange(priority=Priority.objects.in_order()[0], status="under_way",
    decided_on="2026-11-03", decided_by="executive_committee", reason_nb="{words}", live=False)
row.save()
row.save_revision().publish()
print(time.time())
"""
PLAN = """
from datetime import timedelta
from django.utils import timezone
from priorities.models import Priority, StatusChange
row = StatusChange(priority=Priority.objects.in_order()[0], status="under_way",
    decided_on="2026-11-03", decided_by="executive_committee", reason_nb="{words}", live=False,
    go_live_at=timezone.now() + timedelta(seconds=1))
row.save()
row.save_revision().publish()
"""
ADDRESS = """
from priorities.models import Priority, PriorityPage
first = Priority.objects.in_order()[0]
print(PriorityPage.objects.get(priority=first, locale__language_code="nb").url)
"""
AS_THE_WORKER = """
import time
from content.tasks import publish_scheduled
publish_scheduled()
print(time.time())
"""


class House:
    """Two web processes of one portal; `ports` are theirs."""

    def __init__(self, folder, database, cache):
        self.folder = folder
        self.environment = {
            name: text
            for name, text in os.environ.items()
            if name not in {"DJANGO_SETTINGS_MODULE", "DEBUG", "BASE_URL", "ALLOWED_HOSTS"}
        } | {
            "DEMO": "1",
            "SECRET_KEY": "only-for-tests",
            "BASE_URL": "http://localhost:8000",
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database,
            "REDIS_URL": cache,
        }
        self.ports = [free_port(), free_port()]

    def manage(self, *words):
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=PROJECT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    @contextmanager
    def web(self, port):
        with (self.folder / f"web-{port}.log").open("w") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "-c", "portal/gunicorn_conf.py"),
                    "portal.wsgi:application",
                ],
                cwd=PROJECT,
                env={**self.environment, "PORT": str(port)},
                stdout=log,
                stderr=log,
            )
        try:
            wait_for(lambda: self.get(port, "/helse/live")[0] == 200, "web")
            yield
        finally:
            process.terminate()
            process.wait(20)

    def get(self, port, address):
        """Status and text. Both processes are asked under one name, as behind one proxy."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{address}", headers={"Host": "localhost:8000"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def crawl(self, port):
        """All addresses for readers that links lead to, from the three front pages on."""
        waiting, seen = ["/", "/nn/", "/en/"], {}
        while waiting:
            address = waiting.pop()
            if address in seen or address.startswith(NOT_PUBLIC):
                continue
            seen[address], text = self.get(port, address)
            found = re.findall(r'<a[^>]* href="(/[^"#]*)', text)
            waiting += [one.replace("&amp;", "&") for one in found]
        return seen

    def seconds_until(self, words, address, *, after):
        """How long both processes take to show `words` after a script printed the time."""
        begun = float(self.manage("shell", "-v0", "-c", after).split()[-1])
        while not all(words in self.get(port, address)[1] for port in self.ports):
            assert time.time() - begun < 10, f"{words!r} does not show"
            time.sleep(0.02)
        return time.time() - begun


class Database:
    """The server of `own_postgres`, stopped and started at will."""

    def __init__(self, folder, url):
        self.data = folder / "postgres"
        self.pid = int((self.data / "postmaster.pid").read_text().split()[0])
        self.command = Path(f"/proc/{self.pid}/cmdline").read_text().split("\0")[:-1]
        self.owner = self.data.stat().st_uid
        self.url = url
        self.process = None

    def stop(self):
        os.kill(self.pid, signal.SIGQUIT)
        wait_for(lambda: not (self.data / "postmaster.pid").exists() or not self._alive(), "stop")

    def _alive(self):
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return True
        return False

    def start(self):
        self.process = subprocess.Popen(
            self.command, user=self.owner, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@pytest.fixture(scope="module")
def house():
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pages-")))
        url = stack.enter_context(own_postgres(folder))
        house = House(folder, url, stack.enter_context(own_redis(folder)))
        house.database = Database(folder, url)
        house.manage("prepare")
        for port in house.ports:
            stack.enter_context(house.web(port))
        yield house
        if house.database.process is not None:
            # Not waiting for the web processes, which end after it.
            house.database.process.send_signal(signal.SIGINT)
            house.database.process.wait(20)


def test_all_that_was_read_is_readable_without_the_database(house):
    first, second = house.ports
    read = house.crawl(first)
    assert len(read) > 100
    assert set(read.values()) == {200}, {a: s for a, s in read.items() if s != 200}
    house.database.stop()
    begun = time.monotonic()
    again = {address: house.get(first, address)[0] for address in read}
    took = time.monotonic() - begun
    other = {address: house.get(second, address)[0] for address in read}
    missed, text = house.get(first, "/framdrift/rettelser/?side=9999")
    house.database.start()
    assert {a: s for a, s in again.items() if s != 200} == {}
    assert {a: s for a, s in other.items() if s != 200} == {}
    assert took < len(read) * 0.05
    assert missed == 503
    assert "<h1" in text
    wait_for(lambda: house.get(first, "/framdrift/rettelser/?side=9998")[0] == 200, "database")


def test_a_status_shows_in_both_processes_within_a_second(house):
    address = house.manage("shell", "-v0", "-c", ADDRESS).split()[-1]
    for port in house.ports:
        house.get(port, address)
    words = "Dette er nytt i dag."
    seconds = []
    seconds.append(house.seconds_until(words, address, after=PUBLISH.format(words=words)))
    later = "Dette ble publisert av seg selv."
    house.manage("shell", "-c", PLAN.format(words=later))
    for port in house.ports:
        assert later not in house.get(port, address)[1]
    time.sleep(1)
    seconds.append(house.seconds_until(later, address, after=AS_THE_WORKER))
    assert max(seconds) < 1, seconds
