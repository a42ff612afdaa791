from memberorgs.models.dates import CalendarLink, NationalDate, OrganisationDate
from memberorgs.models.handover import Handover, HandoverTick
from memberorgs.models.imports import OrganisationImport
from memberorgs.models.invitations import AccessRequest, Invitation
from memberorgs.models.organisations import (
    MemberOrganisation,
    OrganisationCampus,
    OrganisationCode,
    SocialLink,
    StudentCount,
    Succession,
)
from memberorgs.models.people import User, UserManager
from memberorgs.models.terms import Term

__all__ = [
    "AccessRequest",
    "CalendarLink",
    "Handover",
    "HandoverTick",
    "Invitation",
    "MemberOrganisation",
    "NationalDate",
    "OrganisationCampus",
    "OrganisationCode",
    "OrganisationDate",
    "OrganisationImport",
    "SocialLink",
    "StudentCount",
    "Succession",
    "Term",
    "User",
    "UserManager",
]
