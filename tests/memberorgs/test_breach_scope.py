"""Whom a breach touched: from the log, from the mails, and from what a log-in could see."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from memberorgs import actions, erasure
from memberorgs.actions import Office
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import AccessRequest
from memberorgs.people import retire
from outbox.choices import State
from outbox.models import OutgoingMail
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock, translation.override("en"):
        yield clock


@pytest.fixture(autouse=True)
def _own_list(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def fjordvik():
    return OrganisationFactory(code="fjordvik", confirmed_by__email="ansatt@test.example")


@pytest.fixture
def kari(fjordvik):
    person = UserFactory(email="kari@test.example", first_name="Kari", last_name="Fjord")
    return TermFactory(organisation=fjordvik, person=person).person


@pytest.fixture
def nora(fjordvik):
    return TermFactory(organisation=fjordvik, person__email="nora@test.example").person


@pytest.fixture
def elsewhere():
    return TermFactory(person__email="annet.lag@test.example", organisation__code="elvestad").person


def scope(tmp_path, since="2026-11-26T08:00", **options):
    """The list as it was written: by address or number the reasons."""
    path = tmp_path / f"scope-{AuditEntry.objects.count()}.csv"
    call_command("breach_scope", since=since, output=path, stdout=io.StringIO(), **options)
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";")
    return {row["e-mail address"] or row["number"]: row["why"].split("; ") for row in rows}


USED, NAMED, MAILED, SEEN = (
    "the log-in was used",
    "the audit log says that something was done to them or their data",
    "a mail to them went out",
    "a log-in that was used could see them",
)


def office(**values):
    today = NOW.date()
    values = {"role": Role.REPORTER, "begins": today, "ends": today + timedelta(days=90)} | values
    return Office(**values)


def mail(to, at, **values):
    return OutgoingMail.objects.create(
        key=f"k/{to}/{at}",
        kind="t",
        language="nb",
        to=to,
        message_id=f"<{to}.{at.timestamp()}@test.example>",
        state=State.SENT,
        next_attempt_at=None,
        handing_over_at=at,
        finished_at=at,
        **values,
    )


def test_without_a_log_in_it_is_what_the_log_and_the_outbox_tell(tmp_path, kari, nora, elsewhere):
    record("account.logged_in", by=kari, person=kari, address="192.0.2.7")
    record("term.changed", by=kari, person=nora, organisation="fjordvik")
    mail("ny@test.example", NOW - HOUR)
    assert scope(tmp_path, until="2026-11-26T23:00") == {
        "kari@test.example": [USED],
        "nora@test.example": [NAMED],
        "ny@test.example": [MAILED],
    }


def test_what_lies_outside_the_time_is_left_out(tmp_path, clock, kari, nora):
    clock.move_to(NOW - 6 * HOUR)
    record("account.logged_in", by=kari, person=kari)
    mail("for@test.example", NOW - 6 * HOUR)
    clock.move_to(NOW)
    record("account.logged_in", by=nora, person=nora)
    # Midday in UTC is one o'clock in Oslo, where the operator looks at the clock.
    assert scope(tmp_path, since="2026-11-26T12:30") == {}
    clock.move_to(NOW + HOUR)
    assert scope(tmp_path, since="2026-11-26T12:30") == {"nora@test.example": [USED]}
    assert scope(tmp_path, since="2026-11-26", until="2026-11-26T12:00") == {
        "kari@test.example": [USED],
        "for@test.example": [MAILED],
    }


def test_attempts_touch_nobody(tmp_path, kari):
    record("account.log_in_failed", person=kari, address="192.0.2.7", how=["password"])
    record("account.code_asked", person=kari, address="192.0.2.7")
    assert scope(tmp_path, until="2026-11-26T23:00") == {}
    with pytest.raises(CommandError, match="no log-in from this network address"):
        scope(tmp_path, until="2026-11-26T23:00", network_address="192.0.2.7")


def test_a_named_log_in_has_seen_all_of_its_organisations(
    tmp_path, clock, fjordvik, kari, nora, elsewhere
):
    actions.invite(organisation=fjordvik, email="ny@test.example", office=office(), by=nora)
    AccessRequest.objects.create(
        organisation=fjordvik, name="Per", email="per@test.example", title="leder", evidence="4"
    )
    record("term.changed", by=elsewhere, person=elsewhere, organisation="elvestad")
    clock.move_to(NOW + HOUR)
    assert scope(tmp_path, log_in=["KARI@test.example"]) == {
        "kari@test.example": [USED, SEEN],
        "nora@test.example": [SEEN],
        "ny@test.example": [SEEN],
        "per@test.example": [SEEN],
    }


def test_a_network_address_leads_to_the_log_ins_used_from_there(tmp_path, clock, kari, elsewhere):
    record("account.logged_in", by=kari, person=kari, address="192.0.2.7")
    record("account.logged_in", by=elsewhere, person=elsewhere, address="192.0.2.8")
    clock.move_to(NOW + HOUR)
    assert scope(tmp_path, network_address="192.0.2.8") == {"annet.lag@test.example": [USED, SEEN]}


def test_who_was_invited_by_it_is_named_and_mailed(tmp_path, clock, fjordvik, kari):
    actions.invite(organisation=fjordvik, email="ny@test.example", office=office(), by=kari)
    OutgoingMail.objects.update(
        state=State.IN_DOUBT, reason="x", next_attempt_at=None, handing_over_at=NOW
    )
    mail("andre@test.example", NOW, created_by=UserFactory())
    clock.move_to(NOW + HOUR)
    found = scope(tmp_path, log_in=["kari@test.example"])
    assert found["ny@test.example"] == [NAMED, MAILED, SEEN]
    assert "andre@test.example" not in found


@pytest.mark.parametrize("stopped", ["not at all", "groups", "closed", "retired"])
def test_staff_have_seen_everybody_also_when_they_were_stopped_since(
    tmp_path, clock, kari, elsewhere, stopped
):
    staff = UserFactory(email="siri@test.example", role=RoleGroup.STAFF)
    mail("folger@test.example", NOW - timedelta(days=20))
    clock.move_to(NOW + HOUR)
    if stopped == "groups":
        staff.groups.clear()
    elif stopped == "closed":
        staff.is_active = False
        staff.save()
    elif stopped == "retired":
        retire(staff, by=None)
    found = scope(tmp_path, log_in=[str(staff.pk)], until="2026-11-26T23:00")
    assert SEEN in found["kari@test.example"]
    assert SEEN in found["annet.lag@test.example"]
    assert SEEN in found["folger@test.example"]
    assert USED in found[str(staff.pk) if stopped == "retired" else "siri@test.example"]


def test_a_term_that_was_ended_to_stop_it_still_counts(tmp_path, clock, kari, nora):
    clock.move_to(NOW + HOUR)
    actions.end_term(term=kari.terms.get(), by=nora)
    clock.move_to(NOW + 2 * HOUR)
    assert SEEN in scope(tmp_path, log_in=["kari@test.example"])["nora@test.example"]
    assert "nora@test.example" not in scope(
        tmp_path, log_in=["kari@test.example"], since="2026-11-26T14:30"
    )


def test_a_copy_astray_touches_all_but_the_erased(tmp_path, clock, kari, nora, elsewhere):
    erasure.erase(kari, by=None, leave_without_leader=True)
    clock.move_to(NOW + HOUR)
    found = scope(tmp_path, since="2026-11-26T13:30", everyone=True)
    assert {"nora@test.example", "annet.lag@test.example"} <= found.keys()
    assert "kari@test.example" not in found
    assert str(kari.pk) not in found


def test_mailboxes_of_organisations_are_nobody(tmp_path, clock, fjordvik):
    fjordvik.mailbox = "post@fjordvik.example"
    fjordvik.save()
    mail("post@fjordvik.example", NOW)
    clock.move_to(NOW + HOUR)
    assert scope(tmp_path) == {}


def test_it_is_told_counted_and_itself_in_the_log(tmp_path, clock, kari, nora):
    record("term.changed", by=kari, person=nora)
    record("account.email_changed", by=kari, person=kari)
    clock.move_to(NOW + HOUR)
    out = io.StringIO()
    call_command("breach_scope", since="2025-01-01", stdout=out)
    text = out.getvalue()
    assert "1  Changed a term of office" in text
    assert "2 people touched." in text
    assert "Kari Fjord <kari@test.example> (fjordvik)" in text
    assert "Addresses were changed in that time" in text
    assert "The oldest of that time has gone from the audit log." in text
    entry = AuditEntry.objects.get(event="breach.listed")
    assert entry.facts["people"] == 2
    assert "test.example" not in str(entry.facts)


def test_the_file_is_the_operators_alone_and_overwrites_nothing(tmp_path, clock, kari):
    record("account.logged_in", by=kari, person=kari)
    clock.move_to(NOW + HOUR)
    path = tmp_path / "berorte.csv"
    call_command("breach_scope", since="2026-11-26", output=path, stdout=io.StringIO())
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="there already"):
        call_command("breach_scope", since="2026-11-26", output=path, stdout=io.StringIO())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "i går"}, "Write the moment as"),
        ({"since": "2026-11-31"}, "Write the moment as"),
        ({"since": "2027-01-01"}, "before now"),
        ({"since": "2026-11-20", "until": "2026-11-19"}, "before now"),
        ({"since": "2026-11-20", "log_in": ["ingen@test.example"]}, "Nobody logs in with"),
    ],
)
def test_what_makes_no_sense_is_said(options, words):
    with pytest.raises(CommandError, match=words):
        call_command("breach_scope", stdout=io.StringIO(), **options)


def test_it_costs_the_same_for_many(clock, fjordvik, kari, django_assert_max_num_queries):
    def run():
        call_command(
            "breach_scope",
            since="2026-11-26",
            log_in=["kari@test.example"],
            stdout=io.StringIO(),
        )

    clock.move_to(NOW + HOUR)
    with django_assert_max_num_queries(30) as first:
        run()
    TermFactory.create_batch(40, organisation=fjordvik)
    with django_assert_max_num_queries(len(first)):
        run()
