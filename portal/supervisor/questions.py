"""Short questions to a server ("are you there?") that never keep the supervisor waiting."""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass

_MAX_ANSWER = 4096


@dataclass(frozen=True)
class Question:
    """Whom to ask, what to send, and how to judge the bytes that come back.

    `judge` gets all bytes so far and returns True, False, or None for "not enough yet".
    """

    family: socket.AddressFamily
    address: str | tuple[str, int]
    ask: bytes
    judge: Callable[[bytes], bool | None]


def redis_ping(path: str) -> Question:
    """PING on a unix socket. A server that still loads or runs a script is alive."""

    def judge(answer: bytes) -> bool | None:
        if not answer.endswith(b"\r\n"):
            return None
        return answer.startswith((b"+PONG", b"-LOADING", b"-BUSY"))

    return Question(socket.AF_UNIX, path, b"PING\r\n", judge)


def http_get(port: int, path: str, host: str) -> Question:
    """GET on 127.0.0.1 for `host`; any status from 200 to 399 counts as an answer."""

    def judge(answer: bytes) -> bool | None:
        words = answer.split(b"\r\n", 1)[0].split()
        if b"\r\n" not in answer:
            return None
        return len(words) >= 2 and words[1][:1] in {b"2", b"3"}

    head = f"GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: supervisor\r\n\r\n"
    return Question(socket.AF_INET, ("127.0.0.1", port), head.encode(), judge)


class Conversation:
    """One question under way, on a socket that doesn't block.

    `step()` is called when the socket is ready either way; `verdict` is None until it is over.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._sent = False
        self._answer = b""
        self.verdict: bool | None = None
        self._socket = socket.socket(question.family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        try:
            self._socket.connect(question.address)
        except BlockingIOError:
            pass
        except OSError:
            self.verdict = False

    def fileno(self) -> int:
        """For a selector."""
        return self._socket.fileno()

    @property
    def wants_to_write(self) -> bool:
        """Whether the question itself is still to be sent."""
        return not self._sent

    def step(self) -> None:
        """Sends or reads what can be sent or read now."""
        if self.verdict is not None:
            return
        try:
            if not self._sent:
                self._socket.sendall(self._question.ask)
                self._sent = True
                return
            data = self._socket.recv(_MAX_ANSWER)
        except BlockingIOError:
            return
        except OSError:
            self.verdict = False
            return
        self._answer += data
        verdict = self._question.judge(self._answer)
        if verdict is None and (not data or len(self._answer) > _MAX_ANSWER):
            verdict = False
        self.verdict = verdict

    def close(self) -> None:
        """Hangs up. To be called once no selector watches it: its number is used anew."""
        with contextlib.suppress(OSError):
            self._socket.close()
