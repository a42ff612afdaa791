"""What the portal consists of when it runs on one machine, and under which environment."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from portal import embedded_redis
from portal.supervisor.children import Service, program
from portal.supervisor.loop import Plan
from portal.supervisor.place import Refused, read_port, shown
from portal.supervisor.questions import http_get, redis_ping

PROJECT = Path(__file__).resolve().parent.parent.parent
SETTINGS = "portal.settings"


def data_dir(environ: dict[str, str]) -> Path:
    """`DATA_DIR`, absolute; relative ones count from the project, not from where one stands."""
    return PROJECT / os.path.expanduser(environ.get("DATA_DIR") or "var")


def port(environ: dict[str, str]) -> int:
    """`PORT` as a number; raises `Refused` for what isn't one."""
    return read_port(environ.get("PORT") or "8000")


def portal_plan(environ: dict[str, str]) -> Plan:
    """Redis (unless `REDIS_URL` names one), `manage.py prepare`, web, workers and beat.

    Raises `Refused` when this machine has no Redis to run.
    """
    folder, number = data_dir(environ), port(environ)
    children = {
        **environ,
        "DATA_DIR": str(folder),
        "PORT": str(number),
        "BASE_URL": environ.get("BASE_URL") or f"http://localhost:{number}",
        "DJANGO_SETTINGS_MODULE": environ.get("DJANGO_SETTINGS_MODULE") or SETTINGS,
        "PYTHONUNBUFFERED": "1",
    }
    backing = []
    redis = None if environ.get("REDIS_URL") else _place_redis(folder)
    if redis is not None:
        children["REDIS_URL"] = redis.url
        backing.append(_redis_service(redis))
    address = children["BASE_URL"].rstrip("/") + "/"
    return Plan(
        data_dir=folder,
        port=number,
        cwd=PROJECT,
        environ=children,
        backing=backing,
        prepare=Service("klargjør", program("manage.py", "prepare")),
        front=Service(
            "web",
            program("-m", "gunicorn", "-c", "portal/gunicorn_conf.py", "portal.wsgi:application"),
            up=http_get(number, "/helse/live", urlsplit(address).netloc),
        ),
        others=[
            Service(
                "worker",
                program("-m", "portal.workers", "worker", "worker-fast"),
                ready_words=" ready.",
            ),
            Service(
                "beat",
                program(
                    *("-m", "celery", "--quiet", "-A", "portal.beat", "beat", "--loglevel", "INFO"),
                    *("--schedule", str(folder / "celerybeat-schedule"), "--pidfile="),
                ),
            ),
        ],
        early=_prepared_before(folder),
        answers=f"Siden svarer nå: {address}  (resten starter …)",
        welcome=lambda: _welcome(folder, address),
        clean_up=redis.clean_up if redis is not None else lambda: None,
    )


def _prepared_before(folder: Path) -> bool:
    """Whether the web server may load while the database is prepared.

    It waits at the gate, so it never serves before the migrations have run, and a second start
    is some seconds faster. The first time it would read its settings before `prepare` has made
    the secret key, and sign with one of its own.
    """
    return (folder / "secret-key").exists()


def _place_redis(folder: Path) -> embedded_redis.EmbeddedRedis:
    try:
        return embedded_redis.place(embedded_redis.find_server(), folder)
    except embedded_redis.NoServer as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"Kan ikke lage mapper for Redis i {folder}: {error.strerror}.") from None


def _redis_service(redis: embedded_redis.EmbeddedRedis) -> Service:
    unreadable = False

    def hears(line: str) -> bool:
        nonlocal unreadable
        unreadable = unreadable or embedded_redis.says_unreadable(line)
        return not embedded_redis.is_noise(line)

    def mends() -> str:
        nonlocal unreadable
        if not unreadable:
            return ""
        unreadable = False
        moved = redis.set_aside()
        if moved is None:
            return ""
        return (
            f"Redis kunne ikke lese filene sine; de er lagt til side i {shown(moved)}. "
            "Ingenting er tapt: alt står i databasen."
        )

    ping = redis_ping(str(redis.socket))
    return Service(
        "redis", redis.command(), up=ping, alive=ping, backing=True, hears=hears, mends=mends
    )


def _welcome(folder: Path, address: str) -> list[str]:
    lines = ["", f"Portalen er klar: {address}"]
    password = _text(folder / "demo-password")
    logins = [line.partition("\t") for line in _text(folder / "demo-logins.txt").splitlines()]
    if password and logins:
        width = max(len(email) for email, _, _ in logins)
        lines += [f"Innlogginger i demoen, alle med passordet {password}:"]
        lines += [f"  {email:<{width}}  {role}".rstrip() for email, _, role in logins]
    lines += [f"Ctrl-C stopper alt. Dataene blir liggende i {shown(folder)}", ""]
    return lines


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
