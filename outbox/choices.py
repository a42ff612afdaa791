"""What can become of a mail, and which way it goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lane(models.IntegerChoices):
    """The smaller number goes first."""

    FAST = 1, _("fast")
    SLOW = 2, _("slow")

    @property
    def queue(self) -> str:
        """The queue of the tasks that hand over its mails; each has a worker of its own."""
        return self.name.lower()


class State(models.TextChoices):
    QUEUED = "queued", _("waiting")
    CLAIMED = "claimed", _("taken by a worker")
    HANDING_OVER = "handing_over", _("being handed over")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    IN_DOUBT = "in_doubt", _("in doubt")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")


# A worker holds the row, for as long as its lease runs.
AT_WORK = frozenset({State.CLAIMED, State.HANDING_OVER})
# Not decided yet, and somebody or something will.
WAITING = frozenset({State.QUEUED, State.CLAIMED, State.HANDING_OVER})
# Nothing more happens by itself or by hand.
FINAL = frozenset({State.SENT, State.FAILED, State.EXPIRED, State.CANCELLED})
# Ends that owe the reader a reason.
UNSENT = frozenset({State.FAILED, State.IN_DOUBT, State.EXPIRED, State.CANCELLED})
# The hand-over has begun; what came of it may be unknown.
HANDED = frozenset({State.HANDING_OVER, State.IN_DOUBT, State.SENT})
# The hand-over has surely not begun.
UNTOUCHED = frozenset({State.QUEUED, State.CLAIMED, State.EXPIRED, State.CANCELLED})
