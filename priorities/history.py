"""Facts, words and texts as the public could read them at the end of an earlier day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from wagtail.models import PageLogEntry, Revision

from priorities.as_of import AsOf
from priorities.models import (
    ActionPlan,
    Correction,
    Indicator,
    IndicatorValue,
    Milestone,
    Priority,
    PriorityWording,
    StatusChange,
)
from priorities.models.facts import Fact

AnyFact = TypeVar("AnyFact", bound=Fact)


def facts_of(
    model: type[AnyFact], priorities: Iterable[Priority], asked: AsOf
) -> dict[int, list[AnyFact]]:
    """The public facts of each priority (pk → facts, in the order of `model`) on the day."""
    wanted = [priority.pk for priority in priorities]
    rows: Any = model._default_manager.filter(priority__in=wanted)
    if model is StatusChange:
        rows = rows.select_related("priority__section")
    if model is Indicator:
        rows = rows.prefetch_related("values")
    found: list[AnyFact] = (
        _rewound(list(rows.public_on(asked.day)), asked) if asked.past else list(rows.live())
    )
    if model is StatusChange:
        found.sort(key=lambda change: (change.decided_on, change.pk), reverse=True)  # type: ignore[attr-defined]
    of: dict[int, list[AnyFact]] = defaultdict(list)
    for row in found:
        of[row.priority_id].append(row)
    return of


def _rewound(rows: list[AnyFact], asked: AsOf) -> list[AnyFact]:
    """`rows` with every correction after the day undone, without those that were not public."""
    by_pk = {row.pk: row for row in rows}
    if not by_pk:
        return []
    kind = rows[0]._meta.model_name
    corrections = Correction.objects.filter(kind=kind, object_id__in=by_pk)
    moved = set()
    for correction in corrections.after(asked.day):
        _undo(by_pk[correction.object_id], correction)
        if correction.field == "planned_on":
            moved.add(correction.object_id)
    if moved:
        earlier = corrections.filter(
            object_id__in=moved, field="planned_on", corrected_at__lte=asked.end
        )
        for pk in moved:
            _undo_move(by_pk[pk], [one for one in earlier if one.object_id == pk])  # type: ignore[arg-type]
    return [row for row in rows if row.live]


def _undo(row: Fact, correction: Correction) -> None:
    name = correction.field
    if isinstance(row, Indicator) and name.startswith("value "):
        _undo_value(row, date.fromisoformat(name.removeprefix("value ")), correction.old)
        return
    setattr(row, name, row._meta.get_field(name).to_python(correction.old))
    # Corrections hold the bokmål; what the other languages said then is not known.
    if name.endswith("_nb"):
        for language in ("nn", "en"):
            setattr(row, f"{name.removesuffix('nb')}{language}", "")


def _undo_value(indicator: Indicator, day: date, old: str | None) -> None:
    values = {value.measured_on: value for value in indicator.values.all()}
    if old is None:
        values.pop(day, None)
    else:
        value = values.setdefault(day, IndicatorValue(measured_on=day))
        value.value = IndicatorValue._meta.get_field("value").to_python(old)
    # A list that is set on a cluster stays in memory.
    indicator.values = list(values.values())


def _undo_move(milestone: Milestone, earlier: list[Correction]) -> None:
    """What the public saw of moves: those made by the day, `earlier`, the newest first."""
    first = date.fromisoformat(str(earlier[-1].old)) if earlier else None
    milestone.moved_from = first if first != milestone.planned_on else None
    milestone.moved_reason_nb = earlier[0].reason if earlier else ""
    milestone.moved_reason_nn = milestone.moved_reason_en = ""


@dataclass(frozen=True)
class Words:
    """The adopted words of a priority, with its sub-goals."""

    text: str
    goals: tuple[str, ...]


def words_of(plan: ActionPlan, priorities: Iterable[Priority], asked: AsOf) -> dict[int, Words]:
    """The words that were valid at the end of the day (pk → words).

    Before the plan was published here, its first words count. A priority that a later amendment
    brought is absent on the days before that.
    """
    if not asked.past:
        return {one.pk: Words(one.adopted_text, one.goals) for one in priorities}
    wordings: dict[int, list[PriorityWording]] = defaultdict(list)
    for wording in PriorityWording.objects.filter(priority__plan=plan).order_by("valid_from", "pk"):
        wordings[wording.priority_id].append(wording)
    first = min((those[0].valid_from for those in wordings.values()), default=None)
    found = {}
    for priority in priorities:
        those = wordings[priority.pk]
        valid = [wording for wording in those if wording.valid_from <= asked.end]
        if not valid:
            valid = [wording for wording in those[:1] if wording.valid_from == first]
        if valid:
            found[priority.pk] = Words(valid[-1].text, tuple(valid[-1].items))
    return found


def text_of(page: Any, asked: AsOf) -> Any:
    """`page` with the texts that were published at the end of the day, else its first ones."""
    if not asked.past:
        return page
    published = PageLogEntry.objects.filter(
        page=page.pk, action="wagtail.publish", revision__isnull=False
    )
    entry = (
        published.filter(timestamp__lte=asked.end).order_by("-timestamp").first()
        or published.order_by("timestamp").first()
    )
    # A log outlives the revisions that it names.
    revision = Revision.page_revisions.filter(pk=entry.revision_id).first() if entry else None
    return revision.as_object() if revision else page
