"""What the members' home asks of those who lead: a second step, and an address of their own."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from memberorgs.access import Standing
from memberorgs.models import User


def nudges(at: Standing) -> dict[str, Any] | None:
    """None for who needs none; one query for leaders, none for others."""
    if at.term is None or not at.leads:
        return None
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    people = User.objects.annotate(has_factor=Exists(factors)).filter(pk=at.term.person_id)
    has_factor, shared_mailbox = people.values_list("has_factor", "shared_mailbox").get()
    if has_factor and not shared_mailbox:
        return None
    return {"has_factor": has_factor, "shared_mailbox": shared_mailbox}
