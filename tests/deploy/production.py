"""The production files as Docker would read them, and their commands run without Docker."""

import fnmatch
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT_TABLE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE_FILE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


def example():
    """The variables of .env.example with their values."""
    lines = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}


def compose(**variables):
    """docker-compose.yml with its variables filled in, as `docker compose config` does it.

    A required one that is missing raises `KeyError` with the file's own message.
    """

    def filled(match):
        name, kind, text = match.groups()
        if variables.get(name):
            return variables[name]
        if kind == "?":
            raise KeyError(text)
        return text or ""

    def fill(node):
        if isinstance(node, dict):
            return {key: fill(value) for key, value in node.items()}
        if isinstance(node, list):
            return [fill(value) for value in node]
        return VARIABLE.sub(filled, node) if isinstance(node, str) else node

    return fill(yaml.safe_load(COMPOSE_FILE))


def in_image():
    """The files that `COPY . .` brings into the image: what .dockerignore lets through."""
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [name for name in filter(None, tracked) if not _ignored(name, rules)]


def _ignored(name, rules):
    ignored = False
    parents = [name, *(parent.as_posix() for parent in Path(name).parents)]
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        names = [path.rpartition("/")[2] for path in parents] if "**/" in rule else parents
        if any(fnmatch.fnmatchcase(path, pattern) for path in names):
            ignored = not rule.startswith("!")
    return ignored


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_image(folder):
    """What the Dockerfile does after `COPY . .`, in a folder instead of an image."""
    for name in in_image():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for line in re.findall(r"python (tools/compile_messages\.py|manage\.py [^&\\\n]+)", DOCKERFILE):
        done = run(
            ["python", *line.split()],
            folder,
            {"DEMO": "1", "DATA_DIR": str(folder / "build"), "STATIC_ROOT": str(folder / "static")},
        )
        assert done.returncode == 0, done.stderr
    shutil.rmtree(folder / "build", ignore_errors=True)
    return folder


def environment(folder, told):
    """Nothing but PATH and what the image and the compose file set."""
    programs = Path(sys.executable).parent
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **told,
    }


def run(command, folder, told, timeout=120):
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(folder, told),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


class Process:
    """A service's command as a process; use as a context manager."""

    def __init__(self, command, folder, told, log):
        self.log_file = log
        self.process = None
        self.arguments = (command, folder, environment(folder, told))

    def __enter__(self):
        command, folder, environ = self.arguments
        with self.log_file.open("ab") as out:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environ, stdout=out, stderr=out, start_new_session=True
            )
        return self

    def __exit__(self, *reason):
        self.stop()

    def stop(self, patience=30):
        """SIGTERM, as Docker sends it; returns the seconds until it ended."""
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(patience)
        return time.monotonic() - begun

    @property
    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def until(self, condition, what, patience=60):
        end = time.monotonic() + patience
        while not condition():
            assert self.process.poll() is None, f"it ended:\n{self.log[-2000:]}"
            assert time.monotonic() < end, f"not in {patience} s: {what}\n{self.log[-2000:]}"
            time.sleep(0.2)


def get(port, path, host="portal.example"):
    """Status and body of a GET that the proxy hands on; (0, "") when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(
            "GET", path, headers={"Host": host, "X-Forwarded-Proto": "https", "Accept": "*/*"}
        )
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def ready(port, part):
    """What /helse/klar says of one part."""
    with_body = get(port, "/helse/klar")[1]
    return json.loads(with_body or "{}").get(part)
