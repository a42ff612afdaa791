"""Django's own application of any project, without the page cache that `portal.wsgi` puts in front.

Names the number of queries in a header of the answer when a request asks for it.
"""

from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if "HTTP_X_COUNT_QUERIES" not in environ:
        return _django(environ, start_response)
    queries = 0
    began: list[tuple[Any, ...]] = []

    def count(execute: Any, *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    def begin(*args: Any) -> Any:
        began.append(args)

    with connection.execute_wrapper(count):
        answer = _django(environ, begin)
    status, headers, *rest = began[-1]
    start_response(status, [*headers, ("X-Queries", str(queries))], *rest)
    return answer
