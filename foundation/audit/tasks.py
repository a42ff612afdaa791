from celery import shared_task

from foundation.audit import retention


# A first run on an old portal has years to remove.
@shared_task(time_limit=3600, soft_time_limit=3500)
def purge() -> None:
    retention.purge_nightly()
