"""Who gets into which room, on which day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from memberorgs.access import Need, organisations_visible_to, standing, standings
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import MemberOrganisation
from tests.factories import PASSWORD, OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")

READING = ["", "folk/", "folk/tidligere/", "folk/historikk/", "opplysninger/"]
LEADING = ["folk/inviter/", "folk/inviter/flere/", "folk/invitasjoner/", "folk/sporsmal/"]


def at(*moment):
    return time_machine.travel(datetime(*moment, tzinfo=OSLO), tick=True)


def statuses(client, code, pages):
    return {client.get(f"/medlem/{code}/{page}").status_code for page in pages}


def room(**term):
    made = TermFactory(**term)
    browser = Client()
    browser.force_login(made.person)
    return browser, made.organisation.code


@pytest.mark.parametrize(
    ("term", "reads", "leads"),
    [
        ({"role": Role.LEADER}, 200, 200),
        ({"role": Role.REPORTER}, 200, 404),
        ({"role": Role.READER}, 200, 404),
        ({"role": Role.LEADER, "incoming": True}, 200, 404),
        ({"role": Role.LEADER, "over": True}, 404, 404),
    ],
)
def test_what_a_term_opens(term, reads, leads):
    browser, code = room(**term)
    assert statuses(browser, code, READING) == {reads}
    assert statuses(browser, code, LEADING) == {leads}


def test_no_door_opens_for_those_of_another_organisation_or_of_none(client):
    code = OrganisationFactory().code
    for user in (TermFactory().person, UserFactory(), *map(user_of, ("Redaktører", "Innsyn"))):
        client.force_login(user)
        assert statuses(client, code, READING + LEADING) == {404}
        assert client.post(f"/medlem/{code}/opplysninger/", {}).status_code == 404


def user_of(group):
    return UserFactory(role=RoleGroup(group))


def test_staff_and_admins_enter_every_room_and_are_told_as_what(client):
    code = OrganisationFactory(unconfirmed=True).code
    for user in (user_of("Sekretariat"), UserFactory(admin=True)):
        client.force_login(user)
        assert statuses(client, code, READING + LEADING) == {200}
        assert 'class="as-staff"' in client.get(f"/medlem/{code}/").content.decode()


def test_a_visitor_logs_in_first_and_comes_back(client):
    code = OrganisationFactory().code
    for where in (f"/medlem/{code}/", f"/nn/medlem/{code}/folk/", "/medlem/finnes-ikke/"):
        answer = client.get(where)
        assert answer.status_code == 302
        prefix = "/nn" if where.startswith("/nn") else ""
        assert answer.url == f"{prefix}/konto/logg-inn/?next={where}"


def test_an_unknown_code_and_a_forbidden_one_look_the_same(client):
    code = OrganisationFactory().code
    client.force_login(UserFactory())
    forbidden, unknown = client.get(f"/medlem/{code}/"), client.get("/medlem/finnes-ikke/")
    assert forbidden.content.decode().replace(code, "") == unknown.content.decode().replace(
        "finnes-ikke", ""
    )


def test_access_follows_the_dates_at_the_time_of_the_request():
    begins, ends = date(2027, 7, 1), date(2028, 6, 30)
    browser, code = room(begins=begins, ends=ends, role=Role.LEADER)
    days = [
        ((2027, 6, 30, 23, 59), 200, 404),
        ((2027, 7, 1, 0, 1), 200, 200),
        ((2028, 6, 30, 23, 59), 200, 200),
        ((2028, 7, 1, 0, 1), 404, 404),
    ]
    for moment, reads, leads in days:
        with at(*moment):
            browser.force_login(MemberOrganisation.objects.get(code=code).terms.get().person)
            assert statuses(browser, code, [""]) == {reads}, moment
            assert statuses(browser, code, ["folk/inviter/"]) == {leads}, moment


def test_an_open_session_closes_with_the_term_and_the_history_stays():
    organisation = OrganisationFactory()
    old = TermFactory(organisation=organisation, begins=date(2026, 7, 1), ends=date(2027, 6, 30))
    new = TermFactory(organisation=organisation, begins=date(2027, 7, 1), ends=date(2028, 6, 30))
    browser, after = Client(), Client()
    with at(2027, 6, 30, 22):
        browser.force_login(old.person)
        assert browser.get(f"/medlem/{organisation.code}/").status_code == 200
    with at(2027, 7, 1, 0, 30):
        assert browser.get(f"/medlem/{organisation.code}/").status_code == 404
        # The log-in itself goes on: it leads to what is left.
        assert browser.get("/medlem/").status_code == 200
        after.force_login(new.person)
        earlier = after.get(f"/medlem/{organisation.code}/folk/tidligere/").content.decode()
        assert str(old.person) in earlier


def test_whether_the_incoming_may_read_is_a_setting(settings):
    browser, code = room(incoming=True)
    assert statuses(browser, code, [""]) == {200}
    settings.INCOMING_MAY_READ = False
    assert statuses(browser, code, [""]) == {404}


def test_the_best_of_several_terms_counts():
    organisation = OrganisationFactory()
    reader = TermFactory(organisation=organisation, role=Role.READER)
    leader = TermFactory(organisation=organisation, person=reader.person, role=Role.LEADER)
    found = standing(reader.person, organisation.code)
    assert found.term == leader
    assert found.may(Need.LEAD)
    assert [one.organisation for one in standings(reader.person)] == [organisation]
    leader.ends = timezone.localdate() - timedelta(days=1)
    leader.save()
    found = standing(reader.person, organisation.code)
    assert (found.may_read, found.may_write, found.may_lead) == (True, False, False)


def test_rows_are_seen_where_one_has_a_term_and_by_nobody_who_is_shut_out():
    term = TermFactory()
    TermFactory()
    assert organisations_visible_to(term.person) == {term.organisation_id}
    term.person.is_active = False
    assert organisations_visible_to(term.person) == set()


def test_an_old_code_leads_those_who_may_enter_to_the_new_one(client):
    term = TermFactory(organisation__code="gammel")
    term.organisation.code = "ny"
    term.organisation.save()
    client.force_login(term.person)
    assert client.get("/nn/medlem/gammel/folk/?side=2").url == "/nn/medlem/ny/folk/?side=2"
    client.force_login(UserFactory())
    assert client.get("/medlem/gammel/").status_code == 404


def test_no_page_of_a_room_is_kept_by_anybody(client):
    term = TermFactory()
    client.force_login(term.person)
    for page in READING + LEADING:
        answer = client.get(f"/medlem/{term.organisation.code}/{page}")
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get("/medlem/finnes-ikke/").headers["Cache-Control"] == "private, no-store"


def test_reading_writes_no_row(client, django_assert_max_num_queries):
    term = TermFactory()
    client.force_login(term.person)
    for page in READING + LEADING:
        with django_assert_max_num_queries(20) as queries:
            client.get(f"/medlem/{term.organisation.code}/{page}")
        assert not [q for q in queries if not q["sql"].startswith("SELECT")], page


def test_log_in_leads_back_only_into_the_portal(client):
    term = TermFactory()
    password = {"login": term.person.email, "password": "fjord-bratt-skute-9"}
    inside = f"/medlem/{term.organisation.code}/"
    assert client.post("/konto/logg-inn/", password | {"next": inside}).url == inside
    for outside in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        client.logout()
        answer = client.post("/konto/logg-inn/", password | {"next": outside})
        assert "evil" not in answer.headers.get("Location", "")


def test_who_logs_in_comes_to_the_own_organisation(client):
    term = TermFactory()
    answer = client.post(
        "/konto/logg-inn/passord/", {"login": term.person.email, "password": PASSWORD}, follow=True
    )
    assert answer.request["PATH_INFO"] == term.organisation.members_url
