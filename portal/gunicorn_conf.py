"""The web server, the same in the demo and in production: gunicorn with threads.

In production a buffering proxy stands in front: sixty half-sent requests would stop the threads.
"""

import gc
import importlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from portal.supervisor.orphans import dies_with_parent

_PROJECT = Path(__file__).resolve().parent.parent


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


_port = os.environ.get("PORT") or "8000"

# Browsers ask ::1 first for "localhost".
bind = [f"127.0.0.1:{_port}"] + ([f"[::1]:{_port}"] if _has_ipv6() else [])

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or "1")
threads = 4
timeout = 30
graceful_timeout = 4
keepalive = 5
backlog = 256

limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190

# The heartbeat file of a worker: on a disk that is busy, its worker would look hung.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True

accesslog = None
errorlog = "-"
loglevel = "info"

reload = (os.environ.get("DEBUG") or "").strip().lower() in {"1", "true", "yes", "on"}
# Django keeps compiled templates in memory: a changed one needs a new worker, like code.
reload_extra_files = (
    [str(path) for path in (_PROJECT / "templates").rglob("*") if path.is_file()] if reload else []
)


def on_starting(server: Any) -> None:
    """Loads Django once for all workers, then waits until the database is prepared.

    The application itself is made in each worker, after the gate: WhiteNoise lists the static
    files when it is made, and `prepare` may just have collected new ones.
    """
    if not reload:
        _load_django()
    if os.environ.pop("START_GATE", "") == "stdin" and not sys.stdin.buffer.read(1):
        sys.exit(1)
    if not reload:
        _list_static_files_again()


def _load_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.conf import settings
    from django.db import connections
    from django.utils.module_loading import import_string

    django.setup()
    importlib.import_module(settings.ROOT_URLCONF)
    for middleware in settings.MIDDLEWARE:
        import_string(middleware)
    connections.close_all()
    # Objects that a collection never touches stay in memory that all workers share.
    gc.collect()
    gc.freeze()


def _list_static_files_again() -> None:
    """`prepare` may have collected new ones since Django read their names: after an update, or
    in a data folder whose backup was restored."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    storage: Any = staticfiles_storage
    if hasattr(storage, "load_manifest"):
        storage.hashed_files, storage.manifest_hash = storage.load_manifest()


def post_fork(server: Any, worker: Any) -> None:
    """A worker ends in order when its master is killed."""
    ask = dies_with_parent(signal.SIGTERM, parent=worker.ppid)
    if ask is not None:
        ask()
