"""What files may hang on: the apps above say which of their rows, and who may read them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

Reader = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Owner:
    """A kind of row that attachments hang on.

    `model` is "app.Model". `may_read(user, pk)` says whether one may read what hangs on the row
    `pk`; False also where there is no such row. It is asked at each request.
    """

    model: str
    may_read: Callable[[Reader, int], bool]


_owners: dict[str, Owner] = {}


def register(*owners: Owner) -> None:
    """From `AppConfig.ready()` of the app that has the rows."""
    for owner in owners:
        _owners[owner.model.lower()] = owner


def is_known(model: str) -> bool:
    return model.lower() in _owners


def may_read(user: Reader, model: str, pk: int) -> bool:
    """Whether one may read what hangs on a row; never where no app answers for its kind."""
    owner = _owners.get(model.lower())
    return owner is not None and owner.may_read(user, pk)
