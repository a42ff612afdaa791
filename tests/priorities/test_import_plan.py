"""`import_plan`: from a document to rows and pages, and again."""

import threading
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Page, Revision

from priorities.actions import publish_plan
from priorities.models import (
    ActionPlan,
    PlanImport,
    Priority,
    PriorityPage,
    PriorityWording,
)
from tests.conftest import ADOPTED, TITLES

pytestmark = pytest.mark.django_db

SECOND = "/handlingsplan/2026-2027/kommune-og-fylkestingsvalget-2027/"


def rows():
    """Every row that an import may touch."""
    return {
        model: model.objects.count()
        for model in (ActionPlan, PlanImport, Priority, PriorityPage, PriorityWording)
    } | {"revisions": Revision.objects.count(), "pages": Page.objects.count()}


def bullets(text):
    return [line[2:].strip() for line in text.splitlines() if line.startswith("- ")]


def test_the_adopted_plan_stands_as_published_pages(published_plan, adopted_text, client):
    assert published_plan.title == "Handlingsplan for 2026/2027"
    assert published_plan.adopted_on == date(2026, 4, 12)
    kinds = [priority.section.kind for priority in Priority.objects.in_order()]
    assert kinds == ["political"] * 11 + ["organisational"] * 4
    assert [row.adopted_text for row in Priority.objects.in_order()] == bullets(adopted_text)
    pages = PriorityPage.objects.live().order_by("priority__position")
    assert len(pages) == 15
    for page, words in zip(pages, bullets(adopted_text), strict=True):
        response = client.get(page.url)
        assert response.status_code == 200
        assert words in response.content.decode()


def test_both_preambles_stand_on_the_plan(published_plan, client):
    body = client.get("/handlingsplan/2026-2027/").content.decode()
    assert "gratisprinsippet og utdanningskvalitet står sentralt" in body
    assert "åpen og inkluderende organisasjon med stor takhøyde" in body


def test_a_second_import_writes_nothing(published_plan):
    before = rows()
    call_command("import_plan", str(ADOPTED), titles=str(TITLES), publish=True, verbosity=0)
    assert rows() == before


def test_without_publish_nothing_is_public(client):
    call_command("import_plan", str(ADOPTED), verbosity=0)
    assert PriorityPage.objects.count() == 15
    assert not PriorityPage.objects.live().exists()
    assert client.get("/handlingsplan/2026-2027/").status_code == 404


def test_dry_run_shows_the_changes_and_keeps_the_database(published_plan, adopted_text, read_in):
    first, last = bullets(adopted_text)[0], bullets(adopted_text)[-1]
    amended = adopted_text.replace(first, first.replace("gjennomslag", "fullt gjennomslag"))
    amended = amended.replace(f"- {last}", "- Et helt nytt vedtak om noe ganske annet.")
    before = rows()
    printed = read_in(amended, dry_run=True)
    assert rows() == before
    assert "1 ny, 1 endret, 0 flyttet, 1 borte, 0 tilbake i planen, 13 uendret." in printed
    assert f"var: {first}" in printed
    assert "Et helt nytt vedtak om noe ganske annet." in printed


def test_an_amended_document_changes_what_differs_and_nothing_else(
    published_plan, adopted_text, read_in, client
):
    old = bullets(adopted_text)[1]
    new = old.replace("2027. Som", "2027 og 2031. Som")
    untouched = {row.pk: row.latest_revision_id for row in Priority.objects.exclude(position=2)}
    read_in(adopted_text.replace(old, new), publish=True)
    changed = Priority.objects.get(position=2)
    assert changed.adopted_text == new
    assert [wording.text for wording in changed.wordings.all()] == [new, old]
    assert {
        row.pk: row.latest_revision_id for row in Priority.objects.exclude(position=2)
    } == untouched
    assert new in client.get(SECOND).content.decode()


def test_an_amendment_waits_as_a_draft_until_it_is_published(
    published_plan, adopted_text, read_in, client
):
    old = bullets(adopted_text)[1]
    new = old.replace("2027. Som", "2027 og 2031. Som")
    read_in(adopted_text.replace(old, new))
    assert old in client.get(SECOND).content.decode()
    assert "0 endret" in read_in(adopted_text.replace(old, new)), "the draft counts"


def test_a_priority_that_is_gone_is_archived_and_its_address_answers(
    published_plan, adopted_text, read_in, client
):
    gone = bullets(adopted_text)[1]
    read_in(adopted_text.replace(f"- {gone}\n", ""), publish=True)
    priority = Priority.objects.get(adopted_text=gone)
    assert priority.archived_at is not None
    response = client.get(SECOND)
    assert response.status_code == 200
    assert gone in response.content.decode()
    assert "gikk ut av planen" in response.content.decode()
    assert SECOND not in client.get("/handlingsplan/2026-2027/").content.decode()


def test_a_priority_leaves_when_that_is_published(published_plan, adopted_text, read_in):
    gone = bullets(adopted_text)[1]
    with time_machine.travel("2026-12-01T12:00:00+01:00"):
        read_in(adopted_text.replace(f"- {gone}\n", ""))
        assert Priority.objects.get(adopted_text=gone).archived_at is None
    with time_machine.travel("2026-12-05T12:00:00+01:00"):
        publish_plan(plan=published_plan, by=None)
    assert Priority.objects.get(adopted_text=gone).archived_at.day == 5


def test_a_priority_that_comes_back_is_the_same_one(published_plan, adopted_text, read_in):
    gone = bullets(adopted_text)[1]
    before = Priority.objects.get(adopted_text=gone)
    read_in(adopted_text.replace(f"- {gone}\n", ""), publish=True)
    read_in(adopted_text, publish=True)
    after = Priority.objects.get(adopted_text=gone)
    assert (after.pk, after.archived_at, after.position) == (before.pk, None, 2)


def test_a_new_order_moves_and_keeps_words_and_addresses(published_plan, adopted_text, read_in):
    first, second = bullets(adopted_text)[:2]
    swapped = (
        adopted_text.replace(f"- {first}", "- @").replace(f"- {second}", f"- {first}")
    ).replace("- @", f"- {second}")
    wordings = PriorityWording.objects.count()
    printed = read_in(swapped, publish=True)
    assert "2 flyttet" in printed
    assert Priority.objects.get(position=1).adopted_text == second
    assert PriorityWording.objects.count() == wordings
    assert PriorityPage.objects.get(priority__position=1).url == SECOND


def test_editors_own_texts_survive_an_import(published_plan, adopted_text, read_in):
    page = PriorityPage.objects.get(priority__position=2)
    page.title = "Valget i 2027"
    page.body = [("heading", "Slik gjør vi det")]
    page.save_revision().publish()
    old = bullets(adopted_text)[1]
    read_in(adopted_text.replace(old, old.replace("2027.", "2027 og 2031.")), publish=True)
    page.refresh_from_db()
    assert page.title == "Valget i 2027"
    assert page.body[0].value == "Slik gjør vi det"
    assert page.priority.adopted_text != old


def test_an_editors_unfinished_draft_is_not_published_by_an_import(
    published_plan, adopted_text, read_in
):
    page = PriorityPage.objects.get(priority__position=2)
    page.title = "Halvferdig"
    page.save_revision()
    read_in(adopted_text + "\n- Enda en prioritering for å ha noe å publisere.\n", publish=True)
    page.refresh_from_db()
    assert page.title != "Halvferdig"


def test_a_page_that_was_taken_down_stays_down(published_plan, adopted_text, read_in):
    page = PriorityPage.objects.get(priority__position=2)
    page.unpublish()
    read_in(adopted_text + "\n- Enda en prioritering for å ha noe å publisere.\n", publish=True)
    page.refresh_from_db()
    assert not page.live
    assert PriorityPage.objects.get(priority__position=16).live


def test_sub_goals_are_kept_apart_and_compared(read_in):
    plan = (
        "# Handlingsplan 2030\n\n## Politiske prioriteringer\n\n"
        "- Bedre studieøkonomi for alle studenter.\n  - Økt studiestøtte.\n  - Lavere husleie.\n"
        "- Et godt læringsmiljø på alle læresteder.\n"
    )
    read_in(plan, publish=True)
    assert Priority.objects.get(position=1).goals == ("Økt studiestøtte.", "Lavere husleie.")
    read_in(plan.replace("Lavere husleie.", "Lavere husleie nå."), publish=True)
    priority = Priority.objects.get(position=1)
    assert priority.goals == ("Økt studiestøtte.", "Lavere husleie nå.")
    assert [wording.items for wording in priority.wordings.all()] == [
        ["Økt studiestøtte.", "Lavere husleie nå."],
        ["Økt studiestøtte.", "Lavere husleie."],
    ]


def test_a_plan_of_other_years_stands_beside_the_first(published_plan, adopted_text, read_in):
    read_in(adopted_text.replace("2026/2027", "2027/2028"), publish=True)
    assert [plan.years for plan in ActionPlan.objects.all()] == ["2027/2028", "2026/2027"]
    assert Priority.objects.count() == 30


def test_a_plan_without_years_is_refused_and_can_be_given_them(read_in):
    plan = "# Handlingsplan\n\n## Politisk\n\n- Bedre studieøkonomi.\n- Bedre læringsmiljø.\n"
    with pytest.raises(CommandError, match="hvilke år"):
        read_in(plan)
    assert not ActionPlan.objects.exists()
    read_in(plan, years="2031-2032")
    assert ActionPlan.objects.get().years == "2031/2032"


def test_too_many_priorities_are_refused_with_the_limit(read_in):
    lines = "".join(f"- Vedtak nummer {number} om noe viktig.\n" for number in range(5000))
    with pytest.raises(CommandError, match=r"5000 prioriteringer.*200"):
        read_in(f"# Handlingsplan 2030\n\n## Politisk\n\n{lines}")
    assert not ActionPlan.objects.exists()


def test_a_very_long_priority_becomes_a_page_with_a_short_title(read_in, client):
    words = "Jobbe for " + "bedre vilkår for studenter " * 1900
    read_in(f"# Handlingsplan 2030\n\n## Politisk\n\n- {words}\n- Kort.\n", publish=True)
    page = PriorityPage.objects.get(priority__position=1)
    assert page.priority.adopted_text == words.strip()
    assert len(page.title) <= 70
    assert client.get(page.url).status_code == 200


@pytest.mark.parametrize("years", ["26", "2027-2026", "i fjor", "2026-2027-2028"])
def test_years_that_make_no_sense_are_refused(read_in, years):
    with pytest.raises(CommandError, match="2026-2027"):
        read_in("# Plan\n\n## Politisk\n\n- Noe.\n", years=years)


def test_a_missing_file_is_a_sentence():
    with pytest.raises(CommandError, match="kan ikke åpnes"):
        call_command("import_plan", "finnes-ikke.docx")


def test_a_failure_half_way_leaves_the_database_as_it_was(monkeypatch, published_plan, read_in):
    """The last page can't be made: plan, sections and the pages before it are gone again."""
    made = []
    add_child = Page.add_child

    def fail_at_the_third(self, **kwargs):
        made.append(kwargs)
        if len(made) == 3:
            raise RuntimeError("disk full")
        return add_child(self, **kwargs)

    before = rows()
    monkeypatch.setattr(Page, "add_child", fail_at_the_third)
    with pytest.raises(RuntimeError):
        read_in("# Handlingsplan 2040\n\n## Politisk\n\n- En.\n- To.\n- Tre.\n- Fire.\n")
    assert len(made) == 3
    assert rows() == before


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_imports_at_once_make_one_plan():
    from priorities import actions
    from priorities.plan_reader import read_plan

    data = ADOPTED.read_bytes()
    reading = read_plan(data, ADOPTED.name)
    start = threading.Barrier(4)
    errors = []

    def work():
        try:
            start.wait()
            actions.import_plan(
                reading=reading, filename="plan.md", sha256=actions.checksum(data), by=None
            )
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (ActionPlan.objects.count(), Priority.objects.count()) == (1, 15)
    assert PriorityPage.objects.count() == 15
    assert PlanImport.objects.count() == 1
