"""What the audit log knows of contacts, and the words of it."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "contact.logged": _("Logged a contact"),
    "contact.changed": _("Changed a contact"),
    "contact.removed": _("Took a contact away"),
    "contact.put_back": _("Put a contact back"),
    "contact.count_allowed": _("Said yes to contacts being counted in public"),
    "contact.count_stopped": _("Took back that contacts are counted in public"),
}
