from lobbying.models.answers import Answer
from lobbying.models.contacts import Contact, ContactParty, ContactVersion, CountingConsent
from lobbying.models.elections import Demand, Election

__all__ = [
    "Answer",
    "Contact",
    "ContactParty",
    "ContactVersion",
    "CountingConsent",
    "Demand",
    "Election",
]
