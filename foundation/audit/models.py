"""The log of who did what. Rows are added and never changed; triggers in the database see to it.

Only `purge` removes rows, and only those that are older than the day it has put down first.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.audit.events import words_of


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def by(self, user_id: int) -> "AuditEntryQuerySet":
        return self.filter(actor_id=user_id)

    def about(self, obj: models.Model) -> "AuditEntryQuerySet":
        return self.filter(subject_type=obj._meta.label_lower, subject_id=str(obj.pk))

    def in_organisation(self, code: str) -> "AuditEntryQuerySet":
        return self.filter(organisation=code)

    def newest_first(self) -> "AuditEntryQuerySet":
        return self.order_by("-at", "-pk")

    def purge(self, before: datetime) -> int:
        """Remove what is older than `before`; the only way that the database lets anybody."""
        with transaction.atomic():
            PurgePermit.objects.create(before=before)
            removed, _models = self.model.objects.filter(at__lt=before).delete()
            PurgePermit.objects.all().delete()
        return removed


class AuditEntry(models.Model):
    """One thing that somebody did, or that was tried.

    Numbers and codes only: no names, addresses of mail, secrets or typed text, so that nothing
    here must be erased when a person is. `actor_id` is the number of the user, no foreign key: a
    user who is gone stays a number.
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    event = models.CharField(_("what"), max_length=60)
    actor_id = models.BigIntegerField(_("by"), null=True, blank=True)
    person_id = models.BigIntegerField(_("about the person"), null=True, blank=True)
    subject_type = models.CharField(_("kind of row"), max_length=100, blank=True)
    subject_id = models.CharField(_("row"), max_length=64, blank=True)
    organisation = models.CharField(_("organisation"), max_length=60, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("from the network address"), null=True, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["organisation", "-at"], name="audit_organisation"),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
            models.Index(fields=["person_id", "-at"], name="audit_person"),
            models.Index(fields=["event", "-at"], name="audit_event"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(event=""), name="audit_event_named"),
        ]

    def __str__(self) -> str:
        return words_of(self.event)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("an entry of the audit log is never changed")
        super().save(*args, **kwargs)


class PurgePermit(models.Model):
    """While a purge runs: what may be removed is older than this. Empty at all other times."""

    before = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"{self.before:%Y-%m-%d}"
