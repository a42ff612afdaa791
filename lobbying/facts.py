"""What is told about a contact before it is a row: what forms, imports and the demo hand over."""

from dataclasses import dataclass
from datetime import date

from geography.models import Fylke, Kommune, Party
from lobbying.models import Demand
from memberorgs.models import MemberOrganisation
from priorities.models import Priority


@dataclass(frozen=True)
class Said:
    """What a party said to one demand. `grade` is empty for no answer, and only then."""

    demand: Demand
    answer: str
    grade: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Asked:
    """A party that was spoken with; `list_name` for lists without a row of their own."""

    party: Party
    list_name: str = ""
    answers: tuple[Said, ...] = ()


@dataclass(frozen=True)
class ContactFacts:
    """`together_with` are the other organisations that took part."""

    counterpart: str
    kind: str
    day: date
    kommune: Kommune | None = None
    fylke: Fylke | None = None
    asked: tuple[Asked, ...] = ()
    together_with: tuple[MemberOrganisation, ...] = ()
    priorities: tuple[Priority, ...] = ()
    next_step: str = ""
    next_step_due: date | None = None
    note: str = ""
    may_be_told: bool = False
