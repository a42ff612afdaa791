import socket
import threading
import time
import uuid

import pytest
from django.core.mail import BadHeaderError
from django.db import connection, transaction

from outbox import bell as bell_module
from outbox.actions import enqueue
from outbox.bell import Bell
from outbox.choices import Lane
from outbox.models import OutgoingMail
from portal.celery import WORKERS

MAIL = {
    "kind": "test",
    "key": "test/1",
    "to": "kari@test.example",
    "subject": "Møte",
    "body": "Hei!",
}


@pytest.mark.django_db
def test_the_same_key_is_the_same_mail():
    first = enqueue(**MAIL)

    second = enqueue(**MAIL | {"subject": "Noe annet"})

    assert second.pk == first.pk
    assert second.subject == "Møte"
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_key_at_once_from_ten_threads_is_one_mail():
    start = threading.Barrier(10)
    made = []

    def work():
        start.wait()
        try:
            with transaction.atomic():
                made.append(enqueue(**MAIL).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 10
    assert len(set(made)) == 1
    assert OutgoingMail.objects.count() == 1


@pytest.fixture
def rung(monkeypatch):
    """Mails that the worker was woken for."""
    heard = []
    monkeypatch.setattr("outbox.actions.bell.ring", lambda *what: heard.append(what))
    return heard


@pytest.mark.django_db
def test_a_mail_belongs_to_the_transaction_that_causes_it(rung, django_capture_on_commit_callbacks):

    def cause_that_fails():
        with transaction.atomic():
            enqueue(**MAIL)
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        cause_that_fails()

    assert OutgoingMail.objects.count() == 0
    assert rung == []


@pytest.mark.django_db
def test_the_worker_is_woken_after_commit_once_for_each_mail(
    rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mail = enqueue(**MAIL)
        enqueue(**MAIL)
        assert rung == []

    assert rung == [(mail.pk, Lane.SLOW)]


@pytest.mark.django_db
def test_whatever_ails_the_bell_the_cause_of_the_mail_is_done(
    monkeypatch, django_capture_on_commit_callbacks
):
    def broken(mail_id, lane):
        raise RuntimeError

    monkeypatch.setattr("outbox.actions.bell.ring", broken)

    with django_capture_on_commit_callbacks(execute=True):
        mail = enqueue(**MAIL)

    assert OutgoingMail.objects.waiting().get() == mail


@pytest.mark.django_db
def test_a_mail_is_queued_at_once_while_redis_is_away(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("outbox.actions.bell", Bell())
    # Nobody listens on port 1, whether or not the run has a Redis.
    monkeypatch.setattr(bell_module.current_app.conf, "broker_write_url", "redis://127.0.0.1:1")
    started = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        mail = enqueue(**MAIL)

    assert "worker not woken, the sweep will find the mail" in caplog.messages
    assert time.monotonic() - started < 2
    assert OutgoingMail.objects.waiting().get() == mail


def test_a_redis_that_hangs_costs_about_a_second(monkeypatch):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(
            bell_module.current_app.conf,
            "broker_write_url",
            f"redis://127.0.0.1:{silent.getsockname()[1]}",
        )
        started = time.monotonic()

        assert Bell().ring(uuid.uuid4(), Lane.FAST) is False

        assert time.monotonic() - started < 2


def test_a_bell_that_nobody_hears_is_not_rung_again_for_a_while(monkeypatch):
    bell = Bell()
    tries = []

    def silent_redis(*args, **kwargs):
        tries.append(1)
        raise OSError("timed out")

    monkeypatch.setattr(bell_module.deliver, "apply_async", silent_redis)

    assert [bell.ring(f"mail {number}", Lane.FAST) for number in range(20)] == [False] * 20
    assert len(tries) == 1

    monkeypatch.setattr(bell_module, "SILENCE", 0)
    bell = Bell()
    bell.ring("one", Lane.FAST)
    bell.ring("two", Lane.FAST)
    assert len(tries) == 3


@pytest.mark.parametrize(("lane", "queue"), [(Lane.FAST, "fast"), (Lane.SLOW, "slow")])
def test_the_bell_rings_where_the_worker_of_the_lane_listens(monkeypatch, lane, queue):
    asked = []
    monkeypatch.setattr(
        bell_module.deliver, "apply_async", lambda args, **options: asked.append(options["queue"])
    )

    assert Bell().ring(uuid.uuid4(), lane) is True

    assert asked == [queue]
    assert any(queue in queues for queues in WORKERS.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hei\nBcc: alle@test.example"},
        {"subject": "Hei\r\nBcc: alle@test.example"},
        {"subject": "Hei\x00"},
        {"subject": "x" * 1000},
        {"to": "kari@test.example\nBcc: alle@test.example"},
        {"to": "kari@test.example, ola@test.example"},
        {"to": "Kari <kari@test.example>"},
        {"to": "kari"},
        {"to": ""},
        {"sender": "NSO\nBcc: alle@test.example <nso@test.example>"},
        {"sender": "ingen adresse"},
        {"sender": "Kari, NSO <nso@test.example>"},
        {"reply_to": "ingen"},
        {"reply_to": "svar@test.example\r\nBcc: alle@test.example"},
        {"headers": {"X-Note": "a\nBcc: alle@test.example"}},
        {"headers": {"X-Note\nBcc": "alle@test.example"}},
        {"headers": {"Bcc": "alle@test.example"}},
        {"headers": {"Message-ID": "<annen@test.example>"}},
    ],
)
def test_what_would_forge_a_header_is_refused(changes):
    with pytest.raises(BadHeaderError):
        enqueue(**MAIL | changes)

    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_the_message_id_is_of_the_address_in_base_url(settings):
    settings.BASE_URL = "https://portal.test.example:8443"

    mail = enqueue(**MAIL)

    assert mail.message_id == f"<{mail.pk}@portal.test.example>"
