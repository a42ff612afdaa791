"""Mails about people and organisations: rendered here, sent by the outbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from memberorgs.choices import RoleGroup
from memberorgs.models import User
from outbox.actions import enqueue
from outbox.choices import Lane
from outbox.models import OutgoingMail


def send(
    kind: str,
    *,
    key: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    lane: Lane = Lane.SLOW,
    sensitive: bool = False,
    expires_at: datetime | None = None,
    by: User | None = None,
) -> OutgoingMail:
    """Queue the mail of `templates/emails/<kind>/` in the reader's language.

    Call it inside the transaction that causes the mail. Links in the templates are built from
    `BASE_URL`. `key` names the cause; the same cause is one mail.
    """
    with override(language):
        filled = {"BASE_URL": settings.BASE_URL, "LANGUAGE_CODE": language, **context}
        subject = " ".join(render_to_string(f"emails/{kind}/subject.txt", filled).split())
        body = render_to_string(f"emails/{kind}/body.txt", filled).strip() + "\n"
    return enqueue(
        kind=kind,
        key=f"{kind}/{key}",
        to=to,
        subject=subject,
        body=body,
        lane=lane,
        language=language,
        sensitive=sensitive,
        expires_at=expires_at,
        by=by,
    )


def staff_addresses() -> list[tuple[str, str]]:
    """Address and language of each of the secretariat who can log in."""
    staff = User.objects.filter(is_active=True, groups__name=RoleGroup.STAFF).order_by("pk")
    return list(staff.values_list("email", "language"))
