"""Who leads is asked for a second step and an own address; nobody else is."""

import pytest

from memberorgs.choices import Role
from tests.factories import TermFactory, UserFactory

pytestmark = pytest.mark.django_db
STEP, ADDRESS = "Set up the second step", "Change to your own address"


@pytest.mark.parametrize(
    ("role", "factor", "shared", "asked"),
    [
        (Role.LEADER, False, False, {STEP}),
        (Role.LEADER, True, False, set()),
        (Role.LEADER, True, True, {ADDRESS}),
        (Role.LEADER, False, True, {STEP, ADDRESS}),
        (Role.REPORTER, False, True, set()),
        (Role.READER, False, False, set()),
    ],
)
def test_what_the_home_asks_of_whom(client, role, factor, shared, asked):
    person = UserFactory(factor=factor, shared_mailbox=shared)
    term = TermFactory(person=person, role=role)
    # What others have is nobody else's.
    TermFactory(organisation=term.organisation, person=UserFactory(factor=not factor))
    client.force_login(person)
    page = client.get(f"/en{term.organisation.members_url}").content.decode()
    assert {words for words in (STEP, ADDRESS) if words in page} == asked
