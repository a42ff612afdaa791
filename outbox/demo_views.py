"""The demo's post box. It shows the files in the mail folder: what really went out."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from outbox.mail_folder import MailFolder

PER_PAGE = 25
# The sender's HTML is shown as a mail program would: no script, nothing fetched, no forms.
HTML_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _demo_only(view: View[P]) -> View[P]:
    """404 outside demo mode, should the addresses ever be there."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return require_safe(cache_control(private=True, no_store=True)(guarded))


@dataclass(frozen=True)
class ShownMail:
    name: str
    to: str
    sender: str
    subject: str
    at: datetime | None
    text: str
    html: str

    @classmethod
    def read(cls, name: str) -> "ShownMail":
        """Raises FileNotFoundError."""
        content = MailFolder.of_settings().read(name)
        message = message_from_bytes(content, policy=policy.default)
        date = message["Date"]
        return cls(
            name=name,
            to=str(message["To"]),
            sender=str(message["From"]),
            subject=str(message["Subject"]),
            at=date.datetime if date else None,
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content().replace("\r\n", "\n").strip() if part else ""


def _read_or_404(name: str) -> ShownMail:
    try:
        return ShownMail.read(name)
    except FileNotFoundError:
        raise Http404 from None


@_demo_only
def mail_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(MailFolder.of_settings().names(), PER_PAGE).get_page(request.GET.get("page"))
    mails = []
    for name in page:
        # Somebody may clear the folder while we look.
        with suppress(FileNotFoundError):
            mails.append(ShownMail.read(name))
    return render(request, "outbox/demo_list.html", {"mails": mails, "mail_page": page})


@_demo_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "outbox/demo_mail.html", {"mail": _read_or_404(name)})


@_demo_only
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    html = _read_or_404(name).html
    if not html:
        raise Http404
    return HttpResponse(html, headers={"Content-Security-Policy": HTML_POLICY})
