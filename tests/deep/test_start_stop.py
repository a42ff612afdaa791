"""Start and stop for real: `make run` in clones of what is committed, and what may befall it.

`make deep` runs it and prints a dated table. Linux only: processes are looked up in /proc.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.clones import FROM_OUTSIDE, Run, clone, free_port, get, tree

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

ALL_UP = "Ctrl-C stopper alt"
COMMANDS = {
    "web": "gunicorn",
    "worker": "portal.workers",
    "beat": " beat ",
    "redis": "redis-server",
}


@pytest.fixture(scope="module")
def table(request):
    """Lines (drill, measured, goal) that are printed when all is done."""
    lines = []
    yield lambda drill, measured, goal="": lines.append((drill, measured, goal))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n\nStart og stopp, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        for drill, measured, goal in lines:
            sys.stdout.write(f"{drill:<58}{measured:>12}  {goal}\n")


@pytest.fixture(scope="module")
def place():
    """A folder of its own; pytest's would make the paths longer than they are meant to be."""
    with tempfile.TemporaryDirectory(prefix="deep-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def project(place):
    """A clone in a folder with spaces and Norwegian letters, set up by a first run."""
    project = clone(place / "på en sti med mellomrom og æøå")
    with Run(project, place / "log") as run:
        run.first_page()
        run.says(ALL_UP)
    return project


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def seconds(value):
    return f"{value:.1f} s".replace(".", ",")


def supervisor(run):
    return next(pid for pid, text in tree(run.process.pid).items() if "portal.supervisor" in text)


def leaders(run):
    """The supervisor's own children, by name."""
    note = json.loads((run.folder / "var" / "supervisor.lock").read_text())
    commands = tree(supervisor(run))
    return {
        name: int(pid)
        for pid in note["children"]
        for name, words in COMMANDS.items()
        if words in commands.get(int(pid), "")
    }


def alive(pids):
    living = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            living.add(pid)
    return living


def wait(condition, within, what):
    begun = time.monotonic()
    while not condition():
        passed = time.monotonic() - begun
        assert passed < within, f"not within {within} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - begun


def left_in(data_dir):
    """Sockets, locks and pid files that a stopped portal should have taken with it."""
    return sorted(
        path.name
        for path in data_dir.rglob("*")
        if path.is_socket() or path.suffix in {".lock", ".pid", ".sock"}
    )


def refused(project, **variables):
    """Exit code and output of a `make run` that ends by itself."""
    environ = {name: text for name, text in os.environ.items() if name not in FROM_OUTSIDE}
    answer = subprocess.run(
        ["make", "run", *(f"{name}={value}" for name, value in variables.items())],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    sentences = [line for line in answer.stderr.splitlines() if not line.startswith("make: ")]
    return answer.returncode, sentences


def test_a_second_start_keeps_the_data(project, log, table):
    password = (project / "var" / "demo-password").read_text()
    with Run(project, log) as run:
        table("ny start til første side", seconds(run.first_page()), "≤ 6 s")
        run.says(ALL_UP)
        assert password.strip() in run.log
        assert "Installerer" not in run.log
        processes = set(tree(run.process.pid))
        took = run.stop(signal.SIGTERM)
    table("SIGTERM til alt er borte", seconds(took), "≤ 10 s")
    assert took <= 10
    assert not alive(processes)
    assert left_in(project / "var") == []
    assert (project / "var" / "demo-password").read_text() == password


def test_ctrl_c_in_the_terminal(project, log, table):
    with Run(project, log) as run:
        run.says(ALL_UP)
        processes = set(tree(run.process.pid))
        begun = time.monotonic()
        os.killpg(run.process.pid, signal.SIGINT)  # make and supervisor, as a terminal does
        run.process.wait(timeout=15)
        took = time.monotonic() - begun
    table("Ctrl-C til alt er borte", seconds(took), "≤ 10 s")
    assert took <= 10
    assert not alive(processes)
    assert "Error" not in run.log


def test_the_supervisor_is_told_to_stop_and_make_is_content(project, log):
    with Run(project, log) as run:
        run.says(ALL_UP)
        os.kill(supervisor(run), signal.SIGTERM)
        assert run.process.wait(timeout=15) == 0


def test_ctrl_c_during_the_start(project, log, table):
    for pause in (0.3, 0.8, 1.5, 2.5):
        with Run(project, log) as run:
            time.sleep(pause)
            processes = set(tree(run.process.pid))
            os.killpg(run.process.pid, signal.SIGINT)
            run.process.wait(timeout=15)
        assert not alive(processes)
        assert left_in(project / "var") == []
    table("Ctrl-C midt i starten, fire ganger", "intet igjen")


def test_requests_under_way_at_the_stop_get_an_answer(project, log, table):
    statuses = []
    with Run(project, log) as run:
        run.says(ALL_UP)
        done = threading.Event()

        def ask():
            while not done.is_set():
                statuses.append(get(run.port))

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        time.sleep(1)
        took = run.stop(signal.SIGTERM)
        done.set()
        for asker in askers:
            asker.join()
    answered = [status for status in statuses if status]
    table("SIGTERM under last: svar med feil", str(sum(s >= 500 for s in answered)), "0")
    table("SIGTERM under last til alt er borte", seconds(took), "≤ 10 s")
    assert answered
    assert set(answered) == {200}
    assert took <= 10


@pytest.mark.parametrize("name", COMMANDS)
def test_each_child_killed(project, log, table, name):
    with Run(project, log) as run:
        run.says(ALL_UP)
        before = leaders(run)
        members = set(tree(before[name]))
        os.kill(before[name], signal.SIGKILL)

        def started_again():
            return leaders(run).get(name, before[name]) != before[name]

        took = wait(started_again, 10, f"{name} starts again")
        table(f"{name} drept til den startes igjen", seconds(took), "≤ 5 s")
        assert took <= 5
        assert f"{name} stoppet (SIGKILL), starter igjen" in run.log
        wait(lambda: not alive(members), 10, f"what {name} had started is gone")
        up = wait(lambda: get(run.port) == 200, 20, "the front page answers")
        if name == "web":
            table("web drept til siden svarer", seconds(took + up), "")
        wait(lambda: get(run.port, "/helse/klar") == 200, 60, "all is ready")


def test_a_hung_redis(project, log, table):
    with Run(project, log) as run:
        run.says(ALL_UP)
        before = leaders(run)["redis"]
        os.kill(before, signal.SIGSTOP)
        took = wait(lambda: leaders(run).get("redis", before) != before, 10, "Redis starts again")
        table("Redis henger til den startes igjen", seconds(took), "≤ 5 s")
        assert took <= 5
        wait(lambda: get(run.port, "/helse/klar") == 200, 60, "all is ready")


def test_kill_9_of_the_supervisor_and_again(project, log, table):
    port = free_port()
    with Run(project, log, port=port) as run:
        run.says(ALL_UP)
        processes = set(tree(run.process.pid))
        os.kill(supervisor(run), signal.SIGKILL)
        run.process.wait(timeout=10)
        with Run(project, log, port=port) as again:
            took = wait(lambda: not alive(processes), 10, "the orphans are gone")
            table("kill -9 av supervisor til alt er borte", seconds(took), "≤ 10 s")
            table("… og ny start straks, til første side", seconds(again.first_page()), "")
            again.says(ALL_UP)
            wait(lambda: get(port, "/helse/klar") == 200, 60, "all is ready")


def test_kill_9_of_everything_and_again(project, log):
    with Run(project, log) as run:
        run.says(ALL_UP)
        for pid in reversed(tree(run.process.pid)):
            os.kill(pid, signal.SIGKILL)
        run.process.wait(timeout=10)
    with Run(project, log) as again:
        again.says(ALL_UP)
    assert left_in(project / "var") == []


def test_two_side_by_side_from_one_clone(project, log, tmp_path, table):
    other = tmp_path / "en annen mappe"
    with Run(project, log) as first:
        first.first_page()
        with Run(project, tmp_path / "log 2", words=(f"DATA_DIR={other}",)) as second:
            second.first_page()
            second.says(ALL_UP)
            passwords = [
                (folder / "demo-password").read_text() for folder in (project / "var", other)
            ]
            assert passwords[0] != passwords[1]
            first.says(ALL_UP)
            first.stop()
            assert get(second.port) == 200
    assert left_in(other) == []
    table("to ved siden av hverandre", "ja")


def test_what_cannot_start_says_so_in_one_sentence(project, log, tmp_path, table):
    with Run(project, log) as run:
        run.first_page()
        code, sentences = refused(project, PORT=free_port())
        assert code != 0
        assert len(sentences) == 1
        assert "kjører allerede med mappen" in sentences[0]
        code, sentences = refused(project, PORT=run.port, DATA_DIR=tmp_path / "x")
        assert code != 0
        assert re.search(rf"^Port {run.port} er i bruk .* make run PORT=\d+$", *sentences)
    for variables, words in (
        ({"DATA_DIR": "/proc/portal"}, "Kan ikke skrive i mappen /proc/portal"),
        ({"DATA_DIR": project / "Makefile"}, "er en fil, ikke en mappe"),
        ({"PORT": "åtte"}, "PORT=åtte er ikke et portnummer"),
        ({"PORT": "99999"}, "PORT=99999 er ikke et portnummer"),
        ({"PYTHON": "/nowhere/python"}, "/nowhere/python"),
    ):
        code, sentences = refused(project, **{"PORT": free_port(), **variables})
        assert code != 0
        assert words in "\n".join(sentences)
        assert len(sentences) == 1
    table("det som ikke kan starte, sier hvorfor i én setning", "7 av 7")


@pytest.mark.skipif(os.getuid() != 0, reason="mounts a small disk")
def test_a_full_disk(project, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", small], check=True)
    try:
        code, sentences = refused(project, PORT=free_port(), DATA_DIR=small / "var")
        assert code != 0
        assert len(sentences) == 1
        assert re.search(r"^Disken er full: \d+ MB ledig", sentences[0])
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_port_that_is_free_only_on_ipv4(project, tmp_path):
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as other:
        other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, sentences = refused(project, PORT=port, DATA_DIR=tmp_path / "x")
    assert code != 0
    assert f"Port {port} er i bruk" in sentences[0]


def test_an_interrupted_first_run_is_mended(place, log, table):
    project = clone(place / "avbrutt")
    for words in ("Lager .venv", "Installerer"):
        with Run(project, log) as run:
            run.says(words)
            time.sleep(0.7)
            processes = set(tree(run.process.pid))
            os.killpg(run.process.pid, signal.SIGINT)
            run.process.wait(timeout=15)
            wait(lambda pids=processes: not alive(pids), 5, "pip and uv are gone")
        assert "Avbrutt. Kjør kommandoen igjen" in run.log
    with Run(project, log) as run:
        run.first_page()
        assert "Rydder bort den gamle .venv" in run.log
    table("første kjøring avbrutt to ganger, så hel", "ja")
    shutil.rmtree(project)


def test_a_path_of_180_characters(place, log, table):
    name = "en veldig lang sti med æøå og mellomrom "
    folder = place
    while len(str(folder)) < 130:
        folder /= name.strip()
    folder.mkdir(parents=True)
    project = clone(folder / ("x" * (179 - len(str(folder)))))
    assert len(str(project)) == 180
    with Run(project, log) as run:
        table("sti på 180 tegn, klone til første side", seconds(run.first_page()), "≤ 90 s")
        run.says(ALL_UP)
        processes = set(tree(run.process.pid))
        private = Path(re.search(r"connections at (/\S+)/redis\.sock", run.log)[1])
        assert private.exists()
        run.stop()
    assert not alive(processes)
    assert not private.exists()
    shutil.rmtree(project)


@pytest.mark.skipif(os.getuid() != 0, reason="makes a network of its own")
def test_no_network_is_needed_once_installed(project, log, table):
    script = (
        "import fcntl, socket, struct, sys\n"
        "from pathlib import Path\n"
        "with socket.socket() as probe:\n"  # bring up the loopback interface, alone
        "    fcntl.ioctl(probe, 0x8914, struct.pack('16sH14s', b'lo', 1, b''))\n"
        "from bench.clones import Run\n"
        "with Run(Path(sys.argv[1]), Path(sys.argv[2])) as run:\n"
        "    run.first_page()\n"
        f"    run.says({ALL_UP!r})\n"
    )
    subprocess.run(
        ["unshare", "--net", sys.executable, "-c", script, project, log],
        cwd=Path(__file__).parent.parent.parent,
        check=True,
        timeout=180,
    )
    table("start uten nett", "ja")
