"""Handover: what the old ones pass on before they leave."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from memberorgs.choices import HandoverItem, HandoverStart
from memberorgs.models.organisations import MemberOrganisation

# Days before the last leader's term ends.
BEGINS_BEFORE = 60


class Handover(models.Model):
    """One changing of the guard. At most one is open per organisation."""

    organisation = models.ForeignKey(
        MemberOrganisation, models.PROTECT, related_name="handovers", verbose_name=_("organisation")
    )
    begun_at = models.DateTimeField(_("began"), default=timezone.now, editable=False)
    start = models.CharField(_("began because"), max_length=10, choices=HandoverStart)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("begun by"),
    )
    advice = models.TextField(
        _("advice to those who come"),
        blank=True,
        max_length=10_000,
        help_text=_("What do you wish that somebody had told you? No names of private people."),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering: ClassVar[list[str]] = ["-begun_at", "pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(closed_at=None), name="handover_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(closed_at__isnull=False),
                name="handover_closed_by_somebody_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {timezone.localdate(self.begun_at)}"


class HandoverTick(models.Model):
    """A point of the list that somebody has ticked; taking the tick away removes the row."""

    handover = models.ForeignKey(
        Handover, models.CASCADE, related_name="ticks", verbose_name=_("handover")
    )
    item = models.CharField(_("point"), max_length=20, choices=HandoverItem)
    ticked_at = models.DateTimeField(_("ticked"), default=timezone.now, editable=False)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("ticked by"),
    )

    class Meta:
        verbose_name = _("ticked point")
        verbose_name_plural = _("ticked points")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["handover", "item"], name="handover_tick_once")
        ]

    def __str__(self) -> str:
        return self.get_item_display()
