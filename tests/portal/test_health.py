from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from foundation.jobs.models import Heartbeat
from foundation.jobs.tasks import worker_heartbeat
from home.accessibility import known
from portal import celery


def test_live_answers_without_a_database(client):
    response = client.get("/helse/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_names_what_is_away(client):
    """Redis is away on the embedded default of the tests, and nobody has been seen at work."""
    answer = client.get("/helse/klar")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert answer.json()["worker"] == answer.json()["beat"] == "ikke sett"


@pytest.mark.django_db
def test_a_process_that_is_silent_too_long_is_said(client):
    worker_heartbeat()
    assert client.get("/helse/klar").json()["worker"] == "ok"
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=300))
    assert client.get("/helse/klar").json()["worker"].startswith("stille i 30")


@pytest.mark.services
@pytest.mark.django_db
def test_ready_when_all_is_well(client):
    worker_heartbeat()
    Heartbeat.beat("beat")
    response = client.get("/helse/klar")
    assert response.status_code == 200, response.json()
    assert response.json()["redis"] == "ok"


@pytest.mark.django_db
def test_a_heartbeat_is_one_row_however_often():
    for _ in range(3):
        worker_heartbeat()
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_get_only(client):
    assert client.post("/helse/klar").status_code == 405


def test_readiness_without_a_database_is_no_crash(client, monkeypatch, db):
    def away(*args, **kwargs):
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", away)
        response = client.get("/helse/klar")
    assert response.status_code == 503
    assert response.json()["database"] == "borte"
    assert response.json()["worker"] == "ukjent"


def test_every_beat_entry_names_a_task_that_exists():
    celery.app.loader.import_default_modules()
    for entry in celery.app.conf.beat_schedule.values():
        assert entry["task"] in celery.app.tasks


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "warned"), [(0, False), (365, False), (366, True)])
def test_an_old_accessibility_statement_is_a_warning_and_no_fault(client, days, warned):
    with time_machine.travel(datetime.combine(known().updated, time(12)) + timedelta(days=days)):
        worker_heartbeat()
        response = client.get("/helse/klar")
    assert ("tilgjengelighet" in " ".join(response.json().get("advarsler", []))) is warned
    assert response.json()["database"] == response.json()["worker"] == "ok"
