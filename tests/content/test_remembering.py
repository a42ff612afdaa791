"""Menu and foot are remembered, and still say where one is and in which language."""

import re

import pytest
from django.db import connection
from django.template import Context, Template, TemplateSyntaxError
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from content import freshness

db = pytest.mark.django_db


def current(client, path):
    body = client.get(path).content.decode()
    foot = body[body.index('<footer class="foot"') :]
    return re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', foot)


@pytest.mark.usefixtures("published_plan")
@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_each_page_marks_its_own_link_whatever_was_read_before_it(client, settle, prefix):
    settle()
    paths = ["/", "/nyheter/", "/sok/", "/framdrift/rettelser/", "/personvern/", "/nyheter/", "/"]
    marked = [current(client, prefix + path) for path in paths]
    expected = [[(prefix + path, "page")] if path != "/" else [] for path in paths]
    assert marked == expected


@pytest.mark.usefixtures("published_plan")
def test_below_a_page_of_the_menu_its_link_is_marked_as_the_way(client, settle):
    settle()
    assert current(client, "/handlingsplan/2026-2027/") == [("/handlingsplan/", "true")]
    assert current(client, "/") == []


@pytest.mark.usefixtures("published_plan")
def test_the_upper_pages_are_found_without_a_query(client, settle):
    settle()
    client.get("/nyheter/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/nyheter/")
    sql = [one["sql"] for one in queries]
    assert not [one for one in sql if "FROM" in one and '"depth" IN (2, 3)' in one]


@db
def test_a_part_is_rendered_once_for_each_value_and_language_until_something_changes(settle):
    settle()
    calls = []
    part = Template('{% load remembering %}{% remembered "x" key %}{{ call }}{% endremembered %}')

    def render(key):
        return part.render(Context({"key": key, "call": lambda: calls.append(key) or key}))

    assert [render(key) for key in "aabab"] == list("aabab")
    assert calls == ["a", "b"]
    with translation.override("en"):
        render("a")
    assert calls == ["a", "b", "a"]
    freshness.bump()
    settle()
    render("a")
    assert calls == ["a", "b", "a", "a"]


def test_a_part_without_a_name_is_refused():
    with pytest.raises(TemplateSyntaxError, match="name"):
        Template("{% load remembering %}{% remembered %}{% endremembered %}")
