"""Fills the portal with member organisations, for measuring: `fill_members.py NUMBER FILE`.

Brings their number up to NUMBER, a dozen people in one of them, and writes into FILE what the home
of that one is asked with: its path, and a session of its leader.
"""

import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY as BACKEND_KEY  # noqa: E402
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - models need the set-up
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from memberorgs.choices import OrganisationKind, Role  # noqa: E402
from memberorgs.models import MemberOrganisation, OrganisationCode, Term, User  # noqa: E402

PEOPLE = 12

number, target = int(sys.argv[1]), Path(sys.argv[2])
missing = number - MemberOrganisation.objects.count()
first = MemberOrganisation.objects.filter(code__startswith="bench-").count()
made = MemberOrganisation.objects.bulk_create(
    MemberOrganisation(
        code=f"bench-{place}",
        name_nb=f"Studentlaget {place}",
        short_name=f"SL {place}",
        kind=OrganisationKind.COLLEGE,
    )
    for place in range(first, first + max(missing, 1))
)
OrganisationCode.objects.bulk_create(
    OrganisationCode(code=one.code, organisation=one) for one in made
)
organisation = made[0]
today = timezone.localdate()
for place in range(PEOPLE):
    person = User.objects.create_user(
        f"{organisation.code}-{place}@bench.example", first_name="Kari", last_name=f"Nr {place}"
    )
    Term.objects.create(
        organisation=organisation,
        person=person,
        role=Role.READER if place else Role.LEADER,
        begins=today - timedelta(days=100),
        ends=today + timedelta(days=100 + place),
    )
leader = organisation.terms.get(role=Role.LEADER).person
session = SessionStore()
session[SESSION_KEY] = str(leader.pk)
session[BACKEND_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = leader.get_session_auth_hash()
session.save()
target.write_text(f"/medlem/{organisation.code}/\n{session.session_key}\n")
