"""What tells every web process, within a fraction of a second, that public pages changed.

The generation is a number in the database that grows with each change. Redis holds a copy, so that
reading it is no query. It is a time in milliseconds: it also grows across a restored backup.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

import redis
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import Case, F, Value, When
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

NUMBER = "portal:generation"
CHECKED = "portal:generation:checked"
# Seconds that Redis is believed before its copy is compared with the database.
BELIEVED = 5
ASK_EVERY = 0.2
# A process that has asked nothing for so long waits for the answer.
OLDEST = 0.7
PATIENCE = 1.0
# Seconds in which a server that did not answer is left alone.
LEFT_ALONE = 2.0

# Redis may come back with an old copy, or two writers may overtake each other.
_KEEP_NEWEST = """
local held = tonumber(redis.call('GET', KEYS[1]) or '0')
local newest = string.format('%.0f', math.max(held, tonumber(ARGV[1])))
redis.call('SET', KEYS[1], newest)
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
return newest
"""

Answer = TypeVar("Answer")


class RedisAway(Exception):
    """Redis does not answer, or did not a moment ago."""


class Line:
    """A line to Redis that gives up soon, and then leaves it alone for a while. Thread-safe."""

    def __init__(self) -> None:
        self._client = redis.Redis.from_url(
            str(settings.CACHES["default"]["LOCATION"]),
            socket_timeout=0.3,
            socket_connect_timeout=0.3,
            retry=Retry(NoBackoff(), 0),
        )
        self._again = 0.0

    def ask(self, question: Callable[[redis.Redis], Answer]) -> Answer:
        """What `question` gets from a client. Raises RedisAway."""
        if time.monotonic() < self._again:
            raise RedisAway
        try:
            return question(self._client)
        except (redis.RedisError, OSError) as error:
            self._again = time.monotonic() + LEFT_ALONE
            logger.warning("page cache without redis", extra={"error": type(error).__name__})
            raise RedisAway from error

    def close(self) -> None:
        self._client.close()


class _Batch:
    """The changes of one transaction: together they bump once."""

    done = False

    def bump(self) -> None:
        if not self.done:
            self.done = True
            _bump_now()


_batches = threading.local()
_changes = 0


def changes() -> int:
    """How often something changed in this process, committed or not."""
    return _changes


def has_open_changes() -> bool:
    """Whether this thread has changed what others can't read yet."""
    batch: _Batch | None = getattr(_batches, "open", None)
    return batch is not None and not batch.done and transaction.get_connection().in_atomic_block


def bump() -> None:
    """Says that what the public reads has changed, once the transaction is committed."""
    global _changes
    _changes += 1
    batch: _Batch | None = getattr(_batches, "open", None)
    if batch is None or batch.done:
        batch = _batches.open = _Batch()
    transaction.on_commit(batch.bump, robust=True)


def _generations() -> Any:
    # The models' querysets read what is remembered, which is dated by this module.
    return apps.get_model("content", "Generation")._default_manager


def _bump_now() -> None:
    now = time.time_ns() // 1_000_000
    grown = Case(When(number__lt=now, then=Value(now)), default=F("number") + 1)
    if not _generations().update(number=grown):
        _generations().get_or_create(pk=1, defaults={"number": now})
    line = Line()
    try:
        line.ask(_tell(_in_database()))
    except RedisAway:
        # The copy is compared with the database before it is believed again.
        pass
    finally:
        line.close()


def _in_database() -> int:
    return _generations().values_list("number", flat=True).first() or 0


def _tell(number: int) -> Callable[[redis.Redis], int]:
    """A question that leaves the newest number in Redis, and returns it."""

    def tell(client: redis.Redis) -> int:
        return int(str(client.eval(_KEEP_NEWEST, 2, NUMBER, CHECKED, number, BELIEVED), "ascii"))

    return tell


def _copy(client: redis.Redis) -> tuple[int | None, bool]:
    """The number in Redis, and whether it was compared with the database lately."""
    number, checked = client.mget(NUMBER, CHECKED)
    return (None if number is None else int(number)), bool(number and checked)


def _newest(numbers: Iterable[int | None]) -> int | None:
    return max((number for number in numbers if number is not None), default=None)


class Watch:
    """Which generation is the public one; asked for at most every 0.2 s. Thread-safe.

    Without Redis the database is asked, without both the last known number goes on.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._database_again = 0.0
        self._number: int | None = None

    def number(self, *, in_request: bool = False) -> int | None:
        """None while nobody has ever answered.

        Within a request its connection to the database is used; outside, one is opened and closed.
        """
        age = time.monotonic() - self._asked
        if age < ASK_EVERY:
            return self._number
        patience = PATIENCE if age > OLDEST else 0
        if self._lock.acquire(timeout=patience):
            try:
                begun = time.monotonic()
                if begun - self._asked >= ASK_EVERY:
                    self._ask(in_request)
                    self._asked = begun
            finally:
                self._lock.release()
        return self._number

    def _ask(self, in_request: bool) -> None:
        answers = [self._number]
        try:
            copy, believed = self._line.ask(_copy)
            answers.append(copy)
            if not believed:
                answers.append(self._from_database(in_request))
            newest = _newest(answers)
            if newest is not None and (not believed or newest != copy):
                answers.append(self._line.ask(_tell(newest)))
        except RedisAway:
            answers.append(self._from_database(in_request))
        self._number = _newest(answers)

    def _from_database(self, in_request: bool) -> int | None:
        """None when the database is away."""
        if time.monotonic() < self._database_again:
            return None
        try:
            if not in_request:
                close_old_connections()
            return _in_database()
        except DatabaseError as error:
            self._database_again = time.monotonic() + LEFT_ALONE
            logger.warning("page cache without database", extra={"error": type(error).__name__})
            return None
        finally:
            if not in_request:
                close_old_connections()


@cache
def watch() -> Watch:
    """The watch that all of this process shares."""
    return Watch(Line())
