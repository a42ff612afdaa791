"""The secretariat answers requests for help."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from activity import help as actions
from activity.models import HelpRequest
from foundation.audit.models import AuditEntry
from home.models import HomePage, StandardPage
from memberorgs.choices import RoleGroup
from outbox.models import OutgoingMail
from tests.activity.sending import hidden
from tests.factories import TermFactory, UserFactory

LIST = "/admin/hjelp/"


@pytest.fixture
def staff(db, client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def asked(organisation, leader):
    return actions.ask(
        organisation=organisation,
        topic="routines",
        title="Hvem har vedtekter?",
        question="SP Fjordvik mangler <b>mal</b>.",
        by=leader,
    )


def page_of(row):
    return f"{LIST}inspect/{row.pk}/"


def listed(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [row.title for row in answer.context["object_list"]]


def test_they_are_found_by_state_topic_owner_organisation_and_words(
    client, staff, asked, other, stranger
):
    second = actions.ask(organisation=other, topic="portal", title="Kart?", by=stranger)
    actions.answer(request=second, text="Snart.", by=staff)
    actions.hand_on(request=asked, owner="leader", by=staff)

    assert listed(client) == ["Kart?", "Hvem har vedtekter?"]
    assert listed(client, state="waiting") == ["Hvem har vedtekter?"]
    assert listed(client, state="answered") == ["Kart?"]
    assert listed(client, topic="portal") == ["Kart?"]
    assert listed(client, owner="leader") == ["Hvem har vedtekter?"]
    assert listed(client, organisation=other.pk) == ["Kart?"]
    assert listed(client, q="vedtekt") == ["Hvem har vedtekter?"]


def test_the_list_goes_out_as_a_file_and_that_is_audited(client, staff, asked):
    HelpRequest.objects.update(title="=1+1")
    answer = client.get(LIST, {"export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert any("1+1" in cell for cell in rows[1])
    assert not any(cell.startswith("=") for cell in rows[1])
    workbook = client.get(LIST, {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(workbook))).active
    assert sheet.max_row == 2
    assert AuditEntry.objects.filter(event="help.exported").count() == 2


def test_it_is_answered_with_who_and_when_set_by_itself(client, staff, asked, leader):
    page = client.get(page_of(asked)).content.decode()
    assert "&lt;b&gt;mal&lt;/b&gt;" in page

    assert client.post(page_of(asked), {"answer": " "}).status_code == 422
    assert client.post(page_of(asked), {"answer": "Her er den."}).status_code == 302

    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Her er den.", staff)
    assert timezone.now() - asked.answered_at < timedelta(minutes=5)
    assert OutgoingMail.objects.get(kind="help_answered").to == leader.email
    late = client.post(page_of(asked), {"answer": "Og her er en til."})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Her er den." in page
    assert "Og her er en til." in page
    assert OutgoingMail.objects.filter(kind="help_answered").count() == 1


def test_it_is_handed_on_with_its_history(client, staff, asked):
    assert client.post(page_of(asked), {"owner": "nobody"}).status_code == 422
    assert client.post(page_of(asked), {"owner": "politics"}).status_code == 302
    asked.refresh_from_db()
    assert asked.owner == "politics"
    events = [one.event for one in client.get(page_of(asked)).context["history"]]
    assert events == ["help.handed_on", "help.asked"]


def test_an_answer_becomes_one_draft_without_the_name_of_who_asked(client, staff, asked):
    client.post(page_of(asked), {"help_page": "1"})
    assert not StandardPage.objects.filter(title="Hvem har vedtekter?").exists()
    actions.answer(request=asked, text="Hei, SP Fjordvik.\n\nBruk <malen>.", by=staff)
    key = hidden(client.get(page_of(asked)).content.decode(), "submission_key")
    before = StandardPage.objects.count()

    for _ in range(2):
        done = client.post(page_of(asked), {"help_page": "1", "submission_key": key})
        assert done.status_code == 302

    assert StandardPage.objects.count() == before + 1
    page = StandardPage.objects.latest("pk")
    assert (page.title, page.live, page.owner) == ("Hvem har vedtekter?", False, staff)
    body = str(page.body)
    assert "Bruk &lt;malen&gt;." in body
    for text in (page.intro, body):
        assert "Fjordvik" not in text
        assert "fjordvik" not in text
    assert page.get_parent().specific == HomePage.objects.get(locale__language_code="nb")
    assert client.get(page.get_url()).status_code == 404


def test_the_desk_shows_those_that_wait_the_longest_first(client, staff, asked, organisation):
    day = timezone.now() - timedelta(days=9, hours=1)
    HelpRequest.objects.filter(pk=asked.pk).update(asked_at=day)
    person = TermFactory(organisation=organisation).person
    actions.ask(organisation=organisation, topic="other", title="Ny", by=person)

    desk = client.get("/admin/").content.decode()

    first, second = (desk.index(words) for words in ("Hvem har vedtekter?", ">Ny<"))
    assert first < second
    assert "9" in re.search(r"facts__meta\">([^<]*)", desk[first:])[1]


@pytest.mark.parametrize("role", [RoleGroup.EDITOR, RoleGroup.PUBLISHER, RoleGroup.INSIGHT])
def test_others_at_nso_do_not_read_them(client, asked, role):
    client.force_login(UserFactory(role=role))
    for address in (LIST, f"{LIST}?export=csv", page_of(asked)):
        assert client.get(address).status_code in {302, 403, 404}, address
    client.post(page_of(asked), {"answer": "Nei"})
    asked.refresh_from_db()
    assert asked.answered_at is None
    if role != RoleGroup.INSIGHT:
        assert "Hvem har vedtekter?" not in client.get("/admin/").content.decode()


def test_it_costs_the_same_with_many(
    client, staff, organisation, leader, django_assert_max_num_queries
):
    HelpRequest.objects.bulk_create(
        HelpRequest(organisation=organisation, topic="other", title=f"{n}", asked_by=leader)
        for n in range(30)
    )
    client.get(LIST)
    with django_assert_max_num_queries(15):
        client.get(LIST)
