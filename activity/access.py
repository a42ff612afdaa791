"""The one door: who sees which entries and notes, and who may change them.

An organisation's entries are seen by its own people and by NSO's secretariat; the private note
only by its own people.
"""

from activity.models import Entry, HelpRequest
from activity.models.entries import EntryQuerySet
from activity.models.help_requests import HelpRequestQuerySet
from foundation.intake.owners import Reader
from lobbying.models import Contact
from lobbying.models.contacts import ContactQuerySet
from memberorgs.access import AnyUser, Standing, is_staff, organisations_visible_to
from memberorgs.models import User


def entries_visible_to(user: AnyUser) -> EntryQuerySet:
    """Entries that are there; `readable_note` is empty where the note is another's."""
    own = organisations_visible_to(user)
    found = Entry.objects.there()
    if not is_staff(user):
        found = found.of(own)
    return found.with_notes_of(own)


def entries_read_by_nso(user: AnyUser) -> EntryQuerySet:
    """Of all organisations, without notes: all for the secretariat; for others who write NSO's
    news, those that may be told in public."""
    found = Entry.objects.there().defer("note")
    return found if is_staff(user) else found.filter(may_be_told=True)


def contacts_read_by_nso(user: AnyUser) -> ContactQuerySet:
    """The same of contacts."""
    found = Contact.objects.there().defer("note")
    return found if is_staff(user) else found.filter(may_be_told=True)


def entries_of(at: Standing) -> EntryQuerySet:
    """Entries of the organisation of a room, with the notes for its people only.

    Staff, who may enter all rooms, read no notes.
    """
    own = {at.organisation.pk}
    return Entry.objects.there().of(own).with_notes_of(own if at.terms else ())


def may_change(at: Standing, entry: Entry) -> bool:
    """Change it, take it away and put it back: writers of the organisation."""
    return at.may_write and entry.organisation_id == at.organisation.pk


def help_requests_visible_to(user: AnyUser) -> HelpRequestQuerySet:
    if is_staff(user):
        return HelpRequest.objects.all()
    return HelpRequest.objects.of(organisations_visible_to(user))


def may_read_files_of_entry(user: Reader, pk: int) -> bool:
    """Attachments follow their entry; those of one that was taken away are nobody's."""
    return isinstance(user, User) and entries_visible_to(user).filter(pk=pk).exists()


def may_read_files_of_help(user: Reader, pk: int) -> bool:
    return isinstance(user, User) and help_requests_visible_to(user).filter(pk=pk).exists()
