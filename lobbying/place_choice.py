"""Choosing a kommune or fylke: the organisation's own first, then all of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from geography.models import Fylke, Kommune
from lobbying.places import Place
from memberorgs.models import MemberOrganisation


@dataclass(frozen=True)
class Group:
    """Places under one heading."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class PlaceChoice:
    """Each place once, in groups: first the `own` ones, kommuner with a campus (the main one
    first) and their fylker; then all other kommuner by fylke; last the other fylker.
    """

    own: tuple[Place, ...]
    groups: tuple[Group, ...]
    chosen: Place | None


def of(organisation: MemberOrganisation, number: str) -> PlaceChoice:
    """What there is to choose, with `number` chosen; else the main campus. One query."""
    campuses = organisation.campuses.filter(kommune=OuterRef("pk")).order_by("-is_main", "position")
    found = (
        Kommune.objects.select_related("fylke")
        .only("name_display", "fylke__name", "fylke__own_fylkesting")
        .annotate(
            is_main=Subquery(campuses.values("is_main")[:1]),
            campus=Subquery(campuses.values("position")[:1]),
        )
        .order_by("fylke__name", "name_display")
    )
    kommuner = {kommune.pk: kommune for kommune in found}
    ours = [kommune for kommune in kommuner.values() if kommune.campus is not None]
    places = {pk: Place(kommune=kommune) for pk, kommune in kommuner.items()}
    with_council = {
        kommune.fylke_id: Place(fylke=kommune.fylke)
        for kommune in kommuner.values()
        if kommune.fylke.own_fylkesting
    }
    # Oslo's fylke is its kommune.
    one = {k.fylke_id: places[k.pk] for k in kommuner.values() if k.fylke_id not in with_council}
    ours.sort(key=lambda kommune: (not kommune.is_main, kommune.campus, kommune.pk))
    own = [places[kommune.pk] for kommune in ours]
    own_fylker = dict.fromkeys(kommune.fylke_id for kommune in ours)
    own += [with_council[pk] for pk in own_fylker if pk in with_council]
    taken = {place.number for place in own}
    fylker = tuple(place for pk, place in with_council.items() if pk not in taken)
    groups = [
        Group(gettext("Where you have a campus"), tuple(own)),
        *_by_fylke(kommuner.values(), taken),
        Group(gettext("Counties"), fylker),
    ]
    return PlaceChoice(
        own=tuple(own),
        groups=tuple(group for group in groups if group.places),
        chosen=(places | one | with_council).get(number) or (own[0] if own else None),
    )


def _by_fylke(kommuner: Iterable[Kommune], taken: set[str]) -> list[Group]:
    found: dict[Fylke, list[Place]] = {}
    for kommune in kommuner:
        if kommune.pk not in taken:
            found.setdefault(kommune.fylke, []).append(Place(kommune=kommune))
    return [Group(fylke.name, tuple(places)) for fylke, places in found.items()]
