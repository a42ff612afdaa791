"""Documents of many shapes, each beside the outline that a person reads in it."""

from collections import Counter
from pathlib import Path

import pytest

from priorities.plan_reader import read_plan
from tests.priorities.plan_reader.documents import describe

PLANS = Path(__file__).parent.parent / "plans"
ADOPTED = Path(__file__).parents[3] / "priorities" / "data" / "handlingsplan-2026-2027.md"
DOCUMENTS = sorted(path for path in PLANS.iterdir() if path.suffix in (".txt", ".md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_shape_is_read_as_its_outline(path):
    plan = read_plan(path.read_bytes(), path.name)
    assert describe(plan) == path.with_suffix(".outline").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_name_of_the_file_does_not_matter(path):
    named = read_plan(path.read_bytes(), path.name)
    assert read_plan(path.read_bytes(), "plan") == named


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if path.suffix == ".txt"], ids=lambda path: path.name
)
def test_every_letter_is_accounted_for_once(path):
    text = path.read_text(encoding="utf-8")
    plan = read_plan(text.encode(), path.name)
    parts = [plan.title, *(one.text for one in plan.skipped)]
    for section in plan.sections:
        parts += [section.heading, section.preamble]
        for priority in section.priorities:
            parts += [priority.text, *priority.items]
    given = Counter(letter for letter in text if letter.isalpha())
    read = Counter(letter for part in parts for letter in part if letter.isalpha())
    assert read - given == Counter()
    # What is gone is markers: a letter or a Roman number at the left of a line.
    assert set((given - read).elements()) <= set("abcoABCIV")


def test_adopted_plan_is_read_exactly():
    text = ADOPTED.read_text(encoding="utf-8")
    plan = read_plan(text.encode(), ADOPTED.name)

    assert plan.title == "Handlingsplan for 2026/2027"
    assert (plan.year_start, plan.year_end) == (2026, 2027)
    assert plan.adopted_on.isoformat() == "2026-04-12"
    assert plan.language == "nb"
    assert [(one.kind, len(one.priorities)) for one in plan.sections] == [
        ("political", 11),
        ("organisational", 4),
    ]
    bullets = [line[2:] for line in text.splitlines() if line.startswith("- ")]
    assert [one.text for section in plan.sections for one in section.priorities] == bullets
    assert all(not one.items for section in plan.sections for one in section.priorities)
    for section in plan.sections:
        assert f"\n{section.preamble}\n" in text
        assert f"## {section.heading}\n" in text
    reasons = {one.line: one.reason for one in plan.skipped}
    assert reasons == {
        5: "letterhead",
        7: "letterhead",
        9: "letterhead",
        11: "letterhead",
        13: "letterhead",
        17: "adoption",
        21: "page_header",
        23: "introduction",
        40: "page_header",
    }
    assert plan.warnings == ()
