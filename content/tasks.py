from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """Pages and facts go public and expire when their time has come."""
    call_command("publish_scheduled")
