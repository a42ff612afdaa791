"""How an organisation's routines stand: the latest word about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from activity.choices import RoutineState, RoutineTopic
from activity.models import Routine
from memberorgs.models import MemberOrganisation


@dataclass(frozen=True)
class Standing:
    """One routine. `latest` is what was said last; None where nothing was ever said."""

    topic: RoutineTopic
    name: str
    latest: Routine | None = None

    @property
    def state(self) -> str:
        """In the reader's language; empty where nothing was said."""
        return str(RoutineState(self.latest.state).label) if self.latest else ""

    @property
    def day(self) -> date | None:
        return self.latest.entry.day if self.latest else None


def standing_of(organisation: MemberOrganisation) -> list[Standing]:
    """Those that all have, in the order of `RoutineTopic`, then its own by name; one query."""
    said = Routine.objects.filter(
        entry__organisation=organisation, entry__removed_at=None
    ).select_related("entry")
    latest = latest_of(said.order_by("-entry__day", "-entry__logged_at", "-entry_id"))
    common = [one for one in RoutineTopic if one != RoutineTopic.OWN]
    found = [Standing(one, str(one.label), latest.get((one, ""))) for one in common]
    own = [row for (topic, _name), row in latest.items() if topic == RoutineTopic.OWN]
    own.sort(key=lambda row: row.own_name.casefold())
    return found + [Standing(RoutineTopic.OWN, row.own_name, row) for row in own]


def latest_of(rows: Iterable[Routine]) -> dict[tuple[str, str], Routine]:
    """The first of each routine among `rows`, which stand the newest first.

    Own ones are told apart by name, without regard to case and spaces.
    """
    found: dict[tuple[str, str], Routine] = {}
    for row in rows:
        found.setdefault((row.topic, " ".join(row.own_name.casefold().split())), row)
    return found
