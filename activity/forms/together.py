"""The other organisations that took part: those close by to tick, the rest by name."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from memberorgs.models import MemberOrganisation, OrganisationCampus
from memberorgs.models.organisations import MemberOrganisationQuerySet

# Of those close by.
MOST_SHOWN = 12
# Of those that a name may mean.
MOST_NAMED = 5


def others(organisation: MemberOrganisation, day: date) -> MemberOrganisationQuerySet:
    """Whom one may have been together with."""
    return MemberOrganisation.objects.confirmed().here_on(day).exclude(pk=organisation.pk)


def close_by(
    organisation: MemberOrganisation, day: date, also: Collection[int]
) -> list[MemberOrganisation]:
    """Those in the same kommune, then in the same fylke, at most twelve; and `also`, by number.

    At most two queries, however many organisations there are.
    """
    own = OrganisationCampus.objects.filter(organisation=organisation)
    theirs = OrganisationCampus.objects.filter(organisation=OuterRef("pk"))
    near = (
        others(organisation, day)
        .annotate(is_here=Exists(theirs.filter(kommune__in=own.values("kommune"))))
        .filter(Exists(theirs.filter(kommune__fylke__in=own.values("kommune__fylke"))))
        .order_by("-is_here", "short_name", "pk")
    )
    found = list(near[:MOST_SHOWN])
    missing = set(also) - {one.pk for one in found}
    if missing:
        kept = MemberOrganisation.objects.filter(pk__in=missing).exclude(pk=organisation.pk)
        found += list(kept.order_by("short_name", "pk"))
    return found


def by_names(organisation: MemberOrganisation, day: date, typed: str) -> list[MemberOrganisation]:
    """Those named in `typed`, parted by `;`. Raises ValidationError where one is unknown."""
    found, errors = [], []
    for name in filter(None, (part.strip() for part in typed.split(";"))):
        try:
            found.append(_by_name(others(organisation, day), name))
        except ValidationError as error:
            errors += error.messages
    if errors:
        raise ValidationError(errors)
    return found


def _by_name(rows: MemberOrganisationQuerySet, name: str) -> MemberOrganisation:
    same = Q(short_name__iexact=name) | Q(name_nb__iexact=name) | Q(code=name)
    like = Q(short_name__icontains=name) | Q(name_nb__icontains=name)
    for query in (same, like):
        found = list(rows.filter(query).order_by("short_name", "pk")[: MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        if found:
            named = ", ".join(str(one.short_name) for one in found[:MOST_NAMED])
            raise ValidationError(
                _("“%(name)s” may mean several: %(found)s. Write the whole name."),
                params={"name": name, "found": named},
            )
    raise ValidationError(_("We know no organisation called “%(name)s”."), params={"name": name})
