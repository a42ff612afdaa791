"""Waking the worker. A ring that nobody hears costs a wait until the sweep, never the mail."""

import logging
import threading
import time
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError
from kombu.pools import producers

from outbox.choices import Lane
from outbox.tasks import deliver

logger = logging.getLogger(__name__)

# Celery would look for an absent Redis for six seconds, and wait five for a silent one: too long
# for somebody who waits for a page.
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
# Seconds in which a process does not ring again when nobody answered.
SILENCE = 10.0


class Bell:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silent_until = 0.0

    def ring(self, mail_id: UUID, lane: Lane) -> bool:
        """Ask the lane's worker to hand the mail over now; takes about a second at the very most.

        Returns whether the wake-up reached the queue. Never raises when Redis is away.
        """
        with self._lock:
            if time.monotonic() < self._silent_until:
                return False
        try:
            connection = current_app.connection_for_write(transport_options=IMPATIENT)
            with producers[connection].acquire(block=True, timeout=1) as producer:
                deliver.apply_async(
                    (str(mail_id),), queue=lane.queue, producer=producer, retry=False
                )
        except (OperationalError, OSError) as error:
            with self._lock:
                self._silent_until = time.monotonic() + SILENCE
            logger.warning(
                "worker not woken, the sweep will find the mail",
                extra={"mail": str(mail_id), "error": type(error).__name__},
            )
            return False
        return True


bell = Bell()
