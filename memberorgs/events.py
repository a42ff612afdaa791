"""What the audit log knows of people and organisations, and the words of it."""

from django.utils.translation import gettext_lazy as _

from foundation.audit.facts import Words, day, field_of, one_of
from memberorgs.choices import AddressCheck, HandoverStart, Role, SuccessionKind
from memberorgs.organisation_columns import BY_NAME

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
    "person.data_corrected": _("Corrected the own name or language"),
    "rights.changed": _("Changed the rights of a log-in"),
    "rights.group_changed": _("Changed the rights of a group"),
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
    "calendar.link_dropped": _("Ended a calendar link"),
    "calendar.date_removed": _("Took a date out of the calendar"),
    "calendar.date_put_back": _("Put a date back into the calendar"),
    "admin.deleted": _("Deleted something in the admin"),
    "admin.exported": _("Exported a list of the admin"),
    "audit.exported": _("Exported the audit log"),
    "breach.listed": _("A list was made of whom a breach touched"),
}


def _field_of_column(name: str) -> str:
    """An import names the columns of its table, a form the fields of the model."""
    return BY_NAME[name].field or name if name in BY_NAME else name


_OFFICE = {
    "role": Words(_("role"), one_of(dict(Role.choices))),
    "begins": Words(_("from"), day),
    "ends": Words(_("until"), day),
}
_EXPORT = {"rows": Words(_("rows")), "format": Words(_("file format"))}

# By family of events.
FACTS = {
    "invitation": _OFFICE,
    "term": _OFFICE
    | {
        "title_changed": Words(_("office renamed")),
        "with_reason": Words(_("with a reason")),
        "days": Words(_("days more")),
    },
    "person": {
        "fields": Words(_("what"), field_of("memberorgs.User")),
        "how": Words(
            _("where"), one_of({"page": _("on the page My data"), "command": _("by the operator")})
        ),
        "tables": Words(_("kinds of data")),
        "checked": Words(_("checked"), one_of(dict(AddressCheck.choices))),
    },
    "rights": {
        "group": Words(_("group")),
        "given": Words(_("given")),
        "taken": Words(_("taken away")),
        "place": Words(_("where")),
        "removed": Words(_("the group is deleted")),
        "is_active": Words(_("can log in")),
        "is_staff": Words(_("works for NSO")),
        "is_superuser": Words(_("administrator")),
    },
    "breach": {
        "since": Words(_("from")),
        "until": Words(_("until")),
        "people": Words(_("people")),
    },
    "organisation": _EXPORT
    | {
        "fields": Words(
            _("what"),
            field_of(
                "memberorgs.MemberOrganisation",
                {
                    "campuses": _("campuses"),
                    "campus_kommuner": _("campuses"),
                    "institution_id": _("institutions"),
                    "social_links": _("social links"),
                    "student_counts": _("number of students"),
                    "students": _("number of students"),
                    "students_year": _("year of the number of students"),
                    "students_confidence": _("how sure the number of students is"),
                    "students_source": _("source of the number of students"),
                    "confirmed": _("confirmed"),
                },
                _field_of_column,
            ),
        ),
        "new": Words(_("new")),
        "changed": Words(_("changed")),
        "unchanged": Words(_("unchanged")),
        "successor": Words(_("successor")),
        "kind": Words(_("what happened"), one_of(dict(SuccessionKind.choices))),
        "on": Words(_("from the day"), day),
    },
    "handover": {"start": Words(_("why"), one_of(dict(HandoverStart.choices)))},
    "admin": {"path": Words(_("list"))},
    "audit": _EXPORT,
}
