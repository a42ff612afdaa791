"""What a page costs the database does not grow with the site."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.demo_content import volume
from priorities.models import PriorityPage

MOST = 12
# Asked at most five times a second by all pages together, where Redis is away as in these tests.
GENERATION = "content_generation"


def addresses():
    first = PriorityPage.objects.get(priority__position=1, priority__plan__year_start=2026)
    return [
        "/",
        "/handlingsplan/2026-2027/",
        first.url,
        "/nyheter/",
        "/nyheter/?side=2",
        "/sok/?q=noe",
        "/framdrift/",
        "/framdrift/rettelser/",
        "/om-portalen/",
    ]


@pytest.fixture
def costs(client):
    """Address → the statements of a page that nobody asked for since something changed."""

    def of(address):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, address
        return [one["sql"] for one in queries if GENERATION not in one["sql"]]

    return of


def kinds(statements):
    return Counter(re.sub(r"'[^']*'|\b[0-9a-f]{32}\b|\d+", "?", one) for one in statements)


def test_a_page_takes_few_statements_and_writes_nothing(published_plan, costs, settle):
    settle()
    for address in addresses():
        costs(address)
        statements = costs(address)
        assert len(statements) <= MOST, address
        assert max(kinds(statements).values(), default=0) <= 2, address
        assert not [one for one in statements if not one.startswith("SELECT")], address


def test_a_page_costs_the_same_on_a_site_of_thousands(published_plan, costs, settle):
    volume.fill(plans=1, news=40)
    settle()
    places = [prefix + address for prefix in ("", "/nn", "/en") for address in addresses()]
    few = {}
    for place in places:
        costs(place)
        few[place] = len(costs(place))
    volume.fill(plans=199, news=4960)
    settle()
    for place in places:
        costs(place)
        assert len(costs(place)) == few[place] <= MOST, place


def test_the_first_page_after_a_change_reads_what_stands_around_pages_once(
    published_plan, costs, settle
):
    for address in addresses():
        settle()
        published_plan.save()
        settle()
        statements = costs(address)
        assert max(kinds(statements).values(), default=0) <= 2, address
