"""Elections, and what NSO demands of those who stand."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lobbying.choices import Level, Theme
from memberorgs.choices import Confidence
from priorities.models import Priority


def _in_reader_language(row: models.Model, name: str) -> str:
    """The text `name` in the active language, where it has one; else in bokmål."""
    language = (get_language() or "nb")[:2]
    return str(getattr(row, f"{name}_{language}", "") or getattr(row, f"{name}_nb"))


class ElectionQuerySet(models.QuerySet["Election"]):
    def current(self, day: date) -> "Election | None":
        """The next one, or the last where none is to come."""
        coming = self.filter(day__gte=day).order_by("day", "pk").first()
        return coming or self.order_by("-day", "-pk").first()


class Election(models.Model):
    """An election to the kommunestyrer, the fylkesting, or both on one day."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    day = models.DateField(_("election day"))
    of_kommuner = models.BooleanField(_("elects municipal councils"), default=True)
    of_fylker = models.BooleanField(_("elects county councils"), default=True)

    objects = ElectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("election")
        verbose_name_plural = _("elections")
        ordering: ClassVar[list[str]] = ["-day", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(of_kommuner=True) | Q(of_fylker=True), name="election_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return _in_reader_language(self, "name")


class DemandQuerySet(models.QuerySet["Demand"]):
    def of(self, election: Election) -> Self:
        return self.filter(election=election)

    def of_current(self, day: date) -> Self:
        """Those of `Election.objects.current(day)`, without asking for it first."""
        coming = Election.objects.filter(day__gte=day).order_by("day", "pk").values("pk")[:1]
        last = Election.objects.order_by("-day", "-pk").values("pk")[:1]
        return self.filter(election=Coalesce(Subquery(coming), Subquery(last)))

    def for_levels(self, levels: frozenset[Level]) -> Self:
        return self.filter(level__in=levels)

    def shown(self) -> Self:
        """Without those that staff have hidden."""
        return self.filter(hidden=False)


class Demand(models.Model):
    """What NSO asks of a kommune or fylke before an election, the same of all parties.

    One that has been answered is never deleted, only hidden.
    """

    election = models.ForeignKey(
        Election, models.PROTECT, related_name="demands", verbose_name=_("election")
    )
    code = models.SlugField(_("code"), max_length=20)
    level = models.CharField(_("who decides"), max_length=10, choices=Level)
    theme = models.CharField(_("theme"), max_length=20, choices=Theme)
    text_nb = models.CharField(_("demand in bokmål"), max_length=255)
    text_nn = models.CharField(_("demand in nynorsk"), max_length=255, blank=True)
    text_en = models.CharField(_("demand in English"), max_length=255, blank=True)
    priority = models.ForeignKey(
        Priority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="demands",
        verbose_name=_("priority"),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"))
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    adopted_by = models.CharField(_("adopted by"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=255, blank=True)
    confidence = models.CharField(_("how sure"), max_length=20, choices=Confidence)
    is_example = models.BooleanField(
        _("example"),
        default=False,
        help_text=_("From an earlier election, or made up, until the demands are adopted."),
    )
    hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Nobody is asked about it any more.")
    )

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering: ClassVar[list[str]] = ["election", "level", "position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["election", "code"], name="demand_code_once"),
            models.CheckConstraint(
                condition=Q(adopted_on=None, adopted_by="")
                | (Q(adopted_on__isnull=False) & ~Q(adopted_by="")),
                name="demand_adopted_by_somebody",
                violation_error_message=_("Give both the day and who adopted it, or none."),
            ),
            models.CheckConstraint(
                condition=~Q(confidence=Confidence.DEMO) | Q(is_example=True),
                name="demand_of_the_demo_is_an_example",
            ),
            models.CheckConstraint(condition=~Q(text_nb=""), name="demand_has_a_text"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["election", "level", "position"], name="demand_in_order")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return _in_reader_language(self, "text")
