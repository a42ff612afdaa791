"""Contacts with those who decide, and every earlier version of them."""

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

from geography.models import Fylke, Kommune, Party
from lobbying.choices import HAS_A_PLACE, ContactKind, Counterpart
from lobbying.places import Place
from memberorgs.models import MemberOrganisation
from priorities.models import Priority

# Days in which a contact that was taken away can be put back.
UNDO_DAYS = 30
# Kinds of lists whose name is typed in.
NAMED_LISTS = frozenset(
    {Party.Kind.LOCAL_LIST, Party.Kind.JOINT_LIST, Party.Kind.OTHER},
)


class ContactQuerySet(models.QuerySet["Contact"]):
    def there(self) -> Self:
        """Not taken away."""
        return self.filter(removed_at=None)

    def removed_since(self, when: datetime) -> Self:
        return self.filter(removed_at__gte=when)

    def removed_before(self, when: datetime) -> Self:
        return self.filter(removed_at__lt=when)

    def of(self, organisations: Collection[int]) -> Self:
        """Those that any of the organisations (numbers) took part in, each once."""
        taking_part = Contact.organisations.through.objects.filter(
            memberorganisation_id__in=organisations
        )
        return self.filter(pk__in=taking_part.values("contact_id"))

    def in_place(self, place: Place) -> Self:
        return self.filter(**place.filter())

    def between(self, first: date, last: date) -> Self:
        """From `first` to `last`, both inside."""
        return self.filter(day__range=(first, last))

    def about(self, priority: Priority) -> Self:
        tied = Contact.priorities.through.objects.filter(priority_id=priority.pk)
        return self.filter(pk__in=tied.values("contact_id"))

    def counted_in_public(self) -> Self:
        """Of confirmed organisations that have said yes to it."""
        yes = CountingConsent.objects.filter(organisation__confirmed_at__isnull=False)
        return self.there().filter(organisation__in=yes.values("organisation"))

    def with_notes_of(self, organisations: Collection[int]) -> Self:
        """Without the notes themselves; `readable_note` has those that the organisations wrote."""
        own = When(organisation__in=organisations, then=F("note"))
        found = self.defer("note")
        return found.annotate(
            readable_note=Case(own, default=Value(""), output_field=models.TextField())
        )

    def newest_first(self) -> Self:
        return self.order_by("-day", "-logged_at", "-pk")


class Contact(models.Model):
    """One contact of one or more organisations with a body, counted once however many took part.

    `organisation` logged it, and alone reads the note and changes the contact; `organisations` are
    all that took part, that one too. A kommune and a fylke are never both given. Bodies only: the
    portal keeps no names of politicians.
    """

    key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Given with the form, so that a double tap is one contact."),
    )
    organisation = models.ForeignKey(
        MemberOrganisation, models.PROTECT, related_name="+", verbose_name=_("logged for")
    )
    organisations = models.ManyToManyField(
        MemberOrganisation, related_name="contacts", verbose_name=_("organisations")
    )
    counterpart = models.CharField(_("with whom"), max_length=20, choices=Counterpart)
    kind = models.CharField(_("kind of contact"), max_length=20, choices=ContactKind)
    kommune = models.ForeignKey(
        Kommune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("municipality"),
    )
    fylke = models.ForeignKey(
        Fylke,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("county"),
    )
    day = models.DateField(_("day"))
    parties = models.ManyToManyField(
        Party, through="ContactParty", related_name="contacts", verbose_name=_("parties")
    )
    priorities = models.ManyToManyField(
        Priority, related_name="contacts", blank=True, verbose_name=_("priorities")
    )
    next_step = models.CharField(_("what was agreed"), max_length=255, blank=True)
    next_step_due = models.DateField(_("to be done by"), null=True, blank=True)
    note = models.TextField(
        _("private note"),
        max_length=4000,
        blank=True,
        help_text=_("Only your own organisation reads it. Write no names of politicians."),
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

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering: ClassVar[list[str]] = ["-day", "-pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kommune=None) | Q(fylke=None),
                name="contact_in_one_place",
                violation_error_message=_("Choose a municipality or a county, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(counterpart__in=sorted(HAS_A_PLACE))
                | Q(kommune__isnull=False)
                | Q(fylke__isnull=False),
                name="contact_has_a_place",
                violation_error_message=_("Choose the municipality or county."),
            ),
            models.CheckConstraint(
                condition=~Q(counterpart=Counterpart.BENCH) | Q(fylke__isnull=False),
                name="contact_with_a_bench_is_by_fylke",
                violation_error_message=_("Members of the Storting belong to a county."),
            ),
            models.CheckConstraint(
                condition=Q(next_step_due=None) | ~Q(next_step=""),
                name="contact_due_step_is_told",
                violation_error_message=_("Say what was agreed, not only by when."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="contact_removed_by_somebody",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kommune", "day"], name="contact_kommune"),
            models.Index(fields=["fylke", "day"], name="contact_fylke"),
            models.Index(fields=["organisation", "-day"], name="contact_organisation"),
            models.Index(fields=["-day", "-logged_at"], name="contact_newest"),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="contact_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%Y-%m-%d}"

    @property
    def place(self) -> Kommune | Fylke | None:
        return self.kommune or self.fylke

    @property
    def can_be_put_back(self) -> bool:
        """Whether it was taken away, and not too long ago."""
        since = timezone.now() - timedelta(days=UNDO_DAYS)
        return self.removed_at is not None and self.removed_at >= since

    def clean(self) -> None:
        super().clean()
        if self.day and self.day > timezone.localdate():
            raise ValidationError({"day": _("The day is in the future. Write when it was.")})
        if (
            self.fylke is not None
            and not self.fylke.own_fylkesting
            and self.counterpart != Counterpart.BENCH
        ):
            raise ValidationError(
                {"fylke": _("Oslo is municipality and county in one. Choose the municipality.")}
            )


class ContactParty(models.Model):
    """A party that was spoken with; of lists without a row of their own, the name is typed in."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="asked", verbose_name=_("contact")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    list_name = models.CharField(_("name of the list"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("party that was spoken with")
        verbose_name_plural = _("parties that were spoken with")
        ordering: ClassVar[list[str]] = ["contact", "party__position", "list_name"]
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["contact", "party", "list_name"], name="contact_party_once"
            )
        ]

    def __str__(self) -> str:
        return self.list_name or str(self.party)


class ContactVersion(models.Model):
    """A contact as it was after a save (`facts`: see `lobbying.versions`). Never changed."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="versions", verbose_name=_("contact")
    )
    number = models.PositiveIntegerField(_("version"))
    facts = models.JSONField(_("facts"))
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("saved by")
    )

    class Meta:
        verbose_name = _("version of a contact")
        verbose_name_plural = _("versions of contacts")
        ordering: ClassVar[list[str]] = ["contact", "number"]
        default_permissions: ClassVar[tuple[str, ...]] = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contact", "number"], name="contact_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}, {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a version of a contact is never changed")
        super().save(*args, **kwargs)


class CountingConsent(models.Model):
    """An organisation's yes, said once, to its contacts being counted in public."""

    organisation = models.OneToOneField(
        MemberOrganisation,
        models.PROTECT,
        related_name="counting_consent",
        verbose_name=_("organisation"),
    )
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by")
    )

    class Meta:
        verbose_name = _("yes to being counted in public")
        verbose_name_plural = _("yeses to being counted in public")
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return str(self.organisation)
