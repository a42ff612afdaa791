"""Signs of life of the background processes, as rows."""

import logging
from datetime import timedelta

from django.db import DatabaseError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class Heartbeat(models.Model):
    """When a background process was last seen at work; one row a process kind."""

    name = models.CharField(_("process"), max_length=40, unique=True)
    at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})

    @classmethod
    def beat_safely(cls, name: str) -> None:
        """As `beat`, for callers whose own work must go on when the database is away."""
        try:
            cls.beat(name)
        except DatabaseError as error:
            logger.warning("heartbeat not written", extra={"error": type(error).__name__})

    @classmethod
    def age(cls, name: str) -> timedelta | None:
        """How long ago the process was seen; None if never."""
        at = cls.objects.filter(name=name).values_list("at", flat=True).first()
        return None if at is None else timezone.now() - at

    @classmethod
    def claim(cls, name: str, every: timedelta) -> bool:
        """Whether the caller may begin what is done at most once in `every`; of two, one may."""
        now = timezone.now()
        _row, made = cls.objects.get_or_create(name=name, defaults={"at": now})
        return made or bool(cls.objects.filter(name=name, at__lte=now - every).update(at=now))
