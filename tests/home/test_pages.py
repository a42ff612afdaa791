"""The public pages of the first visit."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from home.models import StandardPage
from priorities.choices import Status
from priorities.models import PriorityPage
from tests.factories import StatusChangeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(published_plan):
    return published_plan


def h1(response):
    return re.findall(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.S)


def test_the_front_page_shows_a_card_for_each_priority(plan, client):
    response = client.get("/")
    assert response.status_code == 200
    for page in PriorityPage.objects.live():
        assert f'href="{page.url}"' in response.content.decode()


def test_every_page_has_one_main_heading_and_a_title_of_its_own(plan, client):
    titles = set()
    for page in Page.objects.live().filter(depth__gt=1):
        response = client.get(page.url, follow=True)
        assert response.status_code == 200, page.url
        assert len(h1(response)) == 1, page.url
        if not response.redirect_chain:
            titles.add(
                re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1].strip()
            )
    assert len(titles) == Page.objects.live().filter(depth__gt=1).count() - 1


def test_while_there_is_one_plan_the_list_leads_to_it(plan, client):
    assert client.get("/handlingsplan/").url == "/handlingsplan/2026-2027/"


def test_with_two_plans_the_list_shows_both_the_newest_first(plan, client, read_in, adopted_text):
    read_in(adopted_text.replace("2026/2027", "2027/2028"), publish=True)
    body = client.get("/handlingsplan/").content.decode()
    assert body.index("/handlingsplan/2027-2028/") < body.index("/handlingsplan/2026-2027/")
    assert 'href="/handlingsplan/2027-2028/' in client.get("/").content.decode()


def test_an_empty_house_has_no_broken_page(client, db):
    assert client.get("/").status_code == 200
    assert client.get("/handlingsplan/").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_plan(
    plan, client, read_in, django_assert_max_num_queries, adopted_text, settle
):
    addresses = ("/", "/handlingsplan/2026-2027/", PriorityPage.objects.first().url)
    costs = {}
    settle()
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs[address] = len([one for one in queries if "content_generation" not in one["sql"]])
        assert costs[address] <= 12
    more = "".join(f"- Prioritering nummer {number} om noe eget.\n" for number in range(40))
    read_in(adopted_text + "\n" + more, publish=True)
    settle()
    for address in addresses:
        client.get(address)
        # One more is the generation's, asked for five times a second at most.
        with django_assert_max_num_queries(costs[address] + 1):
            client.get(address)


def test_a_plain_page_stands_in_the_foot(client, db):
    page = StandardPage.objects.get(slug="om-portalen")
    assert f'href="{page.url}"' in client.get("/").content.decode()
    assert "Fri programvare" in client.get(page.url).content.decode()


def test_a_draft_is_seen_by_nobody_outside(plan, client):
    page = PriorityPage.objects.get(priority__position=2)
    page.unpublish()
    assert client.get(page.url).status_code == 404
    assert f'href="{page.url}"' not in client.get("/handlingsplan/2026-2027/").content.decode()


def test_the_adopted_words_are_escaped(client, read_in):
    read_in(
        "# Handlingsplan 2030\n\n## Politisk\n\n- Jobbe for &lt;b&gt;alle&lt;/b&gt; studenter.\n"
        "- Jobbe for noe annet.\n",
        publish=True,
    )
    assert "<b>alle</b>" not in client.get("/handlingsplan/2030/").content.decode()


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("", "Døra for medlemslagene"),
        ("/nn", "Døra for medlemslaga"),
        ("/en", "The members' door"),
    ],
)
def test_the_front_page_has_a_door_to_the_log_in(client, db, prefix, told):
    # Around an untranslated page the words are bokmål; the way leads on in the reader's language.
    page = client.get(f"{prefix}/").content.decode()
    door = page.split('<section class="door')[1].split("</section>")[0]
    assert f'href="{prefix}/konto/logg-inn/"' in door
    assert "Døra for medlemslagene" in door or told in door
    assert f'href="{prefix}/konto/spor-om-tilgang/"' in door


def test_the_door_leads_to_what_is_there(client, db):
    """It once said that the members' room had not opened yet, long after it had."""
    door = client.get("/en/").content.decode().split('<section class="door')[1]
    for address in re.findall(r'<a[^>]* href="([^"]+)"', door.split("</section>")[0]):
        assert client.get(address).status_code == 200
    assert "not opened" not in door
    assert door.count("<li><div><b>") == 3


def test_a_page_that_is_not_there_names_the_ways_on(client, published_plan):
    page = client.get("/en/finnes-ikke/")
    assert page.status_code == 404
    ways = page.content.decode().split('class="ways"')[1].split("</ul>")[0]
    found = re.findall(r'href="([^"]+)"', ways)
    assert "/en/medlemslag/" in found
    assert len(found) == 5
    assert all(client.get(one, follow=True).status_code == 200 for one in found)


def test_an_empty_front_page_shows_no_empty_part(client, db):
    inside = client.get("/").content.decode().split("<main")[1].split("</main>")[0]
    assert re.findall(r"<h[123][^>]*>\s*<", inside) == ["<h1>\n          <"]
    for part in ('class="hall', 'id="nytt"', 'class="ahead', 'class="index', "/framdrift/"):
        assert part not in inside
    assert inside.count("<section") == 2, "the poster and the door"


def test_the_list_of_the_front_page_tells_each_status(plan, client):
    before = client.get("/").content.decode().split('class="index')[1]
    assert 'class="status' not in before.split('class="door')[0]
    page = PriorityPage.objects.get(priority__position=3)
    StatusChangeFactory(priority=page.priority, status=Status.WON, published=True)
    after = client.get("/").content.decode()
    row = after.split('<ol class="index')[1].split(f'href="{page.url}"')[1].split("</li>")[0]
    assert 'class="status is-win"' in row
    assert "Gjennomslag" in row
    assert 'href="/framdrift/">Framdrift i tall' in after
