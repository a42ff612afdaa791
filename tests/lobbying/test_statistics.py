"""Numbers about contacts: each contact once, the public ones only by consent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lobbying import actions, statistics
from lobbying.choices import Counterpart
from lobbying.places import Place
from lobbying.statistics import ContactNumbers
from priorities.models import Priority
from tests.factories import make_kommune

pytestmark = pytest.mark.django_db


@pytest.fixture
def priority(published_plan):
    return Priority.objects.filter(plan=published_plan).first()


def test_a_joint_contact_with_several_parties_counts_once(
    log, organisation, other, priority, bergen
):
    second = Priority.objects.exclude(pk=priority.pk).first()
    log(a={}, b={}, together_with=(other,), priorities=(priority, second))
    log(a={}, lists={"Bylista": {}}, priorities=(priority,))
    log(lists={"Bylista": {}}, kommune=make_kommune("1103"), priorities=(priority,))
    log(
        counterpart=Counterpart.ADMINISTRATION,
        kommune=None,
        fylke=bergen.fylke,
        priorities=(priority,),
    )
    today = timezone.localdate()
    everything = ContactNumbers(contacts=4, parties=4, kommuner=2, fylker=1)
    assert statistics.of_priority(priority) == everything
    span = (today - timedelta(days=30), today)
    assert statistics.of_organisation(organisation, *span) == everything
    assert statistics.of_organisation(other, *span) == ContactNumbers(1, 2, 1, 0)
    assert statistics.of_organisation(other, today, today) == ContactNumbers(0, 0, 0, 0)


def test_the_public_sees_only_what_an_organisation_let_count(
    log, organisation, leader, other, stranger, priority, bergen
):
    log(a={}, priorities=(priority,))
    log(of=other, by=stranger, b={}, priorities=(priority,))
    gone = log(a={}, priorities=(priority,))
    actions.remove_contact(contact=gone, by=leader)
    nothing = ContactNumbers(0, 0, 0, 0)
    assert statistics.public_of_priority(priority) == nothing
    for _ in range(2):
        actions.let_count(organisation=organisation, by=leader)
    one = ContactNumbers(contacts=1, parties=1, kommuner=1, fylker=0)
    assert statistics.public_of_priority(priority) == one
    assert statistics.public_in_place(Place(kommune=bergen)) == one
    assert statistics.public_by_kommune() == {"4601": 1}
    organisation.confirmed_at = organisation.confirmed_by = None
    organisation.save()
    assert statistics.public_of_priority(priority) == nothing
    actions.stop_count(organisation=organisation, by=leader)
    assert statistics.public_by_kommune() == {}
