"""The members' rooms: the door of each page, what stands around it, and the menu.

A page of a room is a view that `in_room` decorates and that answers with `render_room`; its
template extends `memberorgs/room.html`. It gets into the menu by a line in `MENU`, or, from a
higher app, by `register_in_menu` in `AppConfig.ready()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.intake import held
from memberorgs.access import Need, Standing, standing
from memberorgs.models import User

Arguments = ParamSpec("Arguments")
RoomView = Callable[Concatenate[HttpRequest, Standing, Arguments], HttpResponse]


@dataclass(frozen=True)
class MenuItem:
    """A page of each room: `url_name` takes the organisation's code; `place` orders."""

    url_name: str
    title: str | Promise
    place: int
    need: Need = Need.READ


MENU = [
    MenuItem("member_home", pgettext_lazy("members' menu", "Overview"), 0),
    MenuItem("member_people", _("People and roles"), 50),
    MenuItem("member_calendar", pgettext_lazy("members' menu", "Calendar"), 60),
    MenuItem("member_handover", pgettext_lazy("members' menu", "Handover"), 70),
    MenuItem("member_facts", pgettext_lazy("members' menu", "About us"), 80),
    MenuItem("member_seen", _("What NSO sees"), 90),
]


def register_in_menu(*items: MenuItem) -> None:
    """Add pages; one with the name of another replaces it."""
    names = {item.url_name for item in items}
    MENU[:] = [item for item in MENU if item.url_name not in names] + list(items)


@dataclass(frozen=True)
class MenuLink:
    """`current` is a value of `aria-current`, empty when one is elsewhere."""

    title: str
    url: str
    current: str


def menu(at: Standing, path: str) -> list[MenuLink]:
    """The pages of the room that there are and that the user may open. Asks no database."""
    links = []
    for item in sorted(MENU, key=lambda item: item.place):
        url = address_if_there(item.url_name, at.organisation.code)
        if url and at.may(item.need):
            home = item.url_name == "member_home"
            current = "page" if path == url else ""
            if not current and not home and path.startswith(url):
                current = "true"
            links.append(MenuLink(str(item.title), url, current))
    return links


def address_if_there(name: str, *args: str) -> str:
    """The address of a page that another part of the portal may bring; empty without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def person(request: HttpRequest) -> User:
    """Who is logged in, behind a door that lets nobody else in."""
    return cast(User, request.user)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when every field was left empty; None for reading."""
    return request.POST if request.method == "POST" else None


def to_log_in(request: HttpRequest) -> HttpResponse:
    """To the log-in page, and back here. What a form held waits for the one who had it open."""
    held.hold(request)
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def in_room(
    need: Need = Need.READ,
) -> Callable[[RoomView[Arguments]], Callable[..., HttpResponse]]:
    """The door: gives the view the user's `Standing` in place of the organisation's code.

    Who may not gets a 404; a visitor is asked to log in first, as nobody knows what they may. An
    old code leads those who may enter to the new one.
    """

    def decorate(view: RoomView[Arguments]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: HttpRequest, code: str, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_log_in(request)
            at = standing(request.user, code, need)
            if at.organisation.code != code and request.method in {"GET", "HEAD"}:
                old, new = f"/{code}/", f"/{at.organisation.code}/"
                return redirect(request.get_full_path().replace(old, new, 1))
            return view(request, at, *args, **kwargs)

        return guarded

    return decorate


def render_room(
    request: HttpRequest,
    at: Standing,
    template: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of a room. `at` and `members_menu` are in its context."""
    filled = {"at": at, "members_menu": menu(at, request.path), **(context or {})}
    return render(request, template, filled, status=status)


def person_in(request: HttpRequest) -> User:
    """Who is in the room; nobody else gets past its door."""
    return cast(User, request.user)
