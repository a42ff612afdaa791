import errno
import os
import random
import signal
import threading
import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from outbox import delivery, messages
from outbox.choices import Lane, State
from outbox.mail_folder import MailFolder
from outbox.models import OutgoingMail
from outbox.tasks import deliver, sweep
from tests.outbox.conftest import die

ACROSS_CONNECTIONS = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def row(mail):
    return OutgoingMail.objects.get(pk=mail.pk)


def minutes_later(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


@pytest.mark.django_db
def test_a_mail_is_handed_over_and_recorded(queue_mail, folder):
    mail = queue_mail()

    deliver(str(mail.pk))

    assert folder.the_mail()["Message-ID"] == mail.message_id
    assert folder.the_mail()["Date"].datetime == mail.created_at.replace(microsecond=0)
    assert "Vi møtes klokka 12." in folder.the_mail().get_content()
    sent = row(mail)
    assert sent.state == State.SENT
    assert sent.handing_over_at <= sent.finished_at
    assert "møtes" in sent.body


@pytest.mark.django_db
def test_a_task_that_runs_again_does_nothing(queue_mail, folder):
    mail = queue_mail()
    deliver(str(mail.pk))
    before = folder.files()[0].stat().st_mtime_ns

    deliver(str(mail.pk))
    sweep()

    assert len(folder.files()) == 1
    assert folder.files()[0].stat().st_mtime_ns == before


@pytest.mark.django_db
def test_a_task_for_a_mail_that_is_gone_does_nothing():
    deliver("00000000-0000-4000-8000-000000000000")


@pytest.mark.django_db
def test_only_the_owner_may_read_the_folder(queue_mail, folder):
    queue_mail()

    sweep()

    assert folder.path.stat().st_mode & 0o077 == 0
    assert folder.files()[0].stat().st_mode & 0o077 == 0
    assert [entry.name for entry in folder.path.iterdir()] == [folder.files()[0].name]


@pytest.mark.django_db
def test_a_secret_is_gone_when_the_mail_is_sent(queue_mail, folder):
    mail = queue_mail(sensitive=True, body="Koden er 4711", html="<b>4711</b>")

    sweep()

    assert "4711" in folder.the_mail().get_body(("plain",)).get_content()
    assert (row(mail).state, row(mail).body, row(mail).html) == (State.SENT, "", "")


@pytest.mark.django_db
@pytest.mark.parametrize("sensitive", [True, False])
def test_what_came_too_late_is_not_sent(queue_mail, folder, sensitive):
    mail = queue_mail(sensitive=sensitive, expires_at=timezone.now() + timedelta(minutes=3))

    with minutes_later(3):
        deliver(str(mail.pk))
        assert row(mail).state == State.QUEUED
        sweep()

    assert folder.files() == []
    assert row(mail).state == State.EXPIRED
    assert row(mail).reason
    assert bool(row(mail).body) is not sensitive


@pytest.mark.django_db
def test_what_comes_too_late_between_claim_and_mark_is_not_sent(queue_mail, folder, monkeypatch):
    mail = queue_mail(expires_at=timezone.now() + timedelta(minutes=3))
    build = messages.build
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slow_build(mail):
            clock.shift(timedelta(minutes=3))
            return build(mail)

        monkeypatch.setattr(messages, "build", slow_build)
        sweep()

    assert folder.files() == []
    assert row(mail).state == State.EXPIRED


@pytest.mark.django_db
def test_log_in_codes_go_before_everything_that_waits(queue_mail, monkeypatch):
    order = []
    monkeypatch.setattr(MailFolder, "write", lambda self, name, content: order.append(name))
    slow = [queue_mail() for _ in range(3)]
    fast = queue_mail(lane=Lane.FAST)

    sweep()

    assert order[0] == MailFolder.name_of(fast)
    assert order[1:] == [MailFolder.name_of(mail) for mail in slow]


@pytest.mark.django_db
def test_a_batch_ends_when_its_time_is_used_up(queue_mail, folder):
    queue_mail()

    assert delivery.deliver_due(limit=timedelta(0)) == 0
    assert folder.files() == []
    assert delivery.deliver_due() == 1


@pytest.mark.django_db
def test_mail_waits_with_its_reason_while_the_folder_cannot_be_written(
    queue_mail, folder, settings
):
    good = settings.MAIL_DIR
    (good.parent / "a-file").write_text("")
    settings.MAIL_DIR = good.parent / "a-file" / "mail"
    mail = queue_mail()

    sweep()

    waiting = row(mail)
    assert waiting.state == State.QUEUED
    assert waiting.attempts == 1
    assert waiting.last_error.startswith("NotADirectoryError")
    assert waiting.next_attempt_at > timezone.now() + timedelta(seconds=50)

    settings.MAIL_DIR = good
    sweep()
    assert folder.files() == []
    with minutes_later(1.1):
        sweep()
    assert row(mail).state == State.SENT
    assert len(folder.files()) == 1


@pytest.mark.django_db
def test_a_full_disk_leaves_no_half_mail_and_the_next_try_succeeds(queue_mail, folder, monkeypatch):
    mail = queue_mail()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        sweep()

    assert list(folder.path.iterdir()) == []
    assert row(mail).state == State.QUEUED
    assert row(mail).handing_over_at is None
    with minutes_later(1.1):
        sweep()
    assert row(mail).state == State.SENT


@pytest.mark.django_db
def test_pauses_grow_and_the_mail_fails_in_the_end(queue_mail, folder, monkeypatch):
    def full(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(MailFolder, "write", full)
    folder.path.mkdir()
    mail = queue_mail(sensitive=True)
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while row(mail).state == State.QUEUED:
            pause = row(mail).next_attempt_at - timezone.now()
            pauses.append(round(pause.total_seconds() / 60))
            clock.shift(pause)
            sweep()

    assert pauses == [0, 1, 5, 30, 120, 360]
    assert row(mail).state == State.FAILED
    assert "No space left" in row(mail).reason
    assert row(mail).body == ""
    assert folder.files() == []


@pytest.mark.django_db
def test_a_row_that_always_fails_does_not_hold_up_the_others(queue_mail, folder, monkeypatch):
    poisoned = queue_mail(lane=Lane.FAST)
    good = queue_mail()
    build = messages.build

    def build_unless_poisoned(mail):
        if mail.pk == poisoned.pk:
            raise RuntimeError("poison")
        return build(mail)

    monkeypatch.setattr(messages, "build", build_unless_poisoned)

    sweep()

    assert row(good).state == State.SENT
    assert row(poisoned).last_error == "RuntimeError: poison"
    assert len(folder.files()) == 1


@ACROSS_CONNECTIONS
def test_two_workers_at_one_mail_hand_it_over_once(queue_mail, folder, monkeypatch):
    written = []
    write = MailFolder.write

    def slow_write(self, name, content):
        written.append(name)
        time.sleep(0.2)
        write(self, name, content)

    monkeypatch.setattr(MailFolder, "write", slow_write)
    mail = queue_mail()
    start = threading.Barrier(4)

    def work():
        start.wait()
        try:
            deliver(str(mail.pk))
            sweep()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written) == 1
    assert len(folder.files()) == 1
    assert row(mail).state == State.SENT


BEFORE_THE_FOLDER = ("outbox.messages.build", State.CLAIMED, 0)
BEFORE_THE_MARK = ("outbox.delivery._mark", State.CLAIMED, 0)
BEFORE_THE_FILE = ("outbox.mail_folder.MailFolder.write", State.HANDING_OVER, 0)
HALF_WRITTEN = ("os.replace", State.HANDING_OVER, 0)
BEFORE_THE_RECORD = ("outbox.models.OutgoingMailQuerySet.finish", State.HANDING_OVER, 1)


@ACROSS_CONNECTIONS
@pytest.mark.parametrize(
    ("step", "state", "files"),
    [BEFORE_THE_FOLDER, BEFORE_THE_MARK, BEFORE_THE_FILE, HALF_WRITTEN, BEFORE_THE_RECORD],
)
def test_a_worker_killed_before_a_step_loses_nothing_and_doubles_nothing(
    queue_mail, folder, in_process, monkeypatch, step, state, files
):
    mail = queue_mail(sensitive=True, body="Koden er 4711", html="<b>4711</b>")
    with monkeypatch.context() as patch:
        patch.setattr(step, die)
        assert in_process(lambda: deliver(str(mail.pk))) == -signal.SIGKILL
    assert row(mail).state == state
    assert len(folder.files()) == files
    written = [path.stat().st_ino for path in folder.files()]

    sweep()
    assert row(mail).state == state, "the lease still runs"
    with minutes_later(1.1):
        sweep()
        sweep()

    assert row(mail).state == State.SENT
    assert row(mail).attempts == 0
    assert written in ([], [path.stat().st_ino for path in folder.files()])
    assert "4711" in folder.the_mail().get_body(("plain",)).get_content()
    with minutes_later(120):
        sweep()
    assert len(list(folder.path.iterdir())) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("disk_is_full", [False, True])
def test_a_worker_that_slept_past_its_lease_overwrites_nothing(
    queue_mail, monkeypatch, disk_is_full
):
    mail = queue_mail()
    write = MailFolder.write
    others_claim = timezone.now() + timedelta(seconds=70)

    def write_after_a_long_sleep(self, name, content):
        delivery.give_back_stuck(others_claim)
        assert row(mail).state == State.QUEUED
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=State.CLAIMED,
            next_attempt_at=None,
            claimed_at=others_claim,
            lease_until=others_claim + delivery.LEASE,
        )
        if disk_is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, name, content)

    monkeypatch.setattr(MailFolder, "write", write_after_a_long_sleep)

    deliver(str(mail.pk))

    assert (row(mail).state, row(mail).claimed_at) == (State.CLAIMED, others_claim)


@pytest.mark.django_db
def test_a_folder_that_vanished_during_the_hand_over_leaves_a_doubt(
    queue_mail, folder, monkeypatch, caplog
):
    mail = queue_mail()

    def vanish(self, name, content):
        self.path.rmdir()
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(MailFolder, "write", vanish)
        sweep()
    assert row(mail).state == State.HANDING_OVER

    with minutes_later(1.1):
        sweep()

    assert row(mail).state == State.IN_DOUBT
    assert row(mail).reason
    assert "mail in doubt" in caplog.messages
    with minutes_later(600):
        sweep()
    assert folder.files() == []


@ACROSS_CONNECTIONS
def test_sixty_mails_survive_two_workers_that_are_killed_again_and_again(queue_mail, folder):
    mails = [queue_mail() for _ in range(60)]
    chance = random.Random(3)
    connection.close()
    kills = 0
    with time_machine.travel(timezone.now(), tick=True) as clock:
        while kills < 12:
            workers = []
            for _ in range(2):
                child = os.fork()
                if child == 0:
                    sweep()
                    os._exit(0)
                workers.append(child)
            time.sleep(chance.uniform(0.005, 0.08))
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
                kills += os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL
            clock.shift(timedelta(seconds=61))
        sweep()

    states = set(OutgoingMail.objects.values_list("state", flat=True))
    assert states == {State.SENT}
    assert sorted(mail["Message-ID"] for mail in folder.mails()) == sorted(
        mail.message_id for mail in mails
    )


@pytest.mark.django_db
def test_the_command_says_what_went_out_and_what_waits_and_why(queue_mail, folder, monkeypatch):
    queue_mail()
    stuck = queue_mail()
    late = queue_mail(expires_at=timezone.now())
    write = MailFolder.write

    def full_for_one(self, name, content):
        if str(stuck.pk) in name:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, name, content)

    monkeypatch.setattr(MailFolder, "write", full_for_one)
    said = StringIO()

    call_command("deliver_mail", stdout=said)

    lines = said.getvalue().splitlines()
    assert lines[0].startswith("1 ")
    assert str(folder.path) in lines[0]
    assert str(late.pk) in lines[1]
    assert lines[2].startswith("1 ")
    assert str(stuck.pk) in lines[3]
    assert "No space left on device" in lines[3]
    assert "kari" not in said.getvalue()


@pytest.mark.django_db
def test_the_command_can_be_quiet(queue_mail, folder):
    queue_mail()
    said = StringIO()

    call_command("deliver_mail", stdout=said, verbosity=0)

    assert said.getvalue() == ""
    assert len(folder.files()) == 1
