"""Terms of office: who may what in which organisation, from when to when."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from memberorgs.choices import RANK, WRITING, Role
from memberorgs.models.organisations import MemberOrganisation, OrganisationCampus

# Days by which a leader may prolong the own term when no successor is elected.
PROLONGING = 60


class TermQuerySet(models.QuerySet["Term"]):
    """Days are dates in Oslo; the first and the last day are inside."""

    def running(self) -> Self:
        """Not ended before their time."""
        return self.filter(ended_at=None)

    def active_on(self, day: date) -> Self:
        return self.running().filter(begins__lte=day, ends__gte=day)

    def incoming_on(self, day: date) -> Self:
        """Accepted, and not begun."""
        return self.running().filter(begins__gt=day)

    def over_on(self, day: date) -> Self:
        return self.filter(Q(ends__lt=day) | Q(ended_at__isnull=False))

    def open_on(self, day: date) -> Self:
        """Active or incoming: all that may read, where the incoming may."""
        if not settings.INCOMING_MAY_READ:
            return self.active_on(day)
        return self.running().filter(ends__gte=day)

    def leaders(self) -> Self:
        return self.filter(role=Role.LEADER)

    def of_people_who_can_log_in(self) -> Self:
        return self.filter(person__is_active=True)


class Term(models.Model):
    """One person's office in one organisation.

    It begins to exist when the person accepts. `ends` is the last day; ending it earlier is
    `ended_at`, so that what was agreed stays readable. It belongs to the organisation's history
    and outlives the log-in: people are retired or erased, never deleted.
    """

    organisation = models.ForeignKey(
        MemberOrganisation, models.PROTECT, related_name="terms", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="terms", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    title = models.CharField(
        _("title"), max_length=80, blank=True, help_text=_("For example: leader, treasurer.")
    )
    campus = models.ForeignKey(
        OrganisationCampus,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campus"),
    )
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    prolonged_days = models.PositiveSmallIntegerField(
        _("prolonged by, days"), default=0, editable=False
    )
    accepted_at = models.DateTimeField(_("accepted"), default=timezone.now, editable=False)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("given by"),
    )
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_reason = models.CharField(
        _("why it ended early"), max_length=200, blank=True, editable=False
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        ordering: ClassVar[list[str]] = ["-begins", "pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("add", "change", "view")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "ends"], name="term_organisation"),
            models.Index(fields=["person", "ends"], name="term_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("begins")),
                name="term_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(prolonged_days__lte=PROLONGING), name="term_prolonged_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="term_ended_by_somebody",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="term_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.title or self.get_role_display()}"

    def is_active(self, day: date | None = None) -> bool:
        day = day or timezone.localdate()
        return self.ended_at is None and self.begins <= day <= self.ends

    def is_incoming(self, day: date | None = None) -> bool:
        return self.ended_at is None and self.begins > (day or timezone.localdate())

    def is_over(self, day: date | None = None) -> bool:
        return self.ended_at is not None or self.ends < (day or timezone.localdate())

    @property
    def writes(self) -> bool:
        return self.role in WRITING

    @property
    def rank(self) -> int:
        return RANK[Role(self.role)]

    @property
    def days_left_to_prolong(self) -> int:
        return PROLONGING - self.prolonged_days

    @property
    def latest_end(self) -> date:
        """The last day that prolonging can reach."""
        return self.ends + timedelta(days=self.days_left_to_prolong)
