"""A thousand mails, two workers, fifty times `kill -9`: who got what, and what do the rows say?

`make deep` runs it and prints a dated table.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from outbox import delivery
from outbox.actions import enqueue
from outbox.choices import Lane, State
from outbox.email_url import MailServer
from outbox.models import OutgoingMail
from tests.outbox.sink import Sink

pytestmark = [
    pytest.mark.deep,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

MAILS = 1000
KILLS = 50
# Seconds a reply, so that the kills are over before the mails.
SLOW = 0.008


@pytest.fixture(scope="module")
def table(request):
    """Lines (run, counts) that are printed when all is done."""
    lines = []
    yield lambda *line: lines.append(line)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n\nE-post under kill -9, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        for run, *counts in lines:
            sys.stdout.write(f"{run:<34}{'  '.join(counts)}\n")


def fork(work):
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def go_on():
    """What a worker does, until it is killed."""
    while True:
        delivery.sweep()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fifty_kills_double_nothing_and_lose_nothing(settings, table, seed):
    chance = random.Random(seed)
    for number in range(MAILS):
        enqueue(
            kind="test",
            key=f"chaos/{number}",
            to=f"{number}@test.example",
            subject="Husk",
            body="Fristen er på fredag.",
            lane=Lane.FAST if number % 20 == 0 else Lane.SLOW,
        )
    connection.close()
    kills = 0
    with Sink(slow=SLOW) as sink, time_machine.travel(timezone.now(), tick=True) as clock:
        settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port, timeout=5.0)
        workers = [fork(go_on) for _ in range(2)]
        while kills < KILLS:
            time.sleep(chance.uniform(0.05, 0.3))
            assert OutgoingMail.objects.waiting().exists(), "all is done before the last kill"
            # A fork must not inherit a connection to SQLite.
            connection.close()
            victim = workers.pop(0)
            os.kill(victim, signal.SIGKILL)
            kills += os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]) == -signal.SIGKILL
            workers.append(fork(go_on))
            if kills % 10 == 0:
                # The leases of the dead run out while the others work.
                clock.shift(timedelta(seconds=61))
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
        clock.shift(timedelta(minutes=2))
        while delivery.sweep():
            pass

    states = Counter(OutgoingMail.objects.values_list("state", flat=True))
    arrived = Counter(sink.ids)
    doubtful = OutgoingMail.objects.filter(state=State.IN_DOUBT)
    arrived_all_the_same = sum(mail.message_id in arrived for mail in doubtful)
    twice = sum(count > 1 for count in arrived.values())
    lost = MAILS - states[State.SENT] - states[State.IN_DOUBT]
    table(
        f"{MAILS} e-poster, {KILLS} drap, frø {seed}",
        f"dobbelt {twice}",
        f"tapt {lost}",
        f"i tvil {states[State.IN_DOUBT]} (framme {arrived_all_the_same})",
        f"sendt {states[State.SENT]}",
    )
    assert twice == 0
    assert lost == 0
    assert states[State.IN_DOUBT] <= KILLS + 2
    assert all(doubtful.values_list("reason", flat=True))
    sent = OutgoingMail.objects.filter(state=State.SENT).values_list("message_id", flat=True)
    assert set(sent) <= set(arrived)
    assert all(len(mail.recipients) == 1 for mail in sink.arrived)
