"""What `celery -A portal.beat beat` runs: the Celery application in half the memory.

Beat hands out names of tasks and writes its own sign of life. It needs one table, not the portal.
"""

from django.conf import settings

from portal.celery import app

settings.INSTALLED_APPS = ["foundation.jobs"]
settings.ROOT_URLCONF = None

__all__ = ["app"]
