"""What delivery asks of a way out, and in which words the answers come."""

import re
from typing import Protocol

from outbox.models import OutgoingMail


class Unsent(Exception):
    """The mail has surely not gone out; it may later."""


class LineBroken(Unsent):
    """The line broke in the middle of this mail: its fault or the server's."""


class Unreachable(Exception):
    """Nobody takes mails at present; that is not this mail's fault."""


class Refused(Exception):
    """The mail has not gone out, and a later try would be no better.

    `code` and `text` are the server's answer.
    """

    def __init__(self, code: int, text: str, *, to_recipient: bool) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self._to_recipient = to_recipient

    @property
    def blames_address(self) -> bool:
        """Whether the answer says that the address can't be reached.

        By the class of the enhanced status code (RFC 3463: 5.1 address, 5.2 mailbox) where there
        is one: much that is refused is refused by policy.
        """
        enhanced = re.match(r"5\.(\d{1,3})\.\d", self.text)
        if enhanced:
            return enhanced[1] in {"1", "2"}
        return self._to_recipient and self.code in {550, 551, 553}


class InDoubt(Exception):
    """Whether the mail has gone out can't be known. The text is a sentence for staff."""


class Transport(Protocol):
    """Takes mails one after the other: open, begin, (the mark is committed), hand over."""

    def open(self) -> None:
        """Be ready for a mail. Does nothing when it is. Raises Unreachable, OSError."""

    def begin(self, mail: OutgoingMail, content: bytes) -> None:
        """All that can fail before anything goes out.

        Raises Unsent, LineBroken, Refused, Unreachable.
        """

    def abandon(self) -> None:
        """After `begin`: the mail is not to go out after all."""

    def hand_over(self, mail: OutgoingMail, content: bytes) -> str:
        """After `begin` and the mark: let it go. Returns the last words of who took it.

        Raises Unsent, Refused, InDoubt; OSError where `arrived` may find out later.
        """

    def arrived(self, mail: OutgoingMail) -> bool:
        """Whether a mail that was marked has gone out.

        Raises InDoubt when nobody can ever say, OSError when it can't be seen just now.
        """

    def tidy(self) -> None:
        """Clear away what killed workers left."""

    def close(self) -> None:
        """The batch is over. Never raises."""
