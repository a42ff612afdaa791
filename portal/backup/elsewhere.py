"""Runs the portal's code on a database other than its own, in a process of its own.

`python -m portal.backup.elsewhere migrate|erase|pages`, where BACKUP_DATABASE names the database
(as `Database.load` does), BACKUP_MEDIA and BACKUP_ATTACHMENTS the uploaded files, BACKUP_ERASED the
list of erased people, and REDIS_URL a server that isn't there, so that nothing of it reaches the
cache or the queue of the running portal. The last line of output is the answer, as JSON.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.backup.errors import BackupError
from portal.backup.manifest import ATTACHMENTS, MEDIA

NO_REDIS = "unix:///nonexistent/redis.sock"
PAGES = 10


def ask(
    question: str, *, database: str, files: Mapping[str, Path], erased: Path | None = None
) -> Any:
    """The answer of the child process to "migrate" (None), "erase" (how many of those on the list
    `erased` it erased again) or "pages" ([[path, status], …]). `files` are the folders of `TREES`.

    Raises `BackupError` with the child's last words when it fails.
    """
    environ = {
        **os.environ,
        "BACKUP_DATABASE": database,
        "BACKUP_MEDIA": str(files[MEDIA]),
        "BACKUP_ATTACHMENTS": str(files[ATTACHMENTS]),
        "BACKUP_ERASED": str(erased or ""),
        "REDIS_URL": NO_REDIS,
        "LOG_LEVEL": "ERROR",
        # A demo folder says by itself what it is only where no variable is set.
        "DEMO": str(int(settings.DEMO)),
        "DEBUG": str(int(settings.DEBUG)),
    }
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "portal.backup.elsewhere", question],
        cwd=settings.BASE_DIR,
        env=environ,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        words = done.stderr.strip().splitlines()
        raise BackupError(
            _("The restored database could not be put to work: %(reason)s")
            % {"reason": words[-1] if words else done.returncode}
        )
    return json.loads(lines[-1])


def main(question: str) -> int:
    """Points Django at the other database and answers."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    connections["default"].settings_dict["NAME"] = os.environ["BACKUP_DATABASE"]
    settings.MEDIA_ROOT = os.environ["BACKUP_MEDIA"]
    settings.ATTACHMENT_ROOT = os.environ["BACKUP_ATTACHMENTS"]
    if question == "migrate":
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        answer: list[tuple[str, int]] | int | None = None
    elif question == "erase":
        from memberorgs import erasure

        answer = erasure.erase_again(erasure.read_list(Path(os.environ["BACKUP_ERASED"])))
    else:
        answer = [(path, status_of(path)) for path in pages_to_look_at()]
    connections.close_all()
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def pages_to_look_at() -> list[str]:
    """Up to ten addresses: the log-in page, then public pages, one of each kind first."""
    from django.urls import reverse
    from wagtail.models import Page, Site

    site = Site.objects.get(is_default_site=True)
    pages = list(
        Page.objects.live().public().descendant_of(site.root_page, inclusive=True).order_by("path")
    )
    seen: dict[int, int] = {}
    ranks = []
    for page in pages:
        seen[page.content_type_id] = seen.get(page.content_type_id, -1) + 1
        ranks.append((seen[page.content_type_id], page.path, page))
    chosen = [page for _rank, _path, page in sorted(ranks, key=lambda entry: entry[:2])]
    urls = [page.get_url_parts()[2] for page in chosen[: PAGES - 1]]
    return [reverse("account_login"), *urls]


def status_of(path: str) -> int:
    """The status of an anonymous GET at BASE_URL, redirects within the site followed."""
    from urllib.parse import urlsplit

    from django.test import Client

    response = Client(raise_request_exception=False).get(
        path,
        follow=True,
        secure=settings.HTTPS,
        headers={"host": urlsplit(settings.BASE_URL).netloc},
    )
    return int(response.status_code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
