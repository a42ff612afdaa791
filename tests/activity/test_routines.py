"""Routines: one entry each time something is said, and the latest word about each."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activity.models import Entry, Routine
from activity.routines import standing_of
from foundation.intake.models import Attachment
from tests.activity.sending import LOG, logged, send, told

FILLED = {"topic": "statutes", "state": "under_way"}


def test_it_is_logged_with_its_link_or_file(writer):
    entry = logged(
        writer, "rutine", **FILLED, state_="x", link="sp.example/vedtekter",
        reviewed_on="1. 9. 2026", files=SimpleUploadedFile("vedtekter.txt", b"Vedtekter"),
        may_be_shared="on",
    )  # fmt: skip

    row = Routine.objects.get(entry=entry)
    assert (row.link, row.reviewed_on, row.may_be_shared) == (
        "https://sp.example/vedtekter", date(2026, 9, 1), True,
    )  # fmt: skip
    assert Attachment.objects.of(entry).get().name == "vedtekter.txt"
    page = writer.get(f"/en{LOG}rutine/{entry.pk}/").content.decode()
    assert told(page)["May be shared as a template"] == "Yes"
    assert 'href="https://sp.example/vedtekter"' in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": ""}, "topic"),
        ({"state": ""}, "state"),
        ({"topic": "own"}, "own_name"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://sp.example/v"}, "link"),
        ({"reviewed_on": "01.01.2099"}, "reviewed_on"),
        ({"reviewed_on": "i høst"}, "reviewed_on"),
    ],
)
def test_what_can_not_be_is_told_at_the_field(writer, wrong, field):
    answer = send(writer, "rutine", **{**FILLED, **wrong})

    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert not Entry.objects.exists()


def test_the_latest_word_about_each_counts(writer, organisation):
    logged(writer, "rutine", topic="archive", state="have", day="01.09.2026")
    logged(writer, "rutine", topic="archive", state="missing", day="01.02.2026")
    logged(writer, "rutine", topic="own", own_name="Fadderuka", state="under_way", day="01.03.2026")
    logged(writer, "rutine", topic="own", own_name="FADDERUKA ", state="have", day="02.03.2026")
    gone = logged(writer, "rutine", topic="finance", state="have")
    writer.post(f"{LOG}rutine/{gone.pk}/ta-bort/")

    found = {one.name.casefold(): one.latest for one in standing_of(organisation)}

    said = {name: row.state for name, row in found.items() if row is not None}
    assert [row.state for row in found.values() if row is not None] == ["have", "have"]
    assert len(said) == 2
    assert len(found) == 8
    page = writer.get(f"/en{LOG}ny/rutine/").content.decode()
    assert "nothing said yet" in page
    assert f"?som={found['fadderuka'].pk}" in page


def test_a_name_is_kept_only_for_ones_of_their_own(writer):
    entry = logged(writer, "rutine", **FILLED, own_name="Noe annet")

    assert Routine.objects.get(entry=entry).own_name == ""
