"""Questions of member organisations to NSO, and what was answered."""

from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.choices import HelpOwner, HelpTopic
from memberorgs.models import MemberOrganisation


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def of(self, organisations: Collection[int]) -> Self:
        return self.filter(organisation__in=organisations)

    def waiting(self) -> Self:
        return self.filter(answered_at=None)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "-pk")


class HelpRequest(models.Model):
    """A question, by when an answer is wanted, and the answer. One question, one answer: a new
    question is a new request."""

    organisation = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        related_name="help_requests",
        verbose_name=_("organisation"),
    )
    topic = models.CharField(_("what it is about"), max_length=20, choices=HelpTopic)
    title = models.CharField(_("your question, in a few words"), max_length=160)
    question = models.TextField(_("tell more"), max_length=4000, blank=True)
    wanted_by = models.DateField(_("answer wanted by"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("asked by"),
    )
    owner = models.CharField(
        _("who answers"), max_length=20, choices=HelpOwner, default=HelpOwner.SECRETARIAT
    )
    answer = models.TextField(_("answer"), max_length=8000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view", "change")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="help_answered_by_somebody_with_words",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-asked_at"], name="help_organisation"),
            models.Index(fields=["asked_at"], condition=Q(answered_at=None), name="help_waiting"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def days(self) -> int:
        """Whole days from the question to the answer, or until now."""
        return ((self.answered_at or timezone.now()) - self.asked_at).days
