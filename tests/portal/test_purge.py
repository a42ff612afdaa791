"""What is too old goes: each rule a day before and a day after its time, on a stopped clock."""

import io
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from celery.schedules import crontab
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from activity.actions import log_entry, remove_entry
from activity.facts import EntryFacts
from activity.models import Entry
from foundation.audit import retention
from foundation.audit.models import AuditEntry
from foundation.audit.retention import Rule
from foundation.audit.tasks import purge
from foundation.intake.drafts import Place, draft_of, new_key, save_draft
from foundation.intake.models import Submission
from foundation.jobs.models import Heartbeat
from lobbying.actions import log_contact, remove_contact
from lobbying.choices import ContactKind, Counterpart
from lobbying.facts import ContactFacts
from lobbying.models import Contact
from memberorgs import wheel
from memberorgs.choices import RoleGroup
from memberorgs.models import (
    AccessRequest,
    Invitation,
    OrganisationDate,
    OrganisationImport,
    Term,
    User,
)
from memberorgs.organisation_actions import store_import
from outbox.choices import State
from outbox.models import OutgoingMail
from portal import celery
from portal.backup.places import LONGEST
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

# A morning in winter; the last day of an office is a date in Oslo.
START = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_list(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


def rule(code):
    return next(one for one in retention.rules() if one.code == code)


def an_organisation():
    return OrganisationFactory(confirmed_by__role=RoleGroup.STAFF)


def invitation(**values):
    organisation = an_organisation()
    today = timezone.localdate()
    values = {
        "begins": today,
        "ends": today + 300 * DAY,
        "sent_at": timezone.now(),
        "expires_at": timezone.now() + 14 * DAY,
    } | values
    return Invitation.objects.create(
        organisation=organisation,
        email="ny@test.example",
        digest="d" * 64,
        invited_by=organisation.confirmed_by,
        **values,
    )


def request_for_access(**values):
    return AccessRequest.objects.create(
        organisation=an_organisation(),
        name="Ny",
        email="ny@test.example",
        title="leder",
        evidence="Sak 4",
        **values,
    )


def mail(state, **values):
    now = timezone.now()
    times = {"next_attempt_at": None, "finished_at": now, "reason": "Fordi ny@test.example."}
    if state in {State.SENT, State.IN_DOUBT}:
        times["handing_over_at"] = now
    if state == State.IN_DOUBT:
        times["finished_at"] = None
    return OutgoingMail.objects.create(
        key=f"k/{state}",
        kind="t",
        language="nb",
        to="ny@test.example",
        sender="NSO <nso@test.example>",
        subject="Hei Ny",
        body="Hei Ny",
        message_id=f"<{state}@test.example>",
        state=state,
        **(times | values),
    )


def old_invitation():
    row = invitation()
    return lambda: Invitation.objects.filter(pk=row.pk).exists()


def old_invitation_for_a_later_term():
    """Its fourteen days begin with the term."""
    begins = timezone.localdate() + 20 * DAY
    row = invitation(begins=begins, expires_at=timezone.now() + 34 * DAY)
    return lambda: Invitation.objects.filter(pk=row.pk).exists()


def withdrawn_invitation():
    row = invitation(expires_at=timezone.now() + 90 * DAY)
    by = row.invited_by
    Invitation.objects.filter(pk=row.pk).update(revoked_at=timezone.now(), revoked_by=by)
    return lambda: Invitation.objects.filter(pk=row.pk).exists()


def unanswered_request():
    row = request_for_access()
    return lambda: AccessRequest.objects.filter(pk=row.pk).exists()


def refused_request():
    row = request_for_access(
        asked_at=timezone.now() - 200 * DAY,
        decision="refused",
        decided_at=timezone.now(),
        decided_by=UserFactory(),
    )
    return lambda: AccessRequest.objects.filter(pk=row.pk).exists()


def text_of(state):
    def made():
        row = mail(state)
        return lambda: "ny@test.example" in str(OutgoingMail.objects.filter(pk=row.pk).values())

    made.__name__ = f"text_of_{state}"
    return made


def row_of_a_mail():
    row = mail(State.SENT)
    return lambda: OutgoingMail.objects.filter(pk=row.pk).exists()


def ended_office():
    today = timezone.localdate()
    term = TermFactory(organisation=an_organisation(), begins=today - 300 * DAY, ends=today)
    person = term.person
    return lambda: User.objects.get(pk=person.pk).retired_at is None


def office_ended_early():
    term = TermFactory(organisation=an_organisation())
    Term.objects.filter(pk=term.pk).update(
        ended_at=timezone.now(), ended_by=term.person, ends=timezone.localdate() + 900 * DAY
    )
    return lambda: User.objects.get(pk=term.person.pk).retired_at is None


def never_had_an_office():
    person = UserFactory(date_joined=timezone.now() - 400 * DAY, last_login=timezone.now())
    return lambda: User.objects.get(pk=person.pk).retired_at is None


def old_entry():
    row = AuditEntry.objects.create(event="access.asked", at=timezone.now())
    return lambda: AuditEntry.objects.filter(pk=row.pk).exists()


def old_session():
    row = Session.objects.create(session_key="s" * 32, session_data="x", expire_date=timezone.now())
    return lambda: Session.objects.filter(pk=row.pk).exists()


def removed_contact():
    leader = TermFactory(organisation=an_organisation()).person
    facts = ContactFacts(
        counterpart=Counterpart.WELFARE, kind=ContactKind.EMAIL, day=timezone.localdate()
    )
    contact = log_contact(organisation=leader.terms.get().organisation, facts=facts, by=leader)
    remove_contact(contact=contact, by=leader)
    return lambda: Contact.objects.filter(pk=contact.pk).exists()


def removed_entry():
    leader = TermFactory(organisation=an_organisation()).person
    facts = EntryFacts(day=timezone.localdate(), title="Kurs")
    entry = log_entry(organisation=leader.terms.get().organisation, facts=facts, by=leader)
    remove_entry(entry=entry, by=leader)
    return lambda: Entry.objects.filter(pk=entry.pk).exists()


def removed_date():
    organisation, today = an_organisation(), timezone.localdate()
    row = OrganisationDate.objects.create(
        organisation=organisation, starts=today, ends=today, kind="other", title="Årsmøte"
    )
    wheel.remove(own=row, by=organisation.confirmed_by)
    return lambda: OrganisationDate.objects.filter(pk=row.pk).exists()


def table_that_nobody_applied():
    row = store_import(filename="lag.csv", content=b"code\r\n", by=UserFactory())
    return lambda: OrganisationImport.objects.filter(pk=row.pk).exists()


def old_draft():
    place = Place("fjordvik", "lobbying")
    person = UserFactory()
    save_draft(by=person, place=place, fields={"note": ["Hei"]}, version=0)
    return lambda: draft_of(person, place) is not None


def old_submission():
    row = Submission.objects.create(key=new_key(), person=UserFactory(), form="lobbying")
    return lambda: Submission.objects.filter(pk=row.pk).exists()


def file_without_row():
    path = Path(project.ATTACHMENT_ROOT) / "ab" / "cd"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    os.utime(path, (timezone.now().timestamp(),) * 2)
    return path.exists


KINDS = [
    ("invitation", old_invitation, 30),
    ("invitation", old_invitation_for_a_later_term, 50),
    ("invitation", withdrawn_invitation, 30),
    ("access_request", unanswered_request, 90),
    ("access_request", refused_request, 90),
    ("removed_contact", removed_contact, 30),
    ("removed_entry", removed_entry, 30),
    ("removed_date", removed_date, 30),
    ("organisation_import", table_that_nobody_applied, 7),
    ("outbox_text", text_of(State.SENT), 30),
    ("outbox_text", text_of(State.FAILED), 30),
    ("outbox_text", text_of(State.IN_DOUBT), 30),
    ("outbox_row", row_of_a_mail, 400),
    ("ended_person", ended_office, 180),
    ("ended_person", office_ended_early, 180),
    ("ended_person", never_had_an_office, 180),
    ("audit", old_entry, 400),
    ("draft", old_draft, 30),
    ("submission", old_submission, 30),
    ("loose_file", file_without_row, 1),
    ("session", old_session, 1),
]


@pytest.mark.parametrize(
    ("code", "make", "days"), KINDS, ids=[f"{code}-{make.__name__}" for code, make, _ in KINDS]
)
def test_it_is_there_a_day_before_its_time_and_gone_a_day_after(code, make, days):
    with time_machine.travel(START, tick=False) as clock:
        is_there = make()
        for later, expected in ((days - 1, True), (days + 1, False)):
            clock.move_to(START + later * DAY)
            count = rule(code).run(dry_run=True)
            assert is_there()
            assert rule(code).run() == count == (0 if expected else 1)
            assert is_there() is expected
        # Can run twice.
        assert rule(code).run() == 0


def test_every_rule_that_removes_is_tried_here():
    assert {code for code, _, _ in KINDS} == {
        one.code for one in retention.rules() if one.purge is not None
    }


def test_every_period_has_a_rule():
    assert [one.code for one in retention.rules()] == list(project.RETENTION_DAYS)
    for one in retention.rules():
        assert str(one.what)
        assert str(one.basis)
        assert one.days > 0


def test_the_days_are_those_of_the_settings(settings):
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "access_request": 7}
    with time_machine.travel(START, tick=False) as clock:
        request_for_access()
        clock.move_to(START + 8 * DAY)
        assert rule("access_request").run() == 1


def test_what_is_still_needed_stays():
    with time_machine.travel(START, tick=False) as clock:
        taken = invitation()
        term = TermFactory(ends=timezone.localdate() + 4000 * DAY)
        Invitation.objects.filter(pk=taken.pk).update(accepted_at=timezone.now(), term=term)
        today = timezone.localdate()
        kept = OrganisationDate.objects.create(
            organisation=taken.organisation, starts=today, ends=today, kind="other", title="Møte"
        )
        applied = store_import(filename="lag.csv", content=b"", by=term.person)
        OrganisationImport.objects.update(applied_at=timezone.now(), applied_by=term.person)
        back = TermFactory(over=True)
        TermFactory(person=back.person, incoming=True, ends=timezone.localdate() + 4000 * DAY)
        queued = OutgoingMail.objects.create(
            key="q", kind="t", language="nb", to="ny@test.example", message_id="<q@test.example>"
        )
        clock.move_to(START + 3000 * DAY)
        retention.purge_all()
        assert Invitation.objects.filter(pk=taken.pk).exists()
        assert User.objects.get(pk=back.person.pk).retired_at is None
        assert OrganisationDate.objects.filter(pk=kept.pk).exists()
        assert OrganisationImport.objects.filter(pk=applied.pk).exists()
        assert OutgoingMail.objects.get(pk=queued.pk).to == "ny@test.example"


def test_who_is_invited_again_is_not_let_go():
    with time_machine.travel(START, tick=False) as clock:
        person = TermFactory(organisation=an_organisation(), over=True).person
        clock.move_to(START + 300 * DAY)
        again = invitation()
        Invitation.objects.filter(pk=again.pk).update(email=person.email)
        assert rule("ended_person").run() == 0
        clock.move_to(START + 315 * DAY)
        assert rule("ended_person").run() == 1


def test_name_and_office_stay_when_a_person_is_let_go():
    with time_machine.travel(START, tick=False) as clock:
        term = TermFactory(over=True, person__first_name="Kari")
        clock.move_to(START + 200 * DAY)
        rule("ended_person").run()
        assert str(Term.objects.get(pk=term.pk).person) == "Kari"
        assert User.objects.get(pk=term.person.pk).email.endswith(".invalid")


def test_a_dry_run_prints_a_table_and_removes_nothing():
    with time_machine.travel(START, tick=False) as clock:
        request_for_access()
        clock.move_to(START + 100 * DAY)
        out = io.StringIO()
        call_command("purge", dry_run=True, stdout=out)
        lines = out.getvalue().splitlines()
        assert [line.split()[0] for line in lines[1 : len(project.RETENTION_DAYS) + 1]] == list(
            project.RETENTION_DAYS
        )
        assert any(line.split()[:3] == ["access_request", "90", "1"] for line in lines)
        assert AccessRequest.objects.count() == 1
        assert Heartbeat.age(retention.DONE) is None
        call_command("purge", stdout=out)
        assert not AccessRequest.objects.exists()
        assert AuditEntry.objects.get(event="retention.purged").facts == {
            "kinds": ["access_request"],
            "rows": [1],
        }


def broken(before, dry_run):
    raise OperationalError("ny@test.example")


@pytest.fixture
def one_is_broken(monkeypatch):
    rules = {**retention._rules, "invitation": Rule("invitation", "x", "y", broken)}
    monkeypatch.setattr(retention, "_rules", rules)


def test_one_rule_that_fails_stops_no_other_and_is_told(one_is_broken, caplog):
    with time_machine.travel(START, tick=False) as clock:
        request_for_access()
        clock.move_to(START + 100 * DAY)
        with pytest.raises(CommandError, match=r"invitation \(OperationalError\)"):
            call_command("purge", stdout=io.StringIO())
    assert not AccessRequest.objects.exists()
    assert Heartbeat.age(retention.DONE) is None
    assert "ny@test.example" not in caplog.text


def test_beat_calls_it_each_night_in_oslo():
    entry = celery.app.conf.beat_schedule["retention"]
    assert entry["task"] == purge.name
    assert entry["schedule"] == crontab(hour=3, minute=40)
    assert celery.app.conf.timezone == "Europe/Oslo"


def test_two_beats_make_one_run(monkeypatch):
    runs = []
    monkeypatch.setattr(retention, "purge_all", lambda: runs.append(timezone.now()) or [])
    with time_machine.travel(START, tick=False) as clock:
        purge()
        purge()
        clock.move_to(START + timedelta(hours=1))
        purge()
        assert len(runs) == 1
        clock.move_to(START + DAY)
        purge()
        assert len(runs) == 2


def warned(client):
    return "manage.py purge" in str(client.get(reverse("health_ready")).json().get("advarsler"))


def test_readiness_warns_when_no_night_has_gone_through_for_two_days(client, one_is_broken):
    with time_machine.travel(START, tick=False) as clock:
        assert not warned(client)
        purge()
        assert not warned(client)
        clock.move_to(START + DAY)
        purge()
        assert not warned(client)
        clock.move_to(START + 2 * DAY + timedelta(hours=1))
        purge()
        assert warned(client)


def test_readiness_is_quiet_after_a_night_that_went_through(client):
    with time_machine.travel(START, tick=False) as clock:
        for night in range(4):
            clock.move_to(START + night * DAY)
            purge()
        assert not warned(client)


def test_the_docs_say_what_the_job_does():
    page = (project.BASE_DIR / "docs/personvern-vurdering.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|[^|]+\| (\d+) \|", page, re.MULTILINE)
    assert [(code, int(days)) for code, days in told] == [
        (one.code, one.days) for one in retention.rules()
    ]
    operating = (project.BASE_DIR / "docs/operating.md").read_text(encoding="utf-8")
    for one in retention.rules():
        assert f"`RETENTION_{one.code.upper()}`" in operating


def test_backups_go_when_the_registry_says():
    assert timedelta(days=rule("backup").days) == LONGEST
