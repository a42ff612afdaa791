"""What is half typed is kept, and what is sent in twice is kept once.

A page with a draft sends the version that it began with (`DRAFT_VERSION`, empty for none), and a
form that makes a row sends a key (`SUBMISSION_KEY`) that was made when the form was first shown.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, models, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from foundation.intake.models import Draft, Submission
from foundation.tokens.secret_links import new_secret

DRAFT_VERSION = "draft_version"
SUBMISSION_KEY = "submission_key"
# Who had the form open: see `held`.
TYPED_BY = "typed_by"
# What a draft never keeps, by the name of the field; and every password.
NOT_KEPT = {"csrfmiddlewaretoken", DRAFT_VERSION, SUBMISSION_KEY, TYPED_BY}
MOST_FIELDS = 500
# Characters in all fields together.
MOST_CHARACTERS = 200_000
# PostgreSQL's JSON takes neither NUL nor half a character.
_NOT_IN_JSON = re.compile("[\x00\ud800-\udfff]")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")

Fields = dict[str, list[str]]
Made = TypeVar("Made", bound=models.Model)


@dataclass(frozen=True)
class Place:
    """Where a draft belongs: codes of an organisation and of a form, and what it is about."""

    organisation: str
    form: str
    object_key: str = ""


@dataclass(frozen=True)
class Saved:
    """The draft is kept; the page goes on with `version`."""

    version: int
    saved_at: datetime


@dataclass(frozen=True)
class Clash:
    """Another tab was faster; nothing was overwritten.

    `typed` is what came now. `kept` is what the other one left: None when it has been sent in or
    thrown away since. To save all the same, save again with `kept.version`, or 0 without it.
    """

    typed: Fields
    kept: Draft | None


class TooMuchError(ValueError):
    """More fields or characters than a draft holds."""


def typed_fields(data: QueryDict, *, leave_out: Iterable[str] = ()) -> Fields:
    """What a form sent, as a draft keeps it: without keys, passwords and the fields `leave_out`.

    Raises TooMuchError.
    """
    away = NOT_KEPT.union(leave_out)
    fields = {
        _NOT_IN_JSON.sub("", name): [_NOT_IN_JSON.sub("", str(one)) for one in values]
        for name, values in data.lists()
        if name not in away and "password" not in name
    }
    characters = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if len(fields) > MOST_FIELDS or characters > MOST_CHARACTERS:
        raise TooMuchError
    return fields


def as_data(fields: Mapping[str, list[str]]) -> QueryDict:
    """What a form is bound to, to show a draft as it was typed."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    data._mutable = False
    return data


def version_in(data: Mapping[str, Any]) -> int:
    """The version that a page sent; 0 for none, or for what is no number."""
    typed = str(data.get(DRAFT_VERSION) or "")
    return int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else 0


def draft_of(person: AbstractBaseUser, place: Place) -> Draft | None:
    return _drafts(person, place).first()


def others_at(person: AbstractBaseUser, place: Place) -> list[Draft]:
    """Drafts of the same by other people, newest first, to tell that they are at it."""
    found = Draft.objects.of(place.organisation, place.form, place.object_key)
    return list(found.by_others(person).order_by("-saved_at", "-pk"))


def save_draft(
    *, by: AbstractBaseUser, place: Place, fields: Fields, version: int
) -> Saved | Clash:
    """Keep what is typed, unless another tab has saved since `version` (0: there was no draft).

    The same once more, from whichever tab, is no clash.
    """
    now = timezone.now()
    with transaction.atomic():
        changed = (
            _drafts(by, place)
            .filter(version=version)
            .update(fields=fields, version=version + 1, saved_at=now)
        )
        if changed:
            return Saved(version + 1, now)
        kept = draft_of(by, place)
        if kept is None and not version:
            kept = _first(by, place, fields, now)
            if kept.saved_at == now and kept.fields == fields:
                return Saved(kept.version, now)
    if kept is not None and kept.fields == fields:
        return Saved(kept.version, kept.saved_at)
    return Clash(fields, kept)


def drop_draft(person: AbstractBaseUser, place: Place) -> None:
    """Throw it away; nothing happens where there is none."""
    _drafts(person, place).delete()


def _drafts(person: AbstractBaseUser, place: Place) -> models.QuerySet[Draft]:
    return Draft.objects.of(place.organisation, place.form, place.object_key).by(person)


def _first(person: AbstractBaseUser, place: Place, fields: Fields, now: datetime) -> Draft:
    """The new draft, or the one that another request has made in the same moment."""
    row, _made = Draft.objects.get_or_create(  # type: ignore[misc]
        person=person,
        organisation=place.organisation,
        form=place.form,
        object_key=place.object_key,
        # Begins anywhere, so that a tab of a draft that is gone fits no later one.
        defaults={"fields": fields, "version": 1 + secrets.randbelow(2**40), "saved_at": now},
    )
    return row


def new_key() -> str:
    """For the hidden field of a form that is shown for the first time."""
    return new_secret()


def key_in(data: Mapping[str, Any]) -> str:
    """The key that a form sent; a new one where it is missing or garbled."""
    typed = str(data.get(SUBMISSION_KEY) or "")
    return typed if _KEY.fullmatch(typed) else new_key()


@dataclass(frozen=True)
class Sent(Generic[Made]):
    """The row that came of a form; None when it has been removed since. `is_first` is False for
    the second of a double tap, which leads to the first one's row; `is_same` when that one said
    something else, so that its words are not in the row."""

    row: Made | None
    is_first: bool
    is_same: bool = True


def submit_once(
    *,
    by: AbstractBaseUser,
    key: str,
    form: str,
    model: type[Made],
    make: Callable[[], Made],
    place: Place | None = None,
    typed: Fields | None = None,
    version: int | None = None,
) -> Sent[Made]:
    """Make a row of `model` by `make()`, once for each key of a person.

    Row, key, and the end of the draft at `place` are one transaction: all of it, or nothing. Of two
    at the same time the second waits for the first, and gets its row. With `typed` and `version`,
    what was sent and the draft that its page knew, a draft that holds something else stays: another
    tab has written it.
    """
    digest = "" if typed is None else _digest(typed)
    with transaction.atomic():
        try:
            with transaction.atomic():
                sent = Submission.objects.create(key=key, person=by, form=form, digest=digest)  # type: ignore[misc]
        except IntegrityError:
            before = Submission.objects.get(key=key, person=by)  # type: ignore[misc]
            kept = before.made_type == model._meta.label_lower
            found = model._default_manager.filter(pk=before.made_id).first() if kept else None
            same = not digest or not before.digest or digest == before.digest
            return Sent(found, is_first=False, is_same=same)
        row = make()
        sent.made_type, sent.made_id = row._meta.label_lower, row.pk
        sent.save(update_fields=["made_type", "made_id"])
        if place is not None:
            _end_draft(by, place, typed, version)
        return Sent(row, is_first=True)


def keys_of(person: AbstractBaseUser, row: models.Model) -> list[str]:
    """The keys of the forms that `row` came of, for the browser to forget what it kept of them."""
    made = Submission.objects.filter(person=person, made_type=row._meta.label_lower)  # type: ignore[misc]
    return list(made.filter(made_id=row.pk).values_list("key", flat=True))


def _end_draft(
    by: AbstractBaseUser, place: Place, typed: Fields | None, version: int | None
) -> None:
    draft = None if typed is None else draft_of(by, place)
    if draft is None or draft.version == version or draft.fields == typed:
        drop_draft(by, place)


def _digest(typed: Fields) -> str:
    """Tells two forms apart, and nobody what stood in them. Empty fields are no difference."""
    filled = sorted((name, values) for name, values in typed.items() if any(values))
    return salted_hmac(
        "foundation.intake.drafts", json.dumps(filled), algorithm="sha256"
    ).hexdigest()
