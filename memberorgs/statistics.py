"""Numbers about organisations and their people, each defined here and nowhere else."""

from datetime import date, datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from memberorgs.models import AccessRequest, Invitation, MemberOrganisation, Term
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
