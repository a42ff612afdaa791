"""Is it well? For the health checks of docker-compose.yml: `probe.py live|worker|worker-fast|beat`.

`live` asks whether the web server answers; the others ask it for the sign of life of that process
(`/helse/klar`). Standard library only, since it runs every half minute. An address other
than http://web:8000 may follow. Exit code 0 or 1.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

PATIENCE = 5


def answer(address: str, path: str) -> bytes:
    """The body of GET `path`, also of a 503. Raises `OSError` when nobody answers."""
    # Under the portal's own name: others are refused.
    host = urlsplit(os.environ.get("BASE_URL", "")).netloc or urlsplit(address).netloc
    request = urllib.request.Request(address + path, headers={"Host": host})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            return bytes(response.read())
    except urllib.error.HTTPError as error:
        return error.read() if error.code == 503 else b"{}"


def is_well(what: str, address: str) -> bool:
    """Whether the named part of the portal says "ok"."""
    try:
        if what == "live":
            return bool(json.loads(answer(address, "/helse/live")).get("status") == "ok")
        return bool(json.loads(answer(address, "/helse/klar")).get(what) == "ok")
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_well(sys.argv[1], (sys.argv[2:] or ["http://web:8000"])[0]) else 1)
