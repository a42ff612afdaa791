"""What somebody sent when their log-in, or the key of the form, had run out: held until they are
back, and shown to them as not sent yet.

A form that may be held prints `mark_of(user)` in the hidden field `TYPED_BY`: who had it open,
signed. It decides whose words they are:

- Nobody else is shown them. Whoever logs in next on a shared computer gets their own session, what
  was held for others is dropped at that moment, and another right in the same organisation changes
  nothing about it.
- A visitor who was never logged in has no mark, so can fill no session with words.
- A stranger's page can hold nothing either: what came without the form's key counts only when the
  browser says that it came from a page of ours.

Words lie in the session for an hour at most, and go when they were sent, kept as a draft, or thrown
away. Files are not held, which the page tells.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import DisallowedHost
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from foundation.intake import drafts
from foundation.intake.drafts import TYPED_BY, Fields, TooMuchError

HELD = "held"
# Seconds.
HELD_FOR = 3600
# Forms in one session, so that two tabs lose nothing.
MOST_FORMS = 3


@dataclass(frozen=True)
class Held:
    """`path` is where the form was sent to, `key` and `version` what `drafts` calls them."""

    path: str
    person: int
    fields: Fields
    key: str
    version: int
    had_files: bool
    at: int

    @property
    def is_fresh(self) -> bool:
        return time.time() - self.at < HELD_FOR


def mark_of(user: AbstractBaseUser) -> str:
    """For the hidden field `TYPED_BY` of a form that `user` opens."""
    return _signer().sign(str(user.pk))


def _signer() -> Signer:
    return Signer(salt="foundation.intake.held")


def _person_in(request: HttpRequest) -> int | None:
    """Whose form it was; None without a mark of ours."""
    try:
        return int(_signer().unsign(request.POST.get(TYPED_BY, "")))
    except (BadSignature, ValueError):
        return None


def hold(request: HttpRequest) -> bool:
    """Keep what was sent for the one who had the form open; False where that can't be.

    For a request that goes no further, since nobody is logged in or the key of the form was old.
    """
    person = _person_in(request)
    if person is None or request.method != "POST":
        return False
    user: Any = request.user
    if user.is_authenticated and user.pk != person:
        return False
    try:
        fields = drafts.typed_fields(request.POST)
    except TooMuchError:
        return False
    put(
        request,
        path=request.path,
        person=person,
        fields=fields,
        key=drafts.key_in(request.POST),
        version=drafts.version_in(request.POST),
        had_files=bool(request.FILES),
    )
    if not user.is_authenticated:
        # Nobody may ever come back. A log-in gives the session its own time again.
        request.session.set_expiry(HELD_FOR)
    return True


def put(
    request: HttpRequest,
    *,
    path: str,
    person: int,
    fields: Fields,
    key: str = "",
    version: int = 0,
    had_files: bool = False,
) -> None:
    """Hold `fields` for the form at `path`; earlier ones of the same form go."""
    now = Held(path, person, fields, key or drafts.new_key(), version, had_files, int(time.time()))
    others = [one for one in _all(request.session) if one.path != path]
    _keep(request.session, [*others, now][-MOST_FORMS:])


def held_for(request: HttpRequest) -> Held | None:
    """What is held of the form at the address that is asked for, and of the one who asks."""
    user: Any = request.user
    return next(
        (
            one
            for one in _all(request.session)
            if one.path == request.path and one.person == user.pk and one.is_fresh
        ),
        None,
    )


def drop(request: HttpRequest, path: str = "") -> None:
    """It was sent, kept as a draft, or thrown away. `path`: the form's, else the one asked for."""
    _only(request.session, lambda one: one.path != (path or request.path))


def drop_old(session: SessionBase) -> None:
    _only(session, lambda one: one.is_fresh)


def drop_of_others(session: SessionBase, person: int) -> None:
    """Somebody has logged in: what is left of others goes."""
    _only(session, lambda one: one.is_fresh and one.person == person)


def _only(session: SessionBase, stays: Callable[[Held], bool]) -> None:
    held = _all(session)
    left = [one for one in held if stays(one)]
    if len(left) < len(held):
        _keep(session, left)


def _all(session: SessionBase) -> list[Held]:
    return [Held(**one) for one in session.get(HELD, ())]


def _keep(session: SessionBase, held: list[Held]) -> None:
    if held:
        session[HELD] = [vars(one) for one in held]
    else:
        session.pop(HELD, None)


def comes_from_us(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this portal sent it; False where it says nothing."""
    try:
        here = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return False
    return request.headers.get("Origin") in {here, *settings.CSRF_TRUSTED_ORIGINS}


def words_in(request: HttpRequest) -> list[str]:
    """What was typed in a form of ours that can't be held, for its sender to copy."""
    if _person_in(request) is None or not comes_from_us(request):
        return []
    try:
        fields = drafts.typed_fields(request.POST, leave_out={"opened"})
    except TooMuchError:
        return []
    return [text for values in fields.values() for text in values if text.strip()]
