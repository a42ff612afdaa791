"""The supervisor as one real process, over small stand-ins for the portal's own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from portal.celery import WORKERS
from portal.supervisor import place
from portal.supervisor.composition import portal_plan
from portal.supervisor.orphans import identity
from portal.supervisor.output import MAX_LINE_BYTES, LineSplitter, Output
from portal.supervisor.place import Refused, claim_port, locked, open_data_dir

PROJECT = Path(__file__).resolve().parent.parent.parent

# Runs the real plan, real Redis included, with other commands in place of Django's.
RUNNER = """
import json, os, sys
from dataclasses import replace
from pathlib import Path
from portal.supervisor import children, loop
from portal.supervisor.children import Service
from portal.supervisor.composition import data_dir, port, portal_plan

given = json.loads(sys.argv[1])
for name, value in given["pace"].items():
    setattr(children if hasattr(children, name) else loop, name, value)

def plan():
    real = portal_plan(dict(os.environ))
    words = {"worker": " ready.", "beat": "beat: Starting"}
    return replace(
        real,
        cwd=Path(given["scripts"]),
        front=replace(real.front, command=[sys.executable, "-S", "web.py"]),
        prepare=Service("prepare", [sys.executable, "-S", "prepare.py"]),
        others=[
            Service(name, [sys.executable, "-S", f"{name}.py"], ready_words=words[name])
            for name in ("worker", "beat")
        ],
    )

sys.exit(loop.supervise(plan, data_dir(dict(os.environ)), port(dict(os.environ))))
"""

WEB = """
import http.server, os, sys
if os.environ.get("START_GATE") == "stdin" and not sys.stdin.buffer.read(1):
    sys.exit(1)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/helse/live" else 404)
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""

WAITS = "import time\nprint({words!r}, flush=True)\ntime.sleep(300)\n"

STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + (
    "signal.signal(signal.SIGQUIT, signal.SIG_IGN)\n"
)

SCRIPTS = {
    "web": WEB,
    "prepare": "print('migrations')\n",
    "worker": WAITS.format(words="celery@host ready."),
    "beat": WAITS.format(words="beat: Starting..."),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Running:
    """A supervisor that was started, with its log so far."""

    def __init__(self, process, log, data_dir, port):
        self.process = process
        self.log_file = log
        self.data_dir = data_dir
        self.port = port

    @property
    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def says(self, words, within=10.0):
        end = time.monotonic() + within
        while words not in self.log:
            alive = self.process.poll() is None
            assert alive or words in self.log, f"ended without {words!r}:\n{self.log}"
            assert time.monotonic() < end, f"no {words!r} within {within} s:\n{self.log}"
            time.sleep(0.02)

    def children(self):
        note = json.loads((self.data_dir / "supervisor.lock").read_text())
        return [int(pid) for pid in note["children"]]

    def child(self, words):
        """The pid of the child whose command line holds `words`."""
        return next(pid for pid in self.children() if words in command_line(pid))

    def stop(self, signum=signal.SIGTERM, within=10.0):
        self.process.send_signal(signum)
        return self.process.wait(timeout=within)


def command_line(pid):
    answer = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


def alive(pid):
    return bool(identity(pid))


def gone(pids, within=5.0):
    end = time.monotonic() + within
    while any(alive(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def begin(tmp_path):
    """Starts supervisors: `begin(worker=…)` replaces a stand-in, `pace` a constant."""
    running = []

    def start(*, data_dir=None, port=None, pace=None, environ=None, stdout=None, **scripts):
        folder = tmp_path / f"scripts {len(running)}"
        folder.mkdir()
        for name, text in {**SCRIPTS, **scripts}.items():
            (folder / f"{name}.py").write_text(text)
        data_dir = data_dir or tmp_path / "data æøå"
        port = port or free_port()
        log = tmp_path / f"log {len(running)}"
        given = json.dumps({"scripts": str(folder), "pace": pace or {}})
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {"REDIS_URL", "BASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE"}
        }
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", RUNNER, given],
                cwd=PROJECT,
                env={**inherited, "DATA_DIR": str(data_dir), "PORT": str(port), **(environ or {})},
                stdout=stdout or out,
                stderr=subprocess.STDOUT,
            )
        running.append(Running(process, log, data_dir, port))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_starts_in_order_says_the_address_last_and_leaves_nothing(begin, signum):
    portal = begin()
    portal.says("Ctrl-C stopper alt")
    order = ["prepare | migrations", "Siden svarer nå", "ready.", "Portalen er klar"]
    places = [portal.log.index(words) for words in order]
    assert places == sorted(places)
    assert f"http://localhost:{portal.port}/" in portal.log
    assert str(portal.data_dir) in portal.log.splitlines()[-2]
    children = portal.children()
    assert len(children) == 4

    assert portal.stop(signum) == 0
    assert gone(children, within=0.2)
    assert [path.name for path in portal.data_dir.iterdir()] == ["redis"]
    assert not answers(portal.port)
    assert "Alt er stoppet" in portal.log


def test_the_log_ins_of_the_demo_are_told(begin, tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "demo-password").write_text("hest-bil-sol\n")
    (data_dir / "demo-logins.txt").write_text(
        "redaktor@demo.example\tredaktør\nau@demo.example\tAU\n"
    )
    portal = begin(data_dir=data_dir)
    portal.says("Ctrl-C stopper alt")
    assert "passordet hest-bil-sol" in portal.log
    assert "  redaktor@demo.example  redaktør\n  au@demo.example        AU\n" in portal.log


def test_children_learn_where_they_are_and_inherit_nothing_else(begin):
    names = ["DATA_DIR", "PORT", "BASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DEMO"]
    prepare = (
        "import os\n"
        f"for name in {names}: print(name, os.environ.get(name))\n"
        "print('files', [n for n in range(3, 64) if os.path.exists(f'/dev/fd/{n}')])\n"
        "print('own session', os.getsid(0) == os.getpid())\n"
    )
    portal = begin(prepare=prepare, environ={"DEMO": "1"})
    portal.says("own session True")
    assert f"DATA_DIR {portal.data_dir}" in portal.log
    assert f"BASE_URL http://localhost:{portal.port}" in portal.log
    assert "DJANGO_SETTINGS_MODULE portal.settings" in portal.log
    assert "DEMO 1" in portal.log
    assert "files []" in portal.log
    url = re.search(r"REDIS_URL (\S+)", portal.log)[1]
    assert url.startswith("unix:///")
    with redis.Redis.from_url(url) as client:
        assert client.ping()


def test_a_redis_from_outside_is_used_and_none_started(begin):
    portal = begin(environ={"REDIS_URL": "redis://127.0.0.1:1/0"})
    portal.says("Ctrl-C stopper alt")
    assert len(portal.children()) == 3
    assert not (portal.data_dir / "redis").exists()


def test_nothing_is_served_before_the_database_is_prepared(begin, tmp_path):
    flag = tmp_path / "go"
    prepare = f"import os, time\nwhile not os.path.exists({str(flag)!r}): time.sleep(0.02)\n"
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "secret-key").write_text("from an earlier start")
    portal = begin(
        data_dir=data_dir,
        prepare=prepare,
        web="print('web has loaded', flush=True)\n" + WEB,
        pace={"FIRST_PAUSE": 0.05},
    )
    portal.says("web has loaded")
    time.sleep(0.2)
    assert not answers(portal.port)
    os.kill(portal.child("web.py"), signal.SIGKILL)  # nor after a restart in the meantime
    portal.says("web stoppet (SIGKILL)")
    time.sleep(0.5)
    assert portal.log.count("web has loaded") == 2
    assert not answers(portal.port)
    flag.touch()
    portal.says("Siden svarer nå")
    assert answers(portal.port)


def test_the_first_time_web_loads_after_the_settings_are_made(begin):
    prepare = "import time\ntime.sleep(0.3)\nprint('key is made')\n"
    portal = begin(prepare=prepare, web="print('web has loaded', flush=True)\n" + WEB)
    portal.says("web has loaded")
    assert portal.log.index("key is made") < portal.log.index("web has loaded")


def test_a_failed_preparation_ends_it_with_a_sentence(begin):
    portal = begin(prepare="import sys\nprint('no such table')\nsys.exit(3)\n")
    assert portal.process.wait(timeout=10) == 1
    assert "prepare | no such table" in portal.log
    assert "Klargjøringen stoppet (kode 3)" in portal.log
    assert "Siden svarer" not in portal.log
    assert [path.name for path in portal.data_dir.iterdir()] == ["redis"]


def test_a_child_that_is_killed_starts_again(begin):
    portal = begin()
    portal.says("Ctrl-C stopper alt")
    before = {name: portal.child(f"{name}.py") for name in ("web", "worker", "beat")}
    before["redis"] = portal.child("redis-server")
    begun = time.monotonic()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    for name in before:
        portal.says(f"{name} stoppet (SIGKILL), starter igjen om 0,5 s")
    while set(before.values()) & set(portal.children()) or len(portal.children()) < 4:
        assert time.monotonic() - begun < 5
        time.sleep(0.02)
    assert portal.stop() == 0


def test_the_pause_grows_and_the_fifth_death_ends_it(begin):
    portal = begin(worker="import sys\nsys.exit(7)\n", pace={"FIRST_PAUSE": 0.05})
    assert portal.process.wait(timeout=10) == 1
    assert re.findall(r"worker stoppet \(kode 7\), starter igjen om (\S+) s", portal.log) == [
        "0,05",
        "0,1",
        "0,2",
        "0,4",
    ]
    assert "worker stoppet (kode 7), for 5. gang på 60 sekunder. Stopper alt" in portal.log
    assert [path.name for path in portal.data_dir.iterdir()] == ["redis"]


def test_a_hung_redis_starts_again(begin):
    portal = begin(pace={"ASK_ALIVE_EVERY": 0.2, "ANSWER_WITHIN": 0.5})
    portal.says("Ctrl-C stopper alt")
    before = portal.child("redis-server")
    os.kill(before, signal.SIGSTOP)
    portal.says("redis svarte ikke lenger, starter igjen", within=3)
    end = time.monotonic() + 5
    while not (portal.data_dir / "redis.sock").exists() or before in portal.children():
        assert time.monotonic() < end
        time.sleep(0.02)
    with redis.Redis(unix_socket_path=str(portal.data_dir / "redis.sock")) as client:
        assert client.ping()


def test_files_that_redis_cannot_read_are_set_aside(begin):
    portal = begin()
    portal.says("Ctrl-C stopper alt")
    with redis.Redis(unix_socket_path=str(portal.data_dir / "redis.sock")) as client:
        client.set("key", "value")
    portal.stop()
    for path in (portal.data_dir / "redis").rglob("*.aof"):
        path.write_bytes(b"*3\r\n$3\r\nrubbish\r\n" * 20)
    again = begin(data_dir=portal.data_dir, port=portal.port, pace={"FIRST_PAUSE": 0.05})
    again.says("Ctrl-C stopper alt")
    assert "lagt til side" in again.log
    assert len(list((portal.data_dir / "redis").glob("*.broken-*"))) == 1


def test_a_child_that_will_not_end_is_killed_with_its_own_children(begin):
    worker = STUBBORN + (
        "import subprocess, sys, time\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "print('inner', inner.pid, 'ready.', flush=True)\n"
        "time.sleep(300)\n"
    )
    portal = begin(worker=worker, pace={"QUIT_AFTER": 0.3, "KILL_AFTER": 0.6})
    portal.says("Ctrl-C stopper alt")
    inner = int(re.search(r"inner (\d+)", portal.log)[1])
    assert portal.stop(within=5) == 0
    assert "worker sluttet ikke av seg selv" in portal.log
    assert gone([inner], within=1)


def test_a_second_ctrl_c_hurries(begin):
    portal = begin(worker=STUBBORN + SCRIPTS["worker"], pace={"HURRY_AFTER": 0.2})
    portal.says("Ctrl-C stopper alt")
    portal.process.send_signal(signal.SIGINT)
    portal.process.send_signal(signal.SIGTERM)  # make and timeout repeat themselves
    time.sleep(0.4)
    assert portal.process.poll() is None
    begun = time.monotonic()
    assert portal.stop(signal.SIGINT) == 0
    assert time.monotonic() - begun < 2


def test_what_a_dead_child_had_started_is_gone_when_it_starts_again(begin):
    worker = (
        "import subprocess, sys, time\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "print('inner', inner.pid, 'ready.', flush=True)\n"
        "time.sleep(300)\n"
    )
    portal = begin(worker=worker, pace={"FIRST_PAUSE": 0.05})
    portal.says("Ctrl-C stopper alt")
    inner = int(re.search(r"inner (\d+)", portal.log)[1])
    os.kill(portal.child("worker.py"), signal.SIGKILL)
    assert gone([inner], within=3)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_kill_9_takes_the_children_along(begin):
    portal = begin()
    portal.says("Ctrl-C stopper alt")
    children = portal.children()
    portal.process.kill()
    assert gone(children, within=2)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_kill_9_leaves_no_orphans_and_a_new_start_works_at_once(begin):
    portal = begin()
    portal.says("Ctrl-C stopper alt")
    children = portal.children()
    portal.process.kill()
    again = begin(data_dir=portal.data_dir, port=portal.port)
    assert gone(children, within=5)
    again.says("Ctrl-C stopper alt")
    assert again.stop() == 0
    assert [path.name for path in portal.data_dir.iterdir()] == ["redis"]


def test_a_second_start_on_the_same_folder_is_refused(begin):
    portal = begin()
    portal.says("Ctrl-C stopper alt")
    second = begin(data_dir=portal.data_dir)
    assert second.process.wait(timeout=5) == 1
    assert f"kjører allerede med mappen {portal.data_dir} (prosess {portal.process.pid})" in (
        second.log
    )
    assert portal.process.poll() is None


def test_two_side_by_side(begin, tmp_path):
    portals = [begin(data_dir=tmp_path / name) for name in ("one", "two")]
    for portal in portals:
        portal.says("Ctrl-C stopper alt")
    assert portals[0].stop() == 0
    assert answers(portals[1].port)
    assert portals[1].stop() == 0


def test_a_taken_port_gets_a_sentence_with_another(begin):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=rf"Port {port} er i bruk .* make run PORT=(\d+)") as info:
            claim_port(port, patience=0.3)
    suggested = int(re.search(r"PORT=(\d+)", str(info.value))[1])
    assert suggested != port


def test_a_port_that_is_let_go_in_time_is_taken():
    other = socket.create_server(("127.0.0.1", 0))
    port = other.getsockname()[1]
    timer = threading.Timer(0.4, other.close)
    timer.start()
    claim_port(port, patience=3.0)
    timer.join()


@pytest.mark.parametrize("text", ["", "0", "65536", "åtte", "-1", "8000 ", "٣"])
def test_what_is_no_port_is_said(text):
    with pytest.raises(Refused, match="er ikke et portnummer"):
        place.read_port(text)


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(Refused, match="er en fil, ikke en mappe"):
        open_data_dir(tmp_path / "data")
    with pytest.raises(Refused, match=r"Kan ikke skrive i mappen .*/data/under"):
        open_data_dir(tmp_path / "data" / "under")


@contextmanager
def without_root():
    """Root may write anywhere: be nobody for a while."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with without_root(), pytest.raises(Refused, match=r"Kan ikke skrive i mappen .*DATA_DIR="):
        open_data_dir(tmp_path / "data")


def test_a_full_disk(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 3 * 1024 * 1024})()
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(Refused, match="Disken er full: 3 MB ledig"):
        open_data_dir(tmp_path / "data")


def test_a_lock_that_is_let_go_is_removed_and_can_be_taken_again(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            assert (tmp_path / "supervisor.lock").exists()
            with pytest.raises(Refused, match="kjører allerede"), locked(tmp_path):
                pass
        assert not (tmp_path / "supervisor.lock").exists()


def test_a_lock_that_its_owner_removes_at_the_same_moment_is_made_anew(tmp_path, monkeypatch):
    path = tmp_path / "supervisor.lock"
    removed = []

    def flock(fd, how):
        if not removed:
            removed.append(path.unlink())

    monkeypatch.setattr("portal.supervisor.place.fcntl.flock", flock)
    with locked(tmp_path):
        assert path.exists()


def test_a_lock_file_full_of_rubbish_hinders_nobody(tmp_path):
    (tmp_path / "supervisor.lock").write_bytes(b"\xff{not json")
    with locked(tmp_path), pytest.raises(Refused, match="kjører allerede"), locked(tmp_path):
        pass


def test_what_a_killed_supervisor_left_is_ended_but_no_stranger(tmp_path):
    # As on macOS, where no kernel ends orphans.
    left, stranger = (subprocess.Popen(["sleep", "300"], start_new_session=True) for _ in range(2))
    try:
        note = {"pid": 1, "children": {left.pid: identity(left.pid), stranger.pid: "older"}}
        (tmp_path / "supervisor.lock").write_text(json.dumps(note))
        with locked(tmp_path):
            pass
        assert left.wait(timeout=2) == -signal.SIGKILL
        assert stranger.poll() is None
    finally:
        for process in (left, stranger):
            process.kill()
            process.wait()


def test_lines_of_any_kind_come_out_as_lines():
    splitter = LineSplitter()
    assert splitter.feed(b"one\ntwo\r\nthr") == ["one", "two"]
    assert splitter.feed("ee\næ".encode()[:-1]) == ["three"]
    assert splitter.feed("æ".encode()[1:] + b"\n") == ["æ"]
    assert splitter.feed(b"50 %\r") == []
    assert splitter.feed(b"100 %\r\n") == ["50 %", "100 %"]
    assert splitter.feed(b"\xff\xfe latin\xe5\n") == ["\ufffd\ufffd latin\ufffd"]
    assert splitter.close() == []
    splitter.feed(b"no end")
    assert splitter.close() == ["no end"]


def test_a_huge_line_costs_no_more_than_its_pieces():
    splitter = LineSplitter()
    lines = []
    for _ in range(100):
        lines += splitter.feed(b"x" * 10_000)
    lines += splitter.feed(b"\n")
    assert max(map(len, lines)) <= MAX_LINE_BYTES + 2
    assert sum(line.count("x") for line in lines) == 1_000_000


def read_all(fd):
    os.set_blocking(fd, False)
    text = b""
    with suppress(BlockingIOError):
        while data := os.read(fd, 65536):
            text += data
    return text.decode()


def test_names_are_aligned_and_escapes_taken_out():
    reader, writer = os.pipe()
    out = Output(writer, ["web", "worker"])
    out.line("web", "\x1b[31mrød\x1b[0m\x07 \u202etekst")
    out.line("worker", "linje")
    out.flush()
    assert read_all(reader) == "web    | rød\ufffd \ufffdtekst\nworker | linje\n"
    os.close(reader)
    os.close(writer)


def test_a_reader_that_does_not_read_holds_nothing_up():
    reader, writer = os.pipe()
    out = Output(writer, ["web"])
    for number in range(6000):
        out.line("web", f"{number:>100}")
    first = read_all(reader)
    out.flush(patience=0.2)
    text = first + read_all(reader)
    assert "linjer ble ikke vist" in text
    assert text.startswith("web | ")
    os.close(reader)
    out.line("web", "to nobody")
    out.flush(patience=1)
    assert not out.waiting
    os.close(writer)


def test_a_log_that_nobody_reads_does_not_hinder_the_stop(begin):
    reader, writer = os.pipe()
    flood = "import sys\nprint('celery@host ready.', flush=True)\nwhile True: print('x' * 500)\n"
    portal = begin(worker=flood, stdout=writer)
    os.close(writer)
    end = time.monotonic() + 10
    while not answers(portal.port):
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(0.5)
    assert portal.stop(within=5) == 0
    os.close(reader)


def test_the_plan_runs_the_portals_own_commands(tmp_path):
    plan = portal_plan({"DATA_DIR": str(tmp_path), "PORT": "8123"})
    commands = {
        service.name: service.command[1:] for service in (plan.front, plan.prepare, *plan.others)
    }
    assert commands["klargjør"] == ["manage.py", "prepare"]
    assert commands["web"][:2] == ["-m", "gunicorn"]
    assert commands["worker"] == ["-m", "portal.workers", *WORKERS]
    assert str(tmp_path / "celerybeat-schedule") in commands["beat"]
    assert all(service.command[0] == sys.executable for service in plan.others)
    plan.clean_up()


def test_the_supervisor_loads_neither_django_nor_celery():
    script = (
        "import sys, portal.supervisor.__main__\n"
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('django', 'celery', 'kombu', 'redis', 'wagtail')])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
