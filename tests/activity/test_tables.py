"""The log out as a file and in again: all or nothing, and nothing twice."""

import csv
import html
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from activity.models import Entry, EntryVersion, Recruitment, Turnout
from activity.table_columns import KINDS, columns_of, heading
from foundation.audit.models import AuditEntry
from foundation.intake.numbers import NOT_APPLICABLE, UNKNOWN, Count
from memberorgs.choices import RoleGroup
from tests.activity.sending import LOG, hidden, logged
from tests.factories import TermFactory, UserFactory, make_kommune

EXPORT, IMPORT = f"{LOG}eksport/", f"{LOG}importer/"


def look(client, content, *, kind="", name="logg.csv", prefix=""):
    """The answer to a file that is handed in to be looked through."""
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(name, data)
    return client.post(f"{prefix}{IMPORT}", {"kind": kind, "file": file})


def sent(page):
    """What the page of the look sends when one says yes."""
    return {name: html.unescape(hidden(page, name)) for name in
            ("fingerprint", "kind", "name", "packed")}  # fmt: skip


def bring_in(client, content, **how):
    """Look through it and say yes; the answer to the latter."""
    answer = look(client, content, **how)
    assert answer.status_code == 200, errors(answer)
    return client.post(IMPORT, sent(answer.content.decode()))


def errors(answer):
    found = re.search(r'class="errsum".*?</ul>', answer.content.decode(), re.DOTALL)
    return [
        html.unescape(re.sub(r"<[^>]+>", "", one)).strip()
        for one in re.findall(r"<li>(.*?)</li>", found[0] if found else "", re.DOTALL)
    ]


def changes(answer):
    """What the table would do, one text for each row."""
    found = re.search(r'<ul class="log">.*', answer.content.decode(), re.DOTALL)
    parts = re.split(r"<li>\s*<span", found[0])[1:] if found else []
    return [html.unescape(" ".join(re.sub(r"<[^>]+>", " ", one).split())) for one in parts]


def taken_out(client, **asked):
    answer = client.get(EXPORT, {"format": "csv", **asked})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def a_log(writer, organisation, published_plan):
    """One of each kind, with what is hard to write down."""
    bergen = organisation.campuses.get()
    forde = organisation.campuses.create(kommune=make_kommune("4647", "Sunnfjord"), position=1)
    one, two = published_plan.priorities.in_order()[:2]
    logged(
        writer, "rekruttering", way="stand", offices="=SUM(A1)", open="12", filled="0",
        candidates_answer="unknown", reached="1 234", interested_answer="not_applicable",
        priorities=[one.pk, two.pk], campus=forde.pk, text="To linjer;\r\nog «tegn»",
        note="Hemmelig", may_be_told="on",
    )  # fmt: skip
    election = {"form": "direct", "semester": "2025h", "day": "20.10.2025", "campus": bergen.pk}
    logged(writer, "valgoppslutning", **election, eligible="4000", votes="820")
    again = {**election, "semester": "2025h", "day": "21.10.2025"}
    logged(
        writer, "valgoppslutning", **again, eligible="100", votes="20",
        semester_reason="@Omvalg", eligible_reason="Bare ett fakultet", votes_reason="Samme",
        break_note="-Ny ordning",
    )  # fmt: skip
    logged(
        writer, "rutine", topic="own", own_name="Fadderuka", state="under_way",
        reviewed_on="01.09.2026", link="https://sp.example/a?b=c", may_be_shared="on",
    )  # fmt: skip
    logged(writer, "rutine", topic="archive", state="missing", day="01.02.2026")
    logged(writer, "annet", title="'-Kurs", text="  =1+1")
    return Entry.objects.count()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("slug", ["", *KINDS])
def test_no_two_columns_are_called_the_same(language, slug):
    with translation.override(language):
        names = [heading(one).casefold() for one in columns_of(slug)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_what_goes_out_comes_back_in_unchanged(writer, a_log, file):
    for kind, prefix in (("", ""), ("", "/en"), *((kind, "/nn") for kind in KINDS)):
        answer = writer.get(EXPORT, {"format": file, "type": kind})
        content = b"".join(answer.streaming_content)

        found = look(writer, content, kind=kind, name=f"logg.{file}", prefix=prefix)

        assert found.status_code == 200, errors(found)
        assert changes(found) == []
    assert EntryVersion.objects.count() == a_log


def test_one_who_takes_it_to_an_empty_log_has_the_same(writer, client, a_log, other, stranger):
    """Without keys, which belong to the other log."""
    for kommune in ("4647",):
        other.campuses.create(kommune=make_kommune(kommune), position=1)
    content = taken_out(writer, type="rekruttering")
    table = rows(content)
    for one in table:
        del one[next(iter(one))]
    out = io.StringIO()
    writes = csv.DictWriter(out, table[0], delimiter=";")
    writes.writeheader()
    writes.writerows(table)
    client.force_login(stranger)

    theirs = "/medlem/elvestad/logg/importer/"
    file = SimpleUploadedFile("logg.csv", out.getvalue().encode())
    answer = client.post(theirs, {"kind": "rekruttering", "file": file})
    assert answer.status_code == 200, errors(answer)
    client.post(theirs, sent(answer.content.decode()))

    entry = Entry.objects.get(organisation=other)
    detail = Recruitment.objects.get(entry=entry)
    assert (detail.offices, detail.open, detail.filled) == ("=SUM(A1)", Count.of(12), Count.of(0))
    assert (detail.candidates, detail.reached) == (UNKNOWN, Count.of(1234))
    assert detail.interested == NOT_APPLICABLE
    assert (entry.note, entry.may_be_told, entry.priorities.count()) == ("Hemmelig", True, 2)
    assert entry.text.splitlines() == ["To linjer;", "og «tegn»"]


def test_nothing_that_goes_out_is_a_formula(writer, a_log):
    lines = taken_out(writer).decode("utf-8-sig")
    answer = writer.get(EXPORT, {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active

    cells = [cell for one in csv.reader(io.StringIO(lines), delimiter=";") for cell in one]
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    assert not [cell for line in sheet for cell in line if cell.data_type == "f"]
    assert {cell.value for line in sheet for cell in line} >= {"=SUM(A1)", 4000, 820, 0}


def test_a_table_is_kept_once_however_often_it_comes(writer):
    content = (
        "form;day;semester;eligible;votes;candidates\n"
        "direct;20.10.2024;2024h;4 000;1 000;vet ikke\n"
        "direct;2025-10-21;høst 2025;4100;1100;\n"
    )
    assert bring_in(writer, content, kind="valgoppslutning").status_code == 302

    shares = [str(row.share) for row in Turnout.objects.order_by("semester")]
    assert shares == ["25.0", "26.8"]
    again = look(writer, content, kind="valgoppslutning").content.decode()
    assert 'name="fingerprint"' not in again
    assert Entry.objects.count() == 2
    told = AuditEntry.objects.get(event="log.imported").facts
    assert (told["new"], told["changed"]) == (2, 0)


def test_saying_yes_twice_is_once(writer):
    page = look(writer, "day;title\n01.09.2026;Kurs\n", kind="annet").content.decode()

    answers = [writer.post(IMPORT, sent(page)).status_code for _tap in range(2)]

    assert answers == [302, 302]
    assert Entry.objects.count() == 1


def test_nothing_is_kept_before_one_says_yes(writer):
    page = look(writer, "day;title\n01.09.2026;Kurs\n", kind="annet").content.decode()

    assert "Kurs" in page
    assert not Entry.objects.exists()


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_kept(writer):
    content = (
        "form;day;semester;eligible;votes\n"
        "direct;20.10.2024;2024h;4000;1000\n"
        "direct;i fjor;2025h;4000;1000\n"
        "avstemning;20.10.2025;2025h;1.000;1000\n"
        "indirect;20.10.2025;2025h;400;1000\n"
        "indirect;20.10.2099;2025h;400;100\n"
    )
    answer = look(writer, content, kind="valgoppslutning")

    assert answer.status_code == 422
    places = [re.match(r"\w+ (\d+), \w+ (\w)", one).groups() for one in errors(answer)]
    assert places == [("3", "B"), ("4", "A"), ("4", "D"), ("5", "E"), ("6", "B")]
    forced = {"fingerprint": "x", "kind": "valgoppslutning", "name": "", "packed": ""}
    assert writer.post(IMPORT, forced).status_code == 302
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("day;title;farge\n01.09.2026;Kurs;blå\n", "annet"),
        ("day;Day;title\n01.09.2026;;Kurs\n", "annet"),
        ("day\n01.09.2026\n", "annet"),
        ("day;title\n01.09.2026;Kurs\n01.09.2026;kurs\n", "annet"),
        ("day;title\n01.09.2026;Kurs\n", ""),
        ("kind;day;title\n;01.09.2026;Kurs\n", ""),
        ("day;title;way\n01.09.2026;Kurs;stand\n", "annet"),
        ("key;day;title\n0f3c8a52-2f3b-4d53-9d25-0d5cf6c0b0aa;01.09.2026;Kurs\n", "annet"),
        ("key;day;title\n17;01.09.2026;Kurs\n", "annet"),
        ("day;title;priorities\n01.09.2026;Kurs;Gratis kaffe\n", "annet"),
        ("day;title;campus\n01.09.2026;Kurs;Månen\n", "annet"),
        ("day;title;may_be_told\n01.09.2026;Kurs;kanskje\n", "annet"),
        ("topic;state;day\nown;have;01.09.2026\n", "rutine"),
        ("", "annet"),
        ("day;title\n" + "01.09.2026;Kurs\n" * 501, "annet"),
    ],
)
def test_tables_that_do_not_fit_are_refused(writer, content, kind):
    answer = look(writer, content, kind=kind)

    assert answer.status_code == 422
    assert errors(answer)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"PK\x03\x04 x", "dag".encode("utf-16")[:3]])
def test_files_that_are_no_tables_are_refused(writer, data):
    assert look(writer, data, kind="annet", name="logg.xlsx").status_code == 422


def test_a_row_with_a_key_changes_its_entry_and_keeps_how_it_was(writer):
    entry = logged(writer, "annet", title="Kurs", text="Tolv kom", note="Hemmelig")
    content = f"key;day;title\n{entry.key};{entry.day};Kurs i debatt\n"

    page = look(writer, content, kind="annet").content.decode()
    assert "Kurs i debatt" in page
    writer.post(IMPORT, sent(page))

    entry.refresh_from_db()
    # Columns that are not there leave what they would have told.
    assert (entry.title, entry.text, entry.note) == ("Kurs i debatt", "Tolv kom", "Hemmelig")
    assert (entry.version, Entry.objects.count()) == (2, 1)


def test_an_entry_of_another_organisation_is_unknown(writer, client, stranger):
    entry = logged(writer, "annet", title="Kurs")
    client.force_login(stranger)
    theirs = "/medlem/elvestad/logg/importer/"
    file = SimpleUploadedFile("x.csv", f"key;day;title\n{entry.key};{entry.day};Nytt\n".encode())

    assert client.post(theirs, {"kind": "annet", "file": file}).status_code == 422
    entry.refresh_from_db()
    assert entry.title == "Kurs"


def test_what_changed_meanwhile_is_looked_at_again(writer):
    entry = logged(writer, "annet", title="Kurs", text="Tolv kom")
    content = f"key;day;title;text\n{entry.key};{entry.day};Kurs;Tretten kom\n"
    page = look(writer, content, kind="annet").content.decode()
    Entry.objects.filter(pk=entry.pk).update(text="Fjorten kom")

    answer = writer.post(IMPORT, sent(page))

    assert answer.status_code == 200
    assert "Fjorten kom" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.text == "Fjorten kom"
    writer.post(IMPORT, sent(answer.content.decode()))
    entry.refresh_from_db()
    assert entry.text == "Tretten kom"


def test_numbers_that_surprise_are_shown_and_kept_with_a_reason(writer):
    logged(
        writer, "valgoppslutning", form="direct", semester="2024h", day="20.10.2024",
        eligible="4000", votes="800",
    )  # fmt: skip
    content = "form;day;semester;eligible;votes\ndirect;20.10.2025;2025h;4000;1900\n"

    page = look(writer, content, kind="valgoppslutning").content.decode()
    assert "1\xa0900" in page
    writer.post(IMPORT, sent(page))

    entry = Entry.objects.get(turnout__semester="2025h")
    assert entry.reasons.keys() == {"votes"}
    again = look(writer, content, kind="valgoppslutning").content.decode()
    assert 'name="fingerprint"' not in again


def test_semester_and_priorities_are_usual_where_the_table_says_nothing(writer, published_plan):
    from activity.models import KindPriority

    one = published_plan.priorities.in_order().first()
    KindPriority.objects.create(kind="valgoppslutning", priority=one)

    bring_in(writer, "form;day\nmeeting;10.03.2026\n", kind="valgoppslutning")

    row = Turnout.objects.get()
    assert row.semester == "2026v"
    assert list(row.entry.priorities.all()) == [one]


def test_filters_are_those_of_the_list(writer, a_log):
    assert len(rows(taken_out(writer, type="rutine"))) == 2
    assert len(rows(taken_out(writer, til="31.12.2025"))) == 2
    assert len(rows(taken_out(writer, fra="2026-02-01", til="2026-02-28"))) == 1
    assert len(rows(taken_out(writer, q="fadder"))) == 1
    assert len(rows(taken_out(writer, q="hemmelig"))) == 1
    assert writer.get(EXPORT, {"format": "csv", "fra": "i går"}).status_code == 422
    assert writer.get(EXPORT, {"format": "pdf"}).status_code == 422


def test_notes_are_for_own_people_and_every_export_is_in_the_audit_log(writer, client, a_log):
    assert b"Hemmelig" in taken_out(writer)
    staff = UserFactory(role=RoleGroup.STAFF)
    client.force_login(staff)

    assert b"Hemmelig" not in taken_out(client)
    assert b"Kurs" in taken_out(client)
    assert AuditEntry.objects.filter(event="log.exported", actor_id=staff.pk).count() == 2


def test_who_may_not_gets_nothing(client, reader, stranger, organisation):
    client.force_login(stranger)
    for address in (EXPORT, IMPORT, f"{IMPORT}mal/annet/"):
        assert client.get(address).status_code == 404
    client.force_login(reader)
    assert client.get(EXPORT).status_code == 200
    assert client.get(IMPORT).status_code == 404
    assert client.post(IMPORT, {"fingerprint": ""}).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_templates_are_headers_that_the_import_takes(writer, kind):
    content = b"".join(writer.get(f"{IMPORT}mal/{kind}/?format=csv").streaming_content)
    sheet = writer.get(f"{IMPORT}mal/{kind}/")

    names = next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    book = load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))
    assert [cell.value for cell in next(book.active.rows)] == names
    assert look(writer, content, kind=kind).status_code == 200
    page = writer.get(IMPORT).content.decode()
    assert all(html.escape(name) in page for name in names)


def test_exports_take_as_many_queries_for_many_entries(
    writer, organisation, django_assert_num_queries
):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as found:
            taken_out(writer)
        return len(found)

    for number in range(3):
        logged(writer, "annet", title=f"Kurs {number}")
    few = queries()
    for number in range(12):
        logged(writer, "rutine", topic="own", own_name=f"Rutine {number}", state="have")
    assert queries() == few


def test_leaders_of_two_organisations_import_into_the_one_they_stand_in(writer, leader, other):
    TermFactory(organisation=other, person=leader)

    bring_in(writer, "day;title\n01.09.2026;Kurs\n", kind="annet")

    assert Entry.objects.get().organisation.code == "fjordvik"
