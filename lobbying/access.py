"""The one door: who sees which contacts, notes and answers, and who may change them.

Contacts are seen by the organisations that took part and by NSO's secretariat; the note only by
the organisation that wrote it. Answers are seen by all who hold an office in a member
organisation, without notes and without what was agreed.
"""

from django.db.models import BooleanField, ExpressionWrapper, Q

from foundation.intake.owners import Reader
from lobbying.models import Answer, Contact
from lobbying.models.answers import AnswerQuerySet
from lobbying.models.contacts import ContactQuerySet
from memberorgs.access import AnyUser, Standing, is_staff, organisations_visible_to
from memberorgs.models import User


def contacts_visible_to(user: AnyUser) -> ContactQuerySet:
    """Contacts that are there; `readable_note` is empty where the note is another's."""
    own = organisations_visible_to(user)
    found = Contact.objects.there()
    if not is_staff(user):
        found = found.of(own)
    return found.with_notes_of(own)


def contacts_of(at: Standing) -> ContactQuerySet:
    """Contacts of the organisation of a room, with the notes that it wrote; for its people only.

    Staff, who may enter all rooms, read no notes.
    """
    own = {at.organisation.pk}
    return Contact.objects.there().of(own).with_notes_of(own if at.terms else ())


def contacts_in_room(at: Standing, *, removed: bool = False) -> ContactQuerySet:
    """The same, each with `may_read_note`; `removed`: also those that it logged and took away."""
    own = {at.organisation.pk}
    notes = own if at.terms else set()
    rows = Contact.objects.of(own).with_notes_of(notes)
    seen = Q(removed_at=None) | Q(organisation__in=own) if removed else Q(removed_at=None)
    is_own = Q(organisation__in=notes)
    return rows.filter(seen).annotate(may_read_note=ExpressionWrapper(is_own, BooleanField()))


def answers_visible_to(user: AnyUser) -> AnswerQuerySet:
    """What parties have answered, to whomever of the member organisations."""
    if is_staff(user) or organisations_visible_to(user):
        return Answer.objects.there()
    return Answer.objects.none()


def answers_in_room(at: Standing) -> AnswerQuerySet:
    """The same, of one who is in a room already; asks no database."""
    return Answer.objects.there() if at.may_read else Answer.objects.none()


def may_change(at: Standing, contact: Contact) -> bool:
    """Change it, take it away and put it back: writers of the organisation that logged it."""
    return at.may_write and contact.organisation_id == at.organisation.pk


def may_read_files(user: Reader, pk: int) -> bool:
    """Attachments follow their contact; those of one that was taken away are nobody's."""
    return isinstance(user, User) and contacts_visible_to(user).filter(pk=pk).exists()
