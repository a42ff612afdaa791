"""What can't be done, and why."""

from django.core.exceptions import ValidationError

from memberorgs.models import Invitation, Term


class NotPossible(Exception):
    """Why it can't be done; `str()` is a sentence in the language of the request."""


class TooMany(NotPossible):
    """It could be done tomorrow."""


class NotForAll(NotPossible):
    """Nothing was done; `reasons` maps those of the addresses that stopped it to why."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = reasons


def check(row: Invitation | Term) -> None:
    try:
        row.full_clean(exclude=["organisation", "person", "invited_by", "given_by"])
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
