"""Numbers about contacts, each defined here and nowhere else.

A contact counts once, however many organisations, parties and priorities it has. Parties are
counted as they stand, and lists without a row of their own by their name and place. Where a
contact is with members of the Storting or spans several kommuner, it counts in no kommune.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, JSONObject

from lobbying.models import Contact
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
    """Of any contacts, also of those that a reader may see only; one query."""
    rows = Contact.objects.filter(pk__in=_numbers(contacts)).order_by()
    return ContactNumbers(**rows.aggregate(**_counts()))


def _counts(within: Q | None = None) -> dict[str, Count]:
    """What `ContactNumbers` holds, of those rows that are `within`."""
    named = Q(asked__party__kind__in=sorted(NAMED_LISTS))
    place = Coalesce("kommune", "fylke", Value(""))
    one_list = Concat("asked__party", Value("/"), "asked__list_name", Value("/"), place)
    party = Case(When(named, then=one_list), default=F("asked__party"), output_field=CharField())
    told: dict[str, str | Case] = {
        "contacts": "pk",
        "parties": party,
        "kommuner": "kommune",
        "fylker": "fylke",
    }
    return {name: Count(what, distinct=True, filter=within) for name, what in told.items()}


def as_value(
    organisation: MemberOrganisation, first: date, last: date, months: Collection[date]
) -> Subquery:
    """`of_organisation`, and its contacts in each of `months` (days within them), as one JSON value
    for a query of something else; NULL without contacts. `read_value` reads it."""
    among = [(_of_month(month), f"m{month:%Y-%m}") for month in months]
    by_month = {name: Count("pk", distinct=True, filter=Q(day__range=days)) for days, name in among}
    begins = min([first, *(days[0] for days, _name in among)])
    rows = Contact.objects.there().of({organisation.pk}).between(begins, last).order_by()
    told = JSONObject(**_counts(Q(day__range=(first, last))), **by_month)
    # Of all that are there this is NULL, so that all of them are one group.
    return Subquery(rows.values("removed_at").annotate(told=told).values("told"))


def read_value(
    value: Mapping[str, int] | None, months: Iterable[date]
) -> tuple[ContactNumbers, dict[date, int]]:
    found = value or {}
    numbers = {name: found.get(name, 0) for name in ("contacts", "parties", "kommuner", "fylker")}
    return ContactNumbers(**numbers), {month: found.get(f"m{month:%Y-%m}", 0) for month in months}


def _of_month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


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
