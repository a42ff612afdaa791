"""Backup, verify and restore, through the commands, on real files and real databases.

Each test works on a portal of its own: a data folder and a database beside that of the suite, of
the kind that the suite runs on.
"""

import contextlib
import fcntl
import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as live_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import translation
from django.utils.translation import gettext as _

from memberorgs import erasure
from memberorgs.models import User
from portal.backup.places import LONGEST, NAME_FORMAT, Keep

ON_SQLITE = connection.vendor == "sqlite"
numbers = itertools.count()


class Portal:
    """A portal that can be filled, broken and looked at."""

    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        self.media = folder / "media"
        self.attachments = folder / "attachments"
        self.backups = folder.parent / "backups"

    def run(self, command, *words, **options):
        """What the command printed; `CommandError` as it comes."""
        out = StringIO()
        call_command(command, *map(str, words), stdout=out, **options)
        return out.getvalue()

    def backup(self, **options):
        before = set(self.all_backups())
        self.run("backup", self.backups, **options)
        return next(iter(set(self.all_backups()) - before))

    def all_backups(self):
        if not self.backups.exists():
            return []
        return sorted(path for path in self.backups.iterdir() if not path.name.startswith("."))

    def verify(self, place=None):
        return self.run("backup", place or self.backups, verify=True)

    def restore(self, backup, **options):
        return self.run("restore", backup, **{"replace": True, **options})

    def upload(self, name, contents):
        path = self.media / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
        return path

    def attach(self, name, contents):
        return self.upload(self.attachments / name, contents)

    def add(self, email):
        return User.objects.create(email=email)

    def emails(self):
        return sorted(User.objects.values_list("email", flat=True))

    def state(self):
        """All that a restore may change: people, and files byte by byte."""
        files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for root in (self.media, self.attachments)
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        return self.emails(), files

    def leftovers(self):
        """What a command must not leave beside the portal's own things."""
        found = [
            path.name
            for path in [*self.folder.iterdir(), *self.backups.glob(".*")]
            if re.search(r"restor|before|unfinished|going|under-way", path.name)
        ]
        if not ON_SQLITE:
            with server() as cursor:
                names = cursor.execute("SELECT datname FROM pg_database").fetchall()
            found += [name for (name,) in names if name.startswith(f"{self.name}_")]
        return found

    def emptied(self):
        """As on a new server: no table, no upload."""
        connection.close()
        shutil.rmtree(self.media, ignore_errors=True)
        shutil.rmtree(self.attachments, ignore_errors=True)
        if ON_SQLITE:
            for suffix in ("", "-wal", "-shm"):
                Path(self.name + suffix).unlink(missing_ok=True)
        else:
            with server() as cursor:
                cursor.execute(f'DROP DATABASE "{self.name}"')


@contextlib.contextmanager
def server():
    told = connection.settings_dict
    with psycopg.connect(
        host=told["HOST"],
        port=told["PORT"] or None,
        user=told["USER"],
        password=told["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as session:
        yield session.cursor()


@pytest.fixture(scope="module")
def model(django_db_setup, django_db_blocker, tmp_path_factory):
    """A database with the adopted plan, to be copied for each test."""
    suite = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        name = _migrated(tmp_path_factory.mktemp("model") / "model.sqlite3")
        _use(name)
        call_command("prepare", no_static=True, verbosity=0, stdout=StringIO())
        connection.close()
        yield name
        _drop(name)
        _use(suite)


def _migrated(path):
    """Not the suite's own database: tests with real transactions leave that one empty."""
    if ON_SQLITE:
        return _copy_of(live_settings.DATABASE_TEMPLATE, path)
    name = f"portal_backup_{os.getpid()}_{next(numbers)}"
    with server() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    return name


def _copy_of(name, path):
    connections["default"].close()
    if ON_SQLITE:
        with (
            contextlib.closing(sqlite3.connect(name)) as source,
            contextlib.closing(sqlite3.connect(path)) as copy,
        ):
            source.backup(copy)
        return str(path)
    copy = f"portal_backup_{os.getpid()}_{next(numbers)}"
    with server() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    return copy


def _use(name):
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = str(name)


def _drop(name):
    connections["default"].close()
    if not ON_SQLITE:
        with server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def portal(model, django_db_blocker, settings, tmp_path):
    folder = tmp_path / "data æ"
    folder.mkdir()
    settings.DATA_DIR = folder
    settings.MEDIA_ROOT = folder / "media"
    settings.ATTACHMENT_ROOT = folder / "attachments"
    settings.MAIL_DIR = folder / "mail"
    settings.SECRET_KEY = live_settings.SECRET_KEY
    with django_db_blocker.unblock():
        name = _copy_of(model, folder / "portal.sqlite3")
        _use(name)
        portal = Portal(folder, name)
        portal.upload("original_images/bjørk.jpg", b"a picture")
        portal.upload("documents/vedtekter.pdf", b"a document" * 1000)
        portal.attach("ab/abcdef", b"an attachment")
        yield portal
        _drop(name)
        _use(model)


def manifest(backup):
    return json.loads((backup / "manifest.json").read_text())


def seal(backup, **changes):
    """Writes changed fields into a manifest, with a seal that fits: an honest other backup."""
    text = json.dumps(manifest(backup) | changes)
    (backup / "manifest.json").write_text(text)
    digest = subprocess.run(
        ["sha256sum", "manifest.json"], cwd=backup, capture_output=True, text=True, check=True
    ).stdout
    (backup / "manifest.sha256").write_text(digest)


# A backup, and what is in it


def test_a_backup_can_be_verified_and_restored(portal):
    portal.add("before@example.org")
    then = portal.state()
    backup = portal.backup()
    said = portal.verify()
    assert backup.name in said
    assert ": 10." in said
    portal.add("after@example.org")
    portal.upload("original_images/new.jpg", b"later")
    (portal.media / "documents/vedtekter.pdf").unlink()
    said = portal.restore(backup)
    assert portal.state() == then
    made = datetime.strptime(backup.name, NAME_FORMAT).replace(tzinfo=UTC)
    assert f"{made.astimezone():%d.%m.%Y}" in said or f"{made:%d.%m.%Y}" in said
    assert portal.leftovers() == []


def test_a_backup_says_what_it_is(portal):
    backup = portal.backup()
    said = manifest(backup)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", backup.name)
    assert said["engine"] == connection.vendor
    assert said["app_version"] == "0.1.0"
    assert re.fullmatch(r"[0-9a-f]{40}", said["commit"])
    assert said["tables"]["memberorgs_user"] == User.objects.count()
    assert any(name.startswith("priorities.0001") for name in said["migrations"])
    assert set(said["files"]) == {
        said["database"],
        "settings.json",
        "media/original_images/bjørk.jpg",
        "media/documents/vedtekter.pdf",
        "attachments/ab/abcdef",
    }
    checked = subprocess.run(
        ["sha256sum", "-c", "manifest.sha256"], cwd=backup, capture_output=True, check=False
    )
    assert checked.returncode == 0


def test_a_backup_holds_no_secret_and_is_for_its_owner_alone(portal, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "the-secret-key-itself")
    monkeypatch.setenv("DATABASE_URL", "postgres://me:pass%40word@db.example:5432/portal?x=y")
    monkeypatch.setenv("REDIS_URL", "redis://:hidden@redis.example:6379")
    backup = portal.backup()
    told = json.loads((backup / "settings.json").read_text())
    assert told["DATABASE_URL"] == "postgres://me:***@db.example:5432/portal"
    assert told["REDIS_URL"] == "redis://:***@redis.example:6379"
    assert "SECRET_KEY" not in told
    for path in [backup, *backup.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
        if path.name in {"settings.json", "manifest.json"}:
            text = path.read_text()
            for secret in ("the-secret-key-itself", live_settings.SECRET_KEY, "pass%40", "hidden"):
                assert secret not in text


def test_mails_are_no_data(portal):
    (portal.folder / "mail").mkdir()
    (portal.folder / "mail" / "1.eml").write_text("Til: noen@example.org")
    (portal.folder / "secret-key").write_text("secret")
    backup = portal.backup()
    assert not [path for path in backup.rglob("*") if path.name in {"1.eml", "secret-key"}]


def test_unchanged_uploads_are_linked_and_changed_ones_copied(portal):
    first = portal.backup()
    portal.upload("documents/vedtekter.pdf", b"b document" * 1000)
    second = portal.backup()
    same, other = "media/original_images/bjørk.jpg", "media/documents/vedtekter.pdf"
    assert (first / same).samefile(second / same)
    assert not (first / other).samefile(second / other)
    assert (first / other).read_bytes() == b"a document" * 1000
    # A link is never to the upload itself: who changes that must not change the backup.
    assert not (second / same).samefile(portal.media / "original_images/bjørk.jpg")
    shutil.rmtree(first)
    portal.verify(second)


def test_a_spoilt_copy_is_not_linked_again(portal):
    first = portal.backup()
    copy = first / "media/original_images/bjørk.jpg"
    times = copy.stat()
    copy.write_bytes(b"B picture")
    os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    second = portal.backup()
    assert (second / "media/original_images/bjørk.jpg").read_bytes() == b"a picture"
    portal.verify()


def test_links_out_of_the_media_folder_are_left_out(portal, tmp_path):
    (tmp_path / "secret").write_text("not ours")
    (portal.media / "link").symlink_to(tmp_path / "secret")
    backup = portal.backup()
    assert not (backup / "media/link").exists()
    portal.verify()


def test_people_write_while_the_backup_is_made(portal):
    """Counts and dump are of one and the same moment."""
    environ = _environment(portal)
    script = (
        "import django, itertools, sys; django.setup()\n"
        "from django.db import connections\n"
        f"connections['default'].settings_dict['NAME'] = {portal.name!r}\n"
        "from memberorgs.models import User\n"
        "for n in itertools.count():\n"
        "    User.objects.create(email=f'{n}@example.org')\n"
        "    n == 3 and print('going', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environ, stdout=subprocess.PIPE, text=True
    ) as writer:
        try:
            assert writer.stdout.readline() == "going\n"
            backups = [portal.backup(), portal.backup()]
        finally:
            writer.kill()
    counts = [manifest(backup)["tables"]["memberorgs_user"] for backup in backups]
    assert 4 < counts[0] < counts[1]
    for backup in backups:
        portal.verify(backup)


# Retention


def test_old_backups_go_as_promised(portal):
    portal.backups.mkdir()
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for hours in range(1, 24 * 40):
        folder = portal.backups / (now - timedelta(hours=hours, minutes=7)).strftime(NAME_FORMAT)
        folder.mkdir()
        (folder / "manifest.json").touch()
    (portal.backups / "not ours").mkdir()
    newest = portal.backup()
    ages = [
        datetime.now(UTC) - datetime.strptime(path.name, NAME_FORMAT).replace(tzinfo=UTC)
        for path in portal.all_backups()
        if path.name != "not ours"
    ]
    assert (portal.backups / "not ours").exists()
    assert newest in portal.all_backups()
    assert sum(age < timedelta(hours=24) for age in ages) >= 22
    assert 24 <= len(ages) <= 24 + 7 + 4
    assert timedelta(days=14) < max(ages) <= LONGEST
    assert portal.leftovers() == []


def test_what_is_older_than_35_days_goes_whatever_is_kept(portal):
    portal.backups.mkdir()
    old = portal.backups / (datetime.now(UTC) - timedelta(days=36)).strftime(NAME_FORMAT)
    old.mkdir()
    (old / "manifest.json").touch()
    portal.backup(keep=Keep(1000, 1000, 1000))
    assert not old.exists()


def test_what_was_made_within_the_hour_stays(portal):
    first = portal.backup(keep=Keep(0, 0, 0))
    second = portal.backup(keep=Keep(0, 0, 0))
    assert portal.all_backups() == [first, second]


@pytest.mark.parametrize("text", ["24", "a,b,c", "1,2,-3", ""])
def test_keep_is_three_numbers(portal, text):
    with pytest.raises(CommandError):
        portal.run("backup", portal.backups, f"--keep={text}")
    assert portal.all_backups() == []


# What a backup says when it can't


def test_a_full_disk_leaves_nothing(portal):
    """A limit on the size of files acts like a disk that fills up half-way."""
    portal.upload("documents/big.bin", os.urandom(8_000_000))
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))\n"
    )
    done = _child(portal, "backup", portal.backups, before=script)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert portal.all_backups() == []
    assert portal.leftovers() == []
    portal.backup()
    portal.verify()


@pytest.mark.skipif(os.getuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_really_full(portal, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", small], check=True)
    try:
        portal.run("backup", small)
        portal.upload("documents/big.bin", os.urandom(6_000_000))
        with pytest.raises(CommandError, match=_("the disk is full")):
            portal.run("backup", small)
        (whole,) = [path for path in small.iterdir() if not path.name.startswith(".")]
        assert [path.name for path in small.glob(".*")] == [".lock"]
        (portal.media / "documents/big.bin").unlink()
        portal.restore(whole)
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("moment", [0.0, 0.2])
def test_a_killed_backup_is_never_taken_for_a_whole_one(portal, moment):
    for number in range(60):
        portal.upload(f"documents/{number}.bin", os.urandom(100_000))
    with _started(portal, "backup", portal.backups) as command:
        _wait(lambda: list(portal.backups.glob(".unfinished-*")))
        time.sleep(moment)
        command.kill()
    for backup in portal.all_backups():  # it may have been quicker than the kill
        portal.verify(backup)
    portal.backup()
    portal.verify()
    assert portal.leftovers() == []


def test_two_backups_at_once_wait_for_each_other(portal):
    words = (portal, "backup", portal.backups)
    with _started(*words) as one, _started(*words) as two:
        assert one.wait(60) == two.wait(60) == 0
    assert len(portal.all_backups()) == 2


def test_a_place_that_can_not_be_written_to_is_said(portal, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="file"):
        portal.run("backup", tmp_path / "file" / "backups")
    with pytest.raises(CommandError, match="media"):
        portal.run("backup", portal.media / "backups")
    assert not (portal.media / "backups").exists()


def test_an_upload_that_can_not_be_read_stops_the_backup(portal):
    portal.upload("documents/locked.pdf", b"x").chmod(0)
    done = _child(portal, "backup", portal.backups, prefix=WITHOUT_ROOTS_EYES)
    assert done.returncode == 1
    assert "locked.pdf" in done.stderr
    assert "Traceback" not in done.stderr
    assert portal.all_backups() == []
    assert portal.leftovers() == []


@pytest.mark.skipif(ON_SQLITE, reason="SQLite needs no client programs")
@pytest.mark.parametrize(("answer", "expected"), [("", "pg_dump"), ("9", "9")])
def test_client_programs_that_are_missing_or_old_are_said(
    portal, tmp_path, monkeypatch, answer, expected
):
    programs = tmp_path / "bin"
    programs.mkdir()
    if answer:
        (programs / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {answer}.6'\n")
        (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr("portal.backup.databases.DEBIAN_PROGRAMS", tmp_path / "none")
    with pytest.raises(CommandError, match=expected) as told:
        portal.run("backup", portal.backups)
    assert str(connection.pg_version // 10000) in str(told.value)
    assert portal.all_backups() == []


@pytest.mark.skipif(ON_SQLITE, reason="SQLite has no password")
def test_the_password_is_in_no_argument(portal, tmp_path, monkeypatch):
    """A pg_dump of our own writes down how it was called, then calls the real one."""
    real = shutil.which("pg_dump")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pg_dump").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/arguments\nexec {real} "$@"\n'
    )
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with server() as cursor:
        role = f"portal_role_{os.getpid()}"
        cursor.execute(f"CREATE ROLE {role} SUPERUSER LOGIN PASSWORD 'open-sesame'")
    told = connections["default"].settings_dict
    old = told["USER"], told["PASSWORD"]
    try:
        connection.close()
        told["USER"], told["PASSWORD"] = role, "open-sesame"
        portal.backup()
        arguments = (tmp_path / "arguments").read_text()
        assert "--snapshot=" in arguments
        assert "open-sesame" not in arguments
    finally:
        connection.close()
        told["USER"], told["PASSWORD"] = old
        with server() as cursor:
            cursor.execute(f"DROP ROLE {role}")


# Altered, cut, foreign


def spoil(path):
    contents = path.read_bytes()
    path.write_bytes(contents[:-1] + bytes([contents[-1] ^ 1]))


ATTACKS = {
    "a flipped bit in the database": lambda b: spoil(b / manifest(b)["database"]),
    "a cut database": lambda b: os.truncate(b / manifest(b)["database"], 1000),
    "a flipped bit in an upload": lambda b: spoil(b / "media/documents/vedtekter.pdf"),
    "a missing upload": lambda b: (b / "media/documents/vedtekter.pdf").unlink(),
    "an upload too many": lambda b: (b / "media/extra.html").touch(),
    "a link for an upload": lambda b: (
        (b / "media/documents/vedtekter.pdf").unlink(),
        (b / "media/documents/vedtekter.pdf").symlink_to("/etc/hostname"),
    ),
    "an altered manifest": lambda b: spoil(b / "manifest.json"),
    "a missing manifest": lambda b: (b / "manifest.json").unlink(),
    "a missing seal": lambda b: (b / "manifest.sha256").unlink(),
    "an empty manifest": lambda b: (b / "manifest.json").write_text(""),
    "a manifest of another format": lambda b: seal(b, format=99),
    "a manifest that lacks a field": lambda b: seal(b, files="none"),
    "a path that leads out": lambda b: seal(
        b, files=manifest(b)["files"] | {"media/../../out": {"sha256": "0" * 64, "size": 0}}
    ),
}


def test_what_was_cut_or_altered_is_refused_and_nothing_touched(portal, tmp_path):
    original = portal.backup()
    portal.add("now@example.org")
    now = portal.state()
    for number, (name, attack) in enumerate(ATTACKS.items()):
        backup = tmp_path / "altered" / f"2026-01-01T00-00-{number:02}Z"
        shutil.copytree(original, backup, symlinks=True)
        attack(backup)
        with pytest.raises(CommandError) as told:
            portal.restore(backup)
        assert "\n" not in str(told.value), name
        assert backup.name in str(told.value), name
        with pytest.raises(CommandError):
            portal.verify(backup)
        assert portal.state() == now, name
    assert portal.leftovers() == []


def test_a_backup_with_wrong_counts_is_refused_and_nothing_touched(portal):
    """A manifest that fits its files but not what is in the database."""
    backup = portal.backup()
    seal(backup, tables=manifest(backup)["tables"] | {"memberorgs_user": 77})
    now = portal.state()
    with pytest.raises(CommandError, match=r"memberorgs_user.*77"):
        portal.verify(backup)
    with pytest.raises(CommandError, match=r"memberorgs_user.*77"):
        portal.restore(backup)
    assert portal.state() == now
    assert portal.leftovers() == []


def test_a_backup_of_another_kind_of_database_is_refused(portal):
    backup = portal.backup()
    seal(backup, engine="postgresql" if ON_SQLITE else "sqlite")
    with pytest.raises(CommandError, match=r"sqlite.*postgresql|postgresql.*sqlite"):
        portal.restore(backup)


@pytest.mark.skipif(ON_SQLITE, reason="one file format for all versions of SQLite 3")
def test_a_backup_of_a_newer_server_is_refused(portal):
    backup = portal.backup()
    seal(backup, engine_version="99.1")
    with pytest.raises(CommandError, match="99"):
        portal.restore(backup)


def test_a_backup_by_newer_code_is_refused(portal):
    backup = portal.backup()
    newer = [*manifest(backup)["migrations"], "priorities.9999_from_the_future"]
    seal(backup, migrations=newer, app_version="7.0")
    now = portal.state()
    for command in (portal.restore, portal.verify):
        with pytest.raises(CommandError, match=r"7\.0.*priorities\.9999_from_the_future"):
            command(backup)
    assert portal.state() == now


def test_a_backup_by_older_code_is_brought_up_to_date(portal):
    """The last migration of an app is taken back, as an older version would have it."""
    portal.add("before@example.org")
    call_command("migrate", "jobs", "zero", verbosity=0)
    backup = portal.backup()
    assert not [name for name in manifest(backup)["migrations"] if name.startswith("jobs.")]
    call_command("migrate", verbosity=0)
    portal.verify()
    portal.restore(backup)
    assert "before@example.org" in portal.emails()
    with connection.cursor() as cursor:
        assert "jobs_heartbeat" in connection.introspection.table_names(cursor)


def test_another_secret_key_is_refused_unless_told(portal, settings):
    backup = portal.backup()
    own, settings.SECRET_KEY = settings.SECRET_KEY, "quite another key, of another server"
    with pytest.raises(CommandError, match="SECRET_KEY"):
        portal.restore(backup)
    portal.restore(backup, other_key=True)
    settings.SECRET_KEY_FALLBACKS = [own]
    portal.restore(backup)


# Restoring


def test_nobody_stays_logged_in(portal, client):
    user = portal.add("in@example.org")
    client.force_login(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone() == (1,)
        backup = portal.backup()
    portal.restore(backup)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def test_who_was_erased_since_is_erased_again(portal):
    kari, ola = portal.add("kari@test.example"), portal.add("ola@test.example")
    User.objects.filter(pk__in=[kari.pk, ola.pk]).update(first_name="Kanari")
    backup = portal.backup()
    portal.run("erase_person", "kari@test.example", yes=True)
    told = portal.restore(backup)
    assert User.objects.get(pk=kari.pk).erased_at is not None
    assert User.objects.get(pk=kari.pk).first_name == ""
    assert User.objects.get(pk=ola.pk).get_full_name() == "Kanari"
    assert "kari@test.example" not in portal.emails()
    with translation.override("en"):
        assert "erased" in portal.restore(backup)
    assert told


def test_a_new_server_finds_the_erased_beside_the_backups(portal):
    kari = portal.add("kari@test.example")
    backup = portal.backup()
    portal.run("erase_person", "kari@test.example", yes=True)
    portal.run("backup", portal.backups)
    erasure.list_path().unlink()
    portal.emptied()
    portal.restore(backup, replace=False)
    assert User.objects.get(pk=kari.pk).erased_at is not None
    # And has a list of its own from then on.
    assert erasure.read_list(erasure.list_path()) == [(kari.pk, kari.date_joined)]
    assert portal.leftovers() == []


def test_onto_an_empty_server(portal):
    then = portal.state()
    backup = portal.backup()
    portal.emptied()
    portal.restore(backup, replace=False)
    assert portal.state() == then
    assert portal.leftovers() == []


def test_onto_content_only_when_told(portal):
    backup = portal.backup()
    portal.add("now@example.org")
    now = portal.state()
    with pytest.raises(CommandError, match="--replace"):
        portal.restore(backup, replace=False)
    assert portal.state() == now


def test_onto_uploads_only_when_told(portal):
    backup = portal.backup()
    portal.emptied()
    portal.upload("documents/left.pdf", b"somebody's")
    with pytest.raises(CommandError, match="--replace"):
        portal.restore(backup, replace=False)
    assert (portal.media / "documents/left.pdf").exists()


@pytest.mark.skipif(not ON_SQLITE, reason="damages the file")
def test_onto_a_damaged_database(portal):
    then = portal.state()
    backup = portal.backup()
    connection.close()
    Path(portal.name).write_bytes(b"SQLite format 3\0" + os.urandom(50_000))
    with pytest.raises(CommandError, match="--replace"):
        portal.restore(backup, replace=False)
    portal.restore(backup)
    assert portal.state() == then
    assert portal.leftovers() == []


@pytest.mark.skipif(not ON_SQLITE, reason="damages the file")
def test_a_damaged_database_is_not_backed_up(portal):
    connection.close()
    contents = bytearray(Path(portal.name).read_bytes())
    for at in range(40_000, len(contents) - 4096, 4096 * 5):
        contents[at : at + 2000] = os.urandom(2000)
    Path(portal.name).write_bytes(contents)
    with pytest.raises(CommandError):
        portal.run("backup", portal.backups)
    assert portal.all_backups() == []


def test_a_running_portal_is_left_alone(portal):
    backup = portal.backup()
    now = portal.state()
    with (portal.folder / "supervisor.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match=re.escape(str(portal.folder))):
            portal.restore(backup)
    assert portal.state() == now


def test_somebody_connected_is_a_running_portal(portal):
    backup = portal.backup()
    now = portal.state()
    connection.close()
    with contextlib.ExitStack() as stack:
        if ON_SQLITE:
            other = stack.enter_context(contextlib.closing(sqlite3.connect(portal.name)))
            other.execute("SELECT COUNT(*) FROM memberorgs_user").fetchone()
        else:
            told = connection.settings_dict
            stack.enter_context(
                psycopg.connect(
                    host=told["HOST"],
                    port=told["PORT"] or None,
                    user=told["USER"],
                    password=told["PASSWORD"] or None,
                    dbname=portal.name,
                )
            )
        with pytest.raises(CommandError):
            portal.restore(backup)
    assert portal.state() == now
    assert portal.leftovers() == []


@pytest.mark.skipif(os.getuid() != 0, reason="mounts a small disk")
@pytest.mark.skipif(not ON_SQLITE, reason="PostgreSQL's files lie elsewhere")
def test_a_restore_onto_a_full_disk_changes_nothing(portal, tmp_path, settings):
    portal.upload("documents/big.bin", os.urandom(3_000_000))
    backup = portal.backup()
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=105m", "tmpfs", small], check=True)
    try:
        settings.DATA_DIR, settings.MEDIA_ROOT = small, small / "media"
        settings.ATTACHMENT_ROOT = small / "attachments"
        portal.media, portal.attachments = small / "media", small / "attachments"
        portal.upload("documents/old.pdf", b"old")
        name = shutil.copyfile(portal.name, small / "portal.sqlite3")
        _use(name)
        now = portal.state()
        (small / "filler").write_bytes(b"x" * 1_000_000)
        free = shutil.disk_usage(small).free
        with (small / "filler 2").open("wb") as filler:
            filler.write(b"x" * (free - 4_000_000))
        with pytest.raises(CommandError, match=r"\d+ MB|full"):
            portal.restore(backup)
        assert portal.state() == now
        (small / "filler 2").unlink()
        portal.restore(backup)
        assert "documents/old.pdf" not in portal.state()[1]
    finally:
        _use(portal.name)
        subprocess.run(["umount", small], check=True)


def test_a_place_with_several_backups_is_no_backup(portal):
    portal.backup()
    newest = portal.backup()
    with pytest.raises(CommandError, match=newest.name):
        portal.restore(portal.backups)
    with pytest.raises(CommandError):
        portal.restore(portal.backups / "nowhere")


def test_nothing_to_verify_is_an_error(portal):
    with pytest.raises(CommandError):
        portal.verify()


def test_a_page_that_fails_makes_the_backup_fail(portal):
    """The front page of the restored copy has no template: its kind of page was lost."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM home_homepage")
    portal.backup()
    with pytest.raises(CommandError, match=r"/ .*(404|500)"):
        portal.verify()
    assert portal.leftovers() == []


# Killed half-way


def _environment(portal):
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(live_settings.BASE_DIR),
        "PYTHONWARNINGS": "default",
    }


# Root reads what it must not, unless it gives that up.
WITHOUT_ROOTS_EYES = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
)


def _words(portal, command, *words, before="", after="", prefix=()):
    """A child process that works on the same portal; its code stands in for manage.py's."""
    script = (
        f"{before}"
        "import sys, django\n"
        "from pathlib import Path\n"
        "django.setup()\n"
        "from django.conf import settings\n"
        "from django.db import connections\n"
        f"connections['default'].settings_dict['NAME'] = {portal.name!r}\n"
        f"settings.DATA_DIR = Path({str(portal.folder)!r})\n"
        f"settings.MEDIA_ROOT = Path({str(portal.media)!r})\n"
        f"settings.ATTACHMENT_ROOT = Path({str(portal.attachments)!r})\n"
        f"{after}"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(['manage.py', *sys.argv[1:]])\n"
    )
    return [*prefix, sys.executable, "-c", script, command, *map(str, words)]


def _child(portal, *words, **scripts):
    connection.close()
    return subprocess.run(
        _words(portal, *words, **scripts),
        env=_environment(portal),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextlib.contextmanager
def _started(portal, *words, **scripts):
    connection.close()
    with subprocess.Popen(
        _words(portal, *words, **scripts),
        env=_environment(portal),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process


def _wait(condition, patience=30):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


KILL = (
    "import os, signal\n"
    "count = 0\n"
    "def killing(real):\n"
    "    def call(*args, **kwargs):\n"
    "        global count\n"
    "        count += 1\n"
    "        if count == {moment}:\n"
    "            os.kill(os.getpid(), signal.SIGKILL)\n"
    "        return real(*args, **kwargs)\n"
    "    return call\n"
    "from portal.backup import databases, restore\n"
    "os.replace = killing(os.replace)\n"
    "databases.PostgreSQL.put_in_place = killing(databases.PostgreSQL.put_in_place)\n"
    "for kind in (databases.PostgreSQL, databases.SQLite):\n"
    "    kind.drop = killing(kind.drop)\n"
    "    kind.end_sessions = killing(kind.end_sessions)\n"
)
"""SIGKILL right before the n-th step of a restore that moves or removes something."""


IN_DEEP = {1, 2, 3, 4, 9, 10, 11, 12}


@pytest.mark.parametrize(
    "moment",
    [pytest.param(n, marks=[pytest.mark.deep] if n in IN_DEEP else []) for n in range(1, 13)],
)
def test_a_restore_that_is_killed_ends_as_the_old_or_as_the_new(portal, moment):
    backup = portal.backup()
    new = portal.state()
    portal.add("now@example.org")
    portal.upload("documents/vedtekter.pdf", b"amended")
    portal.upload("documents/now.pdf", b"now")
    portal.attach("ab/abcdef", b"now")
    old = portal.state()
    done = _child(
        portal, "restore", backup, "--replace", after=KILL.replace("{moment}", str(moment))
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    # The start of the portal is what mends it.
    call_command("prepare", no_static=True, verbosity=0, stdout=StringIO())
    assert portal.state() in (old, new)
    if done.returncode == 0:
        assert portal.state() == new
    portal.restore(backup)
    assert portal.state() == new
    assert portal.leftovers() == []


def test_the_portal_does_not_start_into_a_restore(portal):
    (portal.folder / "restore-under-way.json").write_text('{"had": ["media"]}')
    with (portal.folder / "supervisor.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError):
            call_command("prepare", no_static=True, stdout=StringIO())
        with pytest.raises(CommandError):
            portal.run("backup", portal.backups)
