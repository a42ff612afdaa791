from uuid import UUID

from celery import shared_task
from celery.worker import state

from outbox import delivery
from outbox.choices import Lane


def _told_to_stop() -> bool:
    """Whether the worker is to end: then it does after the mail at hand, not after the batch."""
    wishes = (state.should_stop, state.should_terminate)
    # A wish is an exit code, and that may be 0.
    return any(wish is not None and wish is not False for wish in wishes)


@shared_task
def deliver(mail_id: str) -> None:
    delivery.deliver(UUID(mail_id), stopping=_told_to_stop)


@shared_task
def sweep(lane: str = "") -> None:
    """`lane` as its queue is called; all of them when none is named."""
    lanes = [each for each in Lane if lane in ("", each.queue)]
    delivery.sweep(lanes=lanes, stopping=_told_to_stop)
