"""Social cards: pictures of 1200 × 630 that stand where somebody shares a page."""

from content.cards.canvas import CARD_SIZE, Canvas
from content.cards.card import Card, GeneralCard, find_card, register_cards

__all__ = ["CARD_SIZE", "Canvas", "Card", "GeneralCard", "find_card", "register_cards"]
