"""The sitemap, and what tells crawlers of it."""

from datetime import UTC, datetime

import pytest
import time_machine
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from home.models import HomePage, StandardPage
from priorities.models import PriorityPage
from tests.factories import StatusChangeFactory, make_update

pytestmark = pytest.mark.django_db

SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
HOST = "http://localhost:8000"


def sitemap_of(client):
    """Path → (lastmod, language → path of the alternate)."""
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    found = {}
    for url in fromstring(response.content).findall("s:url", SPACES):
        path = url.find("s:loc", SPACES).text.removeprefix(HOST)
        assert path not in found
        assert path.startswith("/")
        changed = url.find("s:lastmod", SPACES)
        links = {
            link.get("hreflang"): link.get("href").removeprefix(HOST)
            for link in url.findall("x:link", SPACES)
        }
        found[path] = (changed.text if changed is not None else None, links)
    return found


def test_every_public_page_is_in_it_and_answers(client, published_plan):
    update = make_update(published_plan.priorities.first())
    found = sitemap_of(client)
    assert {
        "/",
        "/nyheter/",
        "/handlingsplan/2026-2027/",
        update.url,
        "/framdrift/",
        "/framdrift/rettelser/",
        "/personvern/",
        "/tilgjengelighet/",
    } <= (found.keys())
    assert {page.url for page in PriorityPage.objects.live()} <= found.keys()
    for path in found:
        if not path.startswith(("/nn/", "/en/")):
            assert client.get(path).status_code == 200, path


def test_drafts_closed_pages_and_detours_are_not_in_it(client, published_plan):
    draft = make_update(published_plan.priorities.first(), published=False)
    closed = make_update(title="Lukket")
    closed.view_restrictions.create(restriction_type="login")
    found = sitemap_of(client)
    assert draft.url not in found
    assert closed.url not in found
    assert "/handlingsplan/" not in found


def test_a_new_status_is_a_change_of_the_page(client, published_plan):
    priority = published_plan.priorities.get(position=2)
    page = PriorityPage.objects.get(priority=priority)
    with time_machine.travel(datetime(2099, 11, 26, 11, tzinfo=UTC), tick=False):
        StatusChangeFactory(priority=priority, published=True)
    found = sitemap_of(client)
    assert found[page.url][0] == "2099-11-26T12:00:00+01:00"
    assert found["/nyheter/"][0] < "2099"


def test_each_translation_has_its_address_and_names_the_others(client, published_plan):
    page = PriorityPage.objects.get(priority__position=2)
    other = page.copy_for_translation(Locale.objects.get(language_code="nn"), copy_parents=True)
    other.title = "Kommune- og fylkestingsvalet 2027"
    other.save_revision().publish()
    found = sitemap_of(client)
    links = {"nb": page.url, "nn": other.url, "x-default": page.url}
    assert other.url.startswith("/nn/")
    assert found[page.url][1] == found[other.url][1] == links
    assert not [path for path in found if path.startswith("/en/handlingsplan/")]
    assert found["/nn/framdrift/rettelser/"][1].keys() == {"nb", "nn", "en", "x-default"}
    for path in (other.url, "/nn/framdrift/rettelser/", "/en/framdrift/"):
        assert client.get(path).status_code == 200


def test_a_translation_of_a_closed_page_is_closed(client, published_plan):
    page = PriorityPage.objects.get(priority__position=2)
    other = page.copy_for_translation(Locale.objects.get(language_code="nn"), copy_parents=True)
    other.title = "Kommune- og fylkestingsvalet 2027"
    other.save_revision().publish()
    page.view_restrictions.create(restriction_type="login")
    assert other.url not in sitemap_of(client)


def test_an_alias_is_no_translation(client, published_plan):
    locale = Locale.objects.get(language_code="nn")
    home = HomePage.objects.get(locale=Locale.get_default())
    home.copy_for_translation(locale, alias=True)
    found = sitemap_of(client)
    assert found["/"][1] == {}


def test_ten_times_the_pages_cost_no_more_queries(client, published_plan):
    def cost():
        client.get("/sitemap.xml")
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        assert not [one for one in queries if not one["sql"].startswith("SELECT")]
        return len(queries)

    before = cost()
    home = HomePage.objects.get(locale=Locale.get_default())
    for number in range(30):
        home.add_child(instance=StandardPage(title=f"Side {number}", slug=f"side-{number}"))
    assert len(sitemap_of(client)) > 45
    assert cost() == before <= 12


def test_the_page_cache_may_keep_it(client, published_plan):
    response = client.get("/sitemap.xml")
    assert response.reader_keys == ()
    assert "public" in response["Cache-Control"]


def test_robots_name_the_sitemap_of_the_real_site_only(client, settings):
    assert "Sitemap:" not in client.get("/robots.txt").content.decode()
    settings.DEMO = False
    settings.BASE_URL = "https://portal.example"
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: https://portal.example/sitemap.xml" in lines
