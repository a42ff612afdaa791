"""The one door for mail."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import get_language

from outbox import messages
from outbox.bell import bell
from outbox.choices import Lane
from outbox.models import OutgoingMail


def enqueue(
    *,
    kind: str,
    key: str,
    to: str,
    subject: str,
    body: str,
    html: str = "",
    lane: Lane = Lane.SLOW,
    language: str = "",
    sensitive: bool = False,
    sender: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    expires_at: datetime | None = None,
    by: AbstractBaseUser | None = None,
) -> OutgoingMail:
    """Put a mail in the outbox, inside the transaction that causes it.

    `key` names the cause and holds no personal data; a second call with the same key makes no
    second mail and returns the first. `to` is one bare address. `sensitive` says that the text
    holds a secret and is to be removed here when it has gone out. Raises ValueError
    (BadHeaderError) for what can't become a mail. The worker is woken after commit; whether that
    succeeds is of no consequence to the caller.
    """
    mail = OutgoingMail(
        key=key,
        kind=kind,
        to=to,
        sender=sender or settings.DEFAULT_FROM_EMAIL,
        reply_to=reply_to,
        subject=subject,
        body=body,
        html=html,
        headers=dict(headers or {}),
        lane=lane,
        language=language or get_language() or settings.LANGUAGE_CODE,
        sensitive=sensitive,
        expires_at=expires_at,
        created_by_id=None if by is None else by.pk,
    )
    mail.message_id = f"<{mail.pk}@{urlsplit(settings.BASE_URL).hostname}>"
    messages.check(mail)
    fields = {
        field.attname: getattr(mail, field.attname)
        for field in OutgoingMail._meta.concrete_fields
        if field.attname != "key"
    }
    kept, made = OutgoingMail.objects.get_or_create(key=key, defaults=fields)
    if made:
        # A partial has no name, and Django asks for one when it logs what a robust hook raised.
        transaction.on_commit(lambda: bell.ring(kept.pk, lane), robust=True)
    return kept
