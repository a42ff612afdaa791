"""Numbers about contacts, each defined here and nowhere else.

A contact counts once, however many organisations, parties and priorities it has. Parties are
counted as they stand, and lists without a row of their own by their name and place. Where a
contact is with members of the Storting or spans several kommuner, it counts in no kommune.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from lobbying.models import Contact, ContactParty
from lobbying.models.contacts import NAMED_LISTS, ContactQuerySet
from lobbying.places import Place
from memberorgs.models import MemberOrganisation
from priorities.models import Priority


@dataclass(frozen=True)
class ContactNumbers:
    """How many contacts, with how many different parties, in how many different places."""

    contacts: int
    parties: int
    kommuner: int
    fylker: int


def numbers_of(contacts: ContactQuerySet) -> ContactNumbers:
    """Of any contacts, also of those that a reader may see only; three queries."""
    counted = contacts.order_by().aggregate(
        contacts=Count("pk", distinct=True),
        kommuner=Count("kommune", distinct=True),
        fylker=Count("fylke", distinct=True),
    )
    parties = ContactParty.objects.filter(contact__in=_numbers(contacts)).order_by()
    named = Q(party__kind__in=sorted(NAMED_LISTS))
    lists = parties.filter(named).values("party", "list_name", "contact__kommune", "contact__fylke")
    plain = parties.exclude(named).aggregate(found=Count("party", distinct=True))["found"]
    return ContactNumbers(parties=plain + lists.distinct().count(), **counted)


def _numbers(contacts: ContactQuerySet) -> QuerySet[Contact, int]:
    """The primary keys, without what the queryset adds to each row."""
    return contacts.order_by().values_list("pk", flat=True)


def of_organisation(organisation: MemberOrganisation, first: date, last: date) -> ContactNumbers:
    """All that it took part in, for its own people; both days inside."""
    contacts = Contact.objects.there().of({organisation.pk}).between(first, last)
    return numbers_of(contacts)


def of_priority(priority: Priority) -> ContactNumbers:
    """All contacts tied to it, for those who may see them."""
    return numbers_of(Contact.objects.there().about(priority))


def public_of_priority(priority: Priority) -> ContactNumbers:
    """Those that the public sees: of confirmed organisations that have said yes."""
    return numbers_of(Contact.objects.counted_in_public().about(priority))


def public_in_place(place: Place) -> ContactNumbers:
    """The same of one kommune or fylke."""
    return numbers_of(Contact.objects.counted_in_public().in_place(place))


def public_by_kommune() -> dict[str, int]:
    """Contacts that the public sees, by number of the kommune; those without are left out."""
    rows = (
        Contact.objects.counted_in_public()
        .filter(kommune__isnull=False)
        .order_by()
        .values_list("kommune")
        .annotate(contacts=Count("pk"))
    )
    return dict(rows)
