"""What people hand in: files, what they have half typed, and the keys of what they have sent."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.intake.storage import AttachmentStorage, stored_name
from foundation.intake.uploads import KINDS


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, owner: models.Model) -> "AttachmentQuerySet":
        return self.filter(owner_type=owner._meta.label_lower, owner_id=owner.pk)

    def of_all(self, owners: models.QuerySet[Any]) -> "AttachmentQuerySet":
        """Of all rows of a query, for one look-up where a list shows them."""
        return self.filter(
            owner_type=owners.model._meta.label_lower, owner_id__in=owners.values("pk")
        )

    def in_order(self) -> "AttachmentQuerySet":
        return self.order_by("added_at", "pk")


class Attachment(models.Model):
    """A file that belongs to a row of an app above, named by its kind ("app.model") and number.

    Whoever may read that row may read the file: the app says so in `owners`. When the row here
    goes, by whichever way, the file goes with it.
    """

    owner_type = models.CharField(_("kind of row"), max_length=100)
    owner_id = models.PositiveBigIntegerField(_("row"))
    file = models.FileField(
        _("file"), storage=AttachmentStorage(), upload_to=stored_name, max_length=100
    )
    name = models.CharField(_("name of the file"), max_length=120)
    kind = models.CharField(
        _("kind of file"), max_length=10, choices=[(ending, ending) for ending in KINDS]
    )
    size = models.PositiveIntegerField(_("bytes"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner_type", "owner_id"], name="attachment_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, organisation: str, form: str, object_key: str = "") -> "DraftQuerySet":
        return self.filter(organisation=organisation, form=form, object_key=object_key)

    def by(self, person: Any) -> "DraftQuerySet":
        return self.filter(person=person)

    def by_others(self, person: Any) -> "DraftQuerySet":
        """So that one can be told that somebody else writes the same."""
        return self.exclude(person=person).select_related("person")


class Draft(models.Model):
    """What a person has half typed in a form: texts as they were sent, nothing checked.

    `object_key` tells drafts of the same form apart ("4601-2027", a period, a row's number).
    `version` is another number after each save, and never one that was used before.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.CharField(_("organisation"), max_length=60)
    form = models.CharField(_("form"), max_length=60)
    object_key = models.CharField(_("about"), max_length=80, blank=True)
    fields = models.JSONField(_("what was typed"), default=dict)
    version = models.PositiveBigIntegerField(_("version"))
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "organisation", "form", "object_key"], name="draft_one_each"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "form", "object_key"], name="draft_of"),
            models.Index(fields=["saved_at"], name="draft_saved"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.form} {self.object_key}".strip()


class Submission(models.Model):
    """That a form was sent in, and which row came of it: a second time leads to the first."""

    key = models.CharField(_("key of the form"), max_length=43)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    form = models.CharField(_("form"), max_length=60)
    made_type = models.CharField(_("kind of row"), max_length=100, blank=True)
    made_id = models.PositiveBigIntegerField(_("row"), null=True, blank=True)
    digest = models.CharField(
        _("fingerprint of what was sent"),
        max_length=64,
        blank=True,
        help_text=_("Tells whether a second form with the same key said the same."),
    )
    sent_at = models.DateTimeField(_("sent in"), default=timezone.now)

    class Meta:
        verbose_name = _("form that was sent in")
        verbose_name_plural = _("forms that were sent in")
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "key"], name="submission_once"),
            models.CheckConstraint(
                condition=Q(made_type="", made_id=None)
                | (~Q(made_type="") & Q(made_id__isnull=False)),
                name="submission_names_its_row",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sent_at"], name="submission_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.sent_at:%Y-%m-%d %H:%M}"
