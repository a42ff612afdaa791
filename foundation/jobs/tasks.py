from celery import shared_task

from foundation.jobs.models import Heartbeat


@shared_task
def worker_heartbeat() -> None:
    Heartbeat.beat("worker")
