from activity.models.details import Recruitment, Routine, Turnout
from activity.models.entries import Entry, EntryVersion, KindPriority
from activity.models.help_requests import HelpRequest

__all__ = [
    "Entry",
    "EntryVersion",
    "HelpRequest",
    "KindPriority",
    "Recruitment",
    "Routine",
    "Turnout",
]
