from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from foundation.jobs.models import Heartbeat
from foundation.jobs.tasks import worker_heartbeat
from home.accessibility import known
from outbox.choices import Lane
from portal import celery

BEAT = celery.app.conf.beat_schedule


def test_live_answers_without_a_database(client):
    response = client.get("/helse/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_names_what_is_away(client):
    """Redis is away on the embedded default of the tests, and nobody has been seen at work."""
    answer = client.get("/helse/klar")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert [answer.json()[name] for name in ("worker", "worker-fast", "beat")] == ["ikke sett"] * 3


@pytest.mark.django_db
def test_a_process_that_is_silent_too_long_is_said(client):
    worker_heartbeat()
    assert client.get("/helse/klar").json()["worker"] == "ok"
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=300))
    assert client.get("/helse/klar").json()["worker"].startswith("stille i 30")


@pytest.mark.django_db
def test_each_worker_has_a_sign_of_life_of_its_own(client):
    worker_heartbeat("worker-fast")
    answer = client.get("/helse/klar").json()
    assert (answer["worker-fast"], answer["worker"]) == ("ok", "ikke sett")


@pytest.mark.services
@pytest.mark.django_db
def test_ready_when_all_is_well(client):
    for name in celery.WORKERS:
        worker_heartbeat(name)
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


def test_every_beat_entry_goes_to_a_queue_that_a_worker_takes():
    taken = [queue for queues in celery.WORKERS.values() for queue in queues]
    assert len(taken) == len(set(taken))
    asked = {entry["options"].get("queue", "celery") for entry in BEAT.values()}
    assert asked == set(taken)
    for name, queues in celery.WORKERS.items():
        assert BEAT[f"{name} heartbeat"]["options"]["queue"] in queues
    assert {entry["args"] for entry in BEAT.values() if entry["task"].endswith("sweep")} == {
        (lane.queue,) for lane in Lane
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "warned"), [(0, False), (365, False), (366, True)])
def test_an_old_accessibility_statement_is_a_warning_and_no_fault(client, days, warned):
    with time_machine.travel(datetime.combine(known().updated, time(12)) + timedelta(days=days)):
        worker_heartbeat()
        response = client.get("/helse/klar")
    assert ("tilgjengelighet" in " ".join(response.json().get("advarsler", []))) is warned
    assert response.json()["database"] == response.json()["worker"] == "ok"
