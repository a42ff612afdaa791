"""Mails to a mail server (RFC 5321), phase by phase.

Django's and smtplib's own senders tell by their exceptions neither how far they came nor whether
the mail may have gone out. So the steps are taken here: until the server has said 354 nothing has
gone out; what was cut off after the text has begun to flow may have.
"""

import base64
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from outbox.email_url import MailServer
from outbox.messages import address_of
from outbox.models import OutgoingMail
from outbox.transports.base import InDoubt, LineBroken, Refused, Unreachable, Unsent

# Servers count what comes over one connection, and shut some out for too much.
MAILS_PER_CONNECTION = 50
# Seconds for the good-bye, of which nothing depends.
FAREWELL = 2.0
# SMTPException is an OSError, as are a cut line, a timeout and a certificate that does not hold.
BREAKS = (OSError, UnicodeError)


class Line(smtplib.SMTP):
    """A connection with one deadline for a whole stretch of the conversation.

    smtplib counts its timeout anew for each read, so a server that drips single bytes would hold
    a worker for ever.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._until = 0.0
        # Without a name smtplib asks the name service for one.
        super().__init__(local_hostname=_own_name(), timeout=server.timeout)
        # The name that the certificate of STARTTLS must hold.
        self._host = server.host

    def within(self, seconds: float) -> None:
        """All that follows must be over in this time."""
        self._until = time.monotonic() + seconds

    def patience(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def meet(self) -> None:
        """Connect, and go on until the server takes mails from us. Raises OSError."""
        self.within(self._server.timeout)
        _expect(220, *self.connect(self._server.host, self._server.port))
        _expect(250, *self.ehlo())
        if self._server.security == "starttls":
            _expect(220, *self.starttls(context=ssl.create_default_context()))
            _expect(250, *self.ehlo())
        if self._server.user:
            self._log_in()

    def _log_in(self) -> None:
        """smtplib's own way knows only ASCII, and puts what it can't encode in its exception."""
        user, password = self._server.user.encode(), self._server.password.encode()
        offered = str(self.esmtp_features.get("auth", "")).upper().split()
        if "PLAIN" in offered:
            answer = self.docmd("AUTH", "PLAIN " + _base64(b"\0" + user + b"\0" + password))
        elif "LOGIN" in offered:
            _expect(334, *self.docmd("AUTH", "LOGIN"))
            _expect(334, *self.docmd(_base64(user)))
            answer = self.docmd(_base64(password))
        else:
            raise smtplib.SMTPNotSupportedError("the server offers neither AUTH PLAIN nor LOGIN")
        _expect(235, *answer)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), self.patience())
        if self._server.security != "tls":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.patience())
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Replies(self)
        return super().getreply()


class _Replies:
    """What smtplib reads lines from, in place of its `socket.makefile`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._held = b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._held and len(self._held) < limit:
            assert self._line.sock is not None  # noqa: S101 - smtplib reads while it is connected
            self._line.sock.settimeout(self._line.patience())
            data = self._line.sock.recv(4096)
            if not data:
                break
            self._held += data
        end = self._held.find(b"\n") + 1 or len(self._held)
        line, self._held = self._held[:end][:limit], self._held[min(end, limit) :]
        return line

    def close(self) -> None:
        self._held = b""


def _own_name() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _base64(words: bytes) -> str:
    return base64.b64encode(words).decode()


def _expect(wanted: int, code: int, text: bytes) -> None:
    if code != wanted:
        raise smtplib.SMTPResponseException(code, text)


def _words(text: bytes) -> str:
    """What a server said, in one line."""
    return " ".join(text.decode("utf-8", "replace").split())


def _told(error: Exception) -> str:
    """The error in words that fit into a row."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {_words(said) if isinstance(said, bytes) else said}"
    return f"{type(error).__name__}: {error}"


def _ascii(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"


class SmtpTransport:
    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._line: Line | None = None
        self._mails = 0
        self._half_way = False

    def open(self) -> None:
        if self._line is not None and self._mails < MAILS_PER_CONNECTION:
            return
        self.close()
        line = Line(self._server)
        try:
            line.meet()
        except BREAKS as error:
            line.close()
            raise Unreachable(_told(error)) from None
        self._line, self._mails, self._half_way = line, 0, False

    def begin(self, mail: OutgoingMail, content: bytes) -> None:
        used = self._mails > 0
        try:
            self._envelope(mail, content)
        except (LineBroken, Unreachable):
            if not used:
                raise
            # Servers hang up on those who are quiet or have sent enough: that says nothing.
            self.open()
            self._envelope(mail, content)

    def _envelope(self, mail: OutgoingMail, content: bytes) -> None:
        line = self._the_line()
        line.within(self._server.timeout)
        self._mails += 1
        options = []
        if line.has_extn("size"):
            options.append(f"size={len(content)}")
        if line.has_extn("8bitmime") and not content.isascii():
            options.append("body=8bitmime")
        try:
            if self._half_way:
                self._agree((250,), *line.rset())
            self._half_way = True
            sender, recipient = _ascii(address_of(mail.sender)), _ascii(mail.to)
            self._agree((250,), *line.mail(sender, options))
            self._agree((250, 251, 252), *line.rcpt(recipient), to_recipient=True)
            self._agree((354,), *line.docmd("DATA"))
        except BREAKS as error:
            self._hang_up()
            raise LineBroken(_told(error)) from None

    def _agree(
        self, wanted: tuple[int, ...], code: int, text: bytes, *, to_recipient: bool = False
    ) -> None:
        """Go on, or say in our words what the answer means."""
        if code in wanted:
            return
        said = _words(text)
        # 421: it closes down. 530: it wants us to log in, so all mails would be refused.
        if code in {421, 530}:
            self._hang_up()
            raise Unreachable(f"{code} {said}")
        if 500 <= code < 600:
            raise Refused(code, said, to_recipient=to_recipient)
        if not 400 <= code < 500:
            # It speaks out of turn. What it would make of a text nobody knows.
            self._hang_up()
        raise Unsent(f"{code} {said}")

    def abandon(self) -> None:
        # The server waits for the text: only a line that ends without the dot takes that back.
        self._hang_up()

    def hand_over(self, mail: OutgoingMail, content: bytes) -> str:
        line = self._the_line()
        line.within(self._server.timeout)
        stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..").removeprefix(b"\r\n")
        end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            line.send(stuffed + end)
            code, text = line.getreply()
        except BREAKS as error:
            self._hang_up()
            raise InDoubt(
                _("The mail server had the mail and did not say what became of it (%(error)s).")
                % {"error": _told(error)}
            ) from None
        said = _words(text)
        # Whatever it says, the mail is dealt with, and the server ready for another (RFC 5321).
        self._half_way = False
        if code == 421:
            self._hang_up()
        if 200 <= code < 300:
            return f"{code} {said}"
        if 400 <= code < 500:
            raise Unsent(f"{code} {said}")
        if 500 <= code < 600:
            raise Refused(code, said, to_recipient=True)
        self._hang_up()
        raise InDoubt(
            _("The mail server had the mail and did not say what became of it (%(error)s).")
            % {"error": f"{code} {said}"}
        )

    def arrived(self, mail: OutgoingMail) -> bool:
        raise InDoubt(_("The worker ended while it handed the mail to the mail server."))

    def tidy(self) -> None:
        pass

    def close(self) -> None:
        if self._line is not None:
            with suppress(*BREAKS):
                self._line.within(FAREWELL)
                self._line.quit()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _the_line(self) -> Line:
        if self._line is None:
            raise RuntimeError("open() comes first")
        return self._line
