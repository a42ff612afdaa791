"""A reader on a raw socket, so that the server is what is measured.

`python -m bench.client ADDRESS SECONDS BEGIN` asks for ADDRESS over two connections from the time
BEGIN on (seconds since 1970), and prints how many answers came in a second.
"""

import socket
import ssl
import subprocess
import sys
import time
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.clones import PROJECT

CONNECTIONS = 2
CLIENTS = 2
TIMEOUT = 30.0
# Until all clients have started.
RUN_UP = 0.7


class Answer(NamedTuple):
    """`body` as it was sent, compressed or not; names of `headers` in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


class Reader:
    """One connection that is kept alive; asks for one address, like a browser that takes gzip."""

    def __init__(self, address: str, **headers: str) -> None:
        parts = urlsplit(address)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (443 if self._secure else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Host": parts.netloc, "Accept-Encoding": "gzip"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {text}" for name, text in sent.items())]
        self._request = "\r\n".join([*lines, "", ""]).encode()
        self._socket: socket.socket | None = None
        self._head = b""
        self._parsed: tuple[int, dict[str, str]] = (0, {})

    def ask(self) -> Answer:
        self.send()
        return self.receive()

    def send(self) -> None:
        if self._socket is None:
            self._socket = self._connect()
        self._socket.sendall(self._request)

    def receive(self) -> Answer:
        """The answer to the oldest request that was sent. Raises OSError when the line is cut."""
        try:
            data = self._more()
        except ConnectionError:
            # A server may close a line that it kept open; a new one is not refused.
            self.close()
            self.send()
            data = self._more()
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        # Answers differ by the second that they were sent in, if at all.
        if head != self._head:
            self._head, self._parsed = head, _parsed(head)
        status, headers = self._parsed
        if "content-length" in headers or status in {204, 304}:
            wanted = int(headers.get("content-length", 0)) if status not in {204, 304} else 0
            while len(body) < wanted:
                body += self._more()
        elif headers.get("transfer-encoding") == "chunked":
            body = self._chunks(body)
        else:
            body = self._rest(body)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> socket.socket:
        plain = socket.create_connection((self._host, self._port), TIMEOUT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._secure:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self._host)

    def _more(self) -> bytes:
        data = self._socket.recv(262144) if self._socket else b""
        if not data:
            raise ConnectionError("the server cut the connection")
        return data

    def _chunks(self, data: bytes) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in data:
                data += self._more()
            size_line, _, data = data.partition(b"\r\n")
            size = int(size_line.split(b";")[0], 16)
            while len(data) < size + 2:
                data += self._more()
            body, data = body + data[:size], data[size + 2 :]
            if not size:
                return body

    def _rest(self, body: bytes) -> bytes:
        try:
            while True:
                body += self._more()
        except ConnectionError:
            self.close()
            return body


def _parsed(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status = first.split()[:2]
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): text.strip() for name, _, text in pairs}
    if version == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return int(status), headers


def ask(address: str, **headers: str) -> Answer:
    """One answer, over a connection of its own."""
    reader = Reader(address, **headers)
    try:
        return reader.ask()
    finally:
        reader.close()


def rate(address: str, seconds: float) -> float:
    """Answers in a second to two client processes. Raises RuntimeError when one is no 200."""
    begin = time.time() + RUN_UP
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.client", address, str(seconds), str(begin)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(CLIENTS)
    ]
    told = [client.communicate()[0] for client in clients]
    if any(client.returncode for client in clients):
        raise RuntimeError(f"{address}: a client got no answer, or another than 200")
    return sum(float(line) for line in told)


def _count(address: str, seconds: float, begin: float) -> float:
    readers = [Reader(address) for _ in range(CONNECTIONS)]
    for reader in readers:
        reader.ask()
    time.sleep(max(0.0, begin - time.time()))
    answers = 0
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        for reader in readers:
            reader.send()
        for reader in readers:
            if reader.receive().status != 200:
                raise RuntimeError("another answer than 200")
        answers += len(readers)
    return answers / (time.monotonic() - begun)


if __name__ == "__main__":
    print(_count(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
