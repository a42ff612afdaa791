"""The ways out: a folder of files, or a mail server."""

from django.conf import settings

from outbox.transports.base import Transport
from outbox.transports.folder import FolderTransport
from outbox.transports.smtp import SmtpTransport


def of_settings() -> Transport:
    """The one that EMAIL_URL names."""
    if settings.MAIL_SERVER is None:
        return FolderTransport()
    return SmtpTransport(settings.MAIL_SERVER)
