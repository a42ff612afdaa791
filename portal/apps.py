from django.apps import AppConfig

# `shared_task` binds to the app that was made last, so each process must have made ours. Not in
# portal/__init__.py: the supervisor lives in this package and must stay small.
from portal.celery import app as celery_app


class PortalConfig(AppConfig):
    name = "portal"
    celery_app = celery_app

    def ready(self) -> None:
        from portal import privacy
        from portal.freshness import connect

        connect()
        privacy.register()
