from celery import shared_task
from django.utils import timezone

from memberorgs import handover


@shared_task
def ensure_handovers() -> None:
    """Handovers begin and close by themselves."""
    handover.ensure_handovers(timezone.localdate())
