import contextlib
import os
import shutil
import sqlite3
import time
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from content import freshness, memory
from portal.embedded_redis import find_server, place
from tests.redis_server import Server

ON_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The copy of the template is there before the set-up, and goes with the data folder."""
    return ON_SQLITE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    if ON_SQLITE and settings.DATABASE_TEMPLATE.exists():
        shutil.copyfile(settings.DATABASE_TEMPLATE, settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    if not ON_SQLITE or settings.DATABASE_TEMPLATE.exists():
        return
    draft = settings.DATABASE_TEMPLATE.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            connection.connection.backup(copy)
    draft.replace(settings.DATABASE_TEMPLATE)


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied():
    """Tests with real transactions empty all tables; on SQLite the audit log's guard would refuse.

    PostgreSQL empties without asking triggers.
    """
    if not ON_SQLITE:
        yield
        return
    operations = type(connection.ops)
    plain = operations.sql_flush

    def permitted(self, style, tables, **options):
        statements = plain(self, style, tables, **options)
        if not statements:
            return statements
        permit = "INSERT INTO audit_purgepermit (before) VALUES ('9999-12-31')"
        # The permit must outlive the entries, in whatever order the tables come.
        others = [one for one in statements if '"audit_' not in one]
        return [
            permit,
            *others,
            "DELETE FROM audit_auditentry",
            "DELETE FROM audit_purgepermit",
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", permitted)
        yield


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, settings):
    """Each test has folders of its own for mail, pictures and attachments."""
    settings.MAIL_SERVER = None
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ATTACHMENT_ROOT = tmp_path / "attachments"


@pytest.fixture(autouse=True)
def _let_in_with_all_factors(monkeypatch):
    """Whom a test lets in by force has shown the second factor that they have."""
    plain = Client.force_login

    def force_login(self, user, backend=None):
        plain(self, user, backend)
        kept = Authenticator.objects.filter(user_id=user.pk).first()
        if kept is not None:
            session = self.session
            shown = {"method": "mfa", "at": time.time(), "id": kept.pk, "type": kept.type}
            session["account_authentication_methods"] = [shown]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    """What is rolled back after a test is remembered by no later one."""
    cache.clear()
    memory._held.clear()
    freshness._batches.open = None
    freshness.watch.cache_clear()


def pytest_sessionfinish():
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


DATA = Path(__file__).resolve().parents[1] / "priorities" / "data"
ADOPTED = DATA / "handlingsplan-2026-2027.md"
TITLES = DATA / "titles-2026-2027.csv"


@pytest.fixture
def adopted_text():
    return ADOPTED.read_text(encoding="utf-8")


@pytest.fixture
def published_plan(db):
    """The adopted plan, imported and published as `make run` does it."""
    from priorities.models import ActionPlan

    call_command("import_plan", str(ADOPTED), titles=str(TITLES), publish=True, verbosity=0)
    return ActionPlan.objects.get()


@pytest.fixture
def read_in(tmp_path):
    """Imports a text as a document, by the command; returns what the command printed."""

    def read_in(text, **options):
        document = tmp_path / "plan.md"
        document.write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("import_plan", str(document), stdout=out, **options)
        return out.getvalue()

    return read_in


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    embedded = place(find_server(), tmp_path_factory.mktemp("redis"))
    server = Server(embedded)
    server.start()
    yield server
    server.client.close()
    server.stop()
    embedded.clean_up()


@pytest.fixture
def with_redis(server, settings):
    server.client.flushall()
    location = f"unix://{server.embedded.socket}?db=1"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": location}}
    return server


def away(monkeypatch):
    """From here on no database answers."""

    def gone(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", gone)


@pytest.fixture
def without_database(monkeypatch):
    return lambda: away(monkeypatch)


@pytest.fixture
def settle():
    """Call it to have what the test wrote count as committed: the public reads it from now on."""

    def settle():
        pending, connection.run_on_commit = connection.run_on_commit, []
        for _, callback, _ in pending:
            callback()
        # A watch that asked a moment ago would believe its number a while longer.
        freshness.watch.cache_clear()

    return settle
