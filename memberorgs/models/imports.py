"""Tables of organisations that staff hand in: looked at first, then applied."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OrganisationImportQuerySet(models.QuerySet["OrganisationImport"]):
    def unapplied_since(self, when: datetime) -> Self:
        """Handed in before `when`, and nobody has applied them."""
        return self.filter(applied_at=None, uploaded_at__lt=when)


class OrganisationImport(models.Model):
    """One file as it came. When it is applied the file goes, and the numbers stay.

    One that nobody applies goes by age (`retention`).
    """

    filename = models.CharField(_("file"), max_length=255)
    content = models.BinaryField(_("content"), editable=False)
    uploaded_at = models.DateTimeField(_("handed in"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("handed in by"),
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("applied by"),
    )
    made = models.PositiveIntegerField(_("new organisations"), default=0, editable=False)
    changed = models.PositiveIntegerField(_("changed organisations"), default=0, editable=False)

    objects = OrganisationImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of organisations")
        verbose_name_plural = _("imports of organisations")
        ordering: ClassVar[list[str]] = ["-uploaded_at", "-pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="organisation_import_applied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.filename
