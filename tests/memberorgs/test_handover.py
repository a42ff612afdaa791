"""The handover: when it begins and closes by itself, the list, the note, the first week."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.audit.models import AuditEntry
from memberorgs import handover as rules
from memberorgs import mails, sections
from memberorgs.access import standing
from memberorgs.choices import HandoverItem, HandoverStart, Role, RoleGroup
from memberorgs.first_week import first_week
from memberorgs.models import Handover, HandoverTick, Invitation, OrganisationDate, Term
from memberorgs.tasks import ensure_handovers
from outbox.models import OutgoingMail
from tests.factories import OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

ENDS = date(2027, 6, 30)
# Sixty days before.
DUE = date(2027, 5, 1)


@pytest.fixture
def clock():
    """Noon in Norway of the day that one moves to."""
    with time_machine.travel(datetime(2027, 4, 1, 10, tzinfo=UTC), tick=False) as traveller:

        def go(day):
            traveller.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
            return day

        yield go


@pytest.fixture
def leader(clock):
    return TermFactory(
        begins=date(2026, 7, 1), ends=ENDS, person__first_name="Ingrid", person__language="nn"
    )


@pytest.fixture
def organisation(leader):
    return leader.organisation


def give(organisation, role=Role.LEADER, begins=date(2026, 7, 1), ends=ENDS, **more):
    return TermFactory(organisation=organisation, role=role, begins=begins, ends=ends, **more)


def successor(organisation, **more):
    return give(organisation, begins=date(2027, 7, 1), ends=date(2028, 6, 30), **more)


def run(day):
    ensured = rules.ensure_handovers(day)
    return ensured.begun, ensured.closed


def room(organisation, rest=""):
    return f"/medlem/{organisation.code}/overlapp/{rest}"


class TestItBeginsByItself:
    def test_sixty_days_before_the_last_leaders_term_ends(self, clock, organisation):
        assert run(clock(DUE - timedelta(days=1))) == (0, 0)
        assert run(clock(DUE)) == (1, 0)
        handover = Handover.objects.get()
        assert handover.organisation == organisation
        assert handover.start == HandoverStart.TERM_ENDS
        assert (handover.begun_by, handover.closed_at) == (None, None)
        assert AuditEntry.objects.filter(event="handover.begun").count() == 1

    def test_also_when_the_machine_was_away_that_day(self, clock, organisation):
        assert run(clock(DUE + timedelta(days=40))) == (1, 0)

    def test_a_second_run_and_a_second_beat_do_nothing(self, clock, organisation):
        clock(DUE)
        for _time in range(3):
            ensure_handovers()
        assert Handover.objects.count() == 1
        assert OutgoingMail.objects.filter(kind="handover").count() == 1

    def test_two_beats_that_saw_the_same_begin_one(self, clock, organisation, monkeypatch):
        clock(DUE)
        seen = rules._due(DUE)
        monkeypatch.setattr(rules, "_due", lambda day: seen)
        assert [run(DUE), run(DUE)] == [(1, 0), (0, 0)]
        assert OutgoingMail.objects.filter(kind="handover").count() == 1

    def test_the_last_of_several_leaders_counts(self, clock, organisation):
        give(organisation, ends=date(2027, 12, 31))
        assert run(clock(DUE)) == (0, 0)

    def test_reporters_and_readers_do_not_count(self, clock, organisation):
        for role in (Role.REPORTER, Role.READER):
            give(organisation, role=role, ends=date(2028, 6, 30))
        assert run(clock(DUE)) == (1, 0)

    def test_not_where_the_same_person_goes_on(self, clock, leader):
        again = successor(leader.organisation, person=leader.person)
        assert run(clock(DUE)) == (0, 0)
        again.delete()
        assert run(DUE) == (1, 0)

    def test_not_for_an_organisation_that_has_left(self, clock, organisation):
        organisation.left_on = date(2027, 1, 1)
        organisation.save()
        assert run(clock(DUE)) == (0, 0)

    def test_not_again_when_somebody_has_closed_it(self, clock, leader, organisation):
        run(clock(DUE))
        rules.close(handover=Handover.objects.get(), by=leader.person)
        assert run(clock(DUE + timedelta(days=30))) == (0, 0)

    def test_after_the_own_election(self, clock, leader, organisation):
        day = date(2027, 3, 10)
        OrganisationDate.objects.create(
            organisation=organisation, starts=day, ends=day, kind="election", title="Urnevalg"
        )
        assert run(clock(day)) == (0, 0)
        assert run(clock(day + timedelta(days=15))) == (0, 0)
        assert run(clock(day + timedelta(days=1))) == (1, 0)
        assert Handover.objects.get().start == HandoverStart.ELECTION

    @pytest.mark.parametrize("wrong", ["meeting", "taken away"])
    def test_no_other_date_begins_one(self, clock, leader, organisation, wrong):
        day = date(2027, 3, 10)
        own = OrganisationDate.objects.create(
            organisation=organisation, starts=day, ends=day, kind="election", title="Urnevalg"
        )
        if wrong == "taken away":
            own.removed_at, own.removed_by = datetime(2027, 3, 1, tzinfo=UTC), leader.person
        else:
            own.kind = "meeting"
        own.save()
        assert run(clock(day + timedelta(days=1))) == (0, 0)

    def test_nothing_is_left_when_a_mail_fails(self, clock, organisation, monkeypatch):
        monkeypatch.setattr(mails, "send", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(clock(DUE))
        assert not Handover.objects.exists()

    def test_with_as_many_queries_for_any_number_that_are_not_due(self, clock, organisation):
        clock(date(2027, 2, 1))
        with CaptureQueriesContext(connection) as few:
            run(date(2027, 2, 1))
        for _number in range(5):
            give(OrganisationFactory())
        with CaptureQueriesContext(connection) as many:
            run(date(2027, 2, 1))
        assert len(many) == len(few)


class TestMails:
    def test_go_to_those_who_leave_and_those_who_come_in_their_language(self, clock, leader):
        comes = successor(leader.organisation, person__language="en")
        give(leader.organisation, role=Role.REPORTER)
        run(clock(DUE))
        sent = {mail.to: mail for mail in OutgoingMail.objects.filter(kind="handover")}
        assert set(sent) == {leader.person.email, comes.person.email}
        path = f"/medlem/{leader.organisation.code}/overlapp/"
        assert f"/nn{path}" in sent[leader.person.email].body
        assert f"/en{path}" in sent[comes.person.email].body
        assert sent[comes.person.email].language == "en"
        assert "1 July 2027" in sent[comes.person.email].body

    def test_not_to_those_who_may_not_read_yet(self, clock, leader, settings):
        settings.INCOMING_MAY_READ = False
        successor(leader.organisation)
        run(clock(DUE))
        assert [mail.to for mail in OutgoingMail.objects.filter(kind="handover")] == [
            leader.person.email
        ]


class TestItClosesByItself:
    def begun(self, clock):
        run(clock(DUE))
        return Handover.objects.get()

    def test_a_month_after_the_old_leader_when_there_is_a_new_one(self, clock, organisation):
        handover = self.begun(clock)
        successor(organisation)
        assert run(clock(ENDS + timedelta(days=29))) == (0, 0)
        assert run(clock(ENDS + timedelta(days=30))) == (0, 1)
        handover.refresh_from_db()
        assert handover.closed_at is not None
        assert handover.closed_by is None
        assert run(ENDS + timedelta(days=30)) == (0, 0)

    def test_not_while_nobody_new_leads(self, clock, organisation):
        self.begun(clock)
        assert run(clock(ENDS + timedelta(days=90))) == (0, 0)

    def test_not_for_a_new_one_who_can_not_log_in(self, clock, organisation):
        self.begun(clock)
        successor(organisation, person__is_active=False)
        assert run(clock(ENDS + timedelta(days=90))) == (0, 0)

    def test_a_leader_who_left_early_counts_from_that_day(self, clock, leader, organisation):
        self.begun(clock)
        leader.ended_at, leader.ended_by = datetime(2027, 5, 20, tzinfo=UTC), leader.person
        leader.save()
        give(organisation, begins=date(2027, 5, 21), ends=date(2028, 6, 30))
        assert run(clock(date(2027, 6, 18))) == (0, 0)
        assert run(clock(date(2027, 6, 19))) == (0, 1)


PEOPLE = {
    "leader": (200, True, True),
    "incoming": (200, True, False),
    "reporter": (200, False, False),
    "reader": (200, False, False),
    "staff": (200, True, True),
    "ex": (404, False, False),
    "other": (404, False, False),
    "insight": (404, False, False),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_read_tick_and_close(client, clock, leader, organisation, who):
    clock(DUE)
    handover = rules.begin(organisation=organisation, by=leader.person)
    person = {
        "leader": lambda: leader.person,
        "incoming": lambda: successor(organisation).person,
        "reporter": lambda: give(organisation, role=Role.REPORTER).person,
        "reader": lambda: give(organisation, role=Role.READER).person,
        "staff": lambda: UserFactory(role=RoleGroup.STAFF),
        "ex": lambda: give(organisation, ends=date(2027, 4, 30)).person,
        "other": lambda: give(OrganisationFactory()).person,
        "insight": lambda: UserFactory(role=RoleGroup.INSIGHT),
    }[who]()
    reads, ticks, closes = PEOPLE[who]
    client.force_login(person)
    for page in ("", "erfaringsskriv/"):
        response = client.get(room(organisation, page))
        assert response.status_code == reads
        assert response.status_code == 404 or "no-store" in response["Cache-Control"]
    tick = {"item": "meeting", "done": "1"}
    answer = client.post(room(organisation, f"{handover.pk}/punkt/"), tick).status_code
    assert answer == (302 if ticks else 404)
    assert HandoverTick.objects.exists() == ticks
    answer = client.post(room(organisation, f"{handover.pk}/avslutt/")).status_code
    assert answer == (302 if closes else 404)
    assert Handover.objects.filter(closed_at=None).exists() != closes


def test_a_visitor_is_asked_to_log_in(client, organisation):
    response = client.get(room(organisation))
    assert response.status_code == 302
    assert response.url.startswith("/konto/logg-inn/?next=")


def test_reading_changes_nothing(client, clock, leader, organisation):
    handover = rules.begin(organisation=organisation, by=leader.person)
    client.force_login(leader.person)
    for page in (f"{handover.pk}/punkt/", f"{handover.pk}/avslutt/", "start/"):
        assert client.get(room(organisation, page)).status_code == 405
    client.get(room(organisation))
    assert Handover.objects.get().closed_at is None
    assert not HandoverTick.objects.exists()


def test_the_button_begins_one_however_often_it_is_pressed(client, leader, organisation):
    client.force_login(leader.person)
    for _time in range(2):
        assert client.post(room(organisation, "start/")).status_code == 302
    handover = Handover.objects.get()
    assert (handover.start, handover.begun_by) == (HandoverStart.BUTTON, leader.person)


def test_a_tick_says_who_and_when_and_can_be_taken_away(client, leader, organisation):
    handover = rules.begin(organisation=organisation, by=leader.person)
    comes = successor(organisation, person__first_name="Sunniva")
    client.force_login(comes.person)
    address = room(organisation, f"{handover.pk}/punkt/")
    answer = client.post(address, {"item": "archive", "done": "1"})
    assert answer.url == f"{room(organisation)}#archive"
    text = client.get(room(organisation)).content.decode()
    assert text.count('class="done"') == 1
    assert "Sunniva" in text
    # Whoever ticks again does not take it over.
    rules.tick(handover=handover, item=HandoverItem.ARCHIVE, by=leader.person)
    assert HandoverTick.objects.get().ticked_by == comes.person
    client.post(address, {"item": "archive", "done": "0"})
    assert not HandoverTick.objects.exists()
    assert client.post(address, {"item": "nothing", "done": "1"}).status_code == 404


def test_nothing_is_ticked_in_a_closed_one(client, leader, organisation):
    handover = rules.begin(organisation=organisation, by=leader.person)
    rules.close(handover=handover, by=leader.person)
    client.force_login(leader.person)
    client.post(room(organisation, f"{handover.pk}/punkt/"), {"item": "archive", "done": "1"})
    assert not HandoverTick.objects.exists()


def test_anothers_handover_is_unknown(client, leader, organisation):
    other = rules.begin(organisation=OrganisationFactory(), by=leader.person)
    client.force_login(leader.person)
    tick = {"item": "archive", "done": "1"}
    for page in (f"{other.pk}/punkt/", f"{other.pk}/avslutt/"):
        assert client.post(room(organisation, page), tick).status_code == 404
    assert client.get(room(organisation, f"erfaringsskriv/{other.pk}/")).status_code == 404
    assert Handover.objects.get().closed_at is None


def test_the_portal_tells_what_it_knows(client, clock, leader, organisation):
    clock(date(2027, 6, 3))
    handover = rules.begin(organisation=organisation, by=leader.person)
    organisation.mailbox = "post@provevik.example"
    organisation.save()
    at = sections_at(leader.person, organisation)
    successor(organisation, person__first_name="Sunniva")
    Invitation.objects.create(
        organisation=organisation,
        email="ny@test.example",
        role=Role.LEADER,
        begins=date(2027, 7, 1),
        ends=date(2028, 6, 30),
        digest="x",
        expires_at=datetime(2027, 7, 15, tzinfo=UTC),
        invited_by=leader.person,
    )
    points = {point.item: " ".join(point.known) for point in rules.points(at, handover)}
    assert "Sunniva" in points[HandoverItem.SUCCESSOR]
    assert "3. juni 2027" in points[HandoverItem.SUCCESSOR]
    assert "2 " in points[HandoverItem.SECOND_LOGIN]
    assert "post@provevik.example" in points[HandoverItem.FACTS]
    assert all(point.tick is None for point in rules.points(at, handover))


def sections_at(person, organisation):
    return standing(person, organisation.code)


class TestTheNote:
    def write(self, client, organisation, words, read):
        return client.post(room(organisation, "erfaringsskriv/"), {"advice": words, "read": read})

    def test_those_who_leave_write_and_those_who_come_read(self, client, leader, organisation):
        rules.begin(organisation=organisation, by=leader.person)
        client.force_login(leader.person)
        answer = self.write(client, organisation, "Ring\r\nkommunen", rules.version_of(""))
        assert answer.status_code == 302
        assert Handover.objects.get().advice == "Ring\nkommunen"
        client.force_login(successor(organisation).person)
        text = client.get(room(organisation, "erfaringsskriv/")).content.decode()
        assert "kommunen" in text
        assert "<textarea" not in text
        assert self.write(client, organisation, "Nei", "").status_code == 404

    def test_two_who_write_at_once_lose_nothing(self, client, leader, organisation):
        handover = rules.begin(organisation=organisation, by=leader.person)
        client.force_login(leader.person)
        self.write(client, organisation, "Den første", rules.version_of(""))
        answer = self.write(client, organisation, "Den andre", rules.version_of(""))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Den første" in text
        assert "Den andre" in text
        handover.refresh_from_db()
        assert handover.advice == "Den første"
        both = rules.version_of("Den første")
        assert both in text
        assert self.write(client, organisation, "Begge to", both).status_code == 302
        handover.refresh_from_db()
        assert handover.advice == "Begge to"

    def test_what_is_too_long_stands_in_the_form_still(self, client, leader, organisation):
        rules.begin(organisation=organisation, by=leader.person)
        client.force_login(leader.person)
        words = "å\r\n" * 5001
        answer = self.write(client, organisation, words, rules.version_of(""))
        assert answer.status_code == 200
        assert answer.content.decode().count("å") >= 5000
        words = "å\r\n" * 4999
        assert self.write(client, organisation, words, rules.version_of("")).status_code == 302

    def test_when_it_was_closed_meanwhile_the_words_stay_in_the_form(
        self, client, leader, organisation
    ):
        handover = rules.begin(organisation=organisation, by=leader.person)
        rules.close(handover=handover, by=leader.person)
        client.force_login(leader.person)
        answer = self.write(client, organisation, "For sent", rules.version_of(""))
        assert answer.status_code == 200
        assert "For sent" in answer.content.decode()
        handover.refresh_from_db()
        assert handover.advice == ""

    def test_it_gathers_people_dates_and_what_others_add(self, client, leader, organisation):
        day = date(2027, 9, 1)
        OrganisationDate.objects.create(
            organisation=organisation, starts=day, ends=day, kind="deadline", title="Budsjettfrist"
        )
        sections.handover_note.register(
            sections.Section("test", 1, "components/note.html", lambda at: {"text": "Åpen sak"})
        )
        try:
            client.force_login(leader.person)
            text = client.get(room(organisation, "erfaringsskriv/")).content.decode()
        finally:
            del sections.handover_note._sections["test"]
        for words in ("Ingrid", "Budsjettfrist", "Åpen sak"):
            assert words in text

    def test_open_matters_are_the_tasks_that_remain(self, client, leader, organisation):
        rules.begin(organisation=organisation, by=leader.person)
        tasks = [
            sections.Task("Svar på høringen", "", due=date(2027, 5, 2)),
            sections.Task("Send rapporten", "", done=True),
        ]
        sections.register_tasks("test", lambda at: tasks)
        try:
            client.force_login(leader.person)
            response = client.get(room(organisation, "erfaringsskriv/"))
        finally:
            del sections._tasks["test"]
        # Neither what is done, nor that there is a handover.
        assert [one.title for one in response.context["note"].open_matters] == ["Svar på høringen"]
        assert "Svar på høringen" in response.content.decode()

    def test_former_ones_stay_for_the_successor(self, client, clock, leader, organisation):
        run(clock(DUE))
        handover = Handover.objects.get()
        rules.save_advice(
            handover=handover, advice="Møt opp på studentvelferden", read=rules.version_of("")
        )
        comes = successor(organisation)
        run(clock(ENDS + timedelta(days=40)))
        rules.begin(organisation=organisation, by=comes.person)
        client.force_login(comes.person)
        former = room(organisation, f"erfaringsskriv/{handover.pk}/")
        assert former in client.get(room(organisation)).content.decode()
        text = client.get(former).content.decode()
        assert "Møt opp på studentvelferden" in text
        assert "Møt opp" not in client.get(room(organisation, "erfaringsskriv/")).content.decode()

    def test_queries_do_not_grow_with_people(self, client, leader, organisation):
        rules.begin(organisation=organisation, by=leader.person)
        client.force_login(leader.person)
        counts = []
        for _time in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get(room(organisation, "erfaringsskriv/"))
                client.get(room(organisation))
            counts.append(len(queries))
            for number in range(6):
                give(organisation, role=Role.READER)
                successor(organisation, person__first_name=f"Ny {number}")
        assert counts[0] == counts[1]


def test_a_task_on_the_home_while_it_goes_on(client, leader, organisation):
    def told(person):
        return [task.done for task in sections.tasks_of(sections_at(person, organisation))]

    assert told(leader.person) == []
    handover = rules.begin(organisation=organisation, by=leader.person)
    assert told(leader.person) == [False]
    assert told(give(organisation, role=Role.REPORTER).person) == []
    for item in HandoverItem:
        rules.tick(handover=handover, item=item, by=leader.person)
    assert told(leader.person) == [True]


class TestTheFirstWeek:
    def shown(self, client, term):
        client.force_login(term.person)
        text = client.get(f"/medlem/{term.organisation.code}/").content.decode()
        return "first-week" in text

    def test_for_those_who_come_until_three_weeks_after_they_began(self, client, clock, leader):
        new = successor(leader.organisation)
        clock(date(2027, 6, 10))
        assert self.shown(client, new)
        clock(date(2027, 7, 21))
        assert self.shown(client, new)
        clock(date(2027, 7, 22))
        assert not self.shown(client, new)

    def test_not_for_readers_nor_for_who_goes_on(self, client, clock, leader):
        clock(date(2027, 6, 10))
        assert not self.shown(client, successor(leader.organisation, role=Role.READER))
        again = successor(leader.organisation, person=leader.person)
        clock(date(2027, 7, 2))
        assert not self.shown(client, again)
        Term.objects.filter(pk=leader.pk).update(organisation=OrganisationFactory())
        assert self.shown(client, again)

    def test_what_is_known_to_be_done_is_marked(self, client, clock, leader):
        new = successor(leader.organisation)
        clock(date(2027, 7, 2))
        client.force_login(new.person)
        home = f"/medlem/{leader.organisation.code}/"

        def done():
            part = client.get(home).content.decode().split("first-week__things")[1]
            return part.split("</ol>")[0].count("is-win")

        assert done() == 0
        handover = rules.begin(organisation=leader.organisation, by=new.person)
        rules.tick(handover=handover, item=HandoverItem.FACTS, by=new.person)
        assert done() == 1

    def test_costs_one_query_and_none_for_most(self, clock, leader, django_assert_num_queries):
        new = successor(leader.organisation)
        clock(date(2027, 7, 2))
        at = sections_at(new.person, leader.organisation)
        with django_assert_num_queries(1):
            assert first_week(at)
        clock(date(2027, 8, 2))
        at = sections_at(new.person, leader.organisation)
        with django_assert_num_queries(0):
            assert first_week(at) is None
