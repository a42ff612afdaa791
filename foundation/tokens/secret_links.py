"""Secrets that travel in links: made once, shown once, kept as a hash.

A row that owns a secret keeps `digest(purpose, secret)`, unique, and looks itself up by it. The
purpose is part of what is hashed, so a link for one thing opens no other.
"""

import hashlib
import re
import secrets

# 32 bytes of randomness, in letters that survive mail programs.
BYTES = 32
FORM = re.compile(r"[A-Za-z0-9_-]{43}")
# What mail programs hang on to the end of an address.
LOOSE_ENDS = ".,;:!?)>]}'\" "


def new_secret() -> str:
    """43 characters, 256 bits; fit for an address as they are."""
    while True:
        secret = secrets.token_urlsafe(BYTES)
        # A dash at an end is what a mail program breaks off.
        if secret[0] != "-" and secret[-1] not in "-_":
            return secret


def digest(purpose: str, secret: str) -> str:
    """64 hexadecimal digits. The secret has 256 bits, so a plain hash can't be guessed back."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).hexdigest()


def tidy(typed: str) -> str:
    """The secret in what arrived with a link, or an empty text if there is none."""
    found = FORM.fullmatch(typed.strip(LOOSE_ENDS))
    return found.group() if found else ""
