"""People of an organisation: seen, changed, ended, prolonged, remembered."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from memberorgs import actions
from memberorgs.actions import Office
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import Term
from tests.factories import OrganisationFactory, TermFactory, UserFactory, make_kommune

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def leader(organisation):
    return TermFactory(organisation=organisation, person__first_name="Ingrid")


@pytest.fixture
def staff():
    return UserFactory(role=RoleGroup.STAFF)


@pytest.fixture
def folk(client, organisation, leader):
    client.force_login(leader.person)
    return f"/medlem/{organisation.code}/folk/"


def days(term, **changes):
    return {
        "role": term.role,
        "title": term.title,
        "begins": term.begins.strftime("%d.%m.%Y"),
        "ends": term.ends.strftime("%d.%m.%Y"),
    } | changes


def again(term):
    return Term.objects.get(pk=term.pk)


def test_a_leader_changes_role_title_days_and_campus(client, folk, organisation):
    other = organisation.campuses.create(kommune=make_kommune("4602"))
    term = TermFactory(organisation=organisation, role=Role.READER)
    ends = term.ends + timedelta(days=10)
    answer = client.post(
        f"{folk}{term.pk}/",
        days(term, role="reporter", title="leder", ends=ends.isoformat(), campus=other.pk),
    )
    assert answer.status_code == 302
    now = again(term)
    assert (now.role, now.title, now.ends, now.campus) == ("reporter", "leder", ends, other)
    entry = AuditEntry.objects.get(event="term.changed")
    assert entry.facts["role"] == "reporter"
    assert "leder" not in str(entry.facts)


def test_a_campus_of_another_organisation_is_no_choice(client, folk, organisation):
    organisation.campuses.create(kommune=make_kommune("4602"))
    foreign = OrganisationFactory().campuses.get()
    term = TermFactory(organisation=organisation)
    client.post(f"{folk}{term.pk}/", days(term, campus=foreign.pk))
    assert again(term).campus is None


def test_ending_takes_effect_at_the_next_click(client, folk, organisation):
    term = TermFactory(organisation=organisation, role=Role.REPORTER)
    client.post(f"{folk}{term.pk}/avslutt/", {"reason": "Sluttet på skolen"})
    now = again(term)
    assert now.is_over()
    assert now.ends == term.ends
    assert client.get(f"{folk}{term.pk}/").status_code == 404
    client.force_login(term.person)
    assert client.get(folk).status_code == 404


def test_the_last_leader_cannot_end_the_own_term(client, folk, leader):
    assert client.post(f"{folk}{leader.pk}/avslutt/", {"reason": "Lei"}).status_code == 200
    tomorrow = timezone.localdate() + timedelta(days=1)
    for change in (
        {"role": "reader"},
        {"ends": tomorrow.isoformat()},
        {"begins": tomorrow.isoformat()},
    ):
        assert client.post(f"{folk}{leader.pk}/", days(leader, **change)).status_code == 200
    assert not again(leader).is_over()
    assert again(leader).ends == leader.ends


def test_with_a_successor_on_the_way_the_leader_may_go(client, folk, leader, organisation):
    TermFactory(organisation=organisation, incoming=True)
    assert client.post(f"{folk}{leader.pk}/avslutt/", {}).url == "/medlem/"
    assert again(leader).ended_by == leader.person
    assert client.get("/medlem/").status_code == 200


def test_a_successor_who_cannot_log_in_is_none(client, folk, leader, organisation):
    TermFactory(organisation=organisation, incoming=True, person__is_active=False)
    assert client.post(f"{folk}{leader.pk}/avslutt/", {}).status_code == 200
    assert not again(leader).is_over()


def test_staff_may_end_it_with_a_reason(client, folk, leader, staff):
    client.force_login(staff)
    assert client.post(f"{folk}{leader.pk}/avslutt/", {"reason": ""}).status_code == 200
    assert not again(leader).is_over()
    client.post(f"{folk}{leader.pk}/avslutt/", {"reason": "Vedtak i styret"})
    now = again(leader)
    assert (now.ended_by, now.ended_reason) == (staff, "Vedtak i styret")
    assert "Vedtak" not in str(AuditEntry.objects.get(event="term.ended").facts)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_leaders_who_end_each_others_terms_leave_one():
    organisation = OrganisationFactory()
    both = [TermFactory(organisation=organisation) for _ in range(2)]
    barrier, refused = Barrier(2), []

    def end(mine, other):
        barrier.wait()
        try:
            actions.end_term(term=other, by=mine.person)
        except actions.NotPossible:
            refused.append(mine)
        finally:
            connections.close_all()

    threads = [Thread(target=end, args=pair) for pair in (both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Term.objects.filter(ended_at=None).count() == 1


def test_a_leader_prolongs_by_60_days_all_in_all(client, folk, leader):
    address = f"{folk}{leader.pk}/forleng/"
    assert client.get(address).status_code == 200

    def until(number):
        day = leader.ends + timedelta(days=number)
        return client.post(address, {"until": day.strftime("%d.%m.%Y")}).status_code

    assert until(0) == 200
    assert until(40) == 302
    assert until(61) == 200
    assert until(60) == 302
    assert again(leader).ends == leader.ends + timedelta(days=60)
    assert client.get(address).status_code == 404
    logged = AuditEntry.objects.filter(event="term.prolonged").order_by("pk")
    assert [entry.facts["days"] for entry in logged] == [40, 20]


def test_nobody_prolongs_anothers_term_or_when_another_takes_over(
    client, folk, leader, organisation
):
    colleague = TermFactory(organisation=organisation)
    assert client.get(f"{folk}{colleague.pk}/forleng/").status_code == 404
    TermFactory(organisation=organisation, incoming=True)
    day = leader.ends + timedelta(days=9)
    assert client.post(f"{folk}{leader.pk}/forleng/", {"until": day.isoformat()}).status_code == 200
    assert again(leader).ends == leader.ends


def test_a_leader_gives_no_longer_term_to_themselves(client, folk, leader):
    later = leader.ends + timedelta(days=400)
    client.post(f"{folk}{leader.pk}/", days(leader, ends=later.isoformat()))
    assert again(leader).ends == leader.ends


def test_terms_of_another_organisation_are_not_there(client, folk):
    foreign = TermFactory()
    for page in ("", "avslutt/", "forleng/"):
        assert client.get(f"{folk}{foreign.pk}/{page}").status_code == 404
        assert client.post(f"{folk}{foreign.pk}/{page}", days(foreign)).status_code == 404
    assert again(foreign).ended_at is None


def test_readers_see_people_but_no_addresses_and_no_doors(client, folk, leader, organisation):
    reader = TermFactory(organisation=organisation, role=Role.READER)
    client.force_login(reader.person)
    text = client.get(folk).content.decode()
    assert "Ingrid" in text
    assert leader.person.email not in text
    assert "folk/inviter" not in text
    for page in ("", "avslutt/"):
        assert client.post(f"{folk}{leader.pk}/{page}", days(leader)).status_code == 404


def test_the_history_tells_who_gave_whom_which_right_by_todays_names(
    client, folk, leader, organisation
):
    office = Office(Role.REPORTER, date(2030, 7, 1), date(2031, 6, 30), "nestleder")
    made = actions.invite(
        organisation=organisation, email="kari@example.no", office=office, by=leader.person
    )
    kari, _term = actions.accept_as_new(
        invitation=made, first_name="Kari", last_name="Nordmann", language="nb"
    )
    text = client.get(f"/en{folk}historikk/").content.decode()
    for told in ("Invited somebody", "Accepted an invitation", "Ingrid", "Kari Nordmann"):
        assert told in text
    assert "nestleder" in text
    kari.first_name = kari.last_name = ""
    kari.save()
    assert "Kari Nordmann" not in client.get(f"{folk}historikk/").content.decode()


def test_the_history_follows_a_code_that_changed_and_shows_no_other_organisation(
    client, folk, leader, organisation
):
    record("term.ended", by=leader.person, organisation=organisation.code, ends="2031-01-02")
    record("term.ended", by=leader.person, organisation="en-annen", ends="2032-02-03")
    organisation.code = "nytt-navn"
    organisation.save()
    text = client.get("/en/medlem/nytt-navn/folk/historikk/").content.decode()
    assert "2 January 2031" in text
    assert "2032" not in text


def test_lists_have_parts_and_cost_the_same_however_long(
    client, folk, leader, organisation, settle
):
    def cost(page):
        # What stands around the page is remembered from the first time on.
        client.get(f"{folk}{page}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{folk}{page}")
        return len([one for one in queries if "content_generation" not in one["sql"]])

    pages = ["", "tidligere/", "historikk/", "invitasjoner/", "sporsmal/"]

    def fill(number):
        for place in range(number):
            term = TermFactory(organisation=organisation, role=Role.READER)
            TermFactory(organisation=organisation, over=True)
            office = Office(Role.READER, date(2030, 7, 1), date(2031, 6, 30))
            mail = f"p{Term.objects.count()}@example.no"
            actions.invite(organisation=organisation, email=mail, office=office, by=leader.person)
            record("term.ended", by=leader.person, person=term.person, about=term,
                   organisation=organisation.code)  # fmt: skip
            organisation.access_requests.create(
                name=f"P{place}", email=mail, title="leder", evidence="referat"
            )

    fill(3)
    settle()
    few = {page: cost(page) for page in pages}
    fill(27)
    settle()
    assert {page: cost(page) for page in pages} == few
    assert max(few.values()) <= 12
    for page in pages:
        assert "side=2" in client.get(f"{folk}{page}").content.decode(), page


@pytest.mark.parametrize(
    ("today", "begins", "ends"),
    [
        ((2027, 5, 3), date(2027, 7, 1), date(2028, 6, 30)),
        ((2027, 7, 20), date(2027, 7, 1), date(2028, 6, 30)),
        ((2027, 11, 5), date(2027, 11, 5), date(2028, 6, 30)),
    ],
)
def test_an_invitation_begins_with_the_usual_days(organisation, today, begins, ends):
    with time_machine.travel(datetime(*today, 12, tzinfo=OSLO)):
        assert actions.suggested_term(organisation, timezone.localdate()) == (begins, ends)
