"""What the audit log knows of the members' log, and the words of it."""

from django.utils.translation import gettext_lazy as _

from activity.choices import EntryKind, HelpOwner, LogKind
from activity.words import name_of
from foundation.audit.facts import Words, day, one_of

EVENTS = {
    "entry.logged": _("Logged an activity"),
    "entry.changed": _("Changed an entry of the log"),
    "entry.removed": _("Took an entry of the log away"),
    "entry.put_back": _("Put an entry of the log back"),
    "log.exported": _("Took an organisation's log out as a file"),
    "log.all_exported": _("Took the log of all organisations out as a file"),
    "log.told": _("Made a draft of news from an entry of the log"),
    "log.imported": _("Imported a table into an organisation's log"),
    "help.asked": _("Asked NSO for help"),
    "help.answered": _("Answered a request for help"),
    "help.handed_on": _("Handed a request for help to another"),
    "help.page_made": _("Made a draft of a help page of an answer"),
    "help.exported": _("Took requests for help out as a file"),
}

FACTS = {
    "entry": {
        "kind": Words(_("kind"), one_of(dict(EntryKind.choices))),
        "day": Words(_("day"), day),
        "fields": Words(_("what"), name_of),
    },
    "log": {
        "kind": Words(_("kind"), one_of(dict(LogKind.choices))),
        "new": Words(_("new")),
        "changed": Words(_("changed")),
        "unchanged": Words(_("unchanged")),
        "rows": Words(_("rows")),
        "format": Words(_("file format")),
    },
    "help": {
        "owner": Words(_("who answers"), one_of(dict(HelpOwner.choices))),
        "rows": Words(_("rows")),
        "format": Words(_("file format")),
    },
}
