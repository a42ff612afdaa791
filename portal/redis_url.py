"""Redis addresses: one server, several database numbers, two spellings of a unix socket."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def with_database(url: str, number: int, *, celery: bool = False) -> str:
    """The address of database `number` on the server at `url`.

    `url` is `redis://host:port[/n]`, `rediss://…` or `unix:///path/to.sock[?db=n]`; Celery writes
    sockets as `redis+socket:///path?virtual_host=n`.
    """
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return urlunsplit(parts._replace(path=f"/{number}"))
    query = {key: value for key, value in parse_qsl(parts.query) if key != "db"}
    query["virtual_host" if celery else "db"] = str(number)
    scheme = "redis+socket" if celery else "unix"
    return f"{scheme}://{parts.netloc}{parts.path}?{urlencode(query)}"
