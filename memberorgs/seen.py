"""What NSO's secretariat sees about an organisation, told to the organisation itself.

People, invitations and flags come from the same querysets as the lists of staff.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from geography.models import Institution
from memberorgs import statistics
from memberorgs.access import Standing
from memberorgs.models import (
    Invitation,
    MemberOrganisation,
    OrganisationCampus,
    SocialLink,
    StudentCount,
    Term,
)
from memberorgs.sections import Shown, seen_by_staff

# Rows of people and invitations; all of them stand on the page of people.
PEOPLE, INVITATIONS = 50, 20


@dataclass(frozen=True)
class Flag:
    """Something that staff look for in their list. `raised`: it is so here and now."""

    raised: bool
    words: str


@dataclass(frozen=True)
class Seen:
    """All that staff see. `people_in_all` may be more than `people`."""

    flags: list[Flag]
    people: list[Term]
    people_in_all: int
    invitations: list[Invitation]
    campuses: list[OrganisationCampus]
    students: StudentCount | None
    social_links: list[SocialLink]
    institutions: list[Institution]
    sections: list[Shown]


def seen(at: Standing) -> Seen:
    """Gather it, in as many queries whatever there is."""
    organisation = at.organisation
    terms = Term.objects.filter(organisation=organisation).running().filter(ends__gte=at.day)
    people = terms.select_related("person", "campus__kommune").order_by("begins", "pk")
    invited = Invitation.objects.filter(organisation=organisation).unanswered()
    return Seen(
        flags=_flags(at),
        people=sorted(people[:PEOPLE], key=lambda term: -term.rank),
        people_in_all=terms.count(),
        invitations=list(invited.order_by("-sent_at", "pk")[:INVITATIONS]),
        campuses=list(
            OrganisationCampus.objects.filter(organisation=organisation).select_related("kommune")
        ),
        students=StudentCount.objects.filter(organisation=organisation, campus=None).first(),
        institutions=list(organisation.institutions.all()),
        social_links=list(SocialLink.objects.filter(organisation=organisation)),
        sections=seen_by_staff.of(at),
    )


def _flags(at: Standing) -> list[Flag]:
    this = MemberOrganisation.objects.filter(pk=at.organisation.pk)
    return [
        Flag(
            statistics.without_leader(this, at.day).exists(),
            _("Nobody who leads the organisation can log in."),
        ),
        Flag(
            statistics.without_second_log_in(this, at.day).exists(),
            _("Fewer than two people can log in."),
        ),
        Flag(
            statistics.with_unanswered_invitation(this, timezone.now()).exists(),
            _("An invitation has waited for an answer for a week or more."),
        ),
        Flag(
            statistics.with_undecided_request(this).exists(),
            _("Somebody has asked for access and waits for an answer."),
        ),
        Flag(
            not at.organisation.is_confirmed,
            _("NSO has not confirmed the membership in the portal yet."),
        ),
    ]
