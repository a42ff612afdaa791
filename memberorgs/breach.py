"""Whom a breach may have touched (articles 33 and 34): how many to report, and whom to tell.

What is told here is what may have happened. The portal keeps no log of who read what, so a log-in
that was in the wrong hands counts as having seen all that it could open at the time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.audit.models import AuditEntry
from memberorgs.choices import RoleGroup
from memberorgs.models import AccessRequest, Invitation, MemberOrganisation, Term, User
from outbox.choices import HANDED
from outbox.models import OutgoingMail

# Nobody came in by these, and nothing was shown.
ATTEMPTS = frozenset({"account.log_in_failed", "account.code_asked"})
# Numbers in one question to the database.
BATCH = 500


class Why(models.TextChoices):
    USED = "used", _("the log-in was used")
    NAMED = "named", _("the audit log says that something was done to them or their data")
    MAILED = "mailed", _("a mail to them went out")
    SEEN = "seen", _("a log-in that was used could see them")


@dataclass(frozen=True)
class Window:
    """From `since` to `until`, without its last moment."""

    since: datetime
    until: datetime


@dataclass
class Touched:
    """A person (`number`), or an address that nobody logs in with (None)."""

    number: int | None
    name: str
    email: str
    language: str = ""
    organisations: list[str] = field(default_factory=list)
    why: set[Why] = field(default_factory=set)

    @property
    def reasons(self) -> list[str]:
        return [str(why.label) for why in Why if why in self.why]


@dataclass(frozen=True)
class Scope:
    """`events` counts what the log tells, by its code; `everybody`: all there is could be seen.

    `organisations` are codes of those that the log-ins could open; empty where none was named.
    """

    people: tuple[Touched, ...]
    events: dict[str, int]
    everybody: bool
    organisations: tuple[str, ...]


def scope(
    window: Window, *, log_ins: Collection[User] = (), network: str = "", everyone: bool = False
) -> Scope:
    """Whom what happened in `window` touched.

    With `log_ins`, or a `network` address that log-ins were used from, only what these did and
    could see; without, all that the log tells. `everyone`: a copy of the database is astray.
    Raises LookupError where nobody was logged in from `network`.
    """
    entries = AuditEntry.objects.filter(at__gte=window.since, at__lt=window.until)
    numbers = {user.pk for user in log_ins}
    if network:
        there = entries.filter(address=network).exclude(event__in=ATTEMPTS)
        found = there.values_list("actor_id", flat=True).distinct()
        used = {number for number in found if number is not None}
        if not used:
            raise LookupError(network)
        numbers |= used
    named = bool(numbers)
    mails = OutgoingMail.objects.filter(
        state__in=sorted(HANDED),
        handing_over_at__gte=window.since,
        handing_over_at__lt=window.until,
    )
    if named:
        entries = entries.filter(actor_id__in=numbers)
        mails = mails.filter(created_by__in=numbers)
    people = _People()
    _add_from_log(people, entries)
    people.add_numbers(numbers, Why.USED)
    people.add_addresses(((to, "") for to in mails.values_list("to", flat=True)), Why.MAILED)
    codes: tuple[str, ...] = ()
    everybody = everyone or (named and _any_saw_all(numbers, window))
    if everybody:
        _add_seen(people, None)
    elif named:
        reached = _organisations_of(numbers, window)
        _add_seen(people, set(reached))
        codes = tuple(sorted(reached.values()))
    counted = Counter(entries.values_list("event", flat=True))
    return Scope(
        people=people.told(),
        events=dict(counted.most_common()),
        everybody=everybody,
        organisations=codes,
    )


class _People:
    """Each once, whether the log has a number or a row an address."""

    def __init__(self) -> None:
        self._numbers: dict[int, set[Why]] = {}
        self._addresses: dict[str, tuple[str, set[Why]]] = {}

    def add_numbers(self, numbers: Iterable[int | None], why: Why) -> None:
        for number in numbers:
            if number is not None:
                self._numbers.setdefault(number, set()).add(why)

    def add_addresses(self, found: Iterable[tuple[str, str]], why: Why) -> None:
        """Of each the address and, where it is known, the name."""
        for email, name in found:
            address = User.objects.normalize_email(email)
            if address:
                known, reasons = self._addresses.get(address, ("", set()))
                self._addresses[address] = (known or name, reasons | {why})

    def told(self) -> tuple[Touched, ...]:
        """By name and address; of the erased nothing is left to tell."""
        people: dict[int, Touched] = {}
        for user in self._users():
            one = people.setdefault(
                user.pk,
                Touched(
                    number=user.pk,
                    name=user.get_full_name(),
                    email="" if user.retired_at else user.email,
                    language=user.language,
                ),
            )
            one.why |= self._numbers.get(user.pk, set())
            if not user.retired_at:
                one.why |= self._addresses.pop(user.email, ("", set()))[1]
        of_organisations = set(MemberOrganisation.objects.values_list("mailbox", flat=True))
        strangers = [
            Touched(number=None, name=name, email=email, why=why)
            for email, (name, why) in self._addresses.items()
            if email not in of_organisations
        ]
        _tell_organisations(people)
        return tuple(
            sorted((*people.values(), *strangers), key=lambda one: (one.name.casefold(), one.email))
        )

    def _users(self) -> Iterator[User]:
        kept = User.objects.filter(erased_at=None)
        for some in _batches(self._numbers):
            yield from kept.filter(pk__in=some)
        for some in _batches(list(self._addresses)):
            yield from kept.filter(email__in=some)


def _batches(found: Collection[Any]) -> Iterator[list[Any]]:
    values = list(found)
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def _tell_organisations(people: dict[int, Touched]) -> None:
    for some in _batches(people):
        terms = Term.objects.filter(person__in=some).order_by("organisation__code").distinct()
        for number, code in terms.values_list("person_id", "organisation__code"):
            people[number].organisations.append(code)


def _add_from_log(people: _People, entries: models.QuerySet[AuditEntry]) -> None:
    did = entries.exclude(event__in=ATTEMPTS)
    people.add_numbers(did.values_list("actor_id", flat=True).distinct(), Why.USED)
    to_others = did.exclude(person_id=models.F("actor_id"))
    people.add_numbers(to_others.values_list("person_id", flat=True).distinct(), Why.NAMED)
    # Rows with an address that nobody may have logged in with yet.
    for kind, names in ((Invitation, ("email",)), (AccessRequest, ("email", "name"))):
        subjects = did.filter(subject_type=kind._meta.label_lower)
        numbers = set(subjects.values_list("subject_id", flat=True))
        for some in _batches(numbers):
            rows = kind._default_manager.filter(pk__in=some).values_list(*names)
            people.add_addresses(((row[0], "".join(row[1:])) for row in rows), Why.NAMED)


def _any_saw_all(numbers: Collection[int], window: Window) -> bool:
    """Whether one of them worked in the secretariat or as an admin, or did until it was stopped."""
    saw_all = Q(is_superuser=True) | Q(groups__name=RoleGroup.STAFF)
    # Closing a log-in takes nothing back of what it saw.
    if User.objects.filter(saw_all, pk__in=numbers).exists():
        return True
    taken = AuditEntry.objects.filter(
        event="rights.changed", person_id__in=numbers, at__gte=window.since
    )
    return any(
        RoleGroup.STAFF in (facts.get("taken") or ()) or facts.get("is_superuser") is not None
        for facts in taken.values_list("facts", flat=True)
    )


def _organisations_of(numbers: Collection[int], window: Window) -> dict[int, str]:
    """Number and code of the organisations that one of them could open in the window."""
    first, last = timezone.localdate(window.since), timezone.localdate(window.until)
    terms = Term.objects.filter(person__in=numbers, accepted_at__lt=window.until, ends__gte=first)
    terms = terms.filter(Q(ended_at=None) | Q(ended_at__gt=window.since))
    if not settings.INCOMING_MAY_READ:
        terms = terms.filter(begins__lte=last)
    return dict(terms.values_list("organisation_id", "organisation__code"))


def _add_seen(people: _People, organisations: set[int] | None) -> None:
    """Those whose names and addresses stand on the pages of the organisations; None: of all."""
    inside = Q() if organisations is None else Q(organisation__in=organisations)
    if organisations is None:
        everybody = User.objects.filter(erased_at=None)
        people.add_numbers(everybody.values_list("pk", flat=True), Why.SEEN)
    else:
        with_terms = Term.objects.filter(inside).values_list("person_id", flat=True)
        people.add_numbers(with_terms.distinct(), Why.SEEN)
    invited = Invitation.objects.filter(inside).values_list("email", flat=True)
    people.add_addresses(((email, "") for email in invited), Why.SEEN)
    asked = AccessRequest.objects.filter(inside).values_list("email", "name")
    people.add_addresses(asked, Why.SEEN)
    if organisations is None:
        mailed = OutgoingMail.objects.exclude(to="").values_list("to", flat=True).distinct()
        people.add_addresses(((to, "") for to in mailed), Why.SEEN)
