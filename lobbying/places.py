"""Where a contact was and who decides there: a kommune, or a fylke with a council of its own."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from geography.models import Fylke, Kommune
from lobbying.choices import Level


@dataclass(frozen=True)
class Place:
    """One of the two is given. Oslo is a kommune that also decides what a fylke does."""

    kommune: Kommune | None = None
    fylke: Fylke | None = None

    @property
    def row(self) -> Kommune | Fylke:
        found = self.kommune or self.fylke
        assert found is not None  # noqa: S101 - a place is somewhere
        return found

    @property
    def number(self) -> str:
        return str(self.row.pk)

    @property
    def name(self) -> str:
        return str(self.row)

    @property
    def label(self) -> str:
        """The name, told as a county's where it is one: several kommuner are named like a fylke."""
        if self.fylke is not None:
            return gettext("%(county)s (county)") % {"county": self.name}
        return self.name

    @property
    def levels(self) -> frozenset[Level]:
        """Whose demands are asked there. May query the fylke of a kommune."""
        if self.kommune is None:
            return frozenset({Level.FYLKE})
        if not self.kommune.fylke.own_fylkesting:
            return frozenset(Level)
        return frozenset({Level.KOMMUNE})

    def filter(self, prefix: str = "") -> dict[str, Any]:
        """Of querysets of contacts, or of rows that reach them by `prefix`."""
        name = "kommune" if self.kommune is not None else "fylke"
        return {f"{prefix}{name}": self.row}


def find(number: str) -> Place | None:
    """The place of that number: four digits a kommune, two a fylke; None for no such.

    The fylke Oslo is the kommune Oslo. One query, two for Oslo.
    """
    if len(number) == 4:
        kommune = Kommune.objects.select_related("fylke").filter(pk=number).first()
        return Place(kommune=kommune) if kommune is not None else None
    fylke = Fylke.objects.filter(pk=number).first()
    if fylke is None:
        return None
    if not fylke.own_fylkesting:
        only = Kommune.objects.select_related("fylke").filter(fylke=fylke).first()
        return Place(kommune=only) if only is not None else None
    return Place(fylke=fylke)
