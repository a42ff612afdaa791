"""The demo's member organisations: made up, with people whose terms lie around today.

What `organisations.toml` tells is put in once, each organisation with its people; one whose code is
there, or ever was, is left as it stands.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from foundation.tokens.secret_links import digest, new_secret
from geography.models import Kommune
from memberorgs.actions import INVITATION
from memberorgs.choices import Confidence, Role, SuccessionKind
from memberorgs.models import (
    Invitation,
    MemberOrganisation,
    OrganisationCode,
    StudentCount,
    Succession,
    Term,
    User,
)
from memberorgs.models.invitations import UNANSWERED_DAYS, expiry

FILE = Path(__file__).resolve().parent / "organisations.toml"
STAFF = "sekretariat@demo.example"
COUNTED_IN = 2025


class Person(NamedTuple):
    """What one of the demo's people is; `years` from the term of today (-1: the one before)."""

    first_name: str
    title: str
    role: Role
    years: int = 0


PEOPLE = {
    "leder": Person("Demoleder", "Leder", Role.LEADER),
    "forer": Person("Demofører", "Fag- og forskningspolitisk ansvarlig", Role.REPORTER),
    "leser": Person("Demoleser", "Styremedlem", Role.READER),
    "patroppende": Person("Demopåtroppende", "Påtroppende leder", Role.LEADER, 1),
    "forrige": Person("Demoforrige", "Leder", Role.LEADER, -1),
}


def seed(password: str) -> int:
    """Makes the organisations that are missing, all or nothing, and returns how many.

    Makes none where the kommuner are not loaded. Sends no mail. Their people share `password`.
    """
    if not settings.DEMO:
        raise RuntimeError("demo organisations are made in demo mode only")
    with transaction.atomic():
        taken = set(OrganisationCode.objects.values_list("code", flat=True))
        missing = [told for told in read() if told["code"] not in taken]
        if not missing or not Kommune.objects.exists():
            return 0
        staff = User.objects.filter(email=STAFF).first()
        # One hash for all: they share the password, and each hash takes a while to make.
        hashed = make_password(password)
        for told in missing:
            _make(told, staff, hashed)
        _tell_mergers(missing)
    return len(missing)


def read() -> list[dict[str, Any]]:
    """The entries of `organisations.toml`, as they stand there."""
    with FILE.open("rb") as file:
        return list(tomllib.load(file)["organisation"])


def _make(told: Mapping[str, Any], staff: User | None, hashed: str) -> None:
    month, day = told.get("begins", (None, None))
    organisation = MemberOrganisation(
        code=told["code"],
        name_nb=told["name"],
        name_nn=told.get("name_nn", ""),
        name_en=told.get("name_en", ""),
        short_name=told["short"],
        kind=told["kind"],
        elects_in=told["elects_in"],
        terms_begin_month=month,
        terms_begin_day=day,
        language=told.get("language", settings.LANGUAGE_CODE),
        mailbox=f"post.{told['code']}@demo.example",
        left_on=told.get("left"),
        name_confidence=Confidence.DEMO,
        membership_confidence=Confidence.DEMO,
        membership_evidence="Oppdiktet for demoen",
    )
    if staff is not None:
        organisation.confirmed_at, organisation.confirmed_by = timezone.now(), staff
    organisation.full_clean(exclude=["confirmed_by"])
    organisation.save()
    for place, number in enumerate(told["campuses"]):
        organisation.campuses.create(kommune_id=number, is_main=place == 0, position=place)
    if "students" in told:
        StudentCount.objects.create(
            organisation=organisation,
            year=COUNTED_IN,
            students=told["students"],
            confidence=Confidence.DEMO,
            source="Oppdiktet for demoen",
        )
    today = timezone.localdate()
    for who in told["people"]:
        _give_term(organisation, told, who, staff, hashed, today)
    if told.get("invited") and staff is not None:
        _invite(organisation, staff, today)


def _give_term(
    organisation: MemberOrganisation,
    told: Mapping[str, Any],
    who: str,
    staff: User | None,
    hashed: str,
    today: date,
) -> None:
    one = PEOPLE[who]
    begins, ends = _term_around(organisation, today, one.years)
    person = User(
        email=f"{who}.{organisation.code}@demo.example",
        first_name=one.first_name,
        last_name=told["place"],
        language=organisation.language,
        password=hashed,
    )
    person.save()
    accepted = timezone.now() - timedelta(days=max((today - begins).days, 0) + 20)
    term = Term(
        organisation=organisation,
        person=person,
        role=one.role,
        title=one.title,
        begins=begins,
        ends=ends,
        accepted_at=accepted,
        given_at=accepted,
        given_by=staff,
    )
    term.full_clean(exclude=["given_by"])
    term.save()


def _invite(organisation: MemberOrganisation, staff: User, today: date) -> None:
    """Nobody has opened it for so long that staff are shown it. The link itself is nobody's."""
    begins, ends = _term_around(organisation, today)
    sent_at = timezone.now() - timedelta(days=UNANSWERED_DAYS + 2)
    Invitation.objects.create(
        organisation=organisation,
        email=f"nestleder.{organisation.code}@demo.example",
        role=Role.LEADER,
        title="Nestleder",
        begins=begins,
        ends=ends,
        digest=digest(INVITATION, new_secret()),
        sent_at=sent_at,
        invited_at=sent_at,
        expires_at=expiry(sent_at, begins),
        invited_by=staff,
    )


def _term_around(
    organisation: MemberOrganisation, today: date, years: int = 0
) -> tuple[date, date]:
    """First and last day of the usual term that `today` lies in, moved by `years`."""
    month = organisation.terms_begin_month or 7
    day = organisation.terms_begin_day or 1
    year = today.year + years
    if (today.month, today.day) < (month, day):
        year -= 1
    return date(year, month, day), date(year + 1, month, day) - timedelta(days=1)


def _tell_mergers(made: list[dict[str, Any]]) -> None:
    for told in made:
        after = MemberOrganisation.objects.filter(code=told.get("merged_into", "")).first()
        if after is not None:
            Succession.objects.create(
                predecessor=MemberOrganisation.objects.get(code=told["code"]),
                successor=after,
                kind=SuccessionKind.MERGER,
                on=told["left"],
            )
