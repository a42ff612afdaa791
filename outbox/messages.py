"""Row → the bytes of the mail. The same row gives the same bytes, however often it is built."""

import re
import unicodedata
from datetime import UTC
from email import policy
from email.generator import BytesGenerator
from email.utils import format_datetime
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.validators import validate_email

from outbox.models import ADDRESS_LIMIT, SUBJECT_LIMIT, OutgoingMail

LIMITS = {"subject": SUBJECT_LIMIT, "sender": ADDRESS_LIMIT, "reply_to": ADDRESS_LIMIT}
HEADER_NAME = re.compile(r"[!-9;-~]{1,70}")
# Headers that the outbox writes itself, lower case.
OWN_HEADERS = frozenset(
    {
        "auto-submitted",
        "bcc",
        "cc",
        "content-language",
        "content-transfer-encoding",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
        "x-auto-response-suppress",
    }
)


def check(mail: OutgoingMail) -> None:
    """Whether the row can become a mail at all.

    Asked where the mail is caused, so that a fault shows there and not in the worker. Raises
    ValueError (BadHeaderError for what would forge or break a header).
    """
    for name, value in mail.headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OWN_HEADERS:
            raise BadHeaderError(f"the header {name!r} can't be set")
        _refuse_control_characters(name, value)
    for name, limit in LIMITS.items():
        value = getattr(mail, name)
        _refuse_control_characters(name, value)
        if len(value) > limit:
            raise BadHeaderError(f"{name} is longer than {limit} characters")
    if address_of(mail.to) != mail.to:
        raise BadHeaderError("the recipient is not a bare e-mail address")
    address_of(mail.sender)
    if mail.reply_to:
        address_of(mail.reply_to)
    build(mail)


def address_of(mailbox: str) -> str:
    """`Name <address>` or `address` → the bare address.

    Raises BadHeaderError for anything but exactly one address: lenient readers take
    `x\\nBcc: other@example.org` for a mail to the other.
    """
    header = policy.default.header_factory("to", mailbox)
    addresses: list[str] = [address.addr_spec for address in header.addresses]
    if len(addresses) != 1 or header.defects:
        raise BadHeaderError("not exactly one e-mail address")
    try:
        validate_email(addresses[0])
    except ValidationError:
        raise BadHeaderError("not an e-mail address") from None
    return addresses[0]


def _refuse_control_characters(name: str, value: str) -> None:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise BadHeaderError(f"control character in {name}")


def build(mail: OutgoingMail) -> bytes:
    """The mail as it goes out, lines ended by CRLF."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body,
        from_email=mail.sender,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Date": format_datetime(mail.created_at.astimezone(UTC)),
            "Message-ID": mail.message_id,
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            **mail.headers,
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    mime = message.message()
    if mime.is_multipart():
        mime.set_boundary(f"=_{mail.pk.hex}")
    buffer = BytesIO()
    BytesGenerator(buffer, mangle_from_=False).flatten(mime, linesep="\r\n")
    return buffer.getvalue()
