"""Contacts out as a table and in again: a row for each party and demand."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.utils import translation

from activity.contact_columns import columns
from activity.table_columns import heading
from lobbying import parties as parties_to_choose
from lobbying.models import Answer, Contact, ContactVersion
from memberorgs.choices import RoleGroup
from tests.activity.sending import LOG
from tests.activity.test_tables import (
    IMPORT,
    bring_in,
    changes,
    errors,
    look,
    rows,
    sent,
    taken_out,
)
from tests.factories import UserFactory
from tests.lobbying.conftest import (  # noqa: F401
    bergen,
    demands,
    election,
    log,
    oslo,
    parties,
    told,
)

KIND = "pavirkning"
HEADER = "day;counterpart;contact_kind;place;party;demand;answer;grade"


@pytest.fixture(autouse=True)
def _no_demo(monkeypatch):
    """Real parties may be chosen. Not by the setting itself: addresses were made by it."""
    monkeypatch.setattr(parties_to_choose, "settings", SimpleNamespace(DEMO=False))


@pytest.fixture
def contacts(log, other, stranger):  # noqa: F811
    """Two with several parties and demands, one of another organisation that was joint."""
    log(
        a={"k1": ("yes", "written", "=Brev"), "k2": ("no", "said")}, b={"k1": ("no_answer",)},
        lists={"Bylista; og «venner»": {"k2": ("partly", "programme")}},
        note="Hemmelig\r\nto linjer", next_step="Ring tilbake", together_with=(other,),
    )  # fmt: skip
    log(days=4, b={})
    organisation = Contact.objects.first().organisation
    log(of=other, by=stranger, days=5, a={}, together_with=(organisation,), note="Deres")
    return list(Contact.objects.order_by("pk"))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_two_columns_are_called_the_same(language):
    with translation.override(language):
        names = [heading(one).casefold() for one in columns()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_what_goes_out_comes_back_in_unchanged(writer, contacts, file):
    answer = writer.get(f"{LOG}eksport/", {"format": file, "type": KIND})
    content = b"".join(answer.streaming_content)

    for prefix in ("", "/en", "/nn"):
        found = look(writer, content, kind=KIND, name=f"k.{file}", prefix=prefix)
        assert found.status_code == 200, errors(found)
        assert changes(found) == []
    assert ContactVersion.objects.count() == len(contacts)


def test_notes_of_others_stay_with_them(writer, client, contacts):
    content = taken_out(writer, type=KIND)
    assert b"Hemmelig" in content
    assert b"Deres" not in content
    assert len(rows(content)) == 4 + 1 + 1
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    assert b"Hemmelig" not in taken_out(client, type=KIND)


@pytest.mark.usefixtures("parties", "demands", "bergen")
def test_one_contact_of_several_rows_is_logged_once(writer):
    content = (
        f"{HEADER}\n"
        "01.10.2026;party;meeting;4601;A;2027/k1;yes;said\n"
        "01.10.2026;party;meeting;4601;A;2027/k2;no;written\n"
        "01.10.2026;party;meeting;4601;Prøvelista b;2027/k1;no_answer;\n"
        "02.10.2026;party;email;4601;A;;;\n"
    )
    assert bring_in(writer, content, kind=KIND).status_code == 302

    first, second = Contact.objects.order_by("day")
    said = Answer.objects.filter(asked__contact=first).order_by("asked__party", "demand")
    assert [(one.asked.party_id, one.demand.code, one.answer, one.grade) for one in said] == [
        ("a", "k1", "yes", "said"), ("a", "k2", "no", "written"), ("b", "k1", "no_answer", ""),
    ]  # fmt: skip
    assert [one.party_id for one in second.asked.all()] == ["a"]
    assert changes(look(writer, content, kind=KIND)) == []


def test_an_answer_that_changes_is_a_new_version(writer, contacts):
    table = rows(taken_out(writer, type=KIND, q="Ring"))
    answer = next(one for one in table[0] if table[0][one] in {"Ja", "Yes"})
    table[0][answer] = "no"
    out = io.StringIO()
    writes = csv.DictWriter(out, table[0], delimiter=";")
    writes.writeheader()
    writes.writerows(table)

    page = look(writer, out.getvalue(), kind=KIND)
    assert len(changes(page)) == 1, changes(page)
    writer.post(IMPORT, sent(page.content.decode()))

    contact = contacts[0]
    contact.refresh_from_db()
    assert (contact.version, contact.note) == (2, "Hemmelig\r\nto linjer")
    assert Answer.objects.filter(asked__contact=contact, answer="yes").count() == 0
    assert Answer.objects.filter(asked__contact=contact).count() == 4


@pytest.mark.parametrize(
    "row",
    [
        "01.10.2026;party;meeting;4601;;;;",
        "01.10.2026;party;meeting;9999;A;;;",
        "01.10.2026;party;meeting;4601;Månelista;;;",
        "01.10.2026;party;meeting;4601;A;2027/k9;yes;said",
        "01.10.2026;party;meeting;4601;A;2027/f1;yes;said",
        "01.10.2026;party;meeting;4601;A;2027/k1;yes;",
        "01.10.2026;party;meeting;4601;A;2027/k1;;",
        "01.10.2099;party;meeting;4601;A;;;",
        ";party;meeting;4601;A;;;",
        "01.10.2026;pressen;meeting;4601;A;;;",
        "01.10.2026;party;;4601;A;;;",
        "01.10.2026;party;meeting;4601;lokalliste;;;",
        "01.10.2026;administration;meeting;4601;A;;;",
        "01.10.2026;party;meeting;4601;A;2027/k1;yes;said\n"
        "01.10.2026;party;meeting;4601;A;2027/k1;no;said",
    ],
)
@pytest.mark.usefixtures("parties", "demands", "bergen")
def test_rows_that_do_not_fit_are_told_and_nothing_is_kept(writer, row):
    fits = "03.10.2026;party;meeting;4601;A;2027/k1;yes;said"
    assert look(writer, f"{HEADER}\n{fits}\n", kind=KIND).status_code == 200

    answer = look(writer, f"{HEADER}\n{fits}\n{row}\n", kind=KIND)

    assert answer.status_code == 422
    assert errors(answer)
    assert not Contact.objects.exists()


def test_what_another_organisation_logged_is_not_changed(writer, contacts):
    theirs = contacts[2]
    content = (
        "key;day;counterpart;contact_kind;place\n"
        f"{theirs.key};{theirs.day};party;email;{theirs.kommune_id}\n"
    )

    assert look(writer, content, kind=KIND).status_code == 422
    theirs.refresh_from_db()
    assert theirs.kind == "meeting"


def test_the_template_is_taken(writer, contacts):
    content = b"".join(writer.get(f"{IMPORT}mal/{KIND}/?format=csv").streaming_content)
    assert look(writer, content, kind=KIND).status_code == 200


def test_exports_take_as_many_queries_for_many_contacts(writer, log):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as found:
            taken_out(writer, type=KIND)
        return len(found)

    log(a={"k1": ("yes", "said")})
    few = queries()
    for days in range(2, 9):
        log(days=days, a={"k1": ("yes", "said")}, b={"k2": ("no", "said")})
    assert queries() == few
