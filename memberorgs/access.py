"""The one door: who may see and do what in which organisation.

A right follows the dates of a term at the time of the request. What one may not see does not
exist: those who may not get a 404, the same as for a code that nobody ever had.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists
from django.http import Http404
from django.utils import timezone

from memberorgs.choices import Role, RoleGroup
from memberorgs.models import MemberOrganisation, OrganisationCode, Term, User

AnyUser = User | AnonymousUser


class Need(IntEnum):
    """What a page asks for; each holds those before it."""

    READ = 1
    WRITE = 2
    LEAD = 3


@dataclass(frozen=True)
class Standing:
    """How a user stands in one organisation, on one day."""

    organisation: MemberOrganisation
    terms: tuple[Term, ...]
    is_staff: bool
    day: date
    # How many other organisations the user may enter by terms.
    elsewhere: int = 0
    # What the parts of one page have read, by a name of their own, so that it is read once.
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def active(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_active(self.day))

    @property
    def incoming(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_incoming(self.day))

    @property
    def term(self) -> Term | None:
        """The term that counts: the active one with the most rights, else the next to begin."""
        if self.active:
            return max(self.active, key=lambda term: (term.rank, term.ends))
        return min(self.incoming, key=lambda term: term.begins, default=None)

    @property
    def leads(self) -> bool:
        return any(term.role == Role.LEADER for term in self.active)

    @property
    def may_read(self) -> bool:
        return self.is_staff or bool(self.terms)

    @property
    def may_write(self) -> bool:
        """Log and report. Staff write on behalf of an organisation on pages of their own."""
        return any(term.writes for term in self.active)

    @property
    def may_lead(self) -> bool:
        """Invite, end terms, hand over, correct the facts. Staff may help with all of that."""
        return self.is_staff or self.leads

    @property
    def may_hand_over(self) -> bool:
        """Tick what is passed on: those who leave, those who come, and staff."""
        return self.may_lead or any(term.role == Role.LEADER for term in self.incoming)

    def may(self, need: Need) -> bool:
        return {
            Need.READ: self.may_read,
            Need.WRITE: self.may_write,
            Need.LEAD: self.may_lead,
        }[need]


def is_staff(user: AnyUser) -> bool:
    """Of NSO's secretariat, or an admin."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return user.is_in_secretariat


def open_terms(user: AnyUser, day: date | None = None) -> list[Term]:
    """The user's active and incoming terms, with their organisations; one query."""
    if not user.is_authenticated or not user.is_active:
        return []
    terms = Term.objects.filter(person_id=user.pk).open_on(day or timezone.localdate())
    return list(terms.select_related("organisation", "campus").order_by("organisation__name_nb"))


def standings(user: AnyUser, day: date | None = None) -> list[Standing]:
    """Where the user may enter by terms, an organisation once; one query."""
    day = day or timezone.localdate()
    found: dict[int, list[Term]] = {}
    for term in open_terms(user, day):
        found.setdefault(term.organisation_id, []).append(term)
    return [
        Standing(organisation=terms[0].organisation, terms=tuple(terms), is_staff=False, day=day)
        for terms in found.values()
    ]


def standing(user: AnyUser, code: str, need: Need = Need.READ) -> Standing:
    """How the user stands in the organisation with that code. Raises Http404 when it is not enough.

    An old code is as unknown here as any: only who may enter is told where it went.
    """
    day = timezone.localdate()
    if not user.is_authenticated or not user.is_active:
        raise Http404
    organisation = _with_code(code, user)
    if organisation is None:
        raise Http404
    anywhere = open_terms(user, day)
    terms = [term for term in anywhere if term.organisation_id == organisation.pk]
    found = Standing(
        organisation=organisation,
        terms=tuple(terms),
        is_staff=is_staff(user),
        day=day,
        elsewhere=len({term.organisation_id for term in anywhere} - {organisation.pk}),
    )
    if not found.may(need):
        raise Http404
    return found


def _with_code(code: str, user: User) -> MemberOrganisation | None:
    """The organisation; the same query asks whether the user is in the secretariat."""
    memberships = User.groups.through.objects.filter(user=user.pk, group__name=RoleGroup.STAFF)
    rows = MemberOrganisation.objects.annotate(of_staff=Exists(memberships))
    organisation: Any = rows.filter(code=code).first()
    if organisation is None:
        kept = OrganisationCode.objects.filter(code=code).select_related("organisation").first()
        return kept.organisation if kept else None
    user.is_in_secretariat = organisation.of_staff
    found: MemberOrganisation = organisation
    return found


def organisations_visible_to(user: AnyUser, day: date | None = None) -> set[int]:
    """Numbers of the organisations whose inner rows the user may read; for querysets of rows.

    Staff see all; then this is not asked (`is_staff` first).
    """
    return {term.organisation_id for term in open_terms(user, day)}
