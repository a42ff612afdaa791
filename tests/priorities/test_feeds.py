"""Atom feeds of progress news."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from content.models import SiteFacts
from priorities.models import PriorityPage, ProgressUpdatePage
from tests.factories import make_update, publish_changes

pytestmark = pytest.mark.django_db

FEED = "/nyheter/feed/"
ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 25, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def priority(published_plan):
    return published_plan.priorities.get(position=2)


def feed_of(client, address=FEED):
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return fromstring(response.content)


def entries(feed):
    return feed.findall(f"{ATOM}entry")


def said(element, name):
    return element.find(ATOM + name).text


def titles(feed):
    return [said(entry, "title") for entry in entries(feed)]


def test_a_feed_has_what_atom_asks_for(client, priority):
    make_update(priority, title="Krav & svar", date=date(2026, 11, 20))
    feed = feed_of(client)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANGUAGE) == "nb"
    assert said(feed, "id") == "tag:localhost,2026:nyheter"
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Norsk studentorganisasjon"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://localhost:8000/nyheter/feed/",
        "alternate": "http://localhost:8000/nyheter/",
    }
    update = ProgressUpdatePage.objects.get()
    (entry,) = entries(feed)
    assert entry.get(LANGUAGE) == "nb"
    assert said(entry, "title") == "Krav & svar"
    assert said(entry, "id") == f"tag:localhost,2026:nyheter/{update.pk}"
    assert entry.find(f"{ATOM}link").get("href") == f"http://localhost:8000{update.url}"
    assert said(entry, "summary") == "To møter på en uke."
    assert said(entry, "published") == "2026-11-20T12:00:00+01:00"
    assert datetime.fromisoformat(said(entry, "updated")) == datetime(2026, 11, 25, 11, tzinfo=UTC)
    category = entry.find(f"{ATOM}category")
    assert category.get("term") == str(priority.pk)
    assert category.get("label") == "2. Kommune- og fylkestingsvalget 2027"


def test_the_newest_thirty_come_first(client, priority):
    for number in range(32):
        make_update(priority, title=f"Nytt {number}", date=date(2026, 9, 1 + number % 28))
    found = titles(feed_of(client))
    assert len(found) == 30
    assert found[:2] == ["Nytt 27", "Nytt 26"]


def test_drafts_and_closed_pages_stay_out(client, priority):
    make_update(priority, title="Ute", date=date(2026, 11, 20))
    make_update(priority, title="Utkast", published=False)
    closed = make_update(priority, title="Lukket")
    closed.view_restrictions.create(restriction_type="login")
    assert titles(feed_of(client)) == ["Ute"]


def test_each_priority_has_a_feed_that_outlives_its_names(client, published_plan, priority):
    other = published_plan.priorities.get(position=6)
    make_update(priority, title="Om valget")
    make_update(other, title="Om helse")
    address = f"/nyheter/feed/prioritering/{priority.pk}/"
    feed = feed_of(client, address)
    assert titles(feed) == ["Om valget"]
    assert said(feed, "title").startswith("Kommune- og fylkestingsvalget 2027 – ")
    page = PriorityPage.objects.get(priority=priority)
    publish_changes(page, slug="noe-annet", title="Noe annet")
    feed = feed_of(client, address)
    assert titles(feed) == ["Om valget"]
    assert said(feed, "id") == f"tag:localhost,2026:prioritering/{priority.pk}"
    assert "/noe-annet/" in entries(feed)[0].find(f"{ATOM}link").get("href")


@pytest.mark.parametrize("key", ["0", "987654321", "9" * 30, "x", "1%00"])
def test_an_unknown_priority_has_no_feed(client, published_plan, key):
    assert client.get(f"/nyheter/feed/prioritering/{key}/").status_code == 404


def test_an_empty_feed_is_the_same_each_time(client, published_plan):
    first = client.get(FEED).content
    with time_machine.travel(datetime(2026, 11, 26, 11, tzinfo=UTC)):
        assert client.get(FEED).content == first
    assert entries(fromstring(first)) == []


def test_the_page_cache_may_keep_it(client, priority):
    """It gives feeds their validators and answers 304, as it does for pages."""
    for address in (FEED, f"/nyheter/feed/prioritering/{priority.pk}/"):
        response = client.get(address)
        assert response.reader_keys == ()
        assert "public" in response["Cache-Control"]


def test_the_body_stands_on_its_own(client, priority):
    update = make_update(priority)
    update.body = [
        ("heading", "Slik <gikk> det"),
        (
            "text",
            '<p>Et <b>avsnitt</b>, <a href="/om/">her</a> og '
            '<a href="https://stortinget.example/">der</a>.</p>',
        ),
        ("quotation", {"quotation": "Vi står på.", "source": "Arbeidsutvalget"}),
        ("call_to_action", {"text": "Svar nå", "page": None, "url": "https://svar.example/"}),
    ]
    update.save_revision().publish()
    (entry,) = entries(feed_of(client))
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    html = content.text
    assert html.startswith("<p>To møter på en uke.</p>")
    assert "<h2>Slik &lt;gikk&gt; det</h2>" in html
    assert '<a href="http://localhost:8000/om/">her</a>' in html
    assert '<a href="https://stortinget.example/">der</a>' in html
    assert "«Vi står på.»" in html
    assert "class=" not in html
    assert "<svg" not in html
    assert "Svar nå" not in html


@pytest.mark.parametrize(
    "text", ["A\x00B", "A\x0bB", "A\x1bB", "A\ufffeB", "A</title>B", "A]]>B", "A\u202eB", "A&B"]
)
def test_no_character_breaks_the_feed(client, priority, text):
    update = make_update(priority, date=date(2026, 11, 20))
    if "\x00" in text and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps no NUL")
    for model, key in ((ProgressUpdatePage, update.pk), (PriorityPage, update.get_parent().pk)):
        model.objects.filter(pk=key).update(title=text)
    ProgressUpdatePage.objects.update(intro=text)
    SiteFacts.objects.update_or_create(site=update.get_site(), defaults={"name": text})
    for address in (FEED, f"/nyheter/feed/prioritering/{priority.pk}/"):
        (entry,) = entries(feed_of(client, address))
        assert said(entry, "title").startswith("A")
        assert said(entry, "title").endswith("B")


def test_more_news_cost_no_more_queries(client, published_plan):
    def cost():
        client.get(FEED)
        with CaptureQueriesContext(connection) as queries:
            client.get(FEED)
        assert not [one for one in queries if not one["sql"].startswith("SELECT")]
        return len(queries)

    priorities = list(published_plan.priorities.all()[:3])
    make_update(*priorities)
    before = cost()
    for number in range(12):
        make_update(*priorities, title=f"Nytt {number}")
    assert cost() == before


def test_feeds_are_read_only(client, published_plan):
    assert client.post(FEED).status_code == 405
    assert client.head(FEED).status_code == 200


def test_readers_find_the_feeds(client, priority):
    news = client.get("/nyheter/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml"' in news.split("</head>")[0]
    assert 'href="/nyheter/feed/"' in news.split("<main")[1]
    page = client.get(PriorityPage.objects.get(priority=priority).url).content.decode()
    address = f"/nyheter/feed/prioritering/{priority.pk}/"
    assert f'href="http://localhost:8000{address}"' in page.split("</head>")[0]
    assert f'href="{address}"' in page.split("<main")[1]


def translated(page, code, **values):
    copy = page.copy_for_translation(Locale.objects.get(language_code=code), copy_parents=True)
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return copy


def test_each_language_has_its_feed_and_says_which_words_are_which(client, priority):
    update = make_update(priority, title="Kravlista er ute", date=date(2026, 11, 20))
    make_update(priority, title="Bare på bokmål", date=date(2026, 11, 19))
    before = [said(entry, "id") for entry in entries(feed_of(client, "/nn/nyheter/feed/"))]
    other = translated(update, "nn", title="Kravlista er ute no")
    feed = feed_of(client, "/nn/nyheter/feed/")
    assert feed.get(LANGUAGE) == "nn"
    assert said(feed, "id") == "tag:localhost,2026:nyheter/nn"
    first, second = entries(feed)
    assert [said(first, "title"), said(second, "title")] == [
        "Kravlista er ute no",
        "Bare på bokmål",
    ]
    assert [first.get(LANGUAGE), second.get(LANGUAGE)] == ["nn", "nb"]
    assert first.find(f"{ATOM}link").get("href") == f"http://localhost:8000{other.url}"
    assert second.find(f"{ATOM}link").get("href").startswith("http://localhost:8000/handlingsplan/")
    # A reader that has seen the bokmål under this name sees it change, not come again.
    assert [said(entry, "id") for entry in entries(feed)] == before
    assert titles(feed_of(client)) == ["Kravlista er ute", "Bare på bokmål"]
    own = feed_of(client, f"/nn/nyheter/feed/prioritering/{priority.pk}/")
    assert titles(own) == ["Kravlista er ute no", "Bare på bokmål"]


def test_an_alias_is_no_translation(client, priority):
    update = make_update(priority, title="Kravlista er ute")
    update.copy_for_translation(
        Locale.objects.get(language_code="en"), copy_parents=True, alias=True
    )
    (entry,) = entries(feed_of(client, "/en/nyheter/feed/"))
    assert entry.get(LANGUAGE) == "nb"
    assert "/en/" not in entry.find(f"{ATOM}link").get("href")
