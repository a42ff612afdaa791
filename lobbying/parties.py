"""Which parties one may say to have spoken with."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from geography.models import Party
from lobbying.models.contacts import NAMED_LISTS

# How the codes of the demo's made-up parties begin.
MADE_UP = "demolista-"


@dataclass(frozen=True)
class PartyChoice:
    """`first` are those of the Storting, `others` the rest; of `lists` the name is typed in.

    In demo mode the made-up parties stand first and there are no others: real ones never get an
    answer there.
    """

    first: tuple[Party, ...]
    others: tuple[Party, ...]
    lists: tuple[Party, ...]

    @property
    def plain(self) -> dict[str, Party]:
        """Those that one ticks, by code."""
        return {party.pk: party for party in (*self.first, *self.others)}


def to_choose() -> PartyChoice:
    """One query."""
    rows = list(Party.objects.order_by("position"))
    made_up = tuple(party for party in rows if party.pk.startswith(MADE_UP))
    lists = tuple(party for party in rows if party.kind in NAMED_LISTS)
    if settings.DEMO:
        return PartyChoice(made_up, (), lists)
    real = [party for party in rows if party not in made_up and party not in lists]
    return PartyChoice(
        tuple(party for party in real if party.in_storting_2025),
        tuple(party for party in real if not party.in_storting_2025),
        lists,
    )


def name_of(party: Party) -> str:
    """In the reader's language."""
    language = (get_language() or "nb")[:2]
    return str(getattr(party, f"name_{language}", party.name_nb))
