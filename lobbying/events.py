"""What the audit log knows of contacts, and the words of it."""

from django.utils.translation import gettext_lazy as _

from foundation.audit.facts import Words, day, field_of, one_of
from lobbying.choices import ContactKind, Counterpart

EVENTS = {
    "contact.logged": _("Logged a contact"),
    "contact.changed": _("Changed a contact"),
    "contact.removed": _("Took a contact away"),
    "contact.put_back": _("Put a contact back"),
    "contact.count_allowed": _("Said yes to contacts being counted in public"),
    "contact.count_stopped": _("Took back that contacts are counted in public"),
    "election.made": _("Added an election"),
    "election.changed": _("Changed an election"),
    "demand.made": _("Added a demand"),
    "demand.changed": _("Changed a demand"),
}

FACTS = {
    "contact": {
        "counterpart": Words(_("with whom"), one_of(dict(Counterpart.choices))),
        "kind": Words(_("kind of contact"), one_of(dict(ContactKind.choices))),
        "day": Words(_("day"), day),
        "fields": Words(_("what"), field_of("lobbying.Contact")),
    },
    "election": {
        "election": Words(_("election")),
        "fields": Words(_("what"), field_of("lobbying.Election")),
    },
    "demand": {
        "election": Words(_("election")),
        "demand": Words(_("demand")),
        "fields": Words(_("what"), field_of("lobbying.Demand")),
    },
}
