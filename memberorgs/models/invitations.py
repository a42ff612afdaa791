"""How people get in: invitations, and those who ask because they got none."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from memberorgs.choices import RequestDecision, Role
from memberorgs.models.organisations import MemberOrganisation, OrganisationCampus
from memberorgs.models.terms import Term

# Days; from sending, or from the first day of the term, whichever is later.
VALID_DAYS = 14
# Days without an answer before staff are shown it.
UNANSWERED_DAYS = 7


def expiry(sent_at: datetime, begins: date) -> datetime:
    """When a link sent at `sent_at` for a term from `begins` stops working.

    14 days after sending, or at the end (in Oslo) of the fourteenth day after the term begins.
    """
    days = timedelta(days=VALID_DAYS)
    after_start = datetime.combine(begins + days + timedelta(days=1), time.min)
    return max(sent_at + days, timezone.make_aware(after_start))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> Self:
        """Neither accepted nor withdrawn, expired ones included."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open_at(self, now: datetime) -> Self:
        """What can still be accepted."""
        return self.unanswered().filter(expires_at__gt=now)

    def waiting_long(self, now: datetime) -> Self:
        """Still open, and sent a week ago or more."""
        return self.open_at(now).filter(sent_at__lte=now - timedelta(days=UNANSWERED_DAYS))


class Invitation(models.Model):
    """An offer of a term, sent to an address as a single-use link that is kept as a hash."""

    organisation = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.REPORTER)
    title = models.CharField(_("title"), max_length=80, blank=True)
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
    shared_mailbox = models.BooleanField(
        _("shared mailbox"),
        default=False,
        help_text=_("Several people read this address, one after the other (leder@…)."),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sendings = models.PositiveSmallIntegerField(_("times sent"), default=1, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("works until"), editable=False)
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    term = models.OneToOneField(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="invitation",
        verbose_name=_("term of office"),
    )
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-sent_at", "pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("begins")),
                name="invitation_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, term=None)
                | Q(accepted_at__isnull=False, term__isnull=False),
                name="invitation_accepted_as_a_term",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="invitation_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="invitation_accepted_or_revoked",
            ),
            models.UniqueConstraint(
                fields=["organisation", "email", "role", "begins"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_once",
                violation_error_message=_("This address has an invitation already. Renew that."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.title or self.get_role_display()}"

    def is_open(self, now: datetime | None = None) -> bool:
        now = now or timezone.now()
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now

    def has_waited_long(self, now: datetime) -> bool:
        """As `InvitationQuerySet.waiting_long`."""
        return self.is_open(now) and self.sent_at <= now - timedelta(days=UNANSWERED_DAYS)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def undecided(self) -> Self:
        return self.filter(decided_at=None)


class AccessRequest(models.Model):
    """Somebody says to be elected and to have got no invitation. Nothing is open until one of
    the leaders or staff confirms, which sends an ordinary invitation."""

    organisation = models.ForeignKey(
        MemberOrganisation,
        models.PROTECT,
        related_name="access_requests",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    title = models.CharField(_("office"), max_length=80)
    evidence = models.TextField(
        _("minutes or link"),
        max_length=1000,
        help_text=_("Where does it say that you were elected?"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decision = models.CharField(
        _("answer"), max_length=10, choices=RequestDecision, blank=True, editable=False
    )
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    invitation = models.OneToOneField(
        Invitation,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="access_request",
        verbose_name=_("invitation"),
    )

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        ordering: ClassVar[list[str]] = ["-asked_at", "pk"]
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="access_request_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(decided_at=None),
                name="access_request_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"
