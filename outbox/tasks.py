from uuid import UUID

from celery import shared_task

from outbox import delivery


@shared_task
def deliver(mail_id: str) -> None:
    delivery.deliver(UUID(mail_id))


@shared_task
def sweep() -> None:
    delivery.sweep()
