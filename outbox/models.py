"""The outbox: one row for each mail and recipient. It is the truth about what went out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbox.choices import AT_WORK, FINAL, HANDED, UNSENT, UNTOUCHED, WAITING, Lane, State

# Characters; RFC 5322 ends a line at 998, RFC 5321 an address at 64 + 1 + 255.
SUBJECT_LIMIT = 998
ADDRESS_LIMIT = 320
# What of a server's answer is kept.
REPLY_LIMIT = 500


def _among(states: frozenset[State]) -> Q:
    return Q(state__in=sorted(states))


def _unless_secret(field: str) -> Case:
    gone = Value("", output_field=models.TextField())
    return Case(When(sensitive=True, then=gone), default=F(field))


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "OutgoingMailQuerySet":
        """What is still on its way."""
        return self.filter(_among(WAITING))

    def pointless(self, now: datetime) -> "OutgoingMailQuerySet":
        """What nobody has use for any more: a log-in code that has run out."""
        return self.filter(expires_at__lte=now)

    def worthwhile(self, now: datetime) -> "OutgoingMailQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def due(self, now: datetime) -> "OutgoingMailQuerySet":
        """What may be handed over now, the first to go first."""
        queued = self.filter(state=State.QUEUED, next_attempt_at__lte=now).worthwhile(now)
        return queued.order_by("lane", "next_attempt_at", "created_at")

    def stuck(self, now: datetime) -> "OutgoingMailQuerySet":
        """What a worker took and never came back with."""
        return self.filter(_among(AT_WORK), lease_until__lt=now)

    def in_lanes(self, lanes: Iterable[Lane]) -> "OutgoingMailQuerySet":
        return self.filter(lane__in=sorted(lanes))

    def held_as(self, mail: "OutgoingMail") -> "OutgoingMailQuerySet":
        """The row, if it is still held by the claim that `mail` was read under.

        A worker that slept past its lease no longer holds its row, so nothing that it does then
        can overwrite what another worker has recorded.
        """
        return self.filter(_among(AT_WORK), pk=mail.pk, claimed_at=mail.claimed_at)

    def left_as(self, mail: "OutgoingMail") -> "OutgoingMailQuerySet":
        """The row, if its holder has not gone on with it since `mail` was read.

        A worker that slept past its lease may wake between our look and our verdict, and mark
        that the hand-over begins: to wait again would then send the mail twice.
        """
        return self.held_as(mail).filter(state=mail.state, lease_until=mail.lease_until)

    def put_back(self, at: datetime, **changes: object) -> int:
        """Wait again, until `at`."""
        return self.update(
            state=State.QUEUED,
            next_attempt_at=at,
            claimed_at=None,
            lease_until=None,
            handing_over_at=None,
            **changes,
        )

    def finish(self, state: State, *, now: datetime, reason: str = "", **changes: object) -> int:
        """Record the end. Bodies that hold a secret are gone from then on."""
        return self.update(
            state=state,
            reason=reason,
            finished_at=now,
            next_attempt_at=None,
            claimed_at=None,
            lease_until=None,
            body=_unless_secret("body"),
            html=_unless_secret("html"),
            **changes,
        )

    def doubt(self, reason: str) -> int:
        """Whether it went out can't be known; it is never sent again by itself."""
        return self.update(state=State.IN_DOUBT, reason=reason, claimed_at=None, lease_until=None)


class OutgoingMail(models.Model):
    """One mail to one recipient.

    `queued` → `claimed` (a lease) → `handing_over` (committed before the first byte leaves) →
    `sent`; or another end, with its reason. `key` names the cause, so that the same cause seen
    twice is one mail; it holds no personal data, since it outlives the address.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=100)
    lane = models.PositiveSmallIntegerField(_("lane"), choices=Lane, default=Lane.SLOW)
    language = models.CharField(_("language"), max_length=10)

    to = models.EmailField(_("recipient"), max_length=ADDRESS_LIMIT)
    sender = models.CharField(_("sender"), max_length=ADDRESS_LIMIT)
    reply_to = models.CharField(_("reply to"), max_length=ADDRESS_LIMIT, blank=True)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LIMIT)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("further headers"), default=dict, blank=True)
    message_id = models.CharField(_("message id"), max_length=320, unique=True)
    sensitive = models.BooleanField(
        _("secret"),
        default=False,
        help_text=_("The text is removed here as soon as the mail has gone out."),
    )

    state = models.CharField(_("status"), max_length=20, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("caused by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    expires_at = models.DateTimeField(
        _("pointless from"), null=True, blank=True, help_text=_("It is not sent after this.")
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt"), null=True, blank=True, default=timezone.now
    )
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    lease_until = models.DateTimeField(_("taken until"), null=True, blank=True)
    handing_over_at = models.DateTimeField(_("hand-over began"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    reply = models.CharField(_("last words of the mail server"), max_length=REPLY_LIMIT, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["lane", "next_attempt_at", "created_at"],
                condition=Q(state=State.QUEUED),
                name="mail_queued",
            ),
            models.Index(fields=["lease_until"], condition=_among(AT_WORK), name="mail_at_work"),
            models.Index(
                fields=["lane", "handing_over_at"],
                condition=Q(handing_over_at__isnull=False),
                name="mail_handed",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(State.values)), name="mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.QUEUED, next_attempt_at__isnull=False)
                | (~Q(state=State.QUEUED) & Q(next_attempt_at__isnull=True)),
                name="mail_queued_has_next_attempt",
            ),
            models.CheckConstraint(
                condition=(_among(AT_WORK) & Q(claimed_at__isnull=False, lease_until__isnull=False))
                | (~_among(AT_WORK) & Q(claimed_at__isnull=True, lease_until__isnull=True)),
                name="mail_at_work_has_lease",
            ),
            models.CheckConstraint(
                condition=(_among(HANDED) & Q(handing_over_at__isnull=False))
                | (_among(UNTOUCHED) & Q(handing_over_at__isnull=True))
                | Q(state=State.FAILED),
                name="mail_handed_has_time",
            ),
            models.CheckConstraint(
                condition=(_among(FINAL) & Q(finished_at__isnull=False))
                | (~_among(FINAL) & Q(finished_at__isnull=True)),
                name="mail_final_has_time",
            ),
            models.CheckConstraint(
                condition=~_among(UNSENT) | ~Q(reason=""), name="mail_unsent_has_reason"
            ),
            models.CheckConstraint(
                condition=~_among(FINAL) | Q(sensitive=False) | Q(body="", html=""),
                name="mail_secret_gone_at_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Outage(models.Model):
    """The mail server takes no mails; one row for as long as that lasts.

    Mails wait meanwhile without cost: one of them is tried about each minute. It is a row, since
    two workers, the staff's pages and the readiness check must know of it.
    """

    ONLY = 1
    # A sweep comes each 30 s: with every second one it is tried again.
    PROBE_EVERY = timedelta(seconds=50)

    since = models.DateTimeField(_("since"))
    probe_at = models.DateTimeField(_("next attempt"))
    last_error = models.CharField(_("last error"), max_length=REPLY_LIMIT)

    class Meta:
        verbose_name = _("outage of the mail server")
        verbose_name_plural = _("outages of the mail server")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pk=1), name="outage_only_one"),
        ]

    def __str__(self) -> str:
        return self.last_error

    @classmethod
    def current(cls) -> "Outage | None":
        return cls.objects.first()

    @classmethod
    def begin(cls, error: str, *, now: datetime) -> None:
        """Nobody took a mail just now; `since` stays that of the first time."""
        seen = {"probe_at": now + cls.PROBE_EVERY, "last_error": error[:REPLY_LIMIT]}
        cls.objects.update_or_create(
            pk=cls.ONLY, defaults=seen, create_defaults={**seen, "since": now}
        )

    @classmethod
    def end(cls) -> None:
        """A mail was taken."""
        cls.objects.all().delete()

    def take_probe(self, now: datetime) -> bool:
        """Whether the caller is the one to try again now; of two who ask, one is."""
        due = Outage.objects.filter(pk=self.pk, probe_at__lte=now)
        return bool(due.update(probe_at=now + self.PROBE_EVERY))
