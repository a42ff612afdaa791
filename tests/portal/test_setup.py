"""The set-up of `.venv`, as real runs with small packages from a folder: no network."""

import ast
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "tools"))

import environment  # noqa: E402
from compile_messages import outdated  # noqa: E402

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Read"
msgstr "Les"
"""


def make_wheel(folder, name):
    """A wheel with one empty module; returns its line for a lock file."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        record += f"{path},sha256={digest.decode()},{len(text)}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Clone:
    """A folder with the set-up and lock files of two made-up packages, and no project."""

    def __init__(self, folder, wheels):
        self.folder = folder
        wheels.mkdir()
        self.first, self.second, _ = (
            make_wheel(wheels, name) for name in ("first", "second", "third")
        )
        shutil.copytree(
            PROJECT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__")
        )
        (folder / "requirements").mkdir()
        self.lock("uv", f"uv==0.0.1 --hash=sha256:{'0' * 64}\n")
        self.lock("runtime", self.first)
        self.lock("test", self.first + self.second)
        self.lock("dev", self.first + self.second)
        self.environ = {
            **os.environ,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
        }

    def lock(self, kind, text):
        (self.folder / "requirements" / f"{kind}.txt").write_text(text)

    def begin(self, kind="runtime", python=sys.executable):
        return subprocess.Popen(
            [python, "tools/setup.py", kind],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, kind="runtime", python=sys.executable):
        process = self.begin(kind, python)
        log = process.communicate(timeout=60)[0]
        return process.returncode, log

    def has(self, *packages):
        script = f"import {', '.join(packages)}"
        python = self.folder / ".venv" / "bin" / "python"
        return subprocess.run([python, "-c", script], capture_output=True).returncode == 0


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "en klone med æøå"
    folder.mkdir()
    return Clone(folder, tmp_path / "wheels")


def test_from_a_half_built_environment_to_a_second_start(clone):
    half_built = clone.folder / ".venv" / "bin"
    half_built.mkdir(parents=True)
    (half_built / "python").symlink_to("/nowhere/python3")

    both = [clone.begin(), clone.begin()]
    logs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("Lager .venv" in log for log in logs) == [False, True]
    assert any("venter på det" in log for log in logs)
    assert any("Rydder bort den gamle .venv" in log for log in logs)
    assert any("prøver med pip" in log or "Henter uv: gikk ikke" in log for log in logs)
    assert clone.has("first")
    assert not clone.has("second")

    python = clone.folder / ".venv" / "bin" / "python"
    begun = time.monotonic()
    assert clone.run(python=python) == (0, "")
    assert time.monotonic() - begun < 0.5

    code, log = clone.run("test", python)
    assert (code, clone.has("first", "second")) == (0, True), log
    assert clone.run("runtime", python) == (0, "")  # a larger one holds the smaller

    clone.lock("test", clone.first)
    code, log = clone.run("runtime", python)
    assert code == 0
    assert "Installerer 1 pakker" in log

    clone.lock("test", clone.first + "third==1.0 --hash=sha256:" + "0" * 64 + "\n")
    code, log = clone.run("runtime", python)
    assert code == 1
    assert "hashen stemmer ikke" in log
    assert not clone.has("third")
    assert not (clone.folder / ".venv" / "installed.json").exists()


def run_as(clone, prelude):
    """setup.py in an interpreter that `prelude` has changed first."""
    script = f"import runpy, sys\nsys.argv = ['setup.py', 'runtime']\n{prelude}\n"
    script += "sys.path.insert(0, 'tools')\nrunpy.run_path('tools/setup.py', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=clone.folder,
        env=clone.environ,
        capture_output=True,
        text=True,
    )


def test_a_python_that_is_too_old_gets_one_sentence(clone):
    ast.parse((PROJECT / "tools" / "setup.py").read_text(), feature_version=(3, 4))
    answer = run_as(clone, "sys.version_info = (3, 6, 15, 'final', 0)")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Portalen trenger Python 3.11 eller nyere")
    assert "fant bare 3.6" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_missing_venv_names_the_package(clone):
    answer = run_as(clone, "sys.modules['ensurepip'] = None")
    assert answer.returncode == 1
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"Installer pakken python{version}-venv" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_full_disk_is_said_before_anything_is_made(clone):
    usage = "type('Usage', (), {'free': 5 * 1024 * 1024})"
    answer = run_as(clone, f"import shutil\nshutil.disk_usage = lambda path: {usage}")
    assert answer.returncode == 1
    assert "For lite plass: 5 MB ledig" in answer.stderr
    assert not (clone.folder / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_named(clone):
    clone.folder.chmod(0o555)
    # Root may write anywhere, so be nobody, once all modules are read.
    script = (
        "import os, sys\n"
        "sys.path.insert(0, 'tools')\n"
        "import ensurepip, environment, venv\n"
        "if os.getuid() == 0: os.seteuid(65534)\n"
        "sys.exit(environment.main(['setup.py', 'runtime']))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=clone.folder, capture_output=True, text=True
    )
    clone.folder.chmod(0o755)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Får ikke lese eller skrive i "), answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
            "': Failed to establish a new connection: [Errno -3] Temporary failure in name "
            "resolution')'\nERROR: No matching distribution found for uv",
            "Sjekk nettet",
        ),
        (
            "error: Failed to fetch\n  Caused by: dns error: failed to lookup address information",
            "Sjekk nettet",
        ),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "Disken er full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "hashen"),
        ("× Hash mismatch for `django==5.2`", "hashen"),
        ("Error: Command '[…'-m', 'ensurepip'…]' returned non-zero exit status 1.", "python3-venv"),
        ("OSError: [Errno 13] Permission denied: '/x/.venv/lib'", "Får ikke lese eller skrive"),
        ("line one\n\nsomething new went wrong\n", "stoppet: something new went wrong"),
    ],
)
def test_what_pip_and_uv_say_becomes_a_sentence(log, words):
    assert words in environment.reading(log)


def test_the_python_of_a_makefile_is_one_that_works(tmp_path):
    shims = tmp_path / "bin"
    shims.mkdir()
    for name, body in {
        "python3": "exit 1",  # too old
        "python3.13": "exit 127",  # a shim with nothing behind it
        "python3.12": f'exec "{sys.executable}" "$@"',
    }.items():
        (shims / name).write_text(f"#!/bin/sh\n{body}\n")
        (shims / name).chmod(0o755)
    answer = subprocess.run(
        ["/bin/sh", PROJECT / "tools" / "find_python.sh"],
        cwd=tmp_path,
        env={"PATH": str(shims)},
        capture_output=True,
        text=True,
    )
    assert answer.stdout == "python3.12\n"


def test_catalogues_are_compiled_when_they_are_newer(tmp_path):
    folder = tmp_path / "locale" / "nb" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(CATALOGUE)
    shutil.copytree(PROJECT / "tools", tmp_path / "tools")
    command = [sys.executable, tmp_path / "tools" / "compile_messages.py"]
    assert outdated(tmp_path) == [source]
    subprocess.run(command, check=True)
    assert outdated(tmp_path) == []
    assert b"Les" in (folder / "django.mo").read_bytes()
    os.utime(source, (time.time() + 5, time.time() + 5))
    assert outdated(tmp_path) == [source]
    assert [path.name for path in folder.iterdir() if path.suffix == ".tmp"] == []


def test_a_catalogue_with_a_fault_is_named(tmp_path):
    folder = tmp_path / "locale" / "nb" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "a"\nrubbish\n')
    shutil.copytree(PROJECT / "tools", tmp_path / "tools")
    command = [sys.executable, tmp_path / "tools" / "compile_messages.py"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Kunne ikke oversette locale/nb/LC_MESSAGES/django.po")
    assert not (folder / "django.mo").exists()
