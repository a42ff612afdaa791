"""The portal's settings with what tests need: own folders, own database, plain static files.

`make services-test` gives DATABASE_URL and REDIS_URL; without them the embedded default is used.
"""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = Path(tempfile.gettempdir()) / f"portal-test-{os.getuid()}"
SCRATCH.mkdir(mode=0o700, exist_ok=True)

for name in ("DEBUG", "BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "SECRET_KEY", "TRUSTED_PROXIES"):
    os.environ.pop(name, None)
os.environ["DEMO"] = "1"
os.environ["SECRET_KEY"] = "only-for-tests"
# The tables of OpenID Connect are there; tests of it name an issuer of their own.
os.environ |= {
    "OIDC_NAME": "Prøvefeide",
    "OIDC_ISSUER": "http://127.0.0.1:1",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "only-for-tests-too",
}
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="data-", dir=SCRATCH)
os.environ.setdefault("REDIS_URL", f"unix://{os.environ['DATA_DIR']}/no-redis.sock")

# Each worker of a parallel run empties caches of its own, on a Redis that they share.
if (_worker := os.environ.get("PYTEST_XDIST_WORKER")) and "REDIS_CACHE_DB" in os.environ:
    for _name in ("REDIS_BROKER_DB", "REDIS_CACHE_DB"):
        os.environ[_name] = str(int(os.environ[_name]) - 2 * int(_worker.removeprefix("gw")))

from portal.settings import *  # noqa: E402, F403
from portal.settings import BASE_DIR, DATABASES, INSTALLED_APPS, STORAGES  # noqa: E402

# Migrations cost most of a short run: a migrated database is kept as a template, under a name that
# changes with every migration file, and each run works on a copy (see conftest).
_digest = hashlib.sha256((BASE_DIR / "requirements" / "runtime.txt").read_bytes())
_digest.update(" ".join(INSTALLED_APPS).encode())
for _path in sorted(BASE_DIR.glob("**/migrations/*.py")):
    if ".venv" not in _path.parts:
        _digest.update(_path.read_bytes())
DATABASE_TEMPLATE = SCRATCH / f"{_digest.hexdigest()[:16]}.sqlite3"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['DATA_DIR']}/test.sqlite3"}
    # A test database need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["TEST"] = {"NAME": f"portal_test_{os.getpid()}"}

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
REQUIRE_SECOND_FACTOR = True
EVEN_ANSWER_SECONDS = 0
