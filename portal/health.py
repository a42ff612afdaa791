"""Liveness and readiness, for supervisors, proxies and people on call."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.audit import retention
from foundation.jobs.models import Heartbeat
from home.accessibility import known
from outbox.models import Outage
from portal.celery import WORKERS
from portal.security_txt import lacks_contact

# Beat sends a heartbeat every 20 s; three missed ones are no hiccup.
SILENT_AFTER = timedelta(seconds=70)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "borte"
    return "ok"


def _redis() -> str:
    client = redis.Redis.from_url(
        str(settings.CACHES["default"]["LOCATION"]), socket_timeout=1, socket_connect_timeout=1
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "borte"
    finally:
        client.close()
    return "ok"


def _process(name: str) -> str:
    try:
        age = Heartbeat.age(name)
    except DatabaseError:
        return "ukjent"
    if age is None:
        return "ikke sett"
    return "ok" if age < SILENT_AFTER else f"stille i {int(age.total_seconds())} s"


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, Redis, workers and beat are well, else 503; says which is not.

    `advarsler`, where there are any, change nothing in that.
    """
    parts = {
        "database": _database(),
        "redis": _redis(),
        **{name: _process(name) for name in (*WORKERS, "beat")},
    }
    well = all(state == "ok" for state in parts.values())
    told = {"advarsler": found} if (found := _warnings()) else {}
    return JsonResponse(
        {"status": "ok" if well else "ikke klar", **parts, **told}, status=200 if well else 503
    )


def _warnings() -> list[str]:
    """What somebody should mend, though the portal is ready without it."""
    found = _outage()
    if known().is_old:
        found.append("tilgjengelighetserklæringen er eldre enn 12 måneder")
    if lacks_contact():
        found.append(
            "security.txt mangler kontakt: sett SECURITY_CONTACT, eller skriv organisasjonens "
            "e-postadresse i admin."
        )
    if _is_retention_late():
        found.append(
            "gamle opplysninger er ikke slettet på over to døgn: kjør manage.py purge, og se i "
            "loggen hvorfor nattjobben ikke går"
        )
    return found


def _is_retention_late() -> bool:
    try:
        return retention.is_late()
    except DatabaseError:
        return False


def _outage() -> list[str]:
    """Mails wait meanwhile, and go out by themselves."""
    try:
        outage = Outage.current()
    except DatabaseError:
        return []
    if outage is None:
        return []
    since = timezone.localtime(outage.since)
    return [f"e-posttjeneren tar ikke imot e-post siden {since:%d.%m.%Y kl. %H:%M}; e-post venter"]
