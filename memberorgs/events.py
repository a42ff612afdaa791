"""What the audit log knows of people and organisations, and the words of it."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "invitation.made": _("Invited somebody"),
    "invitation.renewed": _("Sent an invitation again"),
    "invitation.moved": _("Had an invitation sent to an own address"),
    "invitation.revoked": _("Withdrew an invitation"),
    "invitation.accepted": _("Accepted an invitation"),
    "access.asked": _("Somebody asked for access"),
    "access.confirmed": _("Confirmed a request for access"),
    "access.refused": _("Did not confirm a request for access"),
    "term.changed": _("Changed a term of office"),
    "term.ended": _("Ended a term of office"),
    "term.prolonged": _("Prolonged the own term of office"),
    "person.replaced": _("A new person took over a shared mailbox"),
    "person.retired": _("A log-in was taken away"),
    "person.erased": _("A person was erased"),
    "person.address_changed": _("Staff changed the address of a log-in"),
    "person.data_handed_out": _("Data about a person were handed out"),
    "organisation.made": _("Added an organisation"),
    "organisation.changed": _("Changed the facts about an organisation"),
    "organisation.confirmed": _("Confirmed an organisation"),
    "organisation.unconfirmed": _("Took back the confirmation of an organisation"),
    "organisation.succeeded": _("Told what became of an organisation"),
    "organisation.succession_removed": _("Took back what became of an organisation"),
    "organisation.imported": _("Imported organisations"),
    "organisation.exported": _("Exported organisations"),
    "handover.begun": _("Began a handover"),
    "handover.closed": _("Closed a handover"),
    "calendar.link_made": _("Made a calendar link"),
    "audit.exported": _("Exported the audit log"),
}
