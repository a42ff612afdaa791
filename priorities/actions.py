"""Writes that touch more than one row of the plan: upload, import, publish."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from content import freshness
from priorities.choices import ImportChannel
from priorities.models import (
    ActionPlan,
    ActionPlanIndexPage,
    ActionPlanPage,
    PlanImport,
    PlanSection,
    Priority,
    PriorityPage,
    PriorityWording,
    SubGoal,
)
from priorities.models.plan import PlanPart
from priorities.plan_diff import Change, PlanDiff, PriorityChange, compare
from priorities.plan_reader import ReadPlan

if TYPE_CHECKING:
    from memberorgs.models import User

# More than any assembly adopts; each becomes a page.
MOST_PRIORITIES = 200
LONGEST_TITLE = 70
# Days that an upload waits for somebody to import it.
UPLOADS_KEPT = timedelta(days=7)

MESSAGES = {
    "no_years": _(
        "The document does not say which years the plan is for. Give the years, or write them in "
        "the title, such as “Handlingsplan for 2026/2027”."
    ),
    "too_many": _(
        "The document holds %(count)s priorities. A plan can have %(most)s at most; choose the "
        "file with the plan alone."
    ),
    "title_too_long": _("The title or a heading of the plan is longer than %(most)s characters."),
    "no_index_page": _("There is no page “Handlingsplanen” to put the plan under. Make one first."),
    "changed_meanwhile": _(
        "The plan was changed after you looked at it. Nothing was imported: look at the changes "
        "again, and import once more if they are right."
    ),
}


class PlanImportError(Exception):
    """A reading that can't become a plan; `str()` is a sentence for the person."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        super().__init__(code)

    def __str__(self) -> str:
        sentence = str(MESSAGES[self.code])
        return sentence % self.details if self.details else sentence


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did. `record` is None when the document changed nothing."""

    diff: PlanDiff
    plan: ActionPlan | None
    record: PlanImport | None
    published: int = 0


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def with_years(reading: ReadPlan, years: tuple[int, int] | None) -> ReadPlan:
    """`reading` with the years that a person gave, where a person gave some."""
    if years is None:
        return reading
    return replace(reading, year_start=years[0], year_end=years[1])


def check_importable(reading: ReadPlan) -> None:
    """Raises PlanImportError when `reading` can't become a plan."""
    if reading.year_start is None or reading.year_end is None:
        raise PlanImportError("no_years")
    count = sum(len(section.priorities) for section in reading.sections)
    if count > MOST_PRIORITIES:
        raise PlanImportError("too_many", count=count, most=MOST_PRIORITIES)
    longest = ActionPlan._meta.get_field("title").max_length or 0
    if max(len(reading.title), *(len(section.heading) for section in reading.sections)) > longest:
        raise PlanImportError("title_too_long", most=longest)


def store_upload(*, reading: ReadPlan, filename: str, sha256: str, by: "User") -> PlanImport:
    """Keeps a reading until somebody has looked at it; drops those that nobody wanted."""
    check_importable(reading)
    with transaction.atomic():
        PlanImport.objects.filter(
            imported_at__isnull=True, uploaded_at__lt=timezone.now() - UPLOADS_KEPT
        ).delete()
        return PlanImport.objects.create(
            channel=ImportChannel.ADMIN,
            filename=filename[:255],
            sha256=sha256,
            reading=reading.as_codes(),
            uploaded_by=by,
        )


def import_upload(*, upload_id: int, fingerprint: str, by: "User") -> ImportOutcome:
    """Imports an upload that somebody looked at, once, however often the button is pressed.

    `fingerprint` is that of the plan they saw. Raises PlanImportError("changed_meanwhile") when
    the plan has another by now.
    """
    with transaction.atomic():
        upload = PlanImport.objects.select_for_update().get(pk=upload_id)
        reading = ReadPlan.from_codes(upload.reading)
        if upload.imported_at is not None:
            return ImportOutcome(diff=compare(reading), plan=upload.plan, record=upload)
        return _import(
            reading=reading, record=upload, by=by, titles={}, expected_fingerprint=fingerprint
        )


def import_plan(
    *,
    reading: ReadPlan,
    filename: str,
    sha256: str,
    by: "User | None",
    titles: Mapping[str, str] | None = None,
    publish: bool = False,
) -> ImportOutcome:
    """Makes the plan equal to `reading`, as drafts, and publishes it when told to.

    `titles` gives short titles for new pages by the beginning of the adopted words. A second
    import of the same document writes nothing.
    """
    check_importable(reading)
    with transaction.atomic():
        record = PlanImport(
            channel=ImportChannel.COMMAND,
            filename=filename[:255],
            sha256=sha256,
            reading=reading.as_codes(),
        )
        outcome = _import(reading=reading, record=record, by=by, titles=titles or {})
        if not publish or outcome.plan is None:
            return outcome
        return replace(outcome, published=publish_plan(plan=outcome.plan, by=by))


def _import(
    *,
    reading: ReadPlan,
    record: PlanImport,
    by: "User | None",
    titles: Mapping[str, str],
    expected_fingerprint: str | None = None,
) -> ImportOutcome:
    # The one row that is always there: two imports at once wait for each other here.
    index = ActionPlanIndexPage.objects.select_for_update().order_by("pk").first()
    if index is None:
        raise PlanImportError("no_index_page")
    diff = compare(reading)
    if expected_fingerprint is not None and expected_fingerprint != diff.fingerprint:
        raise PlanImportError("changed_meanwhile")
    if diff.is_empty:
        if record.pk is not None:
            record.delete()
        return ImportOutcome(diff=diff, plan=diff.plan, record=None)

    plan = _stage_plan(reading, diff, by)
    record.plan = plan
    record.imported_at = timezone.now()
    record.imported_by = by
    record.counts = diff.counts
    record.save()
    plan_page = _plan_page(index, plan, by)
    sections = _stage_sections(plan, diff, by)
    for change in diff.priorities:
        priority = _stage_priority(plan, sections, change, record, by)
        if priority is not None and change.change is Change.NEW:
            title = _title_for(change.text, titles)
            page = PriorityPage(title=title, priority=priority, locale=plan_page.locale)
            _add_draft(plan_page, page, by)
    return ImportOutcome(diff=diff, plan=plan, record=record)


def _stage(row: PlanPart, values: Mapping[str, Any], by: "User | None") -> None:
    """Puts `values` into the draft of `row`; the published row stays as it is."""
    staged = row.staged
    for name, value in values.items():
        setattr(staged, name, value)
    staged.save_revision(user=by, log_action=True)


def _new(row: PlanPart, by: "User | None") -> None:
    row.live = False
    row.save()
    row.save_revision(user=by, log_action=True)


def _stage_plan(reading: ReadPlan, diff: PlanDiff, by: "User | None") -> ActionPlan:
    values = {
        "title": reading.title or _("Action plan"),
        "adopted_on": reading.adopted_on,
        "language": reading.language,
    }
    if diff.plan is None:
        plan = ActionPlan(year_start=reading.year_start, year_end=reading.year_end, **values)
        _new(plan, by)
        return plan
    if diff.facts:
        _stage(diff.plan, values, by)
    return diff.plan


def _stage_sections(plan: ActionPlan, diff: PlanDiff, by: "User | None") -> dict[int, PlanSection]:
    """The sections of the document by their place in it (from 1)."""
    sections = {}
    for change in diff.sections:
        if change.reading is None:
            if change.section is not None:
                _stage(change.section, {"removed_at": timezone.now()}, by)
            continue
        values = {
            "position": change.position,
            "kind": change.reading.kind,
            "heading": change.reading.heading,
            "preamble": change.reading.preamble,
            "removed_at": None,
        }
        if change.section is None:
            section = PlanSection(plan=plan, **values)
            _new(section, by)
        else:
            section = change.section
            if change.change is not Change.UNCHANGED:
                _stage(section, values, by)
        sections[change.position] = section
    return sections


def _stage_priority(
    plan: ActionPlan,
    sections: Mapping[int, PlanSection],
    change: PriorityChange,
    record: PlanImport,
    by: "User | None",
) -> Priority | None:
    if change.change is Change.UNCHANGED:
        return change.priority
    if change.change is Change.GONE and change.priority is not None:
        _stage(change.priority, {"archived_at": timezone.now(), "archived_in": record}, by)
        return change.priority
    if change.section is None:
        return None
    values: dict[str, Any] = {
        "section": sections[change.section],
        "position": change.position,
        "adopted_text": change.text,
        "sub_goals": [
            SubGoal(position=place, text=text) for place, text in enumerate(change.items, 1)
        ],
        "archived_at": None,
        "archived_in": None,
    }
    if change.priority is None:
        priority = Priority(plan=plan, source=record, **values)
        _new(priority, by)
        return priority
    if change.change is not Change.MOVED:
        values["source"] = record
    _stage(change.priority, values, by)
    return change.priority


def _plan_page(index: ActionPlanIndexPage, plan: ActionPlan, by: "User | None") -> ActionPlanPage:
    page = ActionPlanPage.objects.filter(plan=plan, locale=Locale.get_default()).first()
    if page is not None:
        return page
    page = ActionPlanPage(title=plan.title, slug=plan.slug, plan=plan, locale=index.locale)
    _add_draft(index, page, by)
    return page


def _add_draft(
    parent: ActionPlanIndexPage | ActionPlanPage,
    page: ActionPlanPage | PriorityPage,
    by: "User | None",
) -> None:
    page.live = False
    page.owner = by
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)


def _title_for(text: str, titles: Mapping[str, str]) -> str:
    for beginning, title in titles.items():
        if text.startswith(beginning):
            return title
    if len(text) <= LONGEST_TITLE:
        return text.rstrip(".")
    return text[: LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(",;:–-") + "…"


def publish_plan(*, plan: ActionPlan, by: "User | None") -> int:
    """Publishes all that is staged for `plan`, and its pages that were never published.

    Pages that are public already keep an editor's unfinished draft. Returns how many rows and
    pages were published; 0 the second time.
    """
    with transaction.atomic():
        ActionPlan.objects.select_for_update().get(pk=plan.pk)
        parts: list[PlanPart] = [
            *ActionPlan.objects.filter(pk=plan.pk).select_related("latest_revision"),
            *plan.sections.select_related("latest_revision"),
            *plan.priorities.select_related("latest_revision"),
        ]
        published = 0
        standing = set(plan.priorities.standing().values_list("pk", flat=True))
        for part in parts:
            if part.has_unpublished_changes and part.latest_revision is not None:
                part.latest_revision.publish(user=by, skip_permission_checks=True)
                published += 1
        # A priority leaves the plan when that is published, not when the document is read.
        plan.priorities.filter(pk__in=standing, archived_at__isnull=False).update(
            archived_at=timezone.now()
        )
        freshness.bump()
        _record_wordings(plan)
        return published + _publish_pages(plan, by)


def _record_wordings(plan: ActionPlan) -> None:
    now = timezone.now()
    priorities = plan.priorities.live().prefetch_related("sub_goals", "wordings")
    for priority in priorities:
        items = list(priority.goals)
        known = priority.wordings.all()
        if not known or (known[0].text, known[0].items) != (priority.adopted_text, items):
            PriorityWording.objects.create(
                priority=priority,
                text=priority.adopted_text,
                items=items,
                valid_from=now,
                source=priority.source,
            )


def _publish_pages(plan: ActionPlan, by: "User | None") -> int:
    pages: list[ActionPlanPage | PriorityPage] = [
        *ActionPlanPage.objects.source()
        .filter(plan=plan, live=False)
        .select_related("latest_revision"),
        *PriorityPage.objects.source()
        .filter(priority__plan=plan, priority__archived_at__isnull=True, live=False)
        .select_related("latest_revision"),
    ]
    count = 0
    for page in pages:
        if page.latest_revision is not None and page.first_published_at is None:
            page.latest_revision.publish(user=by, skip_permission_checks=True)
            count += 1
    return count


def waits_to_be_published(plan: ActionPlan) -> bool:
    """Whether `publish_plan` would do anything."""
    return (
        plan.has_unpublished_changes
        or plan.sections.filter(has_unpublished_changes=True).exists()
        or plan.priorities.filter(has_unpublished_changes=True).exists()
        or ActionPlanPage.objects.source().filter(plan=plan, first_published_at=None).exists()
        or PriorityPage.objects.source()
        .filter(priority__plan=plan, priority__archived_at=None, first_published_at=None)
        .exists()
    )
