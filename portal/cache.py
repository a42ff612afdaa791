"""The cache that goes on when Redis is away."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

FALLBACK_METHODS = (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "get_many",
    "has_key",
    "incr",
    "set_many",
    "delete_many",
    "clear",
)


class RedisOrProcessCache(RedisCache):
    """Django's Redis cache; while Redis can't be reached each process keeps its own entries.

    Rate limits then count per process, which is weaker than the shared count but never open.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        local = {key: value for key, value in params.items() if key.upper() != "OPTIONS"}
        self._process_cache = LocMemCache("redis-fallback", local)


def _with_fallback(name: str) -> Callable[..., Any]:
    redis_method = getattr(RedisCache, name)
    process_method = getattr(LocMemCache, name)

    def method(self: RedisOrProcessCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return redis_method(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("cache without redis", extra={"error": type(error).__name__})
            return process_method(self._process_cache, *args, **kwargs)

    method.__name__ = name
    return method


for _name in FALLBACK_METHODS:
    setattr(RedisOrProcessCache, _name, _with_fallback(_name))
