"""What becomes of everything that is kept about a person: erased at once, or let go by age.

The organisation's history stays: an office and its days, held by «former elected representative».
"""

import contextlib
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from foundation.audit import personal_data
from foundation.audit.actions import record
from memberorgs.actions import is_last_leader
from memberorgs.models import Invitation, MemberOrganisation, Term, User
from memberorgs.people import retire

# The person's own row goes last: the other tables are searched by its address and name.
OWN = "memberorgs.User"
LIST_NAME = "erased-people.jsonl"
# Number, and when the person joined.
Erased = tuple[int, datetime]


class LastLeader(Exception):
    """Organisations that would be left without a leader."""

    def __init__(self, organisations: list[MemberOrganisation]) -> None:
        super().__init__(", ".join(str(one) for one in organisations))
        self.organisations = organisations


def left_without_leader(user: User) -> list[MemberOrganisation]:
    """Organisations of which the person is the only leader, there or on the way."""
    terms = Term.objects.filter(person=user).running().leaders().select_related("organisation")
    alone = {term.organisation for term in terms if is_last_leader(term)}
    return sorted(alone, key=lambda one: (one.name_nb, one.pk))


@transaction.atomic
def erase(user: User, *, by: User | None, leave_without_leader: bool = False) -> dict[str, int]:
    """Remove what is kept about a person, but for the history; returns rows touched, by table.

    Can run twice. Raises LastLeader where an organisation would be left without one, unless
    `leave_without_leader`. `by` None: by a command. The number of the person is put down beside
    the database, so that a restored backup erases it again.
    """
    organisations = Term.objects.filter(person=user).values("organisation")
    # Two leaders of one organisation who leave at once wait here for one another.
    list(MemberOrganisation.objects.select_for_update().filter(pk__in=organisations).order_by("pk"))
    user = User.objects.select_for_update().get(pk=user.pk)
    if not leave_without_leader and (alone := left_without_leader(user)):
        raise LastLeader(alone)
    _end_terms(user, by)
    done = {one.model: one.erase(user) for one in personal_data.holdings() if one.model != OWN}
    retire(user, by=by)
    if user.erased_at is None:
        user.first_name = user.last_name = ""
        user.last_login = None
        user.erased_at = timezone.now()
        user.save()
        done[OWN] = 1
        record("person.erased", by=by, person=user)
    put_down(user)
    return {model: count for model, count in done.items() if count}


def _end_terms(user: User, by: User | None) -> None:
    for term in Term.objects.select_for_update(of=("self",)).filter(person=user).running():
        if term.is_over():
            continue
        term.ended_at, term.ended_by = timezone.now(), by or user
        term.save()
        record(
            "term.ended",
            by=by,
            person=user,
            about=term,
            organisation=term.organisation.code,
            with_reason=False,
        )


@transaction.atomic
def let_go(user: User) -> None:
    """Take address, log-in and all that hangs on them away; name and offices stay as history."""
    user = User.objects.select_for_update().get(pk=user.pk)
    for one in personal_data.holdings():
        if one.model != OWN:
            one.erase(user)
    retire(user, by=None)


def without_role_since(before: datetime) -> QuerySet[User]:
    """People with a log-in whose last role ended before then, and who expect none.

    Who works in the admin has a role. Without any term it is the last visit that counts.
    """
    day = timezone.localdate(before)
    waiting = Invitation.objects.open_at(timezone.now()).values("email")
    seen = Coalesce("last_login", "date_joined", output_field=DateTimeField())
    still = Term.objects.filter(
        Q(ended_at=None, ends__gte=day) | Q(ended_at__gte=before, ends__gte=day)
    )
    return (
        User.objects.filter(retired_at=None, is_superuser=False, is_staff=False, groups=None)
        .exclude(pk__in=still.values("person"))
        .exclude(email__in=waiting)
        .annotate(seen=seen, last_day=Max("terms__ends"))
        .filter(Q(last_day__isnull=False) | Q(seen__lt=before))
        .order_by("pk")
    )


def purge_people(before: datetime, dry_run: bool) -> int:
    people = without_role_since(before)
    if dry_run:
        return people.count()
    found = list(people)
    for user in found:
        let_go(user)
    return len(found)


def list_path() -> Path:
    return Path(settings.DATA_DIR) / LIST_NAME


def put_down(user: User) -> None:
    """Adds the person to the list beside the database; on the disk before this returns.

    Numbers and times only. The time of joining tells a person from another who gets the same
    number after a restore. Raises OSError: then the erasure is not made either.
    """
    if (user.pk, user.date_joined) in read_list(list_path()):
        return
    told = {
        "person": user.pk,
        "joined": user.date_joined.isoformat(),
        "erased": (user.erased_at or timezone.now()).isoformat(),
    }
    line = json.dumps(told, separators=(",", ":"))
    # On a line of its own, even after one that was cut.
    _write(list_path(), os.O_APPEND, f"\n{line}\n")


def copy_list(source: Path, target: Path) -> None:
    """Adds the lines of one list to another. Raises OSError."""
    lines: dict[str, None] = {}
    for path in (target, source):
        with contextlib.suppress(FileNotFoundError):
            told = path.read_text(encoding="utf-8").splitlines()
            lines |= dict.fromkeys(line for line in told if line)
    if lines:
        unfinished = target.with_name(f"{target.name}.unfinished")
        _write(unfinished, os.O_TRUNC, "".join(f"{line}\n" for line in lines))
        unfinished.replace(target)


def _write(path: Path, flag: int, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_list(path: Path) -> list[Erased]:
    """Number of each person on the list, and when they joined; a cut line is passed over."""
    found: dict[Erased, None] = {}
    with contextlib.suppress(FileNotFoundError):
        for line in path.read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                found[int(told["person"]), datetime.fromisoformat(told["joined"])] = None
    return list(found)


def erase_again(people: Iterable[Erased]) -> int:
    """After a restore: erase those who had been erased since the backup; returns how many."""
    count = 0
    for pk, joined in people:
        user = User.objects.filter(pk=pk, date_joined=joined, erased_at=None).first()
        if user is not None:
            erase(user, by=None, leave_without_leader=True)
            count += 1
    return count
