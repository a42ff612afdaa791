"""EMAIL_BACKEND: what any library sends goes through the outbox."""

import hashlib
import html as html_entities
import logging
from collections.abc import Sequence
from email.utils import make_msgid

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.utils.html import strip_tags

from outbox.actions import enqueue
from outbox.messages import OWN_HEADERS, address_of

logger = logging.getLogger(__name__)


class UnsupportedContentError(ValueError):
    """The message carries what the outbox does not keep."""


class OutboxBackend(BaseEmailBackend):
    """Each message becomes one row for each recipient (To, Cc and Bcc alike).

    Each gets the mail alone, so nobody sees another's address.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Returns how many messages were queued; a message is queued for all or for none.

        The same message object sent again (a library that tries once more after an error) makes
        no second mail.
        """
        queued = 0
        for message in email_messages:
            try:
                with transaction.atomic():
                    _enqueue_for_each(message)
            except (ValueError, DatabaseError) as error:
                if not self.fail_silently:
                    raise
                logger.warning("mail refused", extra={"error": type(error).__name__})
            else:
                queued += 1
        return queued


def _enqueue_for_each(message: EmailMessage) -> None:
    body, html = _parts(message)
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    named = {name.lower(): value for name, value in headers.items()}
    message_id = named.get("message-id")
    if message_id is None:
        message_id = message.extra_headers["Message-ID"] = make_msgid()
    for address in dict.fromkeys(address_of(str(mailbox)) for mailbox in message.recipients()):
        cause = hashlib.sha256(f"{message_id}\n{address}".encode()).hexdigest()
        enqueue(
            kind="message",
            key=f"message/{cause}",
            to=address,
            sender=named.get("from", str(message.from_email)),
            reply_to=named.get("reply-to", ", ".join(map(str, message.reply_to))),
            subject=str(message.subject),
            body=body,
            html=html,
            headers={
                name: value for name, value in headers.items() if name.lower() not in OWN_HEADERS
            },
        )


def _parts(message: EmailMessage) -> tuple[str, str]:
    """Text and HTML. Raises UnsupportedContentError for anything else."""
    if message.attachments:
        raise UnsupportedContentError("the outbox sends no attachments: send a link instead")
    body, html = str(message.body), ""
    if message.content_subtype == "html":
        body, html = "", body
    elif message.content_subtype != "plain":
        raise UnsupportedContentError(f"the outbox sends no text/{message.content_subtype}")
    if isinstance(message, EmailMultiAlternatives):
        for content, mimetype in message.alternatives:
            if mimetype != "text/html" or html:
                raise UnsupportedContentError(f"the outbox sends no alternative {mimetype}")
            html = str(content)
    if html and not body:
        body = html_entities.unescape(strip_tags(html)).strip()
    return body, html
