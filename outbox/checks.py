"""Is this mail still due? Asked just before a mail goes out.

Outbox knows nothing of why a mail was caused. An app that does registers, in `AppConfig.ready()`,
a check for the kinds of its mails.
"""

from collections.abc import Callable

from outbox.models import OutgoingMail

# Returns nothing, or the reason why the mail is not to go out any more. It only reads.
Check = Callable[[OutgoingMail], str | None]

_checks: dict[str, Check] = {}


def register(kind: str, check: Check) -> None:
    """Have mails of this kind checked. Raises ValueError for a kind that has another check."""
    if _checks.setdefault(kind, check) is not check:
        raise ValueError(f"mails of the kind {kind!r} are checked already")


def why_not(mail: OutgoingMail) -> str:
    """The reason why the mail is not to go out; empty when it is."""
    check = _checks.get(mail.kind)
    return "" if check is None else str(check(mail) or "")
