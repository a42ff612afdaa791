"""Runs a command with a real PostgreSQL and a real Redis: `services.py COMMAND …`.

Takes SERVICES_DATABASE_URL and SERVICES_REDIS_URL when given, else servers that already listen on
127.0.0.1, else starts own ones on free ports in a temporary folder (and installs Debian's packages
when the programs are missing and we may). Never goes on without one of them.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

DEFAULT_DATABASE = "postgres://postgres@127.0.0.1:5432/postgres"
DEFAULT_REDIS = "redis://127.0.0.1:6379"
# Own numbers, so that a Redis in use keeps what it holds.
DATABASE_NUMBERS = {"REDIS_BROKER_DB": "14", "REDIS_CACHE_DB": "15"}
PATIENCE = 30


def answers_postgres(url: str) -> bool:
    with contextlib.suppress(psycopg.Error):
        psycopg.connect(url, connect_timeout=3).close()
        return True
    return False


def answers_redis(url: str) -> bool:
    with contextlib.suppress(redis.RedisError, OSError):
        return bool(redis.Redis.from_url(url, socket_timeout=3).ping())
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def install(*packages: str) -> None:
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"Mangler {', '.join(packages)}: installer dem, så går testene.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"installerer {', '.join(packages)} …", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", *packages], env=environment, check=True)


def postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    install("postgresql")
    return postgres_programs()


@contextlib.contextmanager
def own_postgres(folder: Path) -> Iterator[str]:
    programs = postgres_programs()
    data = folder / "postgres"
    data.mkdir()
    user: list[str] = []
    if os.getuid() == 0:
        # PostgreSQL refuses to run as root.
        account = pwd.getpwnam("postgres")
        os.chown(data, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        user = ["runuser", "-u", "postgres", "--"]
    subprocess.run(
        [
            *(*user, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"),
            *("-E", "UTF8", "--locale=C.UTF-8"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    port = free_port()
    server = subprocess.Popen(
        [
            *(*user, str(programs / "postgres"), "-D", str(data), "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        wait_for(lambda: answers_postgres(url), "PostgreSQL")
        yield url
    finally:
        server.terminate()
        server.wait(PATIENCE)


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[str]:
    if shutil.which("redis-server") is None:
        install("redis-server")
    port = free_port()
    server = subprocess.Popen(
        [
            *("redis-server", "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--dir", str(folder)),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"redis://127.0.0.1:{port}"
        wait_for(lambda: answers_redis(url), "Redis")
        yield url
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(ready: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"{name} svarte ikke innen {PATIENCE} s.")
        time.sleep(0.2)


def main() -> int:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="services-")))
        database = os.environ.get("SERVICES_DATABASE_URL", DEFAULT_DATABASE)
        if not answers_postgres(database):
            database = stack.enter_context(own_postgres(folder))
        cache = os.environ.get("SERVICES_REDIS_URL", DEFAULT_REDIS)
        if not answers_redis(cache):
            cache = stack.enter_context(own_redis(folder))
        with psycopg.connect(database) as connection:
            version = connection.execute("SHOW server_version").fetchone()
        print(f"PostgreSQL {version[0] if version else '?'}", flush=True)
        print(f"Redis {redis.Redis.from_url(cache).info()['redis_version']}", flush=True)
        environment = {**os.environ, "DATABASE_URL": database, "REDIS_URL": cache}
        return subprocess.run(sys.argv[1:], env={**environment, **DATABASE_NUMBERS}).returncode


if __name__ == "__main__":
    sys.exit(main())
