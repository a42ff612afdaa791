"""The year's wheel: dates of the country and of an organisation."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from memberorgs.choices import Confidence, DateKind, OwnDateKind
from memberorgs.models.organisations import MemberOrganisation

# Days in which a date that was taken away can be put back.
UNDO_DAYS = 30


class DatesQuerySet(models.QuerySet["NationalDate"]):
    def between(self, first: date, last: date) -> Self:
        """Those that touch the days from `first` to `last`, both inside."""
        return self.filter(starts__lte=last, ends__gte=first)

    def shown(self) -> Self:
        """Without those that staff have hidden."""
        return self.filter(hidden=False)

    def quiet(self) -> Self:
        """Days on which members are left in peace."""
        return self.filter(quiet=True)


class NationalDate(models.Model):
    """A day or a stretch of days that matters for all (source: docs/data.md)."""

    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    kind = models.CharField(_("kind"), max_length=20, choices=DateKind)
    title_nb = models.CharField(_("title in bokmål"), max_length=160)
    title_nn = models.CharField(_("title in nynorsk"), max_length=160, blank=True)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    quiet = models.BooleanField(
        _("quiet day"), default=False, help_text=_("No reminders go out on such days.")
    )
    confidence = models.CharField(_("how sure"), max_length=20, choices=Confidence)
    source = models.CharField(_("source"), max_length=255, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)
    hidden = models.BooleanField(
        _("hidden"),
        default=False,
        help_text=_("In nobody's calendar. The file would bring back what is deleted."),
    )
    # The row of the file that it came from, for ever, and a hash of what the file said then.
    file_id = models.CharField(max_length=80, blank=True, editable=False)
    as_loaded = models.CharField(max_length=64, blank=True, editable=False)

    objects = DatesQuerySet.as_manager()

    class Meta:
        verbose_name = _("date for all")
        verbose_name_plural = _("dates for all")
        ordering: ClassVar[list[str]] = ["starts", "ends", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="national_date_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.UniqueConstraint(
                fields=["starts", "ends", "kind", "title_nb"],
                name="national_date_once",
                violation_error_message=_("This date is there already."),
            ),
            models.UniqueConstraint(
                fields=["file_id"], condition=~Q(file_id=""), name="national_date_once_per_row"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader's language, where it has one; else in bokmål."""
        return str(getattr(self, f"title_{(get_language() or 'nb')[:2]}", "") or self.title_nb)

    @property
    def uid(self) -> str:
        """Its name in every calendar."""
        return f"dato-{self.pk}"


class OwnDatesQuerySet(models.QuerySet["OrganisationDate"]):
    def between(self, first: date, last: date) -> Self:
        """Those that touch the days from `first` to `last`, both inside."""
        return self.filter(starts__lte=last, ends__gte=first)

    def there(self) -> Self:
        """Not taken away."""
        return self.filter(removed_at=None)

    def removed_since(self, when: datetime) -> Self:
        return self.filter(removed_at__gte=when)

    def removed_before(self, when: datetime) -> Self:
        return self.filter(removed_at__lt=when)


class OrganisationDate(models.Model):
    """A date that an organisation has put into its own wheel."""

    organisation = models.ForeignKey(
        MemberOrganisation, models.CASCADE, related_name="dates", verbose_name=_("organisation")
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    kind = models.CharField(_("kind"), max_length=20, choices=OwnDateKind)
    title = models.CharField(_("title"), max_length=160)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
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

    objects = OwnDatesQuerySet.as_manager()

    class Meta:
        verbose_name = _("date of an organisation")
        verbose_name_plural = _("dates of organisations")
        ordering: ClassVar[list[str]] = ["starts", "ends", "pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="organisation_date_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="organisation_date_removed_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "ends"], name="organisation_date")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def uid(self) -> str:
        """Its name in every calendar."""
        return f"egen-dato-{self.pk}"


class CalendarLink(models.Model):
    """A person's secret address of an organisation's calendar. Renewing kills the old one."""

    organisation = models.ForeignKey(
        MemberOrganisation,
        models.CASCADE,
        related_name="calendar_links",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calendar_links",
        verbose_name=_("person"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "person"], name="calendar_link_one")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.person}"
