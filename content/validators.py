"""Checks on what editors write."""

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import ngettext


@deconstructible
class AtMostWords:
    """Refuses a text of more than `limit` words."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, text: str) -> None:
        count = len(text.split())
        if count > self.limit:
            raise ValidationError(
                ngettext(
                    "The text has %(count)d word; at most %(limit)d fit.",
                    "The text has %(count)d words; at most %(limit)d fit.",
                    count,
                )
                % {"count": count, "limit": self.limit}
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AtMostWords) and other.limit == self.limit

    def __hash__(self) -> int:
        return hash(self.limit)
