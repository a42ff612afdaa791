"""Recruitment: candidates and offices, four-valued, with what follows from the numbers."""

import pytest

from activity.models import Entry, Recruitment
from foundation.intake.numbers import BLANK, NOT_APPLICABLE, UNKNOWN, Count
from tests.activity.sending import LOG, change, logged, send, told

FILLED = {
    "way": "stand", "offices": "Styret", "open": "12", "filled": "9", "candidates": "30",
}  # fmt: skip


def test_the_first_screen_has_six_fields(writer):
    page = writer.get(f"{LOG}ny/rekruttering/").content.decode()

    shown, folded = page.split('<details class="more-fields">')
    for name in ("way", "day", "offices", "open", "filled", "candidates"):
        assert f'name="{name}"' in shown
    for name in ("place", "reached", "interested", "note", "files", "may_be_told"):
        assert f'name="{name}"' not in shown
        assert f'name="{name}"' in folded


def test_it_is_logged_and_told_with_what_follows(writer):
    entry = logged(
        writer, "rekruttering", **FILLED, reached="1 234", interested_answer="unknown",
        place="Kantina",
    )  # fmt: skip

    detail = Recruitment.objects.get(entry=entry)
    assert (detail.open, detail.filled) == (Count.of(12), Count.of(9))
    assert (detail.reached, detail.interested) == (Count.of(1234), UNKNOWN)
    for page in ("", "kvittering/"):
        found = told(writer.get(f"/en{LOG}rekruttering/{entry.pk}/{page}").content.decode())
        assert found["Offices left to fill"] == "3"
        assert found["Candidates for each office"] == "2,5"
        assert found["People reached"] == "1 234"
        assert found["Where"] == "Kantina"


def test_the_four_answers_are_four_things(writer):
    entry = logged(
        writer, "rekruttering", way="visit", open="0", filled_answer="not_applicable",
        candidates_answer="unknown",
    )  # fmt: skip

    detail = Recruitment.objects.get(entry=entry)
    assert [detail.open, detail.filled, detail.candidates, detail.reached] == [
        Count.of(0), NOT_APPLICABLE, UNKNOWN, BLANK,
    ]  # fmt: skip
    assert (detail.vacant, detail.candidates_per_office) == (None, None)
    found = told(writer.get(f"/en{LOG}rekruttering/{entry.pk}/").content.decode())
    assert found["Offices to fill"] == "0"
    assert "Offices left to fill" not in found
    assert "People reached" not in found


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"way": ""}, "way"),
        ({"filled": "13"}, "filled"),
        ({"open": "1.234"}, "open"),
        ({"candidates": "-1"}, "candidates"),
        ({"reached": "12", "reached_answer": "unknown"}, "reached"),
        ({"day": "01.01.2100"}, "day"),
        ({"day": ""}, "day"),
    ],
)
def test_what_can_not_be_is_told_at_the_field(writer, wrong, field):
    answer = send(writer, "rekruttering", **{**FILLED, "text": "Vi sto i regnet.", **wrong})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}' in page
    assert "Vi sto i regnet." in page
    assert not Entry.objects.exists()


def test_one_more_like_it_has_numbers_of_its_own(writer):
    entry = logged(writer, "rekruttering", **FILLED, note="Hemmelig")

    page = writer.get(f"{LOG}ny/rekruttering/?som={entry.pk}").content.decode()

    assert 'value="Styret"' in page
    assert 'name="open" value="12"' in page
    assert 'name="filled" value=' not in page
    assert "Hemmelig" not in page


def test_numbers_are_put_right_and_the_old_ones_stay(writer):
    entry = logged(writer, "rekruttering", **FILLED)

    answer = change(
        writer, entry, **{**FILLED, "filled": "10"}, day=f"{entry.day:%d.%m.%Y}"
    )  # fmt: skip

    assert answer.status_code == 302
    assert Recruitment.objects.get(entry=entry).filled == Count.of(10)
    kept = [one.facts["detail"]["filled_number"] for one in entry.versions.order_by("number")]
    assert kept == [9, 10]


@pytest.mark.parametrize(("prefix", "words"), [("/nn", 'lang="nn"'), ("/en", 'lang="en"')])
def test_the_form_is_there_in_each_language(writer, prefix, words):
    for kind in ("rekruttering", "valgoppslutning", "rutine"):
        page = writer.get(f"{prefix}{LOG}ny/{kind}/")
        assert page.status_code == 200
        assert words in page.content.decode()
