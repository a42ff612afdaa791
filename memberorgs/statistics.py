"""Numbers about organisations and their people, each defined here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from geography.models import Fylke
from memberorgs.models import (
    AccessRequest,
    Invitation,
    MemberOrganisation,
    OrganisationCampus,
    Term,
)
from memberorgs.models.organisations import MemberOrganisationQuerySet
from memberorgs.models.terms import TermQuerySet

# Fewer people than this with a log-in, and one who is ill leaves nobody.
ENOUGH_LOG_INS = 2


def looked_after(day: date) -> MemberOrganisationQuerySet:
    """Those whose people staff care about: confirmed and not left, partners too."""
    return MemberOrganisation.objects.confirmed().here_on(day)


def _terms(day: date) -> TermQuerySet:
    """Active terms of people who can log in, of the organisation outside the subquery."""
    active = Term.objects.active_on(day).of_people_who_can_log_in()
    return active.filter(organisation=OuterRef("pk"))


def with_people(
    organisations: QuerySet[MemberOrganisation], day: date
) -> QuerySet[MemberOrganisation]:
    """Each with `has_leader` (bool) and `log_ins` (people with an active term), in its query."""
    people = (
        _terms(day).order_by().values("organisation").annotate(n=Count("person", distinct=True))
    )
    return organisations.annotate(
        has_leader=Exists(_terms(day).leaders()),
        log_ins=Coalesce(Subquery(people.values("n"), output_field=IntegerField()), 0),
    )


def without_leader(
    organisations: QuerySet[MemberOrganisation], day: date
) -> QuerySet[MemberOrganisation]:
    """Nobody leads them today."""
    return organisations.filter(~Exists(_terms(day).leaders()))


def without_second_log_in(
    organisations: QuerySet[MemberOrganisation], day: date
) -> QuerySet[MemberOrganisation]:
    """One person at the most can log in for them today."""
    many = (
        Term.objects.active_on(day)
        .of_people_who_can_log_in()
        .order_by()
        .values("organisation")
        .annotate(n=Count("person", distinct=True))
        .filter(n__gte=ENOUGH_LOG_INS)
    )
    return organisations.exclude(pk__in=many.values("organisation"))


def with_unanswered_invitation(
    organisations: QuerySet[MemberOrganisation], now: datetime
) -> QuerySet[MemberOrganisation]:
    """With an open invitation that nobody has answered for a week."""
    waiting = Invitation.objects.waiting_long(now).filter(organisation=OuterRef("pk"))
    return organisations.filter(Exists(waiting))


def with_undecided_request(
    organisations: QuerySet[MemberOrganisation],
) -> QuerySet[MemberOrganisation]:
    """With somebody who has asked for access and waits for an answer."""
    asked = AccessRequest.objects.undecided().filter(organisation=OuterRef("pk"))
    return organisations.filter(Exists(asked))


@dataclass
class InFylke:
    """The members with a campus in a fylke; one with campuses in two counts in both."""

    fylke: Fylke
    organisations: list[MemberOrganisation] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.organisations)


def members_by_fylke(day: date) -> list[InFylke]:
    """All fylker in the order of their names, with the members of that day; three queries."""
    members = MemberOrganisation.objects.members_on(day).in_bulk()
    pairs: Iterable[tuple[int, str]] = (
        OrganisationCampus.objects.filter(organisation__in=members)
        .order_by()
        .values_list("organisation", "kommune__fylke")
        .distinct()
    )
    found = {fylke.pk: InFylke(fylke) for fylke in Fylke.objects.order_by("name")}
    for organisation, number in pairs:
        found[number].organisations.append(members[organisation])
    for one in found.values():
        one.organisations.sort(key=lambda organisation: organisation.name_nb)
    return list(found.values())
