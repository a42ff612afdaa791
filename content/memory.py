"""What a process remembers of the public data while nothing that the public reads has changed.

Menus and the plan at a glance stand on most pages; they are read from the database once for each
change, not once for each page. Pages themselves are kept by `portal.page_cache`.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.urls import get_script_prefix

from content import freshness

Value = TypeVar("Value")

# Each is small: a menu, or some tens of rows.
MOST = 100

_held: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
_lock = threading.Lock()


def remembered(key: Hashable, build: Callable[[], Value]) -> Value:
    """What `build` returned last for `key`, or returns now when something has changed since.

    The value is shared by all threads: nobody may change it. `key` holds what the value depends on
    besides the rows, such as a language and the day. What a transaction has changed and not
    committed is read, and not remembered; nor is what stands behind a path prefix of the server.
    """
    # Who asks may make up the prefix, and addresses are made with it.
    if freshness.has_open_changes() or get_script_prefix() != "/":
        return build()
    # The page cache asks the same watch before it makes a page, so this is never older than that.
    stamp = freshness.watch().number(in_request=True), freshness.changes()
    with _lock:
        held = _held.get(key)
    if held is not None and held[0] == stamp:
        found: Value = held[1]
        return found
    value = build()
    if stamp[0] is not None:
        with _lock:
            _held[key] = stamp, value
            _held.move_to_end(key)
            while len(_held) > MOST:
                _held.popitem(last=False)
    return value
