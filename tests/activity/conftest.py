"""An organisation with people, and a short way into its log."""

import pytest

from memberorgs.choices import Role
from tests.factories import OrganisationFactory, TermFactory


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
def writer(client, leader):
    client.force_login(leader)
    return client
