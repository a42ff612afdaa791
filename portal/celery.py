"""The Celery application: queues, the static beat schedule, heartbeats, time limits."""

import os
import signal
from types import FrameType
from typing import Any

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from celery.schedules import crontab
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# What each worker takes. Mails have queues of their own: a thousand reminders must delay neither a
# log-in code nor what is published at a set time. Where a worker has two, it takes them in turn.
WORKERS = {"worker": ("celery", "slow"), "worker-fast": ("fast",)}

# Seconds. A lost wake-up waits at most one sweep.
app.conf.beat_schedule = {
    **{
        f"{name} heartbeat": {
            "task": "foundation.jobs.tasks.worker_heartbeat",
            "args": (name,),
            "schedule": 20.0,
            "options": {"expires": 60, "queue": queues[0]},
        }
        for name, queues in WORKERS.items()
    },
    "scheduled pages": {
        "task": "content.tasks.publish_scheduled",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    **{
        f"{lane} mail sweep": {
            "task": "outbox.tasks.sweep",
            "args": (lane,),
            "schedule": 30.0,
            "options": {"expires": 60, "queue": lane},
        }
        for lane in ("fast", "slow")
    },
    # Once a day would do; a missed hour is made good in the next, and nobody is mailed at night.
    "handovers": {
        "task": "memberorgs.tasks.ensure_handovers",
        "schedule": crontab(minute="7", hour="7-20"),
        "options": {"expires": 3000},
    },
    "retention": {
        "task": "foundation.audit.tasks.purge",
        # In Oslo; not between two and three, an hour that one night a year lacks and one has twice.
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 6 * 3600},
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


@worker_init.connect
def _tasks_end_in_time(**kwargs: Any) -> None:
    """CELERY_TASK_SOFT_TIME_LIMIT, which the solo pool itself does not know."""

    def too_long(signum: int, frame: FrameType | None) -> None:
        raise SoftTimeLimitExceeded

    def begin(**kwargs: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, app.conf.task_soft_time_limit)

    def end(**kwargs: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    signal.signal(signal.SIGALRM, too_long)
    task_prerun.connect(begin, weak=False)
    task_postrun.connect(end, weak=False)
