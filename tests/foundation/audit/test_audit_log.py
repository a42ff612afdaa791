"""The audit log: added to, read, purged by age, and changed by nobody."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from foundation.audit import events, facts
from foundation.audit.actions import record
from foundation.audit.models import AuditEntry, PurgePermit
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _an_event(monkeypatch):
    monkeypatch.setattr(events, "_events", {**events.known(), "test.event": "Something happened"})


def entry(days_old=0):
    made = record("test.event")
    # Inserted with its time: the guard refuses to have it set afterwards.
    return AuditEntry.objects.create(event=made.event, at=NOW - timedelta(days=days_old))


def test_who_did_what_to_whom_is_kept_as_numbers():
    by, person = UserFactory(), UserFactory()
    made = record(
        "test.event", by=by, person=person, about=by, organisation="fjordvik", until="2027-06-30"
    )
    row = AuditEntry.objects.get(pk=made.pk)
    assert (row.actor_id, row.person_id, row.organisation) == (by.pk, person.pk, "fjordvik")
    assert (row.subject_type, row.subject_id) == ("memberorgs.user", str(by.pk))
    assert row.facts == {"until": "2027-06-30"}
    assert by.email not in str(vars(row))


def recorded_facts():
    """(file, event, fact) of each call of `record` in the apps."""
    ours = {"by", "person", "about", "organisation", "address"}
    root = Path(settings.BASE_DIR)
    for file in sorted(root.glob("*/**/*.py")):
        if file.parts[len(root.parts)].startswith((".", "tests", "var")):
            continue
        for call in ast.walk(ast.parse(file.read_text())):
            named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            if named and call.func.id == "record" and isinstance(call.args[0], ast.Constant):
                for keyword in call.keywords:
                    if keyword.arg and keyword.arg not in ours:
                        yield file.name, call.args[0].value, keyword.arg


def test_each_fact_that_is_recorded_has_words():
    # What a purge removed is told as a whole.
    found = [one for one in recorded_facts() if one[1] != "retention.purged"]
    assert len(found) > 20
    assert [one for one in found if facts.words_of(*one[1:]) is None] == []


def test_an_event_that_no_app_registered_is_refused():
    with pytest.raises(ValueError, match=r"nothing\.known"):
        record("nothing.known")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda row: AuditEntry.objects.filter(pk=row.pk).update(event="other"),
        lambda row: AuditEntry.objects.filter(pk=row.pk).delete(),
        lambda row: AuditEntry.objects.bulk_update([row], ["event"]),
        lambda row: connection.cursor().execute("UPDATE audit_auditentry SET event = 'other'"),
        lambda row: connection.cursor().execute("DELETE FROM audit_auditentry"),
    ],
    ids=["update", "delete", "bulk", "sql update", "sql delete"],
)
def test_the_database_lets_nobody_change_or_remove_it(write):
    row = entry(days_old=900)
    row.event = "other"
    with pytest.raises(DatabaseError, match="audit log"), transaction.atomic():
        write(row)
    assert AuditEntry.objects.get(pk=row.pk).event == "test.event"


def test_saving_a_row_again_is_refused():
    row = entry()
    row.event = "other"
    with pytest.raises(TypeError):
        row.save()


def test_purge_takes_what_is_older_and_leaves_the_guard_up():
    old, young = entry(days_old=401), entry(days_old=399)
    assert AuditEntry.objects.purge(NOW - timedelta(days=400)) == 1
    assert not AuditEntry.objects.filter(pk=old.pk).exists()
    assert AuditEntry.objects.filter(pk=young.pk).exists()
    assert not PurgePermit.objects.exists()
    with pytest.raises(DatabaseError, match="audit log"), transaction.atomic():
        AuditEntry.objects.filter(pk=young.pk).delete()
