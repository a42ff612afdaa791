"""The history says what changed, from what to what, in words."""

import html
import re
from datetime import date

import pytest

from activity.history import history_of
from geography.models import Party
from lobbying import actions
from lobbying.facts import Asked, ContactFacts, Said
from lobbying.models import Demand, Election
from memberorgs.choices import Confidence, RoleGroup
from tests.activity.sending import LOG, change, logged
from tests.factories import TermFactory, UserFactory, make_kommune


def history(page):
    found = re.search(r'<ol class="log">(.*?)</ol>', page, re.DOTALL)[1]
    text = re.sub(r"<[^>]+>", " ", found)
    return html.unescape(" ".join(text.split())).replace("\xa0", " ")


def test_numbers_choices_and_notes_are_told_from_and_to(writer, client):
    entry = logged(writer, "rekruttering", way="stand", open="12", note="Hemmelig plan")
    change(
        writer, entry, way="visit", open_answer="unknown", day=f"{entry.day:%d.%m.%Y}",
        note="Ny plan", reached="1 500",
    )  # fmt: skip

    address = f"/en{LOG}rekruttering/{entry.pk}/"
    said = history(writer.get(address).content.decode())

    assert "What was done : from stand to visit to a class or group" in said
    assert "Offices to fill : from 12 to don't know" in said
    assert "People reached : from nothing to 1 500" in said
    assert "Private note : from Hemmelig plan to Ny plan" in said
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    page = client.get(address).content.decode()
    assert "Private note" in history(page)
    assert "plan" not in history(page)


def test_semesters_and_reasons_are_words(writer):
    entry = logged(writer, "valgoppslutning", form="direct", semester="2026h", day="26.11.2026")
    change(
        writer, entry, form="indirect", semester="2026v", day="26.11.2026", day_reason="Telt sent"
    )

    said = history(writer.get(f"/en{LOG}valgoppslutning/{entry.pk}/").content.decode())

    assert "Semester : from autumn 2026 to spring 2026" in said
    assert "Kind of election : from direct election to indirect election" in said
    assert "Day: why it is right : from nothing to Telt sent" in said


def test_priorities_are_named_by_their_titles(writer, published_plan):
    one = published_plan.priorities.in_order().first()
    entry = logged(writer, "annet", title="Kurs")
    change(writer, entry, title="Kurs", priorities=[one.pk], day=f"{entry.day:%d.%m.%Y}")

    said = history(writer.get(f"{LOG}annet/{entry.pk}/").content.decode())

    title = one.pages.filter(locale__language_code="nb").get().title
    assert title in said


@pytest.fixture
def contact(organisation, leader):
    election = Election.objects.create(code="2027", name_nb="Valget", day=date(2027, 9, 13))
    demand = Demand.objects.create(
        election=election, code="k1", level="kommune", theme="bolig", text_nb="Flere boliger",
        position=1, confidence=Confidence.SOURCED,
    )  # fmt: skip
    party = Party.objects.create(
        code="a", kind=Party.Kind.PARTY, short_name="A", position=1, in_storting_2025=False,
        name_nb="Demolista A", name_nn="Demolista A", name_en="Demo list A",
    )  # fmt: skip
    common = {"counterpart": "party", "kind": "meeting", "day": date(2026, 11, 1),
              "kommune": make_kommune("3301", "Drammen")}  # fmt: skip
    asked = (Asked(party, answers=(Said(demand, "no", "said"),)),)
    row = actions.log_contact(
        organisation=organisation, facts=ContactFacts(**common, asked=asked), by=leader
    )
    changed = (Asked(party, answers=(Said(demand, "yes", "written", "Brev"),)),)
    now = {**common, "kind": "email", "kommune": make_kommune("1103", "Stavanger")}
    actions.change_contact(contact=row, facts=ContactFacts(**now, asked=changed), by=leader)
    return row


def test_contacts_tell_each_answer_by_itself(contact, django_assert_max_num_queries):
    versions = list(contact.versions.order_by("-number"))
    with django_assert_max_num_queries(4):
        newest, first = history_of(versions, with_notes=True)

    told = {one.name: (one.old, one.new) for one in newest.changes}
    assert first.changes == ()
    assert told["Demolista A: Flere boliger"][1].endswith("Brev")
    assert ("Drammen", "Stavanger") in told.values()
    assert len(told) == 3
    assert not {"meeting", "email"} & {word for pair in told.values() for word in pair}


def test_what_another_organisation_wrote_down_is_not_told(contact, other):
    assert TermFactory(organisation=other)
    versions = list(contact.versions.order_by("-number"))
    versions[0].facts["note"], versions[1].facts["note"] = "Ny", "Gammel"

    newest, _first = history_of(versions, with_notes=False)

    notes = [one for one in newest.changes if not one.is_told]
    assert len(notes) == 1
