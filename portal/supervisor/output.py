"""The log on the screen: one line per line, named by who wrote it, never in anybody's way."""

import os
import re
import select
import time
from collections import deque

MAX_LINE_BYTES = 16 * 1024
MAX_WAITING_LINES = 2000

# Below PIPE_BUF and below what a terminal takes at once: when select says yes, it doesn't block.
_PIECE = 512

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_COLOURS = (36, 33, 32, 35, 34)


class Output:
    """Writes lines to a file descriptor without ever waiting for who reads it.

    A terminal that is paused, or a pipe that nobody empties, must not keep the supervisor from
    its work: lines wait in a bounded queue, the oldest go first when it is full.
    """

    def __init__(self, fd: int, names: list[str]) -> None:
        self._fd = fd
        self._width = max((len(name) for name in names), default=0)
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._dropped = 0
        self._gone = False
        coloured = (
            os.isatty(fd) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        )
        self._colours = (
            {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
            if coloured
            else {}
        )

    def say(self, text: str = "") -> None:
        """A line of the supervisor's own, for the person who started it."""
        self._put(text)

    def line(self, name: str, text: str) -> None:
        """A line that the child `name` wrote. Escapes and control characters are taken out."""
        clean = _CONTROLS.sub("\ufffd", _ESCAPES.sub("", text))
        prefix = f"{name:<{self._width}} | "
        if name in self._colours:
            prefix = f"\x1b[{self._colours[name]}m{prefix}\x1b[0m"
        self._put(prefix + clean)

    def _put(self, text: str) -> None:
        if self._gone:
            return
        if len(self._lines) >= MAX_WAITING_LINES:
            self._lines.popleft()
            self._dropped += 1
        self._lines.append(text.encode("utf-8", "replace") + b"\n")
        self.flush()

    @property
    def waiting(self) -> bool:
        """Whether lines wait for a reader."""
        return not self._gone and bool(self._rest or self._lines)

    def flush(self, patience: float = 0.0) -> None:
        """Writes what can be written now, and goes on for up to `patience` seconds."""
        end = time.monotonic() + patience
        while self.waiting:
            left = max(0.0, end - time.monotonic())
            try:
                _, writable, _ = select.select([], [self._fd], [], left)
                if not writable:
                    return
                if not self._rest:
                    self._rest = self._next_line()
                written = os.write(self._fd, self._rest[:_PIECE])
                self._rest = self._rest[written:]
            except (OSError, ValueError):
                # The reader has left (closed terminal, `| head`): the processes go on.
                self._gone = True
                self._lines.clear()

    def _next_line(self) -> bytes:
        if self._dropped:
            text = f"… {self._dropped} linjer ble ikke vist, skjermen tok ikke unna …\n"
            self._dropped = 0
            return text.encode()
        return self._lines.popleft()


class LineSplitter:
    """Bytes of a child → lines of text, whatever it writes.

    Lines end at LF, CR LF or CR. What isn't UTF-8 shows as U+FFFD; a line longer than
    `MAX_LINE_BYTES` comes in pieces, so that it costs no more memory than that.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes."""
        pieces = re.split(rb"\r\n|\n|\r(?!\Z)", self._rest + data)
        self._rest = pieces.pop()
        lines = []
        for piece in pieces:
            lines += self._cut(piece)
        while len(self._rest) > MAX_LINE_BYTES:
            lines.append(self._text(self._rest[:MAX_LINE_BYTES]) + " …")
            self._rest = self._rest[MAX_LINE_BYTES:]
        return lines

    def close(self) -> list[str]:
        """What was left without a line end."""
        rest, self._rest = self._rest.rstrip(b"\r"), b""
        return self._cut(rest) if rest else []

    def _cut(self, piece: bytes) -> list[str]:
        parts = [piece[at : at + MAX_LINE_BYTES] for at in range(0, len(piece), MAX_LINE_BYTES)]
        texts = [self._text(part) for part in parts] or [""]
        return [text + " …" for text in texts[:-1]] + texts[-1:]

    @staticmethod
    def _text(piece: bytes) -> str:
        return piece.decode("utf-8", "replace")
