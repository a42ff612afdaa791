"""What is told about an activity before it is a row: what forms, imports and the demo hand over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from activity.choices import EntryKind
from activity.models import Recruitment, Routine, Turnout
from memberorgs.models import OrganisationCampus
from priorities.models import Priority

Detail = Recruitment | Turnout | Routine

KIND_OF: dict[type[Detail], EntryKind] = {
    Recruitment: EntryKind.RECRUITMENT,
    Turnout: EntryKind.TURNOUT,
    Routine: EntryKind.ROUTINE,
}


@dataclass(frozen=True)
class EntryFacts:
    """`detail` is an unsaved row of what belongs to the kind; None: something else.

    `reasons`: why a surprising number is right, by its name.
    """

    day: date
    detail: Detail | None = None
    campus: OrganisationCampus | None = None
    title: str = ""
    text: str = ""
    note: str = ""
    priorities: tuple[Priority, ...] = ()
    may_be_told: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> EntryKind:
        return EntryKind.OTHER if self.detail is None else KIND_OF[type(self.detail)]
