"""What a document would change in the plan: a pure comparison, nothing is written.

The plan side of the comparison is the plan *as staged*: with the latest drafts, published or not,
so that importing the same document twice finds nothing the second time.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from priorities.models import ActionPlan, PlanSection, Priority, SubGoal
from priorities.plan_reader import ReadPlan, ReadSection

# Below this share of common words two texts are two priorities, not one amended one.
SAME_PRIORITY = 0.5
SAME_SECTION = 0.6
# A word-by-word comparison of longer texts than this is no help to a reader, and slow.
MOST_WORDS = 1500


class Change(StrEnum):
    """What happens to one priority or section. A changed one may also have moved."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    RETURNED = "returned"
    UNCHANGED = "unchanged"


CHANGE_LABELS = {
    Change.NEW: _("New"),
    Change.CHANGED: _("Changed"),
    Change.MOVED: _("Moved"),
    Change.GONE: _("Gone"),
    Change.RETURNED: _("Back in the plan"),
    Change.UNCHANGED: _("Unchanged"),
}


@dataclass(frozen=True)
class FactChange:
    """A fact of the plan itself (title, date, language) that differs."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class SectionChange:
    """One section. `section` is None when new, `reading` None when gone; `position` from 1."""

    change: Change
    position: int
    section: PlanSection | None = None
    reading: ReadSection | None = None


@dataclass(frozen=True)
class PriorityChange:
    """One priority. `priority` is None when new; `position` (from 1) is None when gone."""

    change: Change
    priority: Priority | None
    section: int | None
    position: int | None
    old_position: int | None
    text: str
    old_text: str
    items: tuple[str, ...]
    old_items: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(CHANGE_LABELS[self.change])

    @property
    def moved(self) -> bool:
        return (
            self.position is not None
            and self.old_position is not None
            and self.position != self.old_position
        )

    @property
    def words(self) -> list[tuple[str, str]]:
        """The adopted words as (`same`, `old` or `new`, text) runs, for people to compare."""
        return word_runs(self.old_text, self.text)


@dataclass(frozen=True)
class PlanDiff:
    """The whole comparison; `fingerprint` names the state of the plan that it was made from."""

    plan: ActionPlan | None
    facts: tuple[FactChange, ...]
    sections: tuple[SectionChange, ...]
    priorities: tuple[PriorityChange, ...]
    fingerprint: str
    counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        counts = {str(change): 0 for change in Change}
        for one in self.priorities:
            counts[one.change] += 1
        object.__setattr__(self, "counts", counts)

    @property
    def is_empty(self) -> bool:
        return (
            self.plan is not None
            and not self.facts
            and all(one.change is Change.UNCHANGED for one in self.sections)
            and all(one.change is Change.UNCHANGED for one in self.priorities)
        )


def word_runs(old: str, new: str) -> list[tuple[str, str]]:
    before, after = old.split(), new.split()
    if len(before) + len(after) > MOST_WORDS:
        return [("old", old), ("new", new)]
    runs: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", " ".join(before[i1:i2])))
            continue
        if i2 > i1:
            runs.append(("old", " ".join(before[i1:i2])))
        if j2 > j1:
            runs.append(("new", " ".join(after[j1:j2])))
    return runs


def plan_of(reading: ReadPlan) -> ActionPlan | None:
    """The plan in the database for the same years."""
    return (
        ActionPlan.objects.filter(year_start=reading.year_start, year_end=reading.year_end)
        .select_related("latest_revision")
        .first()
    )


def compare(reading: ReadPlan) -> PlanDiff:
    """How `reading` differs from the plan of the same years as staged. A constant 4 queries."""
    plan = plan_of(reading)
    old_sections: list[PlanSection] = []
    old_priorities: list[Priority] = []
    if plan is not None:
        old_sections = [
            row.staged for row in plan.sections.select_related("latest_revision").order_by("pk")
        ]
        old_priorities = _staged_priorities(plan)
    sections = _compare_sections(reading, old_sections)
    place = {
        one.section.pk: one.position
        for one in sections
        if one.section is not None and one.reading is not None
    }
    return PlanDiff(
        plan=plan,
        facts=_compare_facts(reading, plan.staged if plan else None),
        sections=sections,
        priorities=_compare_priorities(reading, old_priorities, place),
        fingerprint=_fingerprint(plan, old_sections, old_priorities),
    )


def _staged_priorities(plan: ActionPlan) -> list[Priority]:
    """All priorities as staged, with their sub-goals in memory: `goals` costs no query."""
    goals: dict[int, list[SubGoal]] = {}
    for goal in SubGoal.objects.filter(priority__plan=plan):
        goals.setdefault(goal.priority_id, []).append(goal)
    staged = []
    for row in plan.priorities.select_related("latest_revision").order_by("position", "pk"):
        as_staged = row.staged
        if as_staged is row:
            row.sub_goals = goals.get(row.pk, [])
        staged.append(as_staged)
    return staged


def _compare_facts(reading: ReadPlan, plan: ActionPlan | None) -> tuple[FactChange, ...]:
    if plan is None:
        return ()
    new = {
        "title": (_("Title"), plan.title, reading.title),
        "adopted_on": (_("Adopted on"), plan.adopted_on, reading.adopted_on),
        "language": (_("Language"), plan.language, reading.language),
    }
    return tuple(
        FactChange(name, str(label), str(old or ""), str(value or ""))
        for name, (label, old, value) in new.items()
        if old != value
    )


def _compare_sections(reading: ReadPlan, old: Sequence[PlanSection]) -> tuple[SectionChange, ...]:
    pairs = _match(
        [section.heading.casefold() for section in reading.sections],
        [section.heading.casefold() for section in old],
        SAME_SECTION,
    )
    taken = set(pairs.values())
    # A renamed heading of the same kind is the same section, when it is the only candidate.
    for index, section in enumerate(reading.sections):
        if index in pairs:
            continue
        candidates = [
            number
            for number, row in enumerate(old)
            if number not in taken and row.kind == section.kind and row.removed_at is None
        ]
        same_kind = [
            number
            for number, other in enumerate(reading.sections)
            if number not in pairs and other.kind == section.kind
        ]
        if len(candidates) == 1 and len(same_kind) == 1:
            pairs[index] = candidates[0]
            taken.add(candidates[0])
    changes = []
    for index, section in enumerate(reading.sections):
        position = index + 1
        if index not in pairs:
            changes.append(SectionChange(Change.NEW, position, None, section))
            continue
        row = old[pairs[index]]
        if row.removed_at is not None:
            change = Change.RETURNED
        elif (row.heading, row.preamble, row.kind) != (
            section.heading,
            section.preamble,
            section.kind,
        ):
            change = Change.CHANGED
        elif row.position != position:
            change = Change.MOVED
        else:
            change = Change.UNCHANGED
        changes.append(SectionChange(change, position, row, section))
    changes += [
        SectionChange(Change.GONE, row.position, row, None)
        for number, row in enumerate(old)
        if number not in taken and row.removed_at is None
    ]
    return tuple(changes)


def _compare_priorities(
    reading: ReadPlan, old: Sequence[Priority], section_place: dict[int, int]
) -> tuple[PriorityChange, ...]:
    new = [
        (place, priority)
        for place, section in enumerate(reading.sections, 1)
        for priority in section.priorities
    ]
    standing_first = sorted(
        range(len(old)), key=lambda number: (old[number].archived_at is not None, number)
    )
    ordered = [old[number] for number in standing_first]
    pairs = _match(
        [priority.text for _place, priority in new],
        [row.adopted_text for row in ordered],
        SAME_PRIORITY,
    )
    changes = []
    for index, (place, priority) in enumerate(new):
        position = index + 1
        row = ordered[pairs[index]] if index in pairs else None
        if row is None:
            change = Change.NEW
        elif row.archived_at is not None:
            change = Change.RETURNED
        elif row.adopted_text != priority.text or row.goals != priority.items:
            change = Change.CHANGED
        elif row.position != position or section_place.get(row.section_id) != place:
            change = Change.MOVED
        else:
            change = Change.UNCHANGED
        changes.append(
            PriorityChange(
                change=change,
                priority=row,
                section=place,
                position=position,
                old_position=row.position if row is not None else None,
                text=priority.text,
                old_text=row.adopted_text if row is not None else "",
                items=priority.items,
                old_items=row.goals if row is not None else (),
            )
        )
    taken = set(pairs.values())
    changes += [
        PriorityChange(
            change=Change.GONE,
            priority=row,
            section=None,
            position=None,
            old_position=row.position,
            text="",
            old_text=row.adopted_text,
            items=(),
            old_items=row.goals,
        )
        for number, row in enumerate(ordered)
        if number not in taken and row.archived_at is None
    ]
    return tuple(changes)


def _match(new: Sequence[str], old: Sequence[str], least: float) -> dict[int, int]:
    """Which new text is which old one: equal texts first, then the most alike, each once."""
    pairs: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for number, text in enumerate(old):
        free.setdefault(text, []).append(number)
    for index, text in enumerate(new):
        if free.get(text):
            pairs[index] = free[text].pop(0)
    rest_new = [index for index in range(len(new)) if index not in pairs]
    taken = set(pairs.values())
    rest_old = [number for number in range(len(old)) if number not in taken]
    old_words = {number: _words(old[number]) for number in rest_old}
    scored: list[tuple[float, int, int]] = []
    for index in rest_new:
        words = _words(new[index])
        for number in rest_old:
            score = _alike(words, old_words[number])
            if score >= least:
                scored.append((-score, number, index))
    for _score, number, index in sorted(scored):
        if index not in pairs and number not in taken:
            pairs[index] = number
            taken.add(number)
    return pairs


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of the two sets of words, 0 to 1."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def _fingerprint(
    plan: ActionPlan | None, sections: Iterable[PlanSection], priorities: Iterable[Priority]
) -> str:
    staged = plan.staged if plan else None
    state = [
        [staged.title, str(staged.adopted_on), staged.language] if staged else None,
        [[row.pk, row.position, row.heading, row.preamble, row.kind] for row in sections],
        [
            (
                row.pk,
                row.section_id,
                row.position,
                row.adopted_text,
                row.goals,
                row.archived_at is not None,
            )
            for row in priorities
        ],
    ]
    return hashlib.sha256(json.dumps(state, ensure_ascii=False).encode()).hexdigest()
