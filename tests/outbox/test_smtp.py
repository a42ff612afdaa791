"""What reaches a mail server that misbehaves, and what the rows say of it."""

import os
import random
import signal
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection
from django.utils import timezone

from outbox import bounces, checks, delivery
from outbox.choices import Lane, State
from outbox.email_url import MailServer
from outbox.models import Outage, OutgoingMail
from outbox.tasks import deliver, sweep
from outbox.transports import smtp
from tests.outbox.conftest import die
from tests.outbox.sink import Sink, server_context

ACROSS_CONNECTIONS = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def row(mail):
    return OutgoingMail.objects.get(pk=mail.pk)


def states():
    return sorted(OutgoingMail.objects.values_list("state", flat=True))


def minutes_later(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


# A mail server that is well.


@pytest.mark.django_db
def test_a_mail_is_handed_over_with_the_servers_last_words(queue_mail, sink):
    mail = queue_mail(sender="NSO <post@nso.example>", body="Hei!\n.\n..to prikker\nÆØÅ")

    deliver(str(mail.pk))

    [arrived] = sink.arrived
    assert arrived.sender == "post@nso.example"
    assert arrived.recipients == ("kari@test.example",)
    assert arrived.message_id == mail.message_id
    assert arrived.message["Auto-Submitted"] == "auto-generated"
    assert arrived.message["X-Auto-Response-Suppress"] == "All"
    text = arrived.message.get_content().replace("\r\n", "\n")
    assert text.rstrip("\n") == "Hei!\n.\n..to prikker\nÆØÅ"
    sent = row(mail)
    assert (sent.state, sent.reply) == (State.SENT, "250 2.0.0 queued as 1")
    assert sent.handing_over_at <= sent.finished_at
    assert sink.commands[0].startswith("EHLO ")
    assert "BODY=8BITMIME" in sink.commands[1].upper()


@pytest.mark.django_db
def test_one_line_carries_many_mails_up_to_a_limit(queue_mail, sink, monkeypatch):
    monkeypatch.setattr(smtp, "MAILS_PER_CONNECTION", 3)
    for _ in range(7):
        queue_mail()

    sweep()

    assert [mail.connection for mail in sink.arrived] == [1, 1, 1, 2, 2, 2, 3]
    assert {len(mail.recipients) for mail in sink.arrived} == {1}
    assert sink.commands.count("QUIT") == 3
    assert states() == [State.SENT] * 7


@pytest.mark.django_db
def test_a_ring_hands_over_what_waits_in_its_lane_and_nothing_else(queue_mail, sink):
    rung, beside = queue_mail(lane=Lane.FAST), queue_mail(lane=Lane.FAST)
    slow = queue_mail()

    deliver(str(rung.pk))

    assert sink.ids == [rung.message_id, beside.message_id]
    assert sink.connections == 1
    assert row(slow).state == State.QUEUED
    sweep("slow")
    assert row(slow).state == State.SENT


@pytest.mark.django_db
def test_each_sweep_keeps_to_its_lane(queue_mail, sink):
    fast, slow = queue_mail(lane=Lane.FAST), queue_mail()
    OutgoingMail.objects.update(
        state=State.CLAIMED,
        next_attempt_at=None,
        claimed_at=timezone.now() - timedelta(minutes=2),
        lease_until=timezone.now() - timedelta(minutes=1),
    )

    sweep("fast")

    assert (row(fast).state, row(slow).state) == (State.SENT, State.CLAIMED)


@pytest.mark.django_db
def test_a_refusal_is_wiped_off_before_the_next_mail(queue_mail, sink):
    sink.answers["RCPT"] = "451 4.2.2 full"
    full = queue_mail()
    deliver(str(full.pk))
    sink.answers.clear()
    sink.mode, sink.commands[:] = "r451_rcpt", []
    for _ in range(2):
        queue_mail()

    sweep()

    verbs = [command.split()[0] for command in sink.commands]
    assert verbs == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "QUIT"]
    assert sink.connections == 2


@pytest.mark.django_db
def test_a_line_that_the_server_cut_while_it_was_quiet_costs_nothing(queue_mail, sink):
    sink.limit = 2
    for _ in range(5):
        queue_mail()

    sweep()

    assert [mail.connection for mail in sink.arrived] == [1, 1, 2, 2, 3]
    assert states() == [State.SENT] * 5
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {0}
    assert Outage.current() is None


@pytest.mark.django_db
def test_a_worker_that_is_told_to_stop_ends_after_the_mail_at_hand(queue_mail, sink):
    for _ in range(3):
        queue_mail()

    tried = delivery.deliver_due(stopping=lambda: len(sink.arrived) == 1)

    assert tried == 1
    assert states() == [State.QUEUED, State.QUEUED, State.SENT]


@pytest.mark.django_db
def test_so_many_mails_a_minute_and_codes_beside_them(queue_mail, sink, settings):
    settings.MAIL_PER_MINUTE = 3
    for _ in range(5):
        queue_mail()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sweep()
        assert len(sink.arrived) == 3
        code = queue_mail(lane=Lane.FAST)
        sweep()
        assert sink.ids[3:] == [code.message_id]
        clock.shift(timedelta(seconds=61))
        sweep()
    assert states() == [State.SENT] * 6


# Surely unsent: the server's fault.


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["hang_greet", "drip", "r421", "r421_mail"])
def test_a_server_that_takes_nothing_costs_the_mails_no_attempt(queue_mail, sink, mode):
    sink.mode = mode
    mails = [queue_mail() for _ in range(3)]
    began = time.monotonic()

    sweep()

    assert time.monotonic() - began < 2.5, "one mail was tried, within the timeout"
    assert states() == [State.QUEUED] * 3
    assert row(mails[0]).last_error
    sink.mode = "well"
    sweep()
    assert sink.arrived == [], "it has its rest"
    with minutes_later(1):
        sweep()
    assert states() == [State.SENT] * 3
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {0}
    assert Outage.current() is None


@pytest.mark.django_db
def test_where_nobody_listens_mails_wait_and_the_outage_is_told(queue_mail, sink, client, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.MAIL_SERVER = MailServer("127.0.0.1", taken.getsockname()[1], timeout=1.0)
        mail = queue_mail(lane=Lane.FAST)
        deliver(str(mail.pk))
        deliver(str(mail.pk))

    outage = Outage.current()
    assert outage.last_error.startswith("ConnectionRefusedError")
    assert (row(mail).state, row(mail).attempts) == (State.QUEUED, 0)
    assert any("e-post" in text for text in client.get("/helse/klar").json()["advarsler"])

    settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port, timeout=1.0)
    with minutes_later(1):
        deliver(str(mail.pk))
    assert row(mail).state == State.SENT
    assert "advarsler" not in client.get("/helse/klar").json() or not any(
        "e-post" in text and "venter" in text
        for text in client.get("/helse/klar").json()["advarsler"]
    )


@pytest.mark.django_db
def test_of_two_workers_one_probes(queue_mail, sink):
    queue_mail()
    Outage.begin("away", now=timezone.now() - timedelta(minutes=1))
    outage = Outage.current()

    assert outage.take_probe(timezone.now()) is True
    assert outage.take_probe(timezone.now()) is False

    since = outage.since
    Outage.begin("still away", now=timezone.now())
    assert Outage.current().since == since


@pytest.mark.django_db
def test_an_outage_without_mails_is_not_probed_for_nothing(sink):
    Outage.begin("away", now=timezone.now() - timedelta(minutes=5))
    before = Outage.current().probe_at

    sweep()

    assert sink.connections == 0
    assert Outage.current().probe_at == before


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["drop_before", "hang_before"])
def test_a_line_that_breaks_before_the_text_is_surely_unsent(queue_mail, sink, mode):
    sink.mode = mode
    mails = [queue_mail() for _ in range(3)]

    sweep()

    assert states() == [State.QUEUED] * 3
    assert [row(mail).attempts for mail in mails] == [1, 0, 0]
    sink.mode = "well"
    with minutes_later(1.2):
        sweep()
    assert states() == [State.SENT] * 3
    assert len(set(sink.ids)) == len(sink.ids) == 3


@pytest.mark.django_db
def test_a_mail_that_breaks_the_line_each_time_does_not_hold_up_the_others(
    queue_mail, sink, monkeypatch
):
    poison = queue_mail(to="poison@test.example")
    rcpt = smtp.Line.rcpt

    def cut(self, recipient, options=()):
        if recipient.startswith("poison"):
            sink.hang_up()
        return rcpt(self, recipient, options)

    monkeypatch.setattr(smtp.Line, "rcpt", cut)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            good = queue_mail()
            for _ in range(3):
                sweep()
                clock.shift(timedelta(seconds=60))
            assert row(good).state == State.SENT
        for hours in (3, 7, 7):
            clock.shift(timedelta(hours=hours))
            sweep()
        assert row(poison).state == State.FAILED
    assert row(poison).attempts == len(delivery.PAUSES) + 1


# Surely unsent: what the server says of the mail.


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["r451_rcpt", "r451_data"])
def test_not_now_is_tried_on_the_ladder_and_fails_in_the_end(queue_mail, sink, mode):
    sink.mode = mode
    mail = queue_mail(sensitive=True)
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while row(mail).state == State.QUEUED:
            pause = row(mail).next_attempt_at - timezone.now()
            pauses.append(round(pause.total_seconds() / 60))
            clock.shift(pause)
            sweep()

    assert pauses == [0, 1, 5, 30, 120, 360]
    failed = row(mail)
    assert (failed.state, failed.attempts, failed.body) == (State.FAILED, 6, "")
    assert failed.reason == "451 4.3.0 come back later"
    assert len({mail.message_id for mail in sink.arrived}) <= 1


@pytest.mark.django_db
def test_after_not_now_the_mail_goes_out_once(queue_mail, sink):
    sink.mode = "r421_data"
    mail = queue_mail()
    sweep()
    assert (row(mail).state, row(mail).attempts) == (State.QUEUED, 1)
    assert row(mail).handing_over_at is None

    sink.mode = "well"
    with minutes_later(1.1):
        sweep()

    assert (row(mail).state, row(mail).reply) == (State.SENT, "250 2.0.0 queued as 2")
    assert sink.ids == [mail.message_id] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        ("r550_rcpt", (550, "5.1.1 nobody of that name")),
        ("r550_data", (550, "5.2.1 mailbox closed")),
    ],
)
def test_a_refused_address_fails_at_once_and_those_who_listen_hear_it(
    queue_mail, sink, mode, answer
):
    sink.mode = mode
    mail = queue_mail(sensitive=True)
    heard = []

    def broken(**kwargs):
        raise RuntimeError("a listener's own fault")

    def listen(mail, code, text, **kwargs):
        heard.append((mail.pk, mail.state, code, text))

    bounces.address_refused.connect(broken)
    bounces.address_refused.connect(listen)
    try:
        sweep()
        with minutes_later(600):
            sweep()
    finally:
        bounces.address_refused.disconnect(broken)
        bounces.address_refused.disconnect(listen)

    assert heard == [(mail.pk, State.FAILED, *answer)]
    assert row(mail).reason == f"{answer[0]} {answer[1]}"
    assert row(mail).body == ""
    assert sum(command.startswith("RCPT") for command in sink.commands) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("MAIL", "550 5.7.1 sender not allowed"),
        ("MAIL", "553 sender not allowed"),
        ("RCPT", "554 5.7.1 relay access denied"),
        ("RCPT", "550 5.7.1 policy"),
    ],
)
def test_a_refusal_that_is_not_the_addresss_fault_blames_none(queue_mail, sink, verb, answer):
    sink.answers[verb] = answer
    mail = queue_mail()
    heard = []

    def listen(**kwargs):
        heard.append(kwargs)

    bounces.address_refused.connect(listen)
    try:
        sweep()
    finally:
        bounces.address_refused.disconnect(listen)

    assert (row(mail).state, row(mail).reason) == (State.FAILED, answer)
    assert heard == []


@pytest.mark.django_db
def test_an_answer_to_data_that_means_nothing_is_no_354(queue_mail, sink):
    sink.answers["DATA"] = "250 go on"
    mail = queue_mail()

    sweep()

    assert (row(mail).state, row(mail).attempts) == (State.QUEUED, 1)
    assert sink.arrived == []


# In doubt.


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["drop_data", "hang_data", "r000_data"])
def test_silence_after_the_text_is_a_doubt_and_never_a_second_mail(queue_mail, sink, mode, caplog):
    sink.mode = mode
    mails = [queue_mail() for _ in range(3)]
    began = time.monotonic()

    sweep()

    assert time.monotonic() - began < 5, "a timeout of a second for each"
    assert states() == [State.IN_DOUBT] * 3
    assert all(row(mail).reason for mail in mails)
    assert caplog.messages.count("mail in doubt") == 3
    sink.mode = "well"
    for minutes in (2, 600):
        with minutes_later(minutes):
            sweep()
    assert len(sink.ids) == len(set(sink.ids)) == 3
    assert states() == [State.IN_DOUBT] * 3


@ACROSS_CONNECTIONS
def test_a_worker_killed_between_text_and_answer_leaves_doubts_and_no_second_mail(
    queue_mail, sink, in_process
):
    sink.mode = "kill"
    for _ in range(20):
        mail = queue_mail()

        def work(mail=mail):
            sink.victim = os.getpid()
            deliver(str(mail.pk))

        assert in_process_with_victim(in_process, sink, work) == -signal.SIGKILL
        assert row(mail).state == State.HANDING_OVER

    sink.mode = "well"
    with minutes_later(2):
        sweep()
        sweep()

    assert states() == [State.IN_DOUBT] * 20
    assert len(sink.ids) == len(set(sink.ids)) == 20
    assert all(OutgoingMail.objects.values_list("reason", flat=True))


def in_process_with_victim(in_process, sink, work):
    """The sink lives here and must know whom to kill before the worker is that far."""
    reader, writer = os.pipe()

    def told():
        os.write(writer, str(os.getpid()).encode())
        work()

    def learn():
        sink.victim = int(os.read(reader, 20))

    learning = threading.Thread(target=learn)
    learning.start()
    try:
        return in_process(told)
    finally:
        learning.join()
        os.close(reader)
        os.close(writer)


AFTER_THE_CLAIM = ("outbox.messages.build", State.CLAIMED, 0, State.SENT)
BEFORE_THE_ENVELOPE = ("outbox.transports.smtp.SmtpTransport.begin", State.CLAIMED, 0, State.SENT)
AFTER_354 = ("outbox.delivery._mark", State.CLAIMED, 0, State.SENT)
AFTER_THE_MARK = (
    "outbox.transports.smtp.SmtpTransport.hand_over",
    State.HANDING_OVER,
    0,
    State.IN_DOUBT,
)
AFTER_250 = (
    "outbox.models.OutgoingMailQuerySet.finish",
    State.HANDING_OVER,
    1,
    State.IN_DOUBT,
)


@pytest.mark.django_db
def test_a_worker_that_wakes_under_the_eyes_of_the_sweep_keeps_its_mail(queue_mail, sink):
    mail = queue_mail()
    now = timezone.now()
    OutgoingMail.objects.update(
        state=State.CLAIMED,
        next_attempt_at=None,
        claimed_at=now - timedelta(minutes=2),
        lease_until=now - timedelta(minutes=1),
    )
    woken = []

    def wake_before_the_verdict(execute, sql, *rest):
        if sql.startswith("UPDATE") and not woken:
            woken.append(sql)
            OutgoingMail.objects.update(
                state=State.HANDING_OVER,
                handing_over_at=now,
                lease_until=now + delivery.LEASE,
            )
        return execute(sql, *rest)

    with connection.execute_wrapper(wake_before_the_verdict):
        sweep()

    assert woken
    assert row(mail).state == State.HANDING_OVER
    assert sink.ids == []


@ACROSS_CONNECTIONS
@pytest.mark.parametrize(
    ("step", "state", "arrived", "end"),
    [AFTER_THE_CLAIM, BEFORE_THE_ENVELOPE, AFTER_354, AFTER_THE_MARK, AFTER_250],
)
def test_a_worker_killed_before_a_step_never_mails_twice(
    queue_mail, sink, in_process, monkeypatch, step, state, arrived, end
):
    mail = queue_mail()
    with monkeypatch.context() as patch:
        patch.setattr(step, die)
        assert in_process(lambda: deliver(str(mail.pk))) == -signal.SIGKILL
    assert row(mail).state == state

    sweep()
    assert row(mail).state == state, "the lease still runs"
    with minutes_later(2):
        sweep()
        sweep()

    assert row(mail).state == end
    assert row(mail).attempts == 0
    assert len(sink.ids) == (1 if end == State.SENT else arrived)


@ACROSS_CONNECTIONS
def test_a_worker_killed_between_two_mails_leaves_the_second_to_others(
    queue_mail, sink, in_process
):
    for _ in range(3):
        queue_mail()

    def stop():
        return die() if OutgoingMail.objects.filter(state=State.SENT).exists() else False

    assert in_process(lambda: delivery.deliver_due(stopping=stop)) == -signal.SIGKILL
    assert states() == [State.QUEUED, State.QUEUED, State.SENT]
    sweep()

    assert states() == [State.SENT] * 3
    assert len(set(sink.ids)) == len(sink.ids) == 3


@ACROSS_CONNECTIONS
def test_sixty_mails_survive_two_workers_that_are_killed_again_and_again(queue_mail, sink):
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
            time.sleep(chance.uniform(0.005, 0.12))
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
                kills += os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL
            clock.shift(timedelta(seconds=61))
        sweep()

    assert len(sink.ids) == len(set(sink.ids))
    doubtful = [mail for mail in mails if row(mail).state == State.IN_DOUBT]
    sent = {mail.message_id for mail in mails if row(mail).state == State.SENT}
    assert len(doubtful) <= kills
    assert len(doubtful) + len(sent) == 60
    assert sent <= set(sink.ids)


# Worth sending?


@pytest.mark.django_db
def test_a_mail_that_is_no_longer_due_is_cancelled_with_the_reason(queue_mail, sink, monkeypatch):
    monkeypatch.setattr(checks, "_checks", {})
    mail, other = queue_mail(kind="reminder"), queue_mail()
    checks.register("reminder", lambda mail: "The report has come.")

    sweep()

    assert (row(mail).state, row(mail).reason) == (State.CANCELLED, "The report has come.")
    assert sink.ids == [other.message_id]
    with pytest.raises(ValueError, match="reminder"):
        checks.register("reminder", lambda mail: None)


@pytest.mark.django_db
def test_what_is_asked_may_say_nothing_or_fail(queue_mail, sink, monkeypatch):
    monkeypatch.setattr(checks, "_checks", {})
    checks.register("due", lambda mail: None)
    checks.register("broken", lambda mail: 1 / 0)
    due, broken = queue_mail(kind="due"), queue_mail(kind="broken")

    sweep()

    assert row(due).state == State.SENT
    assert (row(broken).state, row(broken).attempts) == (State.QUEUED, 1)
    assert row(broken).last_error.startswith("ZeroDivisionError")


@pytest.mark.django_db
def test_what_expires_between_claim_and_mark_is_taken_back(queue_mail, sink, monkeypatch):
    mail = queue_mail(expires_at=timezone.now() + timedelta(minutes=3), sensitive=True)
    begin = smtp.SmtpTransport.begin
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slow_begin(self, mail, content):
            begin(self, mail, content)
            clock.shift(timedelta(minutes=3))

        monkeypatch.setattr(smtp.SmtpTransport, "begin", slow_begin)
        sweep()

    assert row(mail).state == State.EXPIRED
    assert sink.arrived == []
    assert sink.commands[-1] == "DATA"


@pytest.mark.django_db
def test_a_code_is_not_tried_again_when_it_has_run_out_and_its_secret_goes(queue_mail, sink):
    def code():
        return queue_mail(
            lane=Lane.FAST,
            sensitive=True,
            body="4711",
            expires_at=timezone.now() + timedelta(minutes=3),
        )

    sink.mode = "drop_data"
    doubtful = code()
    sweep()
    sink.mode = "r451_rcpt"
    later = code()
    sweep()
    sink.mode = "well"
    with minutes_later(3.1):
        sweep()

    assert (row(later).state, row(later).body) == (State.EXPIRED, "")
    assert (row(doubtful).state, row(doubtful).body) == (State.IN_DOUBT, "")
    assert len(sink.arrived) == 1


@pytest.mark.django_db
def test_a_lease_is_never_shorter_than_the_timeouts(settings):
    assert delivery.lease() == timedelta(seconds=60)
    for timeout in (1.0, 10.0, 60.0):
        settings.MAIL_SERVER = MailServer("mail.example", 25, timeout=timeout)
        assert delivery.lease() >= max(timedelta(seconds=60), timedelta(seconds=3 * timeout))


# Encryption and log-in.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A PEM file with a key and its own certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


LOG_IN = ("nso@test.example", "pæss/ord:@#")


@pytest.mark.django_db
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("offered", ["PLAIN LOGIN", "LOGIN"])
def test_an_encrypted_line_with_log_in(
    queue_mail, settings, certificate, monkeypatch, security, offered
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail = queue_mail()
    tls = server_context(certificate)
    with Sink(tls=tls, starttls=security == "starttls", log_in=LOG_IN) as sink:
        sink.auth = offered
        user, password = LOG_IN
        settings.MAIL_SERVER = MailServer("localhost", sink.port, security, user, password, 2.0)
        sweep()

    assert row(mail).state == State.SENT, row(mail).last_error
    assert [arrived.secure for arrived in sink.arrived] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_that_does_not_hold_is_no_line(
    queue_mail, settings, certificate, monkeypatch, security, host
):
    """Not signed by anybody whom we trust; or trusted, and of another name."""
    if host == "127.0.0.1":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail = queue_mail()
    with Sink(tls=server_context(certificate), starttls=security == "starttls") as sink:
        settings.MAIL_SERVER = MailServer(host, sink.port, security, timeout=2.0)
        sweep()

    assert (row(mail).state, row(mail).attempts) == (State.QUEUED, 0)
    assert "certificate verify failed" in row(mail).last_error
    assert not any(command.startswith("MAIL") for command in sink.commands)


@pytest.mark.django_db
def test_where_encryption_is_demanded_a_server_without_it_gets_nothing(queue_mail, sink, settings):
    settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port, "starttls", *LOG_IN, 1.0)
    mail = queue_mail()

    sweep()

    assert (row(mail).state, row(mail).attempts) == (State.QUEUED, 0)
    assert [command.split()[0] for command in sink.commands] == ["EHLO"]


@pytest.mark.django_db
def test_a_wrong_password_costs_no_mail_and_shows_nowhere(queue_mail, settings, caplog):
    mail = queue_mail()
    with Sink(log_in=LOG_IN) as sink:
        settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port, "", LOG_IN[0], "hemmelig", 1.0)
        sweep()

    assert (row(mail).state, row(mail).attempts) == (State.QUEUED, 0)
    assert Outage.current().last_error == "535 5.7.8 who are you?"
    assert "hemmelig" not in caplog.text + repr(settings.MAIL_SERVER) + str(settings.MAIL_SERVER)


@pytest.mark.django_db
@pytest.mark.parametrize("slow", [0.0, 0.05])
def test_a_line_that_is_cut_at_the_good_bye_changes_nothing(queue_mail, sink, slow):
    sink.mode, sink.slow = "drop_quit", slow
    for _ in range(2):
        queue_mail()

    sweep()

    assert states() == [State.SENT] * 2
    assert len(sink.arrived) == 2
