"""Mails as files. Whether one was written can always be looked up, so none is in doubt."""

from contextlib import suppress

from django.utils.translation import gettext as _

from outbox.mail_folder import FolderGoneError, MailFolder
from outbox.models import OutgoingMail
from outbox.transports.base import InDoubt, Unsent


class FolderTransport:
    def __init__(self) -> None:
        self._folder = MailFolder.of_settings()

    def open(self) -> None:
        self._folder.prepare()

    def begin(self, mail: OutgoingMail, content: bytes) -> None:
        pass

    def abandon(self) -> None:
        pass

    def hand_over(self, mail: OutgoingMail, content: bytes) -> str:
        name = self._folder.name_of(mail)
        try:
            self._folder.write(name, content)
        except OSError as error:
            # Where the file stands all the same, or nobody can see, it is looked for later.
            with suppress(OSError):
                if not self._folder.holds(name):
                    raise Unsent(f"{type(error).__name__}: {error}") from error
            raise
        return ""

    def arrived(self, mail: OutgoingMail) -> bool:
        try:
            return self._folder.holds(self._folder.name_of(mail))
        except FolderGoneError:
            raise InDoubt(
                _("The mail folder is gone, so nobody can see whether it was written.")
            ) from None

    def tidy(self) -> None:
        self._folder.remove_unfinished()

    def close(self) -> None:
        pass
