"""The Celery application: queues, the static beat schedule, heartbeats."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, before_task_publish, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds. A lost wake-up waits at most one sweep.
app.conf.beat_schedule = {
    "worker heartbeat": {
        "task": "foundation.jobs.tasks.worker_heartbeat",
        "schedule": 20.0,
        "options": {"expires": 60},
    },
    "scheduled pages": {
        "task": "content.tasks.publish_scheduled",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "outbox sweep": {
        "task": "outbox.tasks.sweep",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    # Once a day would do; a missed hour is made good in the next, and nobody is mailed at night.
    "handovers": {
        "task": "memberorgs.tasks.ensure_handovers",
        "schedule": crontab(minute="7", hour="7-20"),
        "options": {"expires": 3000},
    },
}


@setup_logging.connect
def _use_django_logging(**kwargs: Any) -> None:
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


@beat_init.connect
def _beat_reports_itself(**kwargs: Any) -> None:
    """Each heartbeat that beat hands to the queue is also beat's own sign of life.

    The row of beat is written when it publishes, that of the worker when the task has run, so
    readiness can tell which of the two is silent.
    """
    from foundation.jobs.models import Heartbeat

    @before_task_publish.connect(weak=False)
    def _published(sender: str = "", **kwargs: Any) -> None:
        if sender == "foundation.jobs.tasks.worker_heartbeat":
            Heartbeat.beat_safely("beat")
