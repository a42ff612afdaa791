from celery import shared_task

from foundation.jobs.models import Heartbeat


@shared_task
def worker_heartbeat(name: str = "worker") -> None:
    """Runs in the worker that is called so, since it comes in that one's queue."""
    Heartbeat.beat(name)
