"""The log of all organisations in the admin: who reads what of it, files, and drafts of news."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from activity.actions import log_entry, remove_entry
from activity.facts import EntryFacts
from activity.models import Recruitment, Turnout
from activity.semesters import Semester
from foundation.audit.models import AuditEntry
from foundation.intake.numbers import NOT_APPLICABLE, UNKNOWN, Count
from lobbying.actions import log_contact
from lobbying.choices import ContactKind, Counterpart, Grade, Reply
from lobbying.facts import Asked, ContactFacts, Said
from lobbying.models import Demand, Election
from memberorgs.choices import RoleGroup
from priorities.models import Priority, ProgressUpdatePage
from tests.factories import UserFactory, make_kommune

LIST = "/admin/medlemslogg/"
TODAY = timezone.localdate()


def people(**values):
    user = UserFactory(**values)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(db):
    return people(role=RoleGroup.STAFF)


@pytest.fixture
def editor(db):
    return people(role=RoleGroup.EDITOR)


@pytest.fixture
def party():
    from geography.models import Party

    return Party.objects.create(
        code="demolista-a", kind="party", name_nb="Demolista A", name_nn="Demolista A",
        name_en="Demolista A", short_name="Demolista A", in_storting_2025=False, position=1001,
    )  # fmt: skip


@pytest.fixture
def contact(organisation, other, leader, party):
    election = Election.objects.create(code="2027", name_nb="Valg", day=date(2027, 9, 13))
    demand = Demand.objects.create(
        election=election, code="k1", level="kommune", theme="bolig", text_nb="Bygg boliger",
        position=1, is_example=True,
    )  # fmt: skip
    said = (Said(demand, Reply.YES, Grade.WRITTEN),)
    return log_contact(
        organisation=organisation,
        facts=ContactFacts(
            counterpart=Counterpart.PARTY,
            kind=ContactKind.MEETING,
            day=TODAY - timedelta(days=3),
            kommune=make_kommune("4602", "Kinn"),
            asked=(Asked(party, answers=said),),
            together_with=(other,),
            note="Hemmelig om møtet",
            may_be_told=True,
        ),
        by=leader,
    )


def entry(organisation, by, days=0, **values):
    facts = EntryFacts(timezone.localdate() - timedelta(days=days), **values)
    return log_entry(organisation=organisation, facts=facts, by=by)


def text(answer):
    return answer.content.decode()


def test_staff_see_all_organisations_newest_first_without_notes(
    staff, organisation, other, leader, stranger, contact
):
    entry(organisation, leader, 5, title="Kurs i fjord", note="Hemmelig note")
    entry(other, stranger, 1, title="Kurs i elv")
    gone = entry(other, stranger, 1, title="Tatt bort")
    remove_entry(entry=gone, by=stranger)

    page = text(staff.get(LIST))

    order = [page.index(one) for one in ("Kurs i elv", "Demolista A", "Kurs i fjord")]
    assert order == sorted(order)
    assert "SP Fjordvik" in page
    assert "SP Elvestad" in page
    assert "Hemmelig" not in page
    assert "Tatt bort" not in page


def test_the_list_asks_as_often_with_many_as_with_few(
    staff, organisation, leader, django_assert_max_num_queries, contact
):
    entry(organisation, leader, title="Kurs")
    staff.get(LIST)
    with django_assert_max_num_queries(30) as few:
        staff.get(LIST)
    for number in range(20):
        entry(organisation, leader, title=f"Kurs {number}")
    with django_assert_max_num_queries(30) as many:
        staff.get(LIST)
    assert len(many) == len(few)


@pytest.fixture
def house(organisation, other, leader, stranger, contact, published_plan):
    priority = Priority.objects.in_order().first()
    entry(organisation, leader, 400, title="Gammelt kurs", priorities=(priority,))
    entry(other, stranger, 1, title="Nytt kurs", text="Med vafler", may_be_told=True)
    detail = Recruitment(way="stand", place="Vrimlearealet")
    detail.reached, detail.interested = Count.of(240), UNKNOWN
    entry(organisation, leader, 2, detail=detail)
    other.campuses.create(kommune=make_kommune("3405", "Lillehammer"))
    return priority


def cases():
    """What is asked, and what is then seen of the house."""
    return [
        ({}, {"Gammelt", "Nytt", "Stand", "Demolista"}),
        ({"kind": "pavirkning"}, {"Demolista"}),
        ({"kind": "annet"}, {"Gammelt", "Nytt"}),
        ({"organisation": "elvestad"}, {"Nytt", "Demolista"}),
        ({"organisation": "sp fjord"}, {"Gammelt", "Stand", "Demolista"}),
        ({"organisation": "finnes ikke"}, set()),
        ({"told": "yes"}, {"Nytt", "Demolista"}),
        ({"told": "no"}, {"Gammelt", "Stand"}),
        ({"q": "vafler"}, {"Nytt"}),
        ({"q": "vrimlearealet"}, {"Stand"}),
        ({"q": "hemmelig"}, set()),
        ({"day_from": str(TODAY - timedelta(days=2))}, {"Nytt", "Stand"}),
        ({"day_to": str(TODAY - timedelta(days=3))}, {"Gammelt", "Demolista"}),
        ({"semester": Semester.of(TODAY - timedelta(days=400)).code}, {"Gammelt"}),
    ]


def test_filters(staff, house):
    for asked, seen in cases():
        page = results(staff, asked)
        found = {one for one in ("Gammelt", "Nytt", "Stand", "Demolista") if one in page}
        assert found == seen, asked
    tied = results(staff, {"priority": str(house.pk)})
    assert "Gammelt" in tied
    assert "Nytt" not in tied
    there = results(staff, {"fylke": "34"})
    assert "Nytt" in there
    assert "Gammelt" not in there
    assert "Demolista" not in there
    assert "Demolista" in results(staff, {"fylke": "46"})


def results(client, asked):
    return text(client.get(f"{LIST}resultat/", asked))


def test_one_entry_is_shown_with_all_but_the_note(staff, organisation, other, leader, contact):
    detail = Turnout(form="direct", semester="2026h")
    detail.eligible, detail.votes = Count.of(1000), Count.of(234)
    one = entry(organisation, leader, detail=detail, note="Hemmelig note", text="Bra valg")

    page = text(staff.get(f"{LIST}valgoppslutning/{one.pk}/"))
    assert "234" in page
    assert "23,4" in page
    assert "Bra valg" in page
    assert "Hemmelig" not in page
    page = text(staff.get(f"{LIST}pavirkning/{contact.pk}/"))
    assert "Bygg boliger" in page
    assert other.name in page
    assert "Hemmelig" not in page
    assert staff.get(f"{LIST}annet/{one.pk}/").status_code == 404
    assert staff.get(f"{LIST}tull/{one.pk}/").status_code == 404


def lines_of(answer):
    data = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(data), delimiter=";"))
    assert len(set(rows[0])) == len(rows[0])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_all_of_it_goes_out_as_csv_and_is_told_in_the_audit_log(staff, house):
    lines = lines_of(staff.get(LIST, {"export": "csv"}))

    assert len(lines) == 4
    told = {tuple(line.values()) for line in lines}
    assert not any("Hemmelig" in cell for row in told for cell in row)
    stand = next(line for line in lines if "240" in line.values())
    assert "Vrimlearealet" in stand.values()
    assert str(UNKNOWN) in stand.values()
    assert str(NOT_APPLICABLE) not in stand.values()
    meeting = next(line for line in lines if "Demolista A" in line.values())
    assert {"Kinn", "fjordvik"} <= set(meeting.values())
    kept = AuditEntry.objects.get(event="log.all_exported")
    assert (kept.facts["rows"], kept.facts["format"]) == (4, "csv")

    # One kind has its own columns alone, and in a spreadsheet numbers are numbers.
    alone = lines_of(staff.get(LIST, {"export": "csv", "kind": "rekruttering"}))
    assert len(alone) == 1
    assert len(alone[0]) < len(lines[0])
    assert len(lines_of(staff.get(LIST, {"export": "csv", "kind": "pavirkning"}))) == 1
    answer = staff.get(LIST, {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert sheet.max_row == 5
    assert 240 in cells


def test_editors_read_what_may_be_told_and_take_out_no_file(editor, house, contact):
    page = text(editor.get(LIST))
    assert "Nytt kurs" in page
    assert "Demolista" in page
    assert "Gammelt" not in page
    assert "Stand" not in results(editor, {"told": "no"})
    hidden = Recruitment.objects.get().pk
    assert editor.get(f"{LIST}rekruttering/{hidden}/").status_code == 404
    refused = editor.get(LIST, {"export": "csv"})
    assert refused.status_code in {302, 403}
    assert not AuditEntry.objects.filter(event="log.all_exported").exists()


def test_others_see_nothing_of_it(contact):
    for client in (people(), people(role=RoleGroup.INSIGHT)):
        for address in (LIST, f"{LIST}resultat/", f"{LIST}pavirkning/{contact.pk}/"):
            assert client.get(address).status_code != 200, address


def test_an_editor_makes_a_draft_of_news_in_one_click(editor, organisation, leader, published_plan):
    priority = Priority.objects.in_order().first()
    one = entry(
        organisation, leader, title="Kurs for tillitsvalgte", text="Tolv kom.",
        note="Hemmelig", may_be_told=True, priorities=(priority,),
    )  # fmt: skip
    address = f"{LIST}annet/{one.pk}/"
    assert f"{address}nyhet/" in text(editor.get(address))

    answer = editor.post(f"{address}nyhet/")
    again = editor.post(f"{address}nyhet/")

    news = ProgressUpdatePage.objects.get(title="Kurs for tillitsvalgte")
    assert answer.url == again.url == f"/admin/pages/{news.pk}/edit/"
    assert not news.live
    assert list(news.organisations.all()) == [organisation]
    assert list(news.priorities.all()) == [priority]
    assert "Tolv kom." in news.intro
    assert organisation.name in news.intro
    assert "Hemmelig" not in news.intro + news.title
    assert editor.get(answer.url).status_code == 200
    assert f"/admin/pages/{news.pk}/edit/" in text(editor.get(address))
    assert AuditEntry.objects.filter(event="log.told").count() == 1


def test_a_joint_contact_credits_all_that_took_part(editor, contact, organisation, other):
    editor.post(f"{LIST}pavirkning/{contact.pk}/nyhet/")
    news = ProgressUpdatePage.objects.get()
    assert set(news.organisations.all()) == {organisation, other}
    assert "Hemmelig" not in news.intro


def test_what_may_not_be_told_becomes_no_news(staff, organisation, leader):
    admin = people(admin=True)
    one = entry(organisation, leader, title="Internt")
    assert "nyhet/" not in text(admin.get(f"{LIST}annet/{one.pk}/"))
    admin.post(f"{LIST}annet/{one.pk}/nyhet/")
    assert not ProgressUpdatePage.objects.exists()


def test_an_organisation_that_is_not_confirmed_is_credited_nowhere(organisation, leader):
    admin = people(admin=True)
    one = entry(organisation, leader, title="Kurs", may_be_told=True)
    type(organisation).objects.filter(pk=organisation.pk).update(
        confirmed_at=None, confirmed_by=None
    )
    admin.post(f"{LIST}annet/{one.pk}/nyhet/")
    assert not ProgressUpdatePage.objects.exists()
