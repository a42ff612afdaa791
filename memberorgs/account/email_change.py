"""Another address: a code goes to the old one and another to the new one, and both are typed.

What is asked for lives in the session of the one who asks, so nothing is left of it when it runs
out; the codes stand there as digests.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from memberorgs.models import User

STATE = "email_change"
# Long enough to open two inboxes (seconds).
TIMEOUT = 15 * 60
MOST_TRIES = 5

OLD = "account/email/email_change_old"
NEW = "account/email/email_change_new"


def _digest(code: str) -> str:
    return salted_hmac("memberorgs.account.email_change", normalize_user_code(code)).hexdigest()


def begin(request: HttpRequest, user: User, email: str) -> None:
    """Send the codes. An address that somebody has already gets none, and nobody is told so."""
    adapter = get_adapter(request)
    codes = {name: adapter.generate_email_verification_code() for name in ("old", "new")}
    request.session[STATE] = {
        "email": email,
        "user": user.pk,
        "at": time.time(),
        "tries": 0,
        **{name: _digest(code) for name, code in codes.items()},
    }
    adapter.send_mail(OLD, user.email, {"code": codes["old"]})
    if not User.objects.filter(email=email).exists():
        adapter.send_mail(NEW, email, {"code": codes["new"]})


def asked_for(request: HttpRequest, user: User) -> str | None:
    """The address that waits for its codes; None if nothing does or the time is out."""
    state = request.session.get(STATE)
    if not state or state["user"] != user.pk or time.time() - state["at"] > TIMEOUT:
        return None
    return str(state["email"])


def fits(request: HttpRequest, *, old: str, new: str) -> tuple[bool, bool]:
    """Whether the code of the old address fits, and that of the new one; counts the try."""
    state = request.session[STATE]
    state["tries"] += 1
    request.session.modified = True
    found = (
        constant_time_compare(_digest(old), state["old"]),
        constant_time_compare(_digest(new), state["new"]),
    )
    if not all(found) and state["tries"] >= MOST_TRIES:
        forget(request)
    return found


def forget(request: HttpRequest) -> None:
    request.session.pop(STATE, None)
