"""The choice of a room, the home of one, and its facts."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.audit.models import AuditEntry
from memberorgs import rooms, sections
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import MemberOrganisation, OrganisationCode
from tests.factories import OrganisationFactory, TermFactory, UserFactory, make_kommune

pytestmark = pytest.mark.django_db
MOST = 12


@pytest.fixture
def leader():
    return TermFactory(person__first_name="Ingrid")


@pytest.fixture
def home(client, leader):
    client.force_login(leader.person)
    return f"/medlem/{leader.organisation.code}/"


def test_with_one_organisation_one_is_straight_in(client, leader, home):
    assert client.get("/medlem/").url == home
    assert client.get("/nn/medlem/").url == f"/nn{home}"


def test_with_several_one_chooses_and_can_change(client, leader, home):
    other = TermFactory(person=leader.person, role=Role.READER)
    text = client.get("/medlem/").content.decode()
    for organisation in (leader.organisation, other.organisation):
        assert f'href="/medlem/{organisation.code}/"' in text
    assert 'href="/medlem/"' in client.get(home).content.decode().split("<main")[1]


def test_whose_terms_are_over_reads_what_is_left(client):
    term = TermFactory(over=True)
    client.force_login(term.person)
    text = client.get("/medlem/").content.decode()
    assert term.organisation.code not in text
    assert "/konto/spor-om-tilgang/" in text


def test_staff_find_any_organisation(client):
    for number in range(60):
        OrganisationFactory(name_nb=f"Studenttinget {number:03}", kommune=False)
    hidden = OrganisationFactory(unconfirmed=True, name_nb="Ubekreftet 100 %_lag")
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    assert "side=2" in client.get("/medlem/").content.decode()
    for asked in ("ubekreftet", "100 %", hidden.code):
        text = client.get("/medlem/", {"q": asked}).content.decode()
        assert f'href="/medlem/{hidden.code}/"' in text
    assert client.get("/medlem/", {"q": "\0" * 9 + "'\"<"}).status_code == 200


def test_the_home_shows_people_tasks_and_what_ends(client, leader, home):
    organisation = leader.organisation
    TermFactory(
        organisation=organisation,
        person__first_name="Jonas",
        role=Role.REPORTER,
        ends=timezone.localdate() + timedelta(days=20),
    )
    organisation.access_requests.create(
        name="Mona", email="m@example.no", title="leder", evidence="referat"
    )
    text = client.get(home).content.decode()
    assert text.count("<h1") == 1
    assert "Jonas" in text.split('class="ahead"')[1]
    assert "#sporsmal" in text.split('class="tasks"')[1]


def test_what_has_nothing_to_show_leaves_no_box(client, leader, home):
    text = client.get(home).content.decode()
    assert 'class="tasks"' not in text
    assert 'class="ahead"' not in text
    assert "invitasjoner" not in text


def test_a_reader_sees_no_invitation(client, leader, home):
    reader = TermFactory(organisation=leader.organisation, role=Role.READER)
    leader.organisation.invitations.create(
        email="kari@example.no",
        begins=timezone.localdate(),
        ends=timezone.localdate(),
        digest="x" * 64,
        expires_at=timezone.now() + timedelta(days=9),
        invited_by=leader.person,
    )
    assert "kari@example.no" in client.get(home).content.decode()
    client.force_login(reader.person)
    assert "kari@example.no" not in client.get(home).content.decode()


def test_higher_apps_show_sections_tasks_and_pages_here(client, home, monkeypatch):
    monkeypatch.setattr(sections.home, "_sections", {})
    monkeypatch.setattr(sections, "_tasks", {})
    monkeypatch.setattr(rooms, "MENU", list(rooms.MENU))
    for code, context in (("full", {"text": "Dette er nytt", "kind": "go"}), ("empty", None)):
        sections.home.register(
            sections.Section(code, 1, "components/note.html", lambda at, found=context: found)
        )
    sections.register_tasks("test", lambda at: [sections.Task("Send rapporten", "/rapport/")])
    rooms.register_in_menu(
        rooms.MenuItem("member_history", "Loggen vår", 5),
        rooms.MenuItem("no_such_page", "Finnes ikke", 6),
        rooms.MenuItem("member_invitations", "Bare for ledere", 7, rooms.Need.LEAD),
    )
    text = client.get(home).content.decode()
    assert text.count("Dette er nytt") == 1
    assert text.count('class="note') == 1
    assert 'href="/rapport/">Send rapporten' in text
    menu = text.split('<nav class="nav"')[1].split("</nav>")[0]
    assert "Loggen vår" in menu
    assert "Bare for ledere" in menu
    assert "Finnes ikke" not in menu


def test_the_menu_tells_where_one_is(client, home):
    def current(page):
        text = client.get(f"{home}{page}").content.decode()
        return re.findall(r'<a href="([^"]+)" aria-current="(\w+)">', text.split("</nav>")[0])

    assert current("") == [(home, "page")]
    assert current("folk/") == [(f"{home}folk/", "page")]
    assert current("folk/historikk/") == [(f"{home}folk/", "true")]


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in queries if "content_generation" not in one["sql"]]


def test_the_home_costs_the_same_with_thousands_of_organisations(client, leader, home, settle):
    for _ in range(3):
        TermFactory(organisation=leader.organisation)
    leader.organisation.invitations.create(
        email="kari@example.no",
        begins=timezone.localdate(),
        ends=timezone.localdate(),
        digest="x" * 64,
        expires_at=timezone.now() + timedelta(days=9),
        invited_by=leader.person,
    )
    settle()
    cost(client, home)
    few = cost(client, home)
    assert len(few) <= MOST, "\n".join(few)
    made = MemberOrganisation.objects.bulk_create(
        MemberOrganisation(code=f"m{number}", name_nb=f"Lag {number}", short_name=str(number),
                           kind="private") for number in range(5000)
    )  # fmt: skip
    OrganisationCode.objects.bulk_create(
        OrganisationCode(code=one.code, organisation=one) for one in made
    )
    settle()
    cost(client, home)
    assert len(cost(client, home)) == len(few)
    for _ in range(30):
        TermFactory(organisation=leader.organisation)
    settle()
    cost(client, home)
    assert len(cost(client, home)) == len(few)


def filled(page, **changes):
    """What the browser would send back of the form of the facts."""
    found = {}
    for tag in re.findall(r"<input[^>]*>|<select.*?</select>", page, re.S):
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or name[1] == "csrfmiddlewaretoken":
            continue
        if tag.startswith("<select"):
            chosen = re.search(r'value="([^"]*)" selected', tag)
            found[name[1]] = chosen[1] if chosen else ""
        elif 'type="checkbox"' in tag:
            if "checked" in tag:
                found[name[1]] = "on"
        else:
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1] if value else ""
    return found | changes


@pytest.fixture
def facts(client, home):
    def send(**changes):
        address = f"{home}opplysninger/"
        form = client.get(address).content.decode().split("<main")[1]
        return client.post(address, filled(form, **changes))

    return send


def test_leaders_correct_the_facts(leader, facts):
    make_kommune("1103")
    answer = facts(
        mailbox="Post@Fjordvik.example",
        website="fjordvik.example",
        language="nn",
        usual_start="1.1.",
        year="2026",
        students="12 345",
        **{
            "campus-1-kommune": "1103",
            "campus-1-is_main": "on",
            "campus-0-is_main": "",
            "link-0-service": "instagram",
            "link-0-url": "https://instagram.example/fjordvik",
        },
    )
    assert answer.status_code == 302
    now = MemberOrganisation.objects.get(pk=leader.organisation_id)
    assert (now.mailbox, now.website, now.language) == (
        "post@fjordvik.example",
        "https://fjordvik.example",
        "nn",
    )
    assert (now.terms_begin_month, now.terms_begin_day) == (1, 1)
    assert now.student_counts.get().students == 12345
    assert [(one.kommune_id, one.is_main) for one in now.campuses.all()] == [
        ("1103", True),
        ("4601", False),
    ]
    assert now.social_links.get().service == "instagram"
    entry = AuditEntry.objects.get(event="organisation.changed")
    assert set(entry.facts["fields"]) >= {"mailbox", "campuses", "students", "social_links"}
    assert "fjordvik" not in str(entry.facts)


def test_saving_without_a_change_changes_nothing(leader, facts):
    before = leader.organisation.campuses.get()
    assert facts().status_code == 302
    assert not AuditEntry.objects.filter(event="organisation.changed").exists()
    assert leader.organisation.campuses.get().pk == before.pk


def test_campuses_and_links_are_removed_and_renamed(leader, facts):
    organisation = leader.organisation
    organisation.campuses.create(kommune=make_kommune("1103"), name="Sør")
    organisation.social_links.create(service="other", url="https://a.example/")
    facts(**{"campus-0-kommune": "", "campus-0-is_main": "", "campus-1-name": "Nord",
             "link-0-url": ""})  # fmt: skip
    assert [campus.name for campus in organisation.campuses.all()] == ["Nord"]
    assert not organisation.social_links.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mailbox": "ikke en adresse"}, "id_mailbox"),
        ({"website": "javascript:alert(1)"}, "id_website"),
        ({"usual_start": "31.02"}, "id_usual_start"),
        ({"usual_start": "1. juli"}, "id_usual_start"),
        ({"students": "mange", "year": "2026"}, "id_students"),
        ({"students": "12"}, "id_year"),
        ({"campus-1-name": "Uten kommune"}, "id_campus-1-kommune"),
        ({"campus-1-kommune": "4601"}, "id_campus-1-kommune"),
        ({"link-0-url": "ftp://a.example", "link-0-service": "other"}, "id_link-0-url"),
        ({"link-0-url": "https://a.example", "link-0-service": "x"}, "id_link-0-service"),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_nothing_is_lost(leader, facts, changes, field):
    answer = facts(**{"mailbox": "ny@fjordvik.example"} | changes)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'href="#{field}"' in text
    if "mailbox" not in changes:
        assert 'value="ny@fjordvik.example"' in text
    assert MemberOrganisation.objects.get(pk=leader.organisation_id).mailbox == ""


def test_a_leader_changes_neither_name_nor_code_nor_anothers_campus(leader, facts):
    foreign = OrganisationFactory().campuses.get()
    facts(name_nb="Kuppet", code="kuppet", kind="partner", left_on="2020-01-01",
          **{"campus-0-pk": str(foreign.pk)})  # fmt: skip
    now = MemberOrganisation.objects.get(pk=leader.organisation_id)
    assert (now.name_nb, now.code, now.kind, now.left_on) == (
        leader.organisation.name_nb,
        leader.organisation.code,
        leader.organisation.kind,
        None,
    )
    foreign.refresh_from_db()
    assert foreign.organisation_id != leader.organisation_id


def test_the_others_read_the_facts(client, leader, home):
    reader = TermFactory(organisation=leader.organisation, role=Role.READER)
    client.force_login(reader.person)
    text = client.get(f"{home}opplysninger/").content.decode()
    assert "<form" not in text.split("<main")[1]
    assert client.post(f"{home}opplysninger/", {}).status_code == 404
