"""Which browser it was, in plain words; and whether it has been here before."""

import hashlib
import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

# The first that fits is it: most browsers name others besides themselves.
BROWSERS = (
    (re.compile(r"\bEdgi?A?(?:OS)?/"), "Edge"),
    (re.compile(r"\b(?:OPR|Opera|OPT)/"), "Opera"),
    (re.compile(r"\bVivaldi/"), "Vivaldi"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/"), "Chrome"),
    (re.compile(r"\bVersion/[\d.]+.*Safari/"), "Safari"),
)
SYSTEMS = (
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bCrOS\b"), "Chromebook"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac OS X\b|\bMacintosh\b"), "Mac"),
    (re.compile(r"\bLinux\b"), "Linux"),
)

COOKIE_AGE = 400 * 24 * 3600
# People who share a browser: the last so many are known.
MOST_PEOPLE = 5


@dataclass(frozen=True)
class Device:
    """`browser` and `system` are names that need no translation; empty where unknown."""

    browser: str
    system: str

    @property
    def handheld(self) -> bool:
        return self.system in {"iPhone", "iPad", "Android"}

    def __str__(self) -> str:
        if self.browser and self.system:
            return _("%(browser)s on %(system)s") % {
                "browser": self.browser,
                "system": self.system,
            }
        return self.browser or self.system or _("An unknown browser")


def read(user_agent: str) -> Device:
    """`Mozilla/5.0 (…)` → what a person would call it. Versions are left out on purpose."""

    def first(patterns: tuple[tuple[re.Pattern[str], str], ...]) -> str:
        return next((name for pattern, name in patterns if pattern.search(user_agent)), "")

    return Device(first(BROWSERS), first(SYSTEMS))


def _cookie_name() -> str:
    return "__Host-known" if settings.HTTPS else f"known-{settings.PORT}"


def _mark(user: AbstractBaseUser) -> str:
    """What a browser remembers of a person: nothing that tells who it is."""
    return salted_hmac("memberorgs.account.devices", str(user.pk)).hexdigest()[:24]


def _marks(request: HttpRequest) -> list[str]:
    try:
        return Signer(salt="known device").unsign(request.COOKIES[_cookie_name()]).split(".")
    except (KeyError, BadSignature):
        return []


def is_known(request: HttpRequest, user: AbstractBaseUser) -> bool:
    """Whether this person has logged in from this browser before."""
    mark = _mark(user)
    return any(constant_time_compare(mark, one) for one in _marks(request))


def has_been_here(request: HttpRequest) -> bool:
    """Whether anybody has logged in from this browser before."""
    return bool(_marks(request))


def remember(request: HttpRequest, response: HttpResponse, user: AbstractBaseUser) -> None:
    """Lets the browser carry a signed mark of the person, for 400 days."""
    mark = _mark(user)
    marks = [mark, *(one for one in _marks(request) if one != mark)][:MOST_PEOPLE]
    response.set_cookie(
        _cookie_name(),
        Signer(salt="known device").sign(".".join(marks)),
        max_age=COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def limit_key(request: HttpRequest, email: str) -> str:
    """The key under which attempts at an account are counted.

    A browser where its owner has logged in before has a count of its own, so that a stranger who
    uses up the account's attempts shuts nobody out. Where one has not been before, the key is the
    same for known and unknown addresses.
    """
    marks = _marks(request)
    if not marks:
        return email
    return f"{email}|{hashlib.sha256('.'.join(marks).encode()).hexdigest()[:16]}"
