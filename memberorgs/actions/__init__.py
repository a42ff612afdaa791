"""Every write about people and their terms that touches more than one row.

What can't be done raises `NotPossible` with a sentence for the person who asked.
"""

from memberorgs.actions.invitations import (
    BULK,
    CLOSED_WORDS,
    INVITATION,
    accept,
    accept_as_new,
    find_invitation,
    holder_of,
    invite,
    invite_many,
    is_passed_on,
    move,
    renew,
    revoke,
    why_closed,
    works_for_nso,
)
from memberorgs.actions.refusals import (
    NotForAll,
    NotPossible,
    TooMany,
)
from memberorgs.actions.requests import (
    ask_for_access,
    confirm_access,
    refuse_access,
)
from memberorgs.actions.terms import (
    Office,
    change_term,
    end_of_a_usual_term,
    end_term,
    is_last_leader,
    is_relieved,
    prolong,
    suggested_term,
)

__all__ = [
    "BULK",
    "CLOSED_WORDS",
    "INVITATION",
    "NotForAll",
    "NotPossible",
    "Office",
    "TooMany",
    "accept",
    "accept_as_new",
    "ask_for_access",
    "change_term",
    "confirm_access",
    "end_of_a_usual_term",
    "end_term",
    "find_invitation",
    "holder_of",
    "invite",
    "invite_many",
    "is_last_leader",
    "is_passed_on",
    "is_relieved",
    "move",
    "prolong",
    "refuse_access",
    "renew",
    "revoke",
    "suggested_term",
    "why_closed",
    "works_for_nso",
]
