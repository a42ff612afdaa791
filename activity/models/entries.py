"""What member organisations log of their own work, and every earlier version of it."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.choices import LOG_KINDS, EntryKind, LogKind
from memberorgs.models import MemberOrganisation, OrganisationCampus
from priorities.models import Priority

# Days in which an entry that was taken away can be put back.
UNDO_DAYS = 30


class EntryQuerySet(models.QuerySet["Entry"]):
    def there(self) -> Self:
        """Not taken away."""
        return self.filter(removed_at=None)

    def removed_since(self, when: datetime) -> Self:
        return self.filter(removed_at__gte=when)

    def removed_before(self, when: datetime) -> Self:
        return self.filter(removed_at__lt=when)

    def of(self, organisations: Collection[int]) -> Self:
        return self.filter(organisation__in=organisations)

    def of_kind(self, kind: EntryKind) -> Self:
        return self.filter(kind=kind)

    def between(self, first: date, last: date) -> Self:
        """From `first` to `last`, both inside."""
        return self.filter(day__range=(first, last))

    def about(self, priority: Priority) -> Self:
        tied = Entry.priorities.through.objects.filter(priority_id=priority.pk)
        return self.filter(pk__in=tied.values("entry_id"))

    def with_details(self) -> Self:
        """With what belongs to each kind; one query."""
        return self.select_related("recruitment", "turnout", "routine", "campus__kommune")

    def with_notes_of(self, organisations: Collection[int]) -> Self:
        """Without the notes themselves; `readable_note` has those that the organisations wrote."""
        own = When(organisation__in=organisations, then=F("note"))
        found = self.defer("note")
        return found.annotate(
            readable_note=Case(own, default=Value(""), output_field=models.TextField())
        )

    def newest_first(self) -> Self:
        return self.order_by("-day", "-logged_at", "-pk")


class Entry(models.Model):
    """One thing that an organisation did. What belongs to its kind stands in a row of its own.

    `organisation` alone reads the note and changes the entry; NSO's secretariat reads the rest.
    """

    key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Given with the form, so that a double tap is one entry."),
    )
    organisation = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        related_name="entries",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind, editable=False)
    day = models.DateField(_("day"))
    campus = models.ForeignKey(
        OrganisationCampus,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campus"),
    )
    title = models.CharField(_("what it was, in a few words"), max_length=160, blank=True)
    text = models.TextField(_("more about it"), max_length=4000, blank=True)
    note = models.TextField(
        _("private note"),
        max_length=4000,
        blank=True,
        help_text=_("Only your own organisation reads it."),
    )
    reasons = models.JSONField(
        _("why surprising numbers are right"),
        default=dict,
        blank=True,
        help_text=_("What was answered when the portal asked back, by the name of the number."),
    )
    priorities = models.ManyToManyField(
        Priority, related_name="entries", blank=True, verbose_name=_("priorities")
    )
    may_be_told = models.BooleanField(_("may be told in public"), default=False)
    logged_at = models.DateTimeField(_("logged"), default=timezone.now, editable=False)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("logged by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    removed_at = models.DateTimeField(_("taken away"), null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken away by"),
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("entries of the log")
        ordering: ClassVar[list[str]] = ["-day", "-pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=sorted(EntryKind.values)), name="entry_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.OTHER) | ~Q(title=""),
                name="entry_of_no_kind_has_a_title",
                violation_error_message=_("Write in a few words what it was."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="entry_removed_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-day"], name="entry_organisation"),
            models.Index(fields=["organisation", "kind", "-day"], name="entry_kind"),
            models.Index(fields=["kind", "day"], name="entry_day"),
            models.Index(fields=["-day", "-logged_at"], name="entry_newest"),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="entry_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%Y-%m-%d}"

    @property
    def log_kind(self) -> LogKind:
        return LOG_KINDS[EntryKind(self.kind)]

    @property
    def detail(self) -> Any:
        """The row of what belongs to its kind; None for other things."""
        if self.kind == EntryKind.OTHER:
            return None
        return getattr(self, str(self.kind), None)

    @property
    def can_be_put_back(self) -> bool:
        """Whether it was taken away, and not too long ago."""
        since = timezone.now() - timedelta(days=UNDO_DAYS)
        return self.removed_at is not None and self.removed_at >= since

    def clean(self) -> None:
        super().clean()
        if self.day and self.day > timezone.localdate():
            raise ValidationError({"day": _("The day is in the future. Write when it was.")})


class EntryVersion(models.Model):
    """An entry as it was after a save (`facts`: see `activity.versions`). Never changed."""

    entry = models.ForeignKey(
        Entry, models.CASCADE, related_name="versions", verbose_name=_("entry of the log")
    )
    number = models.PositiveIntegerField(_("version"))
    facts = models.JSONField(_("facts"))
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("saved by")
    )

    class Meta:
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        ordering: ClassVar[list[str]] = ["entry", "number"]
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "number"], name="entry_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}, {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a version of an entry is never changed")
        super().save(*args, **kwargs)


class KindPriority(models.Model):
    """A priority that what is logged of a kind is tied to, unless the member says otherwise."""

    kind = models.CharField(_("kind"), max_length=20, choices=LogKind)
    priority = models.ForeignKey(
        Priority, models.CASCADE, related_name="+", verbose_name=_("priority")
    )

    class Meta:
        verbose_name = _("usual priority of a kind")
        verbose_name_plural = _("usual priorities of kinds")
        ordering: ClassVar[list[str]] = ["kind", "priority__position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "priority"], name="kind_priority_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.priority}"
