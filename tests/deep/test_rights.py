"""Wagtail's own addresses × every role, held against the same table as ours."""

import pytest

from tests.test_rights import compare, house, is_ours, walk

__all__ = ["house"]
pytestmark = [
    pytest.mark.deep,
    pytest.mark.django_db,
    # wagtail-localize's report of translations has no order.
    pytest.mark.filterwarnings("ignore:Pagination may yield inconsistent results"),
]


def test_wagtails_addresses_give_what_the_table_says(house):
    compare(walk(house, lambda route: not is_ours(route)))
