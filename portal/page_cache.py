"""Public pages for readers who are not logged in, kept in front of Django.

A page is known by scheme, host, path, and those keys of the query that its view declared with
`for_readers`. It is answered without Django and without a query while nothing that the public
reads has changed, for at most five minutes and never past midnight, since dates make pages too.
While the database is away it is answered for a day.

What Django answered is kept as it stands, with its headers, so that hit and miss are the same.
"""

import gzip
import hashlib
import json
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import redis
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from content import freshness
from content.caching import MESSAGES_COOKIE
from content.freshness import LEFT_ALONE, Line, RedisAway, Watch
from portal.errors import DATABASE_AWAY

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Any], Iterable[bytes]]

# Seconds.
FRESH = 5 * 60
USABLE = 24 * 3600
# How long one request waits for another that makes the same page.
PATIENCE = 2.0

LARGEST = 256 * 1024
LONGEST_QUERY = 300
SMALLEST_PACKED = 200
# Bytes and pages per process: addresses of the site, and what can be made up in any number.
SHELF = 5 * 2**20, 600
SIDE_SHELF = 2 * 2**20, 300
# Pages in Redis.
SHARED = 1500
SHARED_ASIDE = 400
MOST_PLACES = 4000

# Never the same for all, or files: not worth a look.
NOT_PAGES = (
    "/admin/",
    "/static/",
    "/media/",
    "/helse/",
    "/konto/",
    "/medlem/",
    "/dokumenter/",
    "/demo/",
)
OWN_HEADERS = {"vary", "content-length", "content-encoding", "etag"}
OF_THE_BODY = {"Content-Length", "Content-Encoding", "Content-Type"}
# What a public page must not depend on.
PERSONAL = {"HTTP_ACCEPT_LANGUAGE", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_X_FORWARDED_HOST"}
# What would make another answer of a page than the whole of it; and a form's cookie.
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_COOKIE")

# Scheme, host and path; the same with the query.
Place = tuple[str, str, str]
Key = tuple[str, str, str, str]


class Kept(NamedTuple):
    """An answer as it goes out. `plain` is empty where `packed` (gzip) holds the body.

    `keys` are those of the query that its view reads.
    """

    generation: int
    made: float
    keys: tuple[str, ...]
    status: str
    plain: bytes
    packed: bytes
    tag: str
    packed_tag: str
    plain_headers: Headers
    packed_headers: Headers

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.packed) + 2000

    @classmethod
    def of(
        cls,
        *,
        generation: int,
        made: float,
        keys: Iterable[str],
        status: str,
        headers: Iterable[Iterable[str]],
        plain: bytes = b"",
        packed: bytes = b"",
    ) -> "Kept":
        """From either body. `headers` are Django's."""
        # Most headers are the same on all pages: one copy of each.
        shared = [
            (sys.intern(str(name)), sys.intern(str(text)))
            for name, text in headers
            if name.lower() not in OWN_HEADERS
        ]
        body = plain or (gzip.decompress(packed) if packed else b"")
        digest = hashlib.sha256(body).hexdigest()[:24]
        tag, packed_tag = f'"{digest}"', f'"{digest}-gz"'
        if packed:
            shared.append(("Vary", "Accept-Encoding"))
        return cls(
            generation=generation,
            made=made,
            keys=tuple(keys),
            status=status,
            plain=plain,
            packed=packed,
            tag=tag,
            packed_tag=packed_tag,
            plain_headers=[*shared, ("ETag", tag), ("Content-Length", str(len(body)))],
            packed_headers=[
                *shared,
                ("Content-Encoding", "gzip"),
                ("ETag", packed_tag),
                ("Content-Length", str(len(packed))),
            ],
        )

    def dump(self, key: Key) -> bytes:
        about = {
            "key": key,
            "generation": self.generation,
            "made": self.made,
            "keys": self.keys,
            "status": self.status,
            "headers": self.plain_headers,
            "packed": bool(self.packed),
        }
        return json.dumps(about).encode() + b"\n" + (self.packed or self.plain)

    @classmethod
    def load(cls, data: bytes, key: Key) -> "Kept | None":
        """None for what is no dump of `key`."""
        try:
            first, _, body = data.partition(b"\n")
            about = json.loads(first)
            packed = about.pop("packed")
            if tuple(about.pop("key")) != key:
                return None
            return cls.of(plain=b"" if packed else body, packed=body if packed else b"", **about)
        except (ValueError, KeyError, TypeError, OSError, EOFError):
            return None


def _digest(words: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(words)).encode()).hexdigest()


class Shelf:
    """The pages that were read last, within bounds. Thread-safe."""

    def __init__(self, most_bytes: int, most: int) -> None:
        self._most_bytes, self._most = most_bytes, most
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Kept) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self._bytes > self._most_bytes or len(self._pages) > self._most:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= gone.size


class SharedShelf:
    """The same pages in Redis, for all processes and the next start. Silent without Redis."""

    def __init__(self, line: Line, *, most: int, name: str) -> None:
        # Pages name hashed files: those of another build would miss them.
        build = str(getattr(staticfiles_storage, "manifest_hash", ""))
        self._prefix = f"portal:{name}:{build}:"
        self._index = f"portal:{name}-index"
        self._line, self._most = line, most

    def get(self, key: Key) -> Kept | None:
        name = f"{self._prefix}{_digest(key)}"
        data = self._quietly(lambda client: client.get(name))
        return Kept.load(data, key) if isinstance(data, bytes) else None

    def put(self, key: Key, page: Kept) -> None:
        name = f"{self._prefix}{_digest(key)}"

        def put(client: redis.Redis) -> None:
            with client.pipeline(transaction=False) as pipeline:
                pipeline.set(name, page.dump(key), ex=USABLE)
                pipeline.zadd(self._index, {name: page.made})
                pipeline.zcard(self._index)
                count = pipeline.execute()[-1]
            if count > self._most:
                old: Any = client.zpopmin(self._index, count - self._most)
                client.delete(*(member for member, _ in old))

        self._quietly(put)

    def keys_of(self, place: Place) -> tuple[str, ...] | None:
        data = self._quietly(lambda client: client.get(self._place(place)))
        return tuple(json.loads(data)) if isinstance(data, bytes) else None

    def put_keys(self, place: Place, keys: tuple[str, ...]) -> None:
        self._quietly(lambda client: client.set(self._place(place), json.dumps(keys), ex=USABLE))

    def _place(self, place: Place) -> str:
        return f"{self._prefix}keys:{_digest(place)}"

    def _quietly(self, question: Callable[[redis.Redis], Any]) -> Any:
        try:
            return self._line.ask(question)
        except RedisAway:
            return None


class PageCache:
    """A WSGI application around Django's."""

    def __init__(self, application: Application, watch: Watch | None = None) -> None:
        self._application = application
        line = Line()
        self._watch = watch or freshness.watch()
        self._session_cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._messages_cookie = f"{MESSAGES_COOKIE}="
        self._proxy_scheme = settings.SECURE_PROXY_SSL_HEADER
        self._own_host = urlsplit(settings.BASE_URL).netloc
        self._shelf, self._side_shelf = Shelf(*SHELF), Shelf(*SIDE_SHELF)
        self._shared = SharedShelf(line, most=SHARED, name="page")
        self._shared_aside = SharedShelf(line, most=SHARED_ASIDE, name="page-aside")
        # Place → keys of the query that its view reads.
        self._keys: OrderedDict[Place, tuple[str, ...]] = OrderedDict()
        self._making: dict[Key, threading.Event] = {}
        self._lock = threading.Lock()
        self._zone = ZoneInfo(settings.TIME_ZONE)
        self._day = (0.0, 0.0)
        self._database_again = 0.0

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not self._is_for_all(environ):
            return self._application(environ, start_response)
        place = self._place(environ)
        generation = self._watch.number()
        key = self._key(place, environ["QUERY_STRING"])
        if key is None or generation is None:
            return self._make(place, key, environ, start_response, generation, None)
        page = self._shelf_of(key).get(key)
        if page is None or not self._is_fresh(page, generation):
            page = self._newest(key, page)
        if page is not None and (
            self._is_fresh(page, generation)
            or (time.monotonic() < self._database_again and _is_usable(page, generation))
        ):
            return _answer(page, environ, start_response)
        return self._make_once(key, environ, start_response, generation, page)

    def _is_for_all(self, environ: Environ) -> bool:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("SCRIPT_NAME"):
            return False
        cookies = environ.get("HTTP_COOKIE")
        if cookies and (self._session_cookie in cookies or self._messages_cookie in cookies):
            return False
        return (
            "HTTP_HOST" in environ
            and "HTTP_AUTHORIZATION" not in environ
            and not environ["PATH_INFO"].startswith(NOT_PAGES)
        )

    def _place(self, environ: Environ) -> Place:
        scheme = environ["wsgi.url_scheme"]
        if self._proxy_scheme is not None:
            header, secure = self._proxy_scheme
            told = environ.get(header)
            if told is not None:
                scheme = "https" if told.split(",")[0].strip() == secure else "http"
        return scheme, environ["HTTP_HOST"], environ["PATH_INFO"]

    def _key(self, place: Place, query: str) -> Key | None:
        """None where it can't be known before the page is made once."""
        if not query:
            return (*place, "")
        keys = self._keys.get(place)
        if keys is None:
            keys = self._shared.keys_of(place)
            if keys is None:
                return None
            self._learn(place, keys)
        cleaned = _cleaned(query, keys)
        return None if cleaned is None else (*place, cleaned)

    def _learn(self, place: Place, keys: tuple[str, ...]) -> None:
        with self._lock:
            self._keys[place] = keys
            self._keys.move_to_end(place)
            if len(self._keys) > MOST_PLACES:
                self._keys.popitem(last=False)

    def _is_aside(self, key: Key) -> bool:
        return bool(key[3]) or key[1] != self._own_host

    def _shelf_of(self, key: Key) -> Shelf:
        return self._side_shelf if self._is_aside(key) else self._shelf

    def _shared_shelf_of(self, key: Key) -> SharedShelf:
        return self._shared_aside if self._is_aside(key) else self._shared

    def _is_fresh(self, page: Kept, generation: int) -> bool:
        now = time.time()
        begins, ends = self._day
        if not begins <= now < ends:
            midnight = datetime.fromtimestamp(now, self._zone).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            begins, ends = midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()
            self._day = begins, ends
        return (
            page.generation == generation and begins <= page.made <= now and now - page.made < FRESH
        )

    def _newest(self, key: Key, held: Kept | None) -> Kept | None:
        """The newer of what this process holds and what Redis does."""
        shared = self._shared_shelf_of(key).get(key)
        if shared is None or (held is not None and held.made >= shared.made):
            return held
        self._shelf_of(key).put(key, shared)
        self._learn(key[:3], shared.keys)
        return shared

    def _make_once(
        self,
        key: Key,
        environ: Environ,
        start_response: Any,
        generation: int,
        stale: Kept | None,
    ) -> Iterable[bytes]:
        """Makes a page while others who ask for it wait."""
        place = key[:3]
        if place not in self._keys:
            return self._make(place, key, environ, start_response, generation, stale)
        mine = threading.Event()
        with self._lock:
            other = self._making.setdefault(key, mine)
        if other is not mine:
            other.wait(PATIENCE)
            page = self._shelf_of(key).get(key)
            if page is not None and self._is_fresh(page, generation):
                return _answer(page, environ, start_response)
            return self._make(place, key, environ, start_response, generation, stale)
        try:
            return self._make(place, key, environ, start_response, generation, stale)
        finally:
            with self._lock:
                del self._making[key]
            mine.set()

    def _make(
        self,
        place: Place,
        key: Key | None,
        environ: Environ,
        start_response: Any,
        generation: int | None,
        stale: Kept | None,
    ) -> Iterable[bytes]:
        """Django's answer, kept when it is for everybody. `generation` was read before."""
        asked = {name: text for name, text in environ.items() if name not in PERSONAL}
        if key is not None and place in self._keys:
            for name in CONDITIONS:
                asked.pop(name, None)
            asked |= {"REQUEST_METHOD": "GET", "QUERY_STRING": key[3]}
        began: list[tuple[Any, ...]] = []

        def begin(*args: Any) -> None:
            began.append(args)

        made = time.time()
        answer: Any = self._application(asked, begin)
        if asked.get(DATABASE_AWAY):
            self._database_again = time.monotonic() + LEFT_ALONE
            if stale is not None and generation is not None and _is_usable(stale, generation):
                answer.close()
                return _answer(stale, environ, start_response)
        keys = getattr(answer, "reader_keys", None)
        if keys is None:
            start_response(*began[-1])
            if environ["REQUEST_METHOD"] == "HEAD" != asked["REQUEST_METHOD"]:
                answer.close()
                return []
            return answer  # type: ignore[no-any-return]
        status, headers = began[-1][:2]
        body = bytes(answer.content)
        answer.close()
        packed = gzip.compress(body, 6, mtime=0) if len(body) >= SMALLEST_PACKED else b""
        if len(packed) >= len(body) * 0.9:
            packed = b""
        page = Kept.of(
            generation=generation or 0,
            made=made,
            keys=keys,
            status=status,
            headers=headers,
            plain=b"" if packed else body,
            packed=packed,
        )
        self._learn_and_keep(place, asked, page, generation)
        return _answer(page, environ, start_response)

    def _learn_and_keep(
        self, place: Place, asked: Environ, page: Kept, generation: int | None
    ) -> None:
        if self._keys.get(place) != page.keys:
            self._learn(place, page.keys)
            self._shared.put_keys(place, page.keys)
        query = asked["QUERY_STRING"]
        made_for_all = (
            asked["REQUEST_METHOD"] == "GET"
            and "HTTP_COOKIE" not in asked
            # What a page was made from must be what it is found by.
            and (not query or _cleaned(query, page.keys) == query)
        )
        if generation is not None and made_for_all and page.size <= LARGEST:
            key = (*place, query)
            self._shelf_of(key).put(key, page)
            self._shared_shelf_of(key).put(key, page)


def _is_usable(page: Kept, generation: int) -> bool:
    """Whether `page` may stand in for one that can't be made."""
    return page.generation == generation and 0 <= time.time() - page.made < USABLE


def _cleaned(query: str, keys: Iterable[str]) -> str | None:
    """Of `query` only `keys`, each with its last value, in their order; None when it is too odd."""
    try:
        given = QueryDict(query.encode("latin-1"))
        cleaned = urlencode([(name, given[name]) for name in keys if name in given])
    except (SuspiciousOperation, ValueError):
        return None
    return cleaned if len(cleaned) <= LONGEST_QUERY else None


def _accepts_gzip(accepted: str) -> bool:
    if "gzip" not in accepted or "q=0" not in accepted:
        return "gzip" in accepted
    for part in accepted.split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != ""
    return False


def _has(tag: str, tags: str) -> bool:
    """Whether `tag` is among those of an `If-None-Match`, weak ones included."""
    return any(one.strip().removeprefix("W/") in {tag, "*"} for one in tags.split(","))


def _answer(page: Kept, environ: Environ, start_response: Any) -> list[bytes]:
    packed = bool(page.packed) and _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = page.packed_headers if packed else page.plain_headers
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags and _has(page.packed_tag if packed else page.tag, tags):
        start_response(
            "304 Not Modified", [header for header in headers if header[0] not in OF_THE_BODY]
        )
        return []
    start_response(page.status, headers.copy())
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    if packed or not page.packed:
        return [page.packed or page.plain]
    return [gzip.decompress(page.packed)]
