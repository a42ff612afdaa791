"""The adopted plan: what the general assembly decided, in its own words.

Rows here have no language and no editor: an import writes them, and an import alone. They carry
Wagtail's draft state, so that an amended document waits as a draft until it is published.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, RevisionMixin

from priorities.choices import ImportChannel, SectionKind


class PlanPart(DraftStateMixin, RevisionMixin, ClusterableModel):  # type: ignore[misc]
    """A row that an import stages as a draft and publishing makes valid."""

    class Meta:
        abstract = True

    @property
    def staged(self) -> Self:
        """The row as it will be once its latest draft is published."""
        if self.latest_revision is None or not self.has_unpublished_changes:
            return self
        return self.with_content_json(self.latest_revision.content)  # type: ignore[no-any-return]


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def live(self) -> Self:
        return self.filter(live=True)

    def current(self) -> "ActionPlan | None":
        """The newest published plan."""
        return self.live().order_by("-year_start", "-year_end").first()


class ActionPlan(PlanPart):
    """A plan as one general assembly adopted it, for one period."""

    title = models.CharField(_("title"), max_length=255)
    year_start = models.PositiveSmallIntegerField(_("first year"))
    year_end = models.PositiveSmallIntegerField(_("last year"))
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    language = models.CharField(_("language of the adopted words"), max_length=10, default="nb")
    page_key = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, help_text=_("Ties the pages to the plan.")
    )

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["-year_start", "-year_end"]
        permissions = [
            ("import_actionplan", _("Can read an action plan from a document")),
            ("publish_actionplan", _("Can publish an action plan")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year_start", "year_end"],
                name="action_plan_once_per_period",
                violation_error_message=_("There is already a plan for these years."),
            ),
            models.CheckConstraint(
                condition=Q(year_end__gte=F("year_start")),
                name="action_plan_ends_after_it_starts",
                violation_error_message=_("The last year is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def years(self) -> str:
        """`2026/2027`, or `2026` for a plan of one year."""
        if self.year_start == self.year_end:
            return str(self.year_start)
        return f"{self.year_start}/{self.year_end}"

    @property
    def slug(self) -> str:
        return self.years.replace("/", "-")


class PlanSection(PlanPart):
    """A heading of the plan with its preamble; holds priorities."""

    plan = models.ForeignKey(
        ActionPlan, models.PROTECT, related_name="sections", verbose_name=_("action plan")
    )
    position = models.PositiveSmallIntegerField(_("place in the plan"))
    kind = models.CharField(_("kind"), max_length=20, choices=SectionKind.choices)
    heading = models.CharField(_("heading"), max_length=500, blank=True)
    preamble = models.TextField(_("preamble"), blank=True)
    removed_at = models.DateTimeField(_("no longer in the plan since"), null=True, blank=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["plan", "position", "pk"]

    def __str__(self) -> str:
        return self.heading or str(self.get_kind_display())


class PriorityQuerySet(models.QuerySet["Priority"]):
    def live(self) -> Self:
        return self.filter(live=True)

    def standing(self) -> Self:
        """Those that are in the plan as it now stands."""
        return self.filter(archived_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Priority(PlanPart):
    """One priority. Its place in the list is a number, not a rank."""

    plan = models.ForeignKey(
        ActionPlan, models.PROTECT, related_name="priorities", verbose_name=_("action plan")
    )
    section = models.ForeignKey(
        PlanSection, models.PROTECT, related_name="priorities", verbose_name=_("section")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"))
    adopted_text = models.TextField(_("adopted words"))
    source = models.ForeignKey(
        "PlanImport",
        models.PROTECT,
        related_name="+",
        verbose_name=_("read from"),
        help_text=_("The import that these words came with."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    archived_in = models.ForeignKey(
        "PlanImport",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("archived by"),
        help_text=_("The import in which the priority was gone."),
    )
    page_key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Ties the pages to the priority."),
    )

    objects = PriorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_in__isnull=True)
                | Q(archived_at__isnull=False, archived_in__isnull=False),
                name="priority_archived_at_and_in_are_a_pair",
            ),
            models.CheckConstraint(
                condition=~Q(adopted_text=""), name="priority_has_adopted_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {Truncator(self.adopted_text).chars(80)}"

    @property
    def goals(self) -> tuple[str, ...]:
        """The texts of the sub-goals, in order."""
        return tuple(goal.text for goal in sorted(self.sub_goals.all(), key=SubGoal.place))

    @property
    def whole_text(self) -> str:
        """The adopted words with the sub-goals, one on each line."""
        return "\n".join([self.adopted_text, *self.goals])


class SubGoal(models.Model):
    """A sub-goal (delmål) that the assembly adopted under a priority."""

    priority = ParentalKey(
        Priority,
        on_delete=models.CASCADE,
        related_name="sub_goals",
        verbose_name=_("priority"),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"))
    text = models.TextField(_("adopted words"))

    class Meta:
        verbose_name = _("sub-goal")
        verbose_name_plural = _("sub-goals")
        ordering = ["priority", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    def place(self) -> int:
        return self.position


class PriorityWording(models.Model):
    """The words of a priority as they were valid from a moment on. Never changed or deleted."""

    priority = models.ForeignKey(
        Priority, models.PROTECT, related_name="wordings", verbose_name=_("priority")
    )
    text = models.TextField(_("adopted words"))
    items = models.JSONField(_("sub-goals"), default=list)
    valid_from = models.DateTimeField(_("valid from"))
    source = models.ForeignKey(
        "PlanImport", models.PROTECT, related_name="wordings", verbose_name=_("read from")
    )

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["priority", "-valid_from", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]


class PlanImport(models.Model):
    """A document that was read: first as an upload to look at, then as what became of it.

    `reading` holds the document as `read_plan` gives it (design contract, see
    `priorities.plan_reader`), so that what was imported is what was looked at.
    """

    plan = models.ForeignKey(
        ActionPlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name=_("action plan"),
    )
    channel = models.CharField(_("came in through"), max_length=10, choices=ImportChannel.choices)
    filename = models.CharField(_("file name"), max_length=255, blank=True)
    sha256 = models.CharField(_("checksum"), max_length=64)
    reading = models.JSONField(_("what was read"))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("imported by"),
    )
    counts = models.JSONField(
        _("what changed"), default=dict, help_text=_("Number of priorities per kind of change.")
    )

    class Meta:
        verbose_name = _("plan import")
        verbose_name_plural = _("plan imports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, imported_by__isnull=True)
                | Q(imported_at__isnull=False, imported_by__isnull=False)
                | Q(imported_at__isnull=False, channel=ImportChannel.COMMAND),
                name="plan_import_at_and_by_are_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True) | Q(plan__isnull=False),
                name="plan_import_imported_has_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.filename or self.sha256[:12]
