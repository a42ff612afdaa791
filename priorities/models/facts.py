"""Dated facts about a priority: status, milestones, indicators, and what was corrected in them.

They belong to the priority, not to its pages, so that nothing that is dated or counted is copied
per language; their short texts hold bokmål, nynorsk and English.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from priorities.as_of import end_of_day
from priorities.choices import (
    NEEDS_CAUSE,
    STATUS_DEFINITIONS,
    STATUS_MARKS,
    Cause,
    DecidedBy,
    Direction,
    MilestoneState,
    SectionKind,
    Status,
)
from priorities.models.plan import Priority
from priorities.short_names import FactForm

# Days ahead in which a milestone counts as due soon.
DUE_SOON = timedelta(days=14)
NOT_BLANK = r"\S"
LANGUAGES = ("nb", "nn", "en")

_correcting_user: ContextVar[Any] = ContextVar("correcting_user", default=None)


def in_language(row: models.Model, name: str) -> str:
    """The text `name` of `row` in the active language; bokmål where that has none."""
    language = (get_language() or "nb").split("-")[0]
    return getattr(row, f"{name}_{language}", "") or getattr(row, f"{name}_nb")


class FactQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(live=True)

    def public_on(self, day: date) -> Self:
        """Those that the public could read at the end of `day`."""
        return self.filter(first_published_at__lte=end_of_day(day))


class Fact(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):  # type: ignore[misc]
    """A fact that goes through draft, approval and publication, and is corrected in the open.

    Whatever changes in a published fact, by whichever door, leaves a `Correction` in the same
    transaction. `corrected_fields` names the fields that the public reads.
    """

    priority = models.ForeignKey(
        Priority, models.PROTECT, related_name="%(class)ss", verbose_name=_("priority")
    )
    correction_reason = models.CharField(
        _("why it is corrected"),
        max_length=300,
        blank=True,
        help_text=_(
            "Only when you change something that is published: one sentence for the public list of "
            "corrections."
        ),
    )

    corrected_fields: ClassVar[tuple[str, ...]] = ()
    base_form_class = FactForm

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    def published(self) -> Self | None:
        """The row as the public reads it now, with its values `frozen`; None when it does not."""
        if self.pk is None:
            return None
        row: Self | None = type(self)._default_manager.filter(pk=self.pk, live=True).first()
        if row is not None:
            row.frozen = row.public_values()
        return row

    # What the public read before a save; children of the row are read anew after it.
    frozen: dict[str, Any]

    def public_values(self) -> dict[str, Any]:
        """Field → value that can be kept as JSON, for what the public reads."""
        return {name: _plain(getattr(self, name)) for name in self.corrected_fields}

    def clean(self) -> None:
        super().clean()
        published = self.published()
        if (
            published is not None
            and published.frozen != self.public_values()
            and not self.reason_of_change(published).strip()
        ):
            raise ValidationError(
                {"correction_reason": _("This is published. Say in one sentence why it changes.")}
            )

    def reason_of_change(self, published: Self) -> str:
        """Why this row differs from `published`, in the words of whoever changed it."""
        return self.correction_reason

    def save(self, *args: Any, **kwargs: Any) -> None:
        touched = kwargs.get("update_fields")
        if touched is not None and not {"live", *self.corrected_fields} & set(touched):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            before = self._once_public()
            super().save(*args, **kwargs)
            if before is not None and (before.live or self.live):
                self._leave_corrections(before)

    def _once_public(self) -> Self | None:
        """The row as the public reads it, or last read it before it was withdrawn."""
        if self.pk is None:
            return None
        row: Self | None = (
            type(self)._default_manager.filter(pk=self.pk, first_published_at__isnull=False).first()
        )
        if row is not None:
            row.frozen = row.public_values()
        return row

    def _leave_corrections(self, public: Self) -> None:
        before, after = public.frozen, self.public_values()
        if not self.live:
            before, after = {"live": True}, {"live": False}
        elif not public.live:
            before, after = {"live": False} | before, {"live": True} | after
        for name in [*before, *(name for name in after if name not in before)]:
            if before.get(name) != after.get(name):
                Correction.objects.create(
                    priority_id=self.priority_id,
                    kind=type(self)._meta.model_name or "",
                    object_id=self.pk,
                    subject=str(public)[:300],
                    field=name,
                    old=before.get(name),
                    new=after.get(name),
                    reason=self.reason_of_change(public)[:300],
                    corrected_by=_correcting_user.get(),
                )

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """What the public has read is withdrawn (unpublished) in the open, never deleted."""
        if self.first_published_at is not None:
            raise models.ProtectedError(
                gettext("This has been published. Withdraw it instead: unpublish it."), {self}
            )
        return super().delete(*args, **kwargs)

    def save_revision(self, *args: Any, clean: bool = True, **kwargs: Any) -> Any:
        """Not even a draft lacks what the database asks for: a status its reason and its cause."""
        if not clean:
            self.validate_constraints()
        return super().save_revision(*args, clean=clean, **kwargs)

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        with correcting(user):
            return super().publish(revision, user=user, **kwargs)

    def unpublish(self, *args: Any, user: Any = None, **kwargs: Any) -> Any:
        with correcting(user):
            return super().unpublish(*args, user=user, **kwargs)


@contextmanager
def correcting(user: Any) -> Iterator[None]:
    """Names the person behind the corrections that the block leaves."""
    token = _correcting_user.set(user)
    try:
        yield
    finally:
        _correcting_user.reset(token)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


class StatusChangeQuerySet(FactQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-decided_on", "-pk")


class StatusChange(Fact):
    """That a priority got a status: decided by a body, on a date, for a reason."""

    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    decided_on = models.DateField(_("decided on"), default=timezone.localdate)
    reason_nb = models.CharField(
        _("reason in one sentence"),
        max_length=200,
        help_text=_("The public reads it beside the status."),
    )
    reason_nn = models.CharField(_("reason in nynorsk"), max_length=200, blank=True)
    reason_en = models.CharField(_("reason in English"), max_length=200, blank=True)
    note_nb = models.TextField(_("more about it"), max_length=1000, blank=True)
    note_nn = models.TextField(_("more about it in nynorsk"), max_length=1000, blank=True)
    note_en = models.TextField(_("more about it in English"), max_length=1000, blank=True)
    cause = models.CharField(
        _("cause"),
        max_length=20,
        choices=Cause.choices,
        blank=True,
        help_text=_("Needed for partly won, behind plan, paused and lost."),
    )
    source_title = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("link to the source"), blank=True)
    decided_by = models.CharField(_("decided by"), max_length=30, choices=DecidedBy.choices)
    meeting = models.CharField(
        _("meeting"), max_length=100, blank=True, help_text=_("Such as “AU-møte 14”.")
    )
    case_number = models.CharField(_("case number"), max_length=40, blank=True)
    typed_at = models.DateTimeField(_("typed"), auto_now_add=True)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("typed by"),
    )

    corrected_fields = (
        "status",
        "decided_on",
        "reason_nb",
        "note_nb",
        "cause",
        "source_title",
        "source_url",
        "decided_by",
        "meeting",
        "case_number",
    )

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason_nb__regex=NOT_BLANK),
                name="status_change_has_a_reason",
                violation_error_message=_("A status needs a reason, in one sentence."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(NEEDS_CAUSE)) | ~Q(cause=""),
                name="status_change_has_a_cause",
                violation_error_message=_("This status needs a cause from the list."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="status_change_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Priority %(place)d: %(status)s, %(day)s") % {
            "place": self.priority.position,
            "status": self.label,
            "day": f"{self.decided_on:%d.%m.%Y}",
        }

    def clean(self) -> None:
        super().clean()
        if self.decided_on and self.decided_on > timezone.localdate():
            raise ValidationError(
                {"decided_on": _("The date is in the future. Write when it was decided.")}
            )
        if self.status in NEEDS_CAUSE and not self.cause:
            raise ValidationError({"cause": _("This status needs a cause from the list.")})

    @property
    def label(self) -> str:
        """The word for the status; an organisational priority is completed, not won."""
        kind = self.priority.section.kind
        if self.status == Status.WON and kind == SectionKind.ORGANISATIONAL:
            return gettext("Completed")
        return str(Status(self.status).label)

    @property
    def mark(self) -> str:
        return STATUS_MARKS[Status(self.status)]

    @property
    def definition(self) -> str:
        return str(STATUS_DEFINITIONS[Status(self.status)])

    @property
    def reason(self) -> str:
        return in_language(self, "reason")

    @property
    def note(self) -> str:
        return in_language(self, "note")


class Milestone(Fact):
    """Something that will have happened by a date."""

    title_nb = models.CharField(_("milestone"), max_length=120)
    title_nn = models.CharField(_("milestone in nynorsk"), max_length=120, blank=True)
    title_en = models.CharField(_("milestone in English"), max_length=120, blank=True)
    detail_nb = models.CharField(_("more about it"), max_length=300, blank=True)
    detail_nn = models.CharField(_("more about it in nynorsk"), max_length=300, blank=True)
    detail_en = models.CharField(_("more about it in English"), max_length=300, blank=True)
    planned_on = models.DateField(_("planned date"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    moved_from = models.DateField(
        _("moved from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The date that was planned first; the public goes on seeing it."),
    )
    moved_reason_nb = models.CharField(
        _("why it is moved"),
        max_length=200,
        blank=True,
        help_text=_("Needed when the planned date of a published milestone changes."),
    )
    moved_reason_nn = models.CharField(_("why it is moved, in nynorsk"), max_length=200, blank=True)
    moved_reason_en = models.CharField(_("why it is moved, in English"), max_length=200, blank=True)

    corrected_fields = ("title_nb", "detail_nb", "planned_on", "done_on")

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["planned_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(title_nb__regex=NOT_BLANK),
                name="milestone_has_a_title",
                violation_error_message=_("Write what the milestone is."),
            ),
            models.CheckConstraint(
                condition=Q(moved_from__isnull=True)
                | (Q(moved_reason_nb__regex=NOT_BLANK) & ~Q(moved_from=F("planned_on"))),
                name="milestone_moved_has_a_reason",
                violation_error_message=_("Say why the milestone is moved."),
            ),
        ]

    def __str__(self) -> str:
        return self.title_nb

    def clean(self) -> None:
        published = self.published()
        if published is not None and published.planned_on != self.planned_on:
            if not self.moved_reason_nb.strip():
                raise ValidationError({"moved_reason_nb": _("Say why the milestone is moved.")})
            first = published.moved_from or published.planned_on
            self.moved_from = first if first != self.planned_on else None
        super().clean()
        if self.done_on and self.done_on > timezone.localdate():
            raise ValidationError(
                {"done_on": _("The date is in the future. Write when it was done.")}
            )

    def reason_of_change(self, published: Self) -> str:
        if self.correction_reason:
            return self.correction_reason
        if self.planned_on != published.planned_on:
            return self.moved_reason_nb
        if self.done_on is not None and published.done_on is None:
            return gettext("The milestone is reached.")
        return ""

    def state(self, today: date | None = None) -> MilestoneState:
        day = today or timezone.localdate()
        if self.done_on is not None and self.done_on <= day:
            return MilestoneState.DONE
        if self.planned_on < day:
            return MilestoneState.LATE
        if self.planned_on <= day + DUE_SOON:
            return MilestoneState.DUE
        return MilestoneState.UPCOMING

    @property
    def title(self) -> str:
        return in_language(self, "title")

    @property
    def detail(self) -> str:
        return in_language(self, "detail")

    @property
    def moved_reason(self) -> str:
        return in_language(self, "moved_reason")


class Indicator(Fact):
    """A number that shows how a priority goes: from a baseline towards a target.

    Progress is derived from the dated values; nobody types a percentage.
    """

    name_nb = models.CharField(_("indicator"), max_length=120)
    name_nn = models.CharField(_("indicator in nynorsk"), max_length=120, blank=True)
    name_en = models.CharField(_("indicator in English"), max_length=120, blank=True)
    unit_nb = models.CharField(
        _("unit"), max_length=40, help_text=_("Such as “studentboliger” or “prosent”.")
    )
    unit_nn = models.CharField(_("unit in nynorsk"), max_length=40, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=40, blank=True)
    direction = models.CharField(
        _("should go"), max_length=4, choices=Direction.choices, default=Direction.UP
    )
    baseline = models.DecimalField(_("starting value"), max_digits=14, decimal_places=2)
    baseline_on = models.DateField(_("starting value measured on"))
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2)

    corrected_fields = (
        "name_nb",
        "unit_nb",
        "direction",
        "baseline",
        "baseline_on",
        "target",
    )

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction=Direction.UP, target__gt=F("baseline"))
                | Q(direction=Direction.DOWN, target__lt=F("baseline")),
                name="indicator_target_lies_in_its_direction",
                violation_error_message=_(
                    "The target must lie above the starting value when the number should go up, "
                    "and below it when it should go down."
                ),
            ),
            models.CheckConstraint(
                condition=Q(name_nb__regex=NOT_BLANK),
                name="indicator_has_a_name",
                violation_error_message=_("Write what the indicator measures."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_nb

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def unit(self) -> str:
        return in_language(self, "unit")

    def measured(self, today: date | None = None) -> list["IndicatorValue"]:
        """The values up to today, the oldest first."""
        day = today or timezone.localdate()
        return sorted(
            (value for value in self.values.all() if value.measured_on <= day),
            key=lambda value: value.measured_on,
        )

    def progress(self, today: date | None = None) -> Decimal | None:
        """The part of the way from baseline to target, 0 to 1; None before the first value."""
        measured = self.measured(today)
        if not measured:
            return None
        way = (measured[-1].value - self.baseline) / (self.target - self.baseline)
        return min(max(way, Decimal(0)), Decimal(1))

    def public_values(self) -> dict[str, Any]:
        return super().public_values() | {
            f"value {value.measured_on.isoformat()}": _plain(value.value)
            for value in self.values.all()
        }

    def reason_of_change(self, published: Self) -> str:
        before, after = published.frozen, self.public_values()
        if any(after.get(name) != old for name, old in before.items()):
            return self.correction_reason
        return self.correction_reason or gettext("A new value.")


class IndicatorValue(models.Model):
    """What an indicator was on a day, and how one knows."""

    indicator = ParentalKey(
        Indicator, on_delete=models.CASCADE, related_name="values", verbose_name=_("indicator")
    )
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    source_title = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("link to the source"), blank=True)

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering = ["indicator", "measured_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "measured_on"],
                name="indicator_value_once_per_day",
                violation_error_message=_("There is already a value for this day."),
            ),
            models.CheckConstraint(
                condition=Q(source_title__regex=NOT_BLANK),
                name="indicator_value_has_a_source",
                violation_error_message=_("Say where the value comes from."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value.normalize():f}, {self.measured_on:%d.%m.%Y}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def for_readers(self) -> Self:
        """Without new values of indicators: those are news, kept here for their moment only."""
        return self.exclude(field__startswith="value ", old__isnull=True)

    def after(self, day: date) -> Self:
        """Those that were made when `day` was over, the newest first: undo them to see `day`."""
        return self.filter(corrected_at__gt=end_of_day(day)).order_by("-corrected_at", "-pk")


class Correction(models.Model):
    """What a published fact said, what it says now, when and why it changed. Never changed itself.

    `kind` and `object_id` name the fact (`statuschange`, `milestone`, `indicator`), `field` the
    field of it, `value <ISO date>` for a value of an indicator, or `live` when the fact was
    withdrawn. `old` and `new` are plain JSON.
    """

    priority = models.ForeignKey(
        Priority, models.PROTECT, related_name="corrections", verbose_name=_("priority")
    )
    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField()
    subject = models.CharField(_("about"), max_length=300)
    field = models.CharField(_("field"), max_length=40)
    old = models.JSONField(_("said"), null=True)
    new = models.JSONField(_("says"), null=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    corrected_at = models.DateTimeField(_("corrected"), default=timezone.now, db_index=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrected by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at", "-pk"]
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self) -> str:
        return f"{self.subject}: {self.field}"

    @property
    def label(self) -> str:
        """The name of what changed, for people."""
        if self.field == "live":
            return gettext("Withdrawn")
        if self.field.startswith("value "):
            day = date.fromisoformat(self.field.removeprefix("value "))
            return gettext("Value of %(day)s") % {"day": f"{day:%d.%m.%Y}"}
        return str(FACTS[self.kind]._meta.get_field(self.field).verbose_name).capitalize()

    def _shown(self, value: Any) -> str:
        if self.field == "live":
            return gettext("public") if value else gettext("withdrawn")
        if value in (None, ""):
            return "–"
        if self.field.startswith("value "):
            return str(value).replace(".", ",")
        field = FACTS[self.kind]._meta.get_field(self.field)
        if isinstance(field, models.DateField):
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        if isinstance(field, models.DecimalField):
            return str(value).replace(".", ",")
        return str(dict(field.flatchoices).get(value, value))

    @property
    def is_text(self) -> bool:
        """Whether somebody's words were corrected; they are kept in bokmål."""
        return self.field.endswith("_nb") or self.field in ("source_title", "meeting")

    @property
    def said(self) -> str:
        return self._shown(self.old)

    @property
    def says(self) -> str:
        return self._shown(self.new)


FACTS: dict[str, type[Fact]] = {
    "statuschange": StatusChange,
    "milestone": Milestone,
    "indicator": Indicator,
}
