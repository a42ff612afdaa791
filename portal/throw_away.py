"""A demo of its own for as long as a block runs, and a browser to look at it.

For the commands that take pictures and for the tests in a browser. Playwright is a tool of the
developers, so it is imported only where it is used.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Seconds for a server that has been told to start or to stop.
PATIENCE = 30
# What the machine is set up for must not reach the throw-away portal.
NOT_INHERITED = (
    *("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL", "DATABASE_URL"),
    *("TRUSTED_PROXIES", "WEB_CONCURRENCY", "LOG_LEVEL"),
)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def find_browser() -> str:
    """The program of Chromium; raises CommandError with what to do when something is missing."""
    try:
        import playwright  # noqa: F401
    except ImportError as error:
        raise CommandError(
            _("Playwright is missing. `make lint` installs the tools for developers.")
        ) from error
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program or not shutil.which(program):
        raise CommandError(
            _(
                "The pictures need Chromium: install the package chromium, or name the program in "
                "the variable CHROMIUM."
            )
        )
    return program


@dataclass(frozen=True)
class Place:
    """Where the throw-away portal answers, and the password of its log-ins."""

    address: str
    password: str


@contextlib.contextmanager
def throw_away_portal(
    folder: Path, *, settings_module: str = "portal.settings", then: Sequence[Sequence[str]] = ()
) -> Iterator[Place]:
    """A demo in `folder`, served on a free port of this machine for as long as the block runs.

    `then` are arguments for Python, run one after the other when the demo is prepared. Raises
    CommandError with what the demo said when it does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environ = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environ |= {
        "DEMO": "1",
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "BASE_URL": address,
        # Nobody listens there: the portal does without, and a Redis in use is left in peace.
        "REDIS_URL": f"unix://{folder}/no-redis.sock",
        "DJANGO_SETTINGS_MODULE": settings_module,
        "LOG_LEVEL": "ERROR",
    }
    with (folder / "log").open("w+") as log:
        run: dict[str, Any] = {
            "cwd": settings.BASE_DIR,
            "env": environ,
            "stdout": log,
            "stderr": subprocess.STDOUT,
        }
        for arguments in (["manage.py", "prepare"], *then):
            command = [sys.executable, *arguments]
            if subprocess.run(command, check=False, **run).returncode:  # noqa: S603
                raise CommandError(_("The demo could not be prepared:") + "\n" + _tail(folder))
        serve = ["-m", "gunicorn", "-c", "portal/gunicorn_conf.py", "portal.wsgi:application"]
        server = subprocess.Popen([sys.executable, *serve], **run)  # noqa: S603
        try:
            _wait(server, address, folder)
            password = (folder / "demo-password").read_text(encoding="utf-8").strip()
            yield Place(address, password)
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _tail(folder: Path) -> str:
    return "\n".join((folder / "log").read_text(encoding="utf-8").splitlines()[-15:])


def _wait(server: "subprocess.Popen[bytes]", address: str, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{address}/helse/live", timeout=2).close()  # noqa: S310
            return
        time.sleep(0.2)
    raise CommandError(_("The demo does not answer:") + "\n" + _tail(folder))


@contextlib.contextmanager
def browser(program: str) -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield window
        window.close()


def keep(page: "Page", path: Path, *, colours: int = 96) -> int:
    """Keeps what `page` shows as a small PNG of so many colours; returns its size in bytes."""
    page.evaluate("document.fonts.ready")
    picture = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
    picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size
