"""Places that higher apps fill: each registers what it shows in `AppConfig.ready()`.

What has nothing to show gives None and leaves no empty box.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

from memberorgs.access import Standing
from memberorgs.models import MemberOrganisation

Subject = TypeVar("Subject")
Context = Mapping[str, Any]


@dataclass(frozen=True)
class Section(Generic[Subject]):
    """`template` is rendered with what `context` makes of the subject; `place` orders."""

    code: str
    place: int
    template: str
    context: Callable[[Subject], Context | None]


@dataclass(frozen=True)
class Shown:
    """A section that has something to show."""

    code: str
    template: str
    context: Context


class Sections(Generic[Subject]):
    """The sections of one place, by code: registering one again replaces it."""

    def __init__(self) -> None:
        self._sections: dict[str, Section[Subject]] = {}

    def register(self, section: Section[Subject]) -> None:
        self._sections[section.code] = section

    def of(self, subject: Subject) -> list[Shown]:
        """What there is to show, in order; each section may query, none per row."""
        shown = []
        for section in sorted(self._sections.values(), key=lambda one: (one.place, one.code)):
            context = section.context(subject)
            if context is not None:
                shown.append(Shown(section.code, section.template, context))
        return shown


@dataclass(frozen=True)
class Task:
    """Something that remains to be done, or was: done tasks stay visible for a while."""

    title: str
    url: str
    done: bool = False
    due: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """A day or a stretch of days in the year's wheel. `uid` stays the same in every feed.

    `kind` is one of those that were registered with it; `quiet` days are left in peace.
    """

    uid: str
    starts: date
    ends: date
    title: str
    kind: str
    own: bool = False
    url: str = ""
    quiet: bool = False
    note: str = ""


Tasks = Callable[[Standing], Iterable[Task]]
Entries = Callable[[MemberOrganisation, date, date], Iterable[Entry]]
# Codes of kinds and their words, in the order in which one chooses.
Kinds = Mapping[str, str | Promise]

# The members' home (`/medlem/<org>/`), right below its heading, as wide as the page.
top: Sections[Standing] = Sections()
# The same, under what it shows itself.
home: Sections[Standing] = Sections()
# The public page of an organisation (`/medlemslag/<org>/`).
public: Sections[MemberOrganisation] = Sections()
# Lines of the handover note.
handover_note: Sections[Standing] = Sections()
# What NSO sees about an organisation.
seen_by_staff: Sections[Standing] = Sections()

_tasks: dict[str, Tasks] = {}
# Of these codes the handover note tells in its own way.
_told_elsewhere: set[str] = set()
_entries: dict[str, Entries] = {}
_kinds: dict[str, Kinds] = {}


def register_tasks(code: str, tasks: Tasks, *, in_note: bool = True) -> None:
    """`in_note`: what remains of them is an open matter of the handover note."""
    _tasks[code] = tasks
    if not in_note:
        _told_elsewhere.add(code)


def register_entries(code: str, entries: Entries, kinds: Kinds) -> None:
    """`kinds` are those of its entries that no other source has."""
    _entries[code] = entries
    _kinds[code] = kinds


def tasks_of(standing: Standing) -> list[Task]:
    """What remains first, by due date; then what is done."""
    found = [task for tasks in _tasks.values() for task in tasks(standing)]
    return sorted(found, key=lambda task: (task.done, task.due or date.max))


def open_matters_of(standing: Standing) -> list[Task]:
    """What those who come find undone, by due date."""
    found = [
        task
        for code, tasks in _tasks.items()
        if code not in _told_elsewhere
        for task in tasks(standing)
        if not task.done
    ]
    return sorted(found, key=lambda task: task.due or date.max)


def entries_of(organisation: MemberOrganisation, first: date, last: date) -> list[Entry]:
    """Everything that touches the days from `first` to `last`, in order."""
    found = [one for entries in _entries.values() for one in entries(organisation, first, last)]
    return sorted(found, key=lambda entry: (entry.starts, entry.ends, entry.title))


def kinds_of_entries() -> dict[str, str]:
    """Every kind that the wheel knows, with its words in the reader's language."""
    return {code: str(words) for kinds in _kinds.values() for code, words in kinds.items()}
