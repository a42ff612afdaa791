"""The day the server dies: a clone that runs, is backed up, loses everything, and is restored.

`make deep` runs it and prints a dated table. All is done by the commands of docs/backup.md.
"""

import http.cookiejar
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bench.clones import FROM_OUTSIDE, Run, clone, get, tree

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

ALL_UP = "Ctrl-C stopper alt"
PEOPLE = 5_000
PICTURES = 500
PICTURE_BYTES = 200_000


@pytest.fixture(scope="module")
def table(request):
    """Lines (step, measured, goal) that are printed when all is done."""
    lines = []
    yield lambda step, measured, goal="": lines.append((step, measured, goal))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n\nGjenoppretting, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        for step, measured, goal in lines:
            sys.stdout.write(f"{step:<58}{measured:>12}  {goal}\n")


class Server:
    """A clone with its data folder, and its commands as a volunteer types them."""

    def __init__(self, place):
        self.place = place
        self.project = clone(place / "portal")
        self.data = self.project / "var"
        self.backups = place / "backups"

    def manage(self, *words, code=0):
        """Output and seconds of a `manage.py` command."""
        environ = {name: text for name, text in os.environ.items() if name not in FROM_OUTSIDE}
        begun = time.monotonic()
        done = subprocess.run(
            [self.project / ".venv/bin/python", "manage.py", *map(str, words)],
            cwd=self.project,
            env=environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr, time.monotonic() - begun

    def run(self, log):
        return Run(self.project, self.place / log)

    def newest(self):
        return max(path for path in self.backups.iterdir() if path.name[0] != ".")

    def emails(self):
        with closing(sqlite3.connect(self.data / "portal.sqlite3")) as database:
            rows = database.execute("SELECT email FROM memberorgs_user").fetchall()
        return {email for (email,) in rows}

    def fill(self):
        """People and pictures: ten times what the demo holds, and then some."""
        script = (
            "from memberorgs.models import User\n"
            f"people = [User(email=f'p{{n}}@example.org') for n in range({PEOPLE})]\n"
            "User.objects.bulk_create(people)\n"
        )
        self.manage("shell", "--command", script)
        for number in range(PICTURES):
            self.upload(f"{number}.jpg", os.urandom(PICTURE_BYTES))

    def upload(self, name, contents):
        path = self.data / "media" / "original_images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)

    def uploads(self):
        return {path.name: path.read_bytes() for path in (self.data / "media").rglob("*.jpg")}


class Reader:
    """A browser that keeps its cookies."""

    def __init__(self, port):
        self.base = f"http://localhost:{port}"
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def log_in(self, email, password):
        page = self.opener.open(f"{self.base}/konto/logg-inn/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token}
        self.opener.open(f"{self.base}/konto/logg-inn/", urllib.parse.urlencode(form).encode())

    def is_in(self):
        return self.opener.open(f"{self.base}/admin/").geturl() == f"{self.base}/admin/"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    return Server(tmp_path_factory.mktemp("drill"))


def seconds(value):
    return f"{value:.1f} s".replace(".", ",")


def test_the_server_dies_and_comes_back(server, table):
    with server.run("first") as run:
        run.says(ALL_UP)
        server.fill()
        password = (server.data / "demo-password").read_text().strip()
        reader = Reader(run.port)
        reader.log_in("redaktor@demo.example", password)
        assert reader.is_in()

        _said, took = server.manage("backup", server.backups)
        table("sikkerhetskopi mens portalen går", seconds(took), f"{PICTURES} bilder, 100 MB")
        then = server.emails(), server.uploads()
        _said, took = server.manage("backup", server.backups)
        table("den neste, filene uendret", seconds(took))
        said, took = server.manage("backup", server.backups, "--verify")
        table("prøvd ved siden av, ti sider", seconds(took), "≤ 120 s")
        assert server.newest().name in said
        used = subprocess.run(
            ["du", "-sm", server.backups], capture_output=True, text=True, check=True
        ).stdout.split()[0]
        table("to kopier bruker", f"{used} MB", "≈ én kopi")
        assert int(used) < 1.5 * PICTURES * PICTURE_BYTES / 1e6
        backup = server.newest()

        # What comes after the backup will be lost, and the command must say so.
        server.manage(
            "shell",
            "--command",
            "from memberorgs.models import User; User.objects.create(email='late@example.org')",
        )
        server.upload("late.jpg", b"late")
        said, _took = server.manage("restore", backup, "--replace", code=1)
        assert len(said.strip().splitlines()) == 1, "a running portal is left alone"
        for pid in reversed(tree(run.process.pid)):
            os.kill(pid, signal.SIGKILL)
        run.process.wait(timeout=10)

    key = (server.data / "secret-key").read_text()
    shutil.rmtree(server.data)
    begun = time.monotonic()
    server.data.mkdir()
    # The secrets sheet: the key is no part of a backup.
    (server.data / "secret-key").write_text(key)
    (server.data / "demo-password").write_text(password)
    said, took = server.manage("restore", backup)
    table("gjenopprettet på tom server", seconds(took), "≤ 120 s")
    assert took <= 120
    assert datetime.now().strftime("%d.%m.%Y") in said  # noqa: DTZ005
    with server.run("second") as run:
        run.first_page()
        run.says(ALL_UP)
        table("… til siden svarer igjen", seconds(time.monotonic() - begun), "≤ 900 s")
        assert (server.emails(), server.uploads()) == then
        old, new = reader, Reader(run.port)
        old.base = new.base
        assert not old.is_in(), "no session survives"
        new.log_in("redaktor@demo.example", password)
        assert new.is_in()
        wait(lambda: get(run.port, "/helse/klar") == 200, 60)
        server.manage("backup", server.backups)
        server.manage("backup", server.backups, "--verify")
    table("gjenopprettet = kopiert, byte for byte", "ja", f"{PEOPLE} personer")


def test_a_key_that_was_lost_is_said(server):
    (server.data / "secret-key").write_text("another key, made by another server" * 2)
    said, _took = server.manage("restore", server.newest(), "--replace", code=1)
    assert "SECRET_KEY" in said
    said, _took = server.manage("restore", server.newest(), "--replace", "--other-key")
    assert "Traceback" not in said


def wait(condition, within):
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)
