"""A browser without cookies that talks WSGI, so that what stands in front of Django answers too."""

from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from portal.page_cache import PageCache

HOST = "localhost:8000"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name):
        """The value of a header, empty without it."""
        return ", ".join(text for key, text in self.headers if key.lower() == name.lower())

    @property
    def text(self):
        return self.body.decode()


@contextmanager
def connections_kept():
    """The test's transaction outlives a request."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class Browser:
    """Each has a page cache of its own, as each web process has."""

    def __init__(self, django=None, watch=None):
        self.application = PageCache(django or WSGIHandler(), watch)

    def get(self, address, method="GET", **given):
        """`given` are entries of the WSGI environment, such as `HTTP_IF_NONE_MATCH`."""
        path, _, query = address.partition("?")
        environ = RequestFactory()._base_environ(
            REQUEST_METHOD=method,
            PATH_INFO=unquote_to_bytes(path).decode("latin-1"),
            QUERY_STRING=query,
            **{"HTTP_HOST": HOST} | given,
        )
        if not environ["HTTP_COOKIE"]:
            del environ["HTTP_COOKIE"]
        began = []

        def start_response(status, headers, exc_info=None):
            began.append((int(status.split()[0]), headers))

        with connections_kept():
            answer = self.application(environ, start_response)
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        ((status, headers),) = began
        return Answer(status, headers, body)
