"""EMAIL_URL → where mails go. Needs no Django, since the settings read it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# Scheme → how the line is secured, and the port that goes without saying.
SCHEMES = {"smtp": ("", 25), "smtps": ("tls", 465), "smtp+starttls": ("starttls", 587)}
TIMEOUT = 10.0
LONGEST_TIMEOUT = 60.0


@dataclass(frozen=True)
class MailServer:
    """Where and how to hand mails over.

    `security` is "" (none), "tls" (from the first byte) or "starttls" (demanded, not only used
    where offered). `timeout` in seconds, for each of the three stretches of a hand-over:
    connection, envelope, text. Shows neither user nor password.
    """

    host: str
    port: int
    security: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def read(url: str) -> MailServer | Path:
    """A folder (`file:///folder`) or a server (`smtp://`, `smtps://`, `smtp+starttls://`).

    Raises ValueError with a sentence for the operator, which holds nothing of the address: a
    malformed one may have its password in any place.
    """
    try:
        parts = urlsplit(url)
        scheme = parts.scheme
        port = parts.port if scheme in SCHEMES else None
    except ValueError:
        raise ValueError(
            "adressen kan ikke leses. Tegn som @ / : # ? % i brukernavn og passord skrives "
            "prosentkodet (@ er %40)."
        ) from None
    if scheme == "file":
        return _folder(parts)
    if scheme not in SCHEMES:
        raise ValueError(
            "adressen må begynne med smtp://, smtps://, smtp+starttls:// eller file:///."
        )
    return _server(parts, port)


def _folder(parts: SplitResult) -> Path:
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.startswith("/"):
        raise ValueError("en mappe skrives med tre skråstreker: file:///mappe.")
    return Path(path)


def _server(parts: SplitResult, port: int | None) -> MailServer:
    security, usual_port = SCHEMES[parts.scheme]
    if not parts.hostname:
        raise ValueError("navnet på e-posttjeneren mangler: smtp://tjener:port.")
    if port == 0:
        raise ValueError("port 0 finnes ikke.")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(
            "etter tjener og port kan bare ?timeout=… stå. Tegn som / og # i passordet skrives "
            "prosentkodet (/ er %2F, # er %23)."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) is not bool(password):
        raise ValueError("brukernavn og passord hører sammen: smtp://bruker:passord@tjener.")
    if any(ord(character) < 32 for character in user + password):
        raise ValueError("brukernavn og passord kan ikke ha styretegn.")
    return MailServer(
        host=parts.hostname,
        port=port or usual_port,
        security=security,
        user=user,
        password=password,
        timeout=_timeout(parts.query),
    )


def _timeout(query: str) -> float:
    given = dict(parse_qsl(query, keep_blank_values=True))
    text = given.pop("timeout", str(TIMEOUT))
    if given:
        raise ValueError("etter ? kan bare timeout stå.")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= LONGEST_TIMEOUT:
        raise ValueError(f"timeout er sekunder, fra 1 til {LONGEST_TIMEOUT:.0f}.")
    return seconds
