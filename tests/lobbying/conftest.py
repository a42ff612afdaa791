"""An organisation with people, parties, an election with demands, and a short way to a contact."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from geography.models import Party
from lobbying.actions import log_contact
from lobbying.choices import ContactKind, Counterpart
from lobbying.facts import Asked, ContactFacts, Said
from lobbying.models import Demand, Election
from memberorgs.choices import Confidence, Role
from tests.factories import OrganisationFactory, TermFactory, make_kommune


def make_party(code, position, kind=Party.Kind.PARTY, **values):
    name = f"Prøvelista {code}"
    names = {"name_nb": name, "name_nn": name, "name_en": f"Test list {code}"}
    return Party.objects.create(
        code=code, kind=kind, short_name=code.upper(), position=position,
        **{"in_storting_2025": False, **names, **values},
    )  # fmt: skip


@pytest.fixture
def organisation(db):
    return OrganisationFactory(code="fjordvik", short_name="SP Fjordvik")


@pytest.fixture
def other(db):
    return OrganisationFactory(code="elvestad", short_name="SP Elvestad")


@pytest.fixture
def leader(organisation):
    return TermFactory(organisation=organisation).person


@pytest.fixture
def reader(organisation):
    return TermFactory(organisation=organisation, role=Role.READER).person


@pytest.fixture
def stranger(other):
    return TermFactory(organisation=other).person


@pytest.fixture
def bergen(db):
    return make_kommune("4601", "Bergen")


@pytest.fixture
def oslo(db):
    kommune = make_kommune("0301", "Oslo")
    kommune.fylke.own_fylkesting = False
    kommune.fylke.save()
    return kommune


@pytest.fixture
def parties(db):
    """Two parties, one of the Storting, and the row of local lists; made in another order."""
    return {
        "b": make_party("b", 20),
        "a": make_party("a", 10),
        "s": make_party("s", 30, in_storting_2025=True),
        "lokalliste": make_party("lokalliste", 900, kind=Party.Kind.LOCAL_LIST),
    }


@pytest.fixture
def election(db):
    return Election.objects.create(code="2027", name_nb="Valget 2027", day=date(2027, 9, 13))


@pytest.fixture
def demands(election):
    """By code: two of kommuner (`k1`, `k2`), one of fylker (`f1`)."""
    return {
        code: Demand.objects.create(
            election=election,
            code=code,
            level="kommune" if code.startswith("k") else "fylke",
            theme="bolig",
            text_nb=f"Krav {code}",
            text_en=f"Demand {code}",
            position=place,
            confidence=Confidence.SOURCED,
        )
        for place, code in enumerate(("k1", "k2", "f1"))
    }


@pytest.fixture
def told(bergen, parties, demands):
    """Facts of a meeting in Bergen: `told(a={"k1": ("yes", "said")}, days=3, note="…")`."""

    def make(*, days=1, lists=(), **values):
        asked = [
            Asked(parties[code], answers=said_of(values.pop(code)))
            for code in list(parties)
            if code in values
        ]
        asked += [
            Asked(parties["lokalliste"], name, said_of(said)) for name, said in dict(lists).items()
        ]
        plain = {
            "counterpart": Counterpart.PARTY,
            "kind": ContactKind.MEETING,
            "day": timezone.localdate() - timedelta(days=days),
            "kommune": bergen,
            "asked": tuple(asked),
        }
        return ContactFacts(**{**plain, **values})

    def said_of(said):
        return tuple(Said(demands[code], *what) for code, what in said.items())

    return make


@pytest.fixture
def log(organisation, leader, told):
    """Logs a contact of the organisation by its leader."""

    def make(*, by=None, of=None, **values):
        return log_contact(organisation=of or organisation, facts=told(**values), by=by or leader)

    return make
