"""A mail server that can be told to misbehave, and keeps what it was given whole.

Only the standard library, since the benchmark uses it too.
"""

import base64
import os
import signal
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy


@dataclass(frozen=True)
class Arrived:
    """A mail of which the last dot was read."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    at: float
    connection: int
    secure: bool

    @property
    def message(self):
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self):
        return str(self.message["Message-ID"])


class Sink:
    """Listens on 127.0.0.1; use as a context manager.

    `mode`: `well`, or what it does wrong, and where:
    - at the greeting: `hang_greet` (not a word), `drip` (a letter each tenth of a second), `r421`
    - at the envelope: `r421_mail`, `r451_rcpt`, `r550_rcpt`
    - at DATA: `drop_before` (the line is cut), `hang_before`
    - after the last dot: `drop_data`, `hang_data`, `r421_data`, `r451_data`, `r550_data`,
      `r000_data` (an answer that means nothing), `kill` (`victim` dies before the answer)
    - at the good-bye: `drop_quit`

    It holds from the next step on; `slow` is a pause in seconds before each answer. `answers`
    overrides what is said to a command ({"RCPT": "550 5.7.1 no"}). `limit`: mails on one connection
    before it is cut without a word.
    """

    def __init__(self, *, mode="well", slow=0.0, tls=None, starttls=False, log_in=None, port=0):
        self.mode, self.slow, self.victim = mode, slow, 0
        self.answers, self.limit, self.auth = {}, 0, "PLAIN LOGIN"
        self.arrived, self.commands, self.connections = [], [], 0
        self._tls, self._starttls, self._log_in = tls, starttls, log_in
        self._open = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=50)
        self.port = self._listener.getsockname()[1]
        self._over = False

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *reason):
        self._over = True
        # A thread that waits in accept is not woken by close, and a forked worker holds a copy.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self):
        """Cut all lines, also for who holds a copy of one."""
        with self._lock:
            for line in self._open:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    @property
    def ids(self):
        return [mail.message_id for mail in self.arrived]

    def _accept(self):
        while not self._over:
            try:
                line, _address = self._listener.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            talk = _Talk(self, line, self.connections)
            threading.Thread(target=talk.run, daemon=True).start()


class _Cut(Exception):
    """The line is to be cut here."""


class _Talk:
    def __init__(self, sink, line, number):
        self.sink, self.line, self.number = sink, line, number
        self.held, self.secure = b"", False
        self.sender, self.recipients, self.mails = "", [], 0

    def run(self):
        with self.sink._lock:
            self.sink._open.add(self.line)
        try:
            if self.sink._tls is not None and not self.sink._starttls:
                self._encrypt()
            self._greet()
            while self._answer(self._read_line()):
                pass
        except (_Cut, OSError):
            pass
        finally:
            with self.sink._lock:
                self.sink._open.discard(self.line)
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)
            self.line.close()

    def _encrypt(self):
        with self.sink._lock:
            self.sink._open.discard(self.line)
            self.line = self.sink._tls.wrap_socket(self.line, server_side=True)
            self.sink._open.add(self.line)
        self.held, self.secure = b"", True

    def _read_line(self):
        while b"\n" not in self.held:
            data = self.line.recv(65536)
            if not data:
                raise _Cut
            self.held += data
        line, _end, self.held = self.held.partition(b"\n")
        return line.rstrip(b"\r")

    def _say(self, words):
        if self.sink.slow:
            time.sleep(self.sink.slow)
        self.line.sendall(words.encode() + b"\r\n")

    def _hang(self):
        while not self.sink._over:
            time.sleep(0.02)
        raise _Cut

    def _greet(self):
        mode = self.sink.mode
        if mode == "hang_greet":
            self._hang()
        if mode == "r421":
            self._say("421 4.3.2 closing down")
            raise _Cut
        if mode == "drip":
            self.line.sendall(b"220-")
            while not self.sink._over:
                self.line.sendall(b"x")
                time.sleep(0.1)
        self._say("220 sink.test ESMTP")

    def _answer(self, line):
        """Returns whether the conversation goes on."""
        verb, _space, rest = line.decode("utf-8", "replace").partition(" ")
        verb = verb.upper()
        self.sink.commands.append(f"{verb} {rest}".strip())
        if verb in self.sink.answers:
            self._say(self.sink.answers[verb])
            return True
        step = getattr(self, f"_on_{verb.lower()}", None)
        if step is None:
            self._say("502 5.5.1 what?")
            return True
        return step(rest) is not False

    def _on_ehlo(self, rest):
        offers = ["SIZE 10000000", "8BITMIME", "ENHANCEDSTATUSCODES"]
        if self.sink._starttls and not self.secure:
            offers.append("STARTTLS")
        if self.sink._log_in:
            offers.append(f"AUTH {self.sink.auth}")
        lines = ["sink.test", *offers]
        self._say("\r\n".join(f"250-{line}" for line in lines[:-1]) + f"\r\n250 {lines[-1]}")

    def _on_starttls(self, rest):
        self._say("220 2.0.0 go on")
        self._encrypt()

    def _on_auth(self, rest):
        kind, _space, words = rest.partition(" ")
        if kind == "PLAIN":
            _who, user, password = base64.b64decode(words).decode().split("\0")
        else:
            self._say("334 VXNlcm5hbWU6")
            user = base64.b64decode(self._read_line()).decode()
            self._say("334 UGFzc3dvcmQ6")
            password = base64.b64decode(self._read_line()).decode()
        well = (user, password) == self.sink._log_in
        self._say("235 2.7.0 welcome" if well else "535 5.7.8 who are you?")

    def _on_mail(self, rest):
        if self.sink.limit and self.mails >= self.sink.limit:
            raise _Cut
        if self.sink.mode == "r421_mail":
            self._say("421 4.3.2 closing down")
            return False
        self.sender, self.recipients = rest[rest.index("<") + 1 : rest.index(">")], []
        self._say("250 2.1.0 ok")

    def _on_rcpt(self, rest):
        if self.sink.mode == "r451_rcpt":
            self._say("451 4.3.0 come back later")
            return
        if self.sink.mode == "r550_rcpt":
            self._say("550 5.1.1 nobody of that name")
            return
        self.recipients.append(rest[rest.index("<") + 1 : rest.index(">")])
        self._say("250 2.1.5 ok")

    def _on_data(self, rest):
        if self.sink.mode == "drop_before":
            raise _Cut
        if self.sink.mode == "hang_before":
            self._hang()
        self._say("354 go on")
        lines = []
        while (line := self._read_line()) != b".":
            lines.append(line.removeprefix(b"."))
        self.mails += 1
        self.sink.arrived.append(
            Arrived(
                self.sender,
                tuple(self.recipients),
                b"".join(line + b"\r\n" for line in lines),
                time.time(),
                self.number,
                self.secure,
            )
        )
        return self._after_the_text()

    def _after_the_text(self):
        mode = self.sink.mode
        if mode == "kill":
            os.kill(self.sink.victim, signal.SIGKILL)
            raise _Cut
        if mode == "drop_data":
            raise _Cut
        if mode == "hang_data":
            self._hang()
        said = {
            "r421_data": "421 4.3.2 closing down",
            "r451_data": "451 4.3.0 come back later",
            "r550_data": "550 5.2.1 mailbox closed",
            "r000_data": "099 ?",
        }
        self._say(said.get(mode, f"250 2.0.0 queued as {len(self.sink.arrived)}"))
        return mode != "r421_data"

    def _on_rset(self, rest):
        self.recipients = []
        self._say("250 2.0.0 ok")

    def _on_quit(self, rest):
        if self.sink.mode == "drop_quit":
            raise _Cut
        self._say("221 2.0.0 bye")
        return False


def server_context(certificate):
    """For `Sink(tls=…)`: `certificate` is a PEM file with key and certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
