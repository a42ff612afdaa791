"""Organisations as a table: what comes in, what it changes, and that it goes out the same."""

from datetime import date

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from content import freshness
from foundation.audit.models import AuditEntry
from foundation.intake.reading import read_csv
from foundation.intake.writing import csv_lines
from geography import reference_data as geography
from memberorgs import reference_data
from memberorgs.models import (
    MemberOrganisation,
    OrganisationCode,
    StudentCount,
)
from memberorgs.organisation_table import HEADER, TableChanged, TableRefused, apply, plan, rows
from tests.factories import OrganisationFactory, TermFactory, UserFactory, make_kommune

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db):
    geography.load()


@pytest.fixture
def staff(db):
    return UserFactory(admin=True)


def table(*lines, header="id;name;short_name;kind"):
    return read_csv("\n".join([header, *lines]).encode())


def exported():
    return b"".join(csv_lines(HEADER, rows(MemberOrganisation.objects.order_by("code"))))


def errors(told):
    return [(error.row, error.column) for error in plan(told).errors]


def test_the_file_of_the_house_loads_unconfirmed_and_a_second_time_changes_nothing(loaded):
    assert reference_data.load() == 33
    assert MemberOrganisation.objects.count() == 33
    assert not MemberOrganisation.objects.confirmed().exists()
    hvl = MemberOrganisation.objects.get(code="hvl")
    assert (hvl.language, hvl.elects_in) == ("nn", "autumn")
    assert [campus.kommune_id for campus in hvl.campuses.all()] == [
        "4601", "4647", "1106", "4640", "4614",
    ]  # fmt: skip
    assert [campus.is_main for campus in hvl.campuses.all()] == [True, *[False] * 4]
    assert [one.code for one in hvl.institutions.all()] == ["hvl"]
    count = hvl.student_counts.get()
    assert (count.students, count.year, count.confidence) == (16000, 2020, "sourced")
    assert reference_data.load() == 0


def test_what_staff_changed_is_never_loaded_over(loaded, staff):
    reference_data.load()
    MemberOrganisation.objects.filter(code="uio").update(name_nb="Et annet navn", code="uio-ny")
    OrganisationCode.objects.create(
        code="uio-ny", organisation=MemberOrganisation.objects.get(code="uio-ny")
    )
    MemberOrganisation.objects.filter(code="uib").update(language="nn")
    assert reference_data.load() == 0
    assert MemberOrganisation.objects.get(code="uio-ny").name_nb == "Et annet navn"
    assert MemberOrganisation.objects.get(code="uib").language == "nn"


def test_the_command_loads_both_and_says_nothing_the_second_time(capsys, db):
    call_command("load_reference_data")
    assert MemberOrganisation.objects.count() == 33
    capsys.readouterr()
    call_command("load_reference_data")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "saved",
    [
        lambda data: data,
        lambda data: data.decode("utf-8-sig").encode("utf-8"),
        lambda data: data.decode("utf-8-sig").encode("cp1252"),
        lambda data: data.decode("utf-8-sig").encode("utf-16"),
    ],
    ids=["as it went out", "without mark", "windows-1252", "utf-16"],
)
def test_what_goes_out_comes_back_in_unchanged(loaded, staff, saved):
    reference_data.load()
    OrganisationFactory(
        code="farlig",
        name_nb="=HYPERLINK(A1)",
        name_nn="-Målag",
        short_name="@SP",
        mailbox="post@test.example",
        website="https://lag.example/",
        member_from=date(1999, 1, 1),
        left_on=date(2025, 8, 1),
        membership_evidence='To "linjer";\nmed tegn',
    )
    OrganisationFactory(partner=True, kommune=False, terms_begin_month=None, terms_begin_day=None)
    found = plan(read_csv(saved(exported())))
    assert (found.rows, found.errors, found.notes) == ([], [], [])
    assert found.unchanged == 35


def test_a_norwegian_excel_may_save_days_zeros_and_words_its_own_way(loaded, staff):
    """Days as 01.07.2027, 0301 as 301, numbers in groups, yes as SANN; still nothing changes."""
    organisation = OrganisationFactory(
        code="lag", kommune="0301", left_on=date(2027, 7, 1), kind="university"
    )
    StudentCount.objects.create(organisation=organisation, year=2025, students=12690)
    told = table(
        f"lag;{organisation.name_nb};{organisation.short_name};UNIVERSITY;301;12\u00a0690;2025;"
        "01.07.2027;SANN",
        header="id;name;short_name;kind;campus_kommuner;students;students_year;left_on;confirmed",
    )
    found = plan(told)
    assert (found.rows, found.errors) == ([], [])


safe = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=30,
).map(str.strip)


@given(
    name=safe.filter(bool),
    short=safe.filter(bool),
    evidence=safe,
    english=safe,
    students=st.none() | st.integers(0, 1_000_000),
    left=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    begins=st.none() | st.tuples(st.integers(1, 12), st.integers(1, 31)),
)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_an_organisation_survives_the_way_out_and_in(
    db, name, short, evidence, english, students, left, begins
):
    organisation = MemberOrganisation.objects.filter(code="lag").first() or OrganisationFactory(
        code="lag"
    )
    organisation.name_nb, organisation.short_name = name, short
    organisation.membership_evidence, organisation.name_en = evidence, english
    organisation.left_on = left
    organisation.terms_begin_month, organisation.terms_begin_day = begins or (None, None)
    organisation.save()
    organisation.student_counts.all().delete()
    if students is not None:
        StudentCount.objects.create(organisation=organisation, year=2025, students=students)
    found = plan(read_csv(exported()))
    assert (found.rows, found.errors, found.unchanged) == ([], [], 1)


def test_new_and_changed_are_told_and_done_and_audited(loaded, staff, monkeypatch):
    old = OrganisationFactory(code="gammel", name_nb="Gammelt navn", short_name="G")
    told = table(
        "gammel;Nytt navn;G;university_college;4601;4200;2026",
        "fersk;Nytt lag;N;private;0301;;",
        header="id;name;short_name;kind;campus_kommuner;students;students_year",
    )
    found = plan(told)
    assert [(row.code, row.is_new) for row in found.rows] == [("gammel", False), ("fersk", True)]
    assert [(one.column, one.old, one.new) for one in found.changed[0].changes] == [
        ("name", "Gammelt navn", "Nytt navn"),
        ("students", "", "4200"),
        ("students_year", "", "2026"),
    ]
    assert old.name_nb == MemberOrganisation.objects.get(code="gammel").name_nb

    bumped = []
    monkeypatch.setattr(freshness, "bump", lambda: bumped.append(True))
    apply(table=told, by=staff, fingerprint=found.fingerprint)
    assert bumped
    new = MemberOrganisation.objects.get(code="fersk")
    assert (new.is_confirmed, new.language) == (False, "nb")
    assert OrganisationCode.objects.filter(code="fersk", organisation=new).exists()
    assert old.student_counts.get(year=2026).students == 4200
    # That the test has made an administrator is an event of its own.
    audited = AuditEntry.objects.exclude(event="rights.changed")
    assert set(audited.values_list("event", "organisation", "actor_id")) == {
        ("organisation.made", "fersk", staff.pk),
        ("organisation.changed", "gammel", staff.pk),
        ("organisation.imported", "", staff.pk),
    }
    changed = AuditEntry.objects.get(event="organisation.changed")
    assert changed.facts == {"fields": ["name", "students", "students_year"]}
    assert plan(told).is_empty


def test_one_bad_row_of_500_stops_all_of_them(loaded, staff):
    lines = [f"lag-{number};Lag {number};L{number};private" for number in range(500)]
    lines[316] = "lag-316;Lag 316;L316;dansk"
    told = table(*lines)
    assert errors(told) == [(318, "D")]
    with pytest.raises(TableRefused) as caught:
        apply(table=told, by=staff)
    assert [(one.row, one.column) for one in caught.value.errors] == [(318, "D")]
    assert not MemberOrganisation.objects.exists()
    assert not AuditEntry.objects.exclude(event="rights.changed").exists()


def test_a_fault_in_the_middle_of_writing_leaves_nothing(loaded, staff, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(StudentCount.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        apply(
            table=table(
                "a;A;A;private;100;2025", header="id;name;short_name;kind;students;students_year"
            ),
            by=staff,
        )
    assert not MemberOrganisation.objects.exists()


FULL = (
    "id;name;short_name;kind;institution_id;campus_kommuner;students;students_year;mailbox;website;"
    "terms_begin_month;terms_begin_day;member_from;left_on;written_language;confirmed"
)
GOOD = "a;A;A;private;uio;0301;100;2025;a@b.example;https://a.example/;7;1;2000-01-01;;nb;"


@pytest.mark.parametrize(
    ("place", "text", "column"),
    [
        (0, "", "A"),
        (0, "Store Bokstaver", "A"),
        (0, "a;", "A"),
        (0, "kart", "A"),
        (1, "", "B"),
        (1, "x" * 161, "B"),
        (3, "", "D"),
        (3, "klubb", "D"),
        (4, "hogwarts", "E"),
        (5, "9999", "F"),
        (5, "Oslo", "F"),
        (6, "mange", "G"),
        (6, "-5", "G"),
        (6, "1000001", "G"),
        (6, "", "G"),
        (7, "", "H"),
        (7, "1815", "H"),
        (8, "ingen adresse", "I"),
        (9, "a.example", "J"),
        (9, "javascript:alert(1)", "J"),
        (10, "13", "K"),
        (11, "", "L"),
        (12, "31.02.2027", "M"),
        (12, "2027", "M"),
        (13, "1.1.1999", "N"),
        (14, "sv", "O"),
        (15, "kanskje", "P"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(loaded, place, text, column):
    cells = GOOD.split(";")
    assert errors(table(GOOD, header=FULL)) == []
    cells[place] = f'"{text}"' if ";" in text else text
    assert errors(table(";".join(cells), header=FULL)) == [(2, column)]


def test_the_same_organisation_twice_is_told_at_the_second(loaded):
    assert errors(table("a;A;A;private", "b;B;B;private", "a;A igjen;A;private")) == [(4, "A")]


def test_an_old_code_leads_to_nobody(loaded):
    organisation = OrganisationFactory(code="for")
    organisation.code = "etter"
    organisation.save()
    found = plan(table("for;Noen;N;private"))
    assert [(error.row, error.column) for error in found.errors] == [(2, "A")]
    assert "etter" in found.errors[0].message


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("id;name;short_name", (1, "")),
        ("id;name;short_name;kind;telefon", (1, "E")),
        ("id;name;short_name;kind;students", (1, "")),
        ("navn;kode", (1, "A")),
    ],
)
def test_a_column_that_is_missing_or_unknown(loaded, header, place):
    assert place in errors(table("a;b;c;private;1", header=header))


def test_a_table_with_fewer_columns_leaves_the_others(loaded, staff):
    organisation = OrganisationFactory(code="a", mailbox="post@test.example", kommune="4601")
    told = table("a;Nytt navn;A;private")
    apply(table=told, by=staff)
    organisation.refresh_from_db()
    assert (organisation.name_nb, organisation.mailbox) == ("Nytt navn", "post@test.example")
    assert organisation.campuses.count() == 1
    assert organisation.is_confirmed


def test_another_year_is_one_more_number_and_the_old_one_stays(loaded, staff):
    organisation = OrganisationFactory(code="a", name_nb="A", short_name="A", kind="private")
    header = "id;name;short_name;kind;students;students_year;students_source"
    StudentCount.objects.create(organisation=organisation, year=2026, students=10, source="DBH")
    StudentCount.objects.create(organisation=organisation, year=2024, students=8, source="DBH")
    apply(table=table("a;A;A;private;9;2025;Opptelling", header=header), by=staff)
    apply(table=table("a;A;A;private;7;2024;DBH", header=header), by=staff)
    told = dict(organisation.student_counts.values_list("year", "students"))
    assert told == {2024: 7, 2025: 9, 2026: 10}
    assert plan(table("a;A;A;private;7;2024;DBH", header=header)).is_empty


def test_campuses_change_places_and_the_first_is_the_main_one(loaded, staff):
    organisation = OrganisationFactory(code="a", name_nb="A", short_name="A", kommune="4601")
    organisation.campuses.create(kommune=make_kommune("4647"), position=1)
    header = "id;name;short_name;kind;campus_kommuner"
    line = f"a;A;A;{organisation.kind}"
    apply(table=table(f'{line};"4647;301"', header=header), by=staff)
    found = [(one.kommune_id, one.is_main) for one in organisation.campuses.all()]
    assert found == [("4647", True), ("0301", False)]
    assert plan(table(f'{line};"4647, 0301"', header=header)).is_empty


def test_a_campus_that_somebody_belongs_to_does_not_go(loaded):
    organisation = OrganisationFactory(code="a", kommune="4601")
    TermFactory(organisation=organisation, campus=organisation.campuses.get())
    header = "id;name;short_name;kind;campus_kommuner"
    assert errors(table("a;A;A;private;0301", header=header)) == [(2, "E")]


def test_what_the_table_repeats_of_an_institution_is_not_taken_over_and_said(loaded):
    header = "id;name;short_name;kind;institution_id;institution_name"
    found = plan(table("a;A;A;private;uio;Universitetet i Bergen", header=header))
    assert [(note.row, note.column) for note in found.notes] == [(2, "F")]
    assert found.errors == []


def test_a_table_confirms_and_never_takes_a_confirmation_back(loaded, staff):
    OrganisationFactory(code="ja", kind="private")
    header = "id;name;short_name;kind;confirmed"
    assert errors(table("ja;A;A;private;nei", header=header)) == [(2, "E")]
    apply(table=table("fersk;B;B;private;ja", "ja;A;A;private;", header=header), by=staff)
    new = MemberOrganisation.objects.get(code="fersk")
    assert (new.is_confirmed, new.confirmed_by) == (True, staff)
    assert MemberOrganisation.objects.get(code="ja").is_confirmed
    assert AuditEntry.objects.filter(event="organisation.confirmed").count() == 1


def test_what_was_not_looked_at_is_not_done(loaded, staff):
    OrganisationFactory(code="a", name_nb="A", short_name="A", kind="private")
    told = table("a;Ny A;A;private")
    seen = plan(told).fingerprint
    MemberOrganisation.objects.update(name_nb="En tredje")
    with pytest.raises(TableChanged):
        apply(table=told, by=staff, fingerprint=seen)
    assert MemberOrganisation.objects.get().name_nb == "En tredje"


def test_a_look_costs_the_same_at_any_size_and_writes_nothing(loaded, django_assert_num_queries):
    for number in range(3):
        OrganisationFactory(code=f"lag-{number}")
    data = exported()
    with django_assert_num_queries(7):
        plan(read_csv(data))
    for number in range(3, 30):
        OrganisationFactory(code=f"lag-{number}")
    data = exported()
    with django_assert_num_queries(7):
        plan(read_csv(data))
