from celery import shared_task

from foundation.audit import retention


@shared_task
def purge() -> None:
    retention.purge_nightly()
