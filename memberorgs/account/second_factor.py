"""Who must log in with two factors, and whether somebody has."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from memberorgs.choices import RoleGroup
from memberorgs.models import User

# Recovery codes are a way in for one who has lost the factor, no factor by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
DEMANDED_OF = (RoleGroup.STAFF, RoleGroup.PUBLISHER)
# In the session: where one was going when the door asked for a second factor.
WAY_ON = "second_factor_way_on"


def is_demanded_of(user: User) -> bool:
    """Whether the person's role asks for two factors, wherever the portal runs."""
    if user.is_superuser:
        return True
    return user.groups.filter(name__in=DEMANDED_OF).exists()


def has_one(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def was_used(request: HttpRequest) -> bool:
    """Whether this session has seen a second factor, or a passkey, of the one who is logged in."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return any(record.get("method") == "mfa" for record in records)


def note_use(request: HttpRequest, kind: str) -> None:
    """A factor of this kind that was just set up was thereby shown."""
    user = request.user
    newest = Authenticator.objects.filter(user_id=user.pk, type=kind).order_by("-pk").first()
    if newest is not None:
        record_authentication(
            request, user, "mfa", id=newest.pk, type=newest.type, reauthenticated=True
        )


def next_step(request: HttpRequest) -> str | None:
    """Where to go before /admin/ opens; None if it does. For one who may enter otherwise."""
    user = request.user
    if not settings.REQUIRE_SECOND_FACTOR or not isinstance(user, User):
        return None
    if not is_demanded_of(user):
        return None
    types = set(
        Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).values_list(
            "type", flat=True
        )
    )
    if not types:
        return reverse("mfa_index")
    if was_used(request):
        return None
    if Authenticator.Type.TOTP in types:
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn")
