"""Cards by what they show: each has an address that changes with what stands on it."""

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext

from content.cards.canvas import CARD_SIZE, CORAL, MARGIN, MINT, NIGHT, SUN, WHITE, Canvas, Paint
from content.cards.lettering import HEAD

# Raised when cards are drawn otherwise than before, so that old copies are left behind.
DRAWING = 1
SHOWN = 12


@dataclass(frozen=True)
class Card:
    """What a card shows. Its fields, and nothing else, decide its picture and its address."""

    pk: int
    organisation: str

    kind: ClassVar[str]

    @property
    def digest(self) -> str:
        what = (DRAWING, self.kind, get_language(), note(), *astuple(self))
        return hashlib.sha256(repr(what).encode(errors="replace")).hexdigest()[:SHOWN]

    @property
    def address(self) -> str:
        return reverse("social_card", args=[self.kind, self.pk, self.digest])

    @property
    def alt(self) -> str:
        """What one reads on the card."""
        raise NotImplementedError

    def paint(self) -> Canvas:
        raise NotImplementedError

    def png(self) -> bytes:
        canvas = self.paint()
        canvas.band(self.organisation, note())
        return canvas.png()


def note() -> str:
    """The host; in the demo, that it is one."""
    return gettext("Demo") if settings.DEMO else settings.BASE_URL.split("://", 1)[-1]


@dataclass(frozen=True)
class GeneralCard(Card):
    """For pages that have no card of their own: the organisation, before the three cards."""

    kind = "nso"

    @property
    def alt(self) -> str:
        return self.organisation

    def paint(self) -> Canvas:
        canvas = Canvas(SUN)
        for place, (letter, tilt, ground) in enumerate(
            (("N", -6, WHITE), ("S", 4, CORAL), ("O", -3, MINT))
        ):
            middle = (MARGIN + 112 + place * 226, 188 + (0, 16, 4)[place])
            canvas.voting_card(middle, 250, tilt, Paint(ground, NIGHT), letter)
        box = (MARGIN, 362, CARD_SIZE[0] - 2 * MARGIN, 130)
        canvas.paragraph(box, self.organisation, HEAD, range(46, 121, 2), NIGHT)
        return canvas

    def png(self) -> bytes:
        canvas = self.paint()
        canvas.band("", note())
        return canvas.png()


Finder = Callable[[int, str], Card | None]


def _general(pk: int, organisation: str) -> Card | None:
    return GeneralCard(pk, organisation) if pk == 0 else None


_finders: dict[str, Finder] = {GeneralCard.kind: _general}


def register_cards(kind: str, finder: Finder) -> None:
    """`finder` gives the card of `kind` with a key as it is now, for readers, or nothing."""
    _finders[kind] = finder


def find_card(kind: str, pk: int, organisation: str) -> Card | None:
    finder = _finders.get(kind)
    return finder(pk, organisation) if finder else None
