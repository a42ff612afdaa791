"""Numbers about member organisations, each defined once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from geography.models import Fylke
from memberorgs.models import MemberOrganisation, OrganisationCampus


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
