"""What machines read in the pages (schema.org), and what a reader copies to cite them."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.template import engines
from django.test import RequestFactory

from content.models import SiteFacts
from home.models import HomePage
from priorities.models import PriorityPage
from tests.factories import make_update

pytestmark = pytest.mark.django_db

HOST = "http://localhost:8000"
PLAN = "/handlingsplan/2026-2027/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 25, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def page(published_plan):
    return PriorityPage.objects.get(priority__position=2)


def value_of(tag):
    if tag.has_attr("itemscope"):
        return read(tag)
    for name in ("content", "href", "datetime"):
        if tag.has_attr(name):
            return tag[name]
    return " ".join(tag.get_text().split())


def read(scope):
    """An item of microdata as a dict, `type` being its own; values of a name in a list."""
    found = {"type": scope["itemtype"].removeprefix("https://schema.org/")}
    for tag in scope.find_all(attrs={"itemprop": True}):
        if tag.find_parent(attrs={"itemscope": True}) is scope:
            for name in tag["itemprop"].split():
                found.setdefault(name, []).append(value_of(tag))
    return found


def items_of(html):
    """The items of a page that belong to no other, by their type."""
    soup = BeautifulSoup(html, "html.parser")
    return {
        item["type"]: item
        for item in (
            read(scope)
            for scope in soup.find_all(attrs={"itemscope": True})
            if not scope.has_attr("itemprop")
        )
    }


def rendered(name, context):
    request = RequestFactory().get("/")
    return engines["django"].get_template(name).render(context, request)


def test_news_is_an_article_with_what_search_engines_ask_for(client, page):
    update = make_update(page.priority, title="Krav & svar", date=date(2026, 11, 20))
    article = items_of(client.get(update.url).content.decode())["NewsArticle"]
    assert article["headline"] == ["Krav & svar"]
    assert article["datePublished"] == ["2026-11-20"]
    assert article["dateModified"] == ["2026-11-25T12:00:00+01:00"]
    assert article["description"] == ["To møter på en uke."]
    assert article["mainEntityOfPage"] == [HOST + update.url]
    assert article["inLanguage"] == ["nb"]
    (publisher,) = article["publisher"]
    assert publisher == {
        "type": "Organization",
        "name": ["Norsk studentorganisasjon"],
        "url": [f"{HOST}/"],
    }
    assert article["author"] == article["publisher"]
    (image,) = article["image"]
    assert client.get(image.removeprefix(HOST)).status_code == 200


def test_the_crumbs_are_a_list_in_order(client, page):
    update = make_update(page.priority, title="Krav og svar")
    crumbs = items_of(client.get(update.url).content.decode())["BreadcrumbList"]["itemListElement"]
    assert [crumb["position"] for crumb in crumbs] == [["1"], ["2"], ["3"], ["4"]]
    assert [crumb["name"] for crumb in crumbs][-1] == ["Krav og svar"]
    assert [crumb.get("item") for crumb in crumbs] == [["/"], [PLAN], [page.url], None]


def test_the_foot_says_who_stands_behind_the_site():
    facts = SiteFacts(name="Studentene", phone="12 34 56 78", press_email="presse@nso.example")
    html = rendered("components/organisation.html", {"facts": facts})
    organisation = items_of(html)["Organization"]
    assert organisation["name"] == ["Studentene"]
    assert organisation["url"] == [f"{HOST}/"]
    assert organisation["telephone"] == ["12 34 56 78"]
    (press,) = organisation["contactPoint"]
    assert press["email"] == ["presse@nso.example"]
    assert press["contactType"] == ["press"]


def test_the_front_page_tells_where_one_searches():
    site = items_of(rendered("components/site_data.html", {}))["WebSite"]
    (search,) = site["potentialAction"]
    assert site["url"] == [f"{HOST}/"]
    assert search["target"] == [HOST + "/sok/?q={search_term_string}"]
    assert search["query-input"][0]["valueName"] == ["search_term_string"]


def citation(html):
    """The reference and the permanent link that the page offers."""
    text = re.search(r'<textarea[^>]*id="siter-tekst"[^>]*>(.*?)</textarea>', html, re.S)[1]
    link = re.search(r'id="siter-lenke" value="([^"]*)"', html)[1]
    return " ".join(unescape(text).split()), unescape(link)


@pytest.mark.parametrize("which", ["plan", "priority"])
def test_a_citation_holds_the_day_for_good(client, page, which):
    address = PLAN if which == "plan" else page.url
    html = client.get(address).content.decode()
    text, link = citation(html)
    assert link == f"{HOST}{address}?dato=2026-11-25"
    assert text.startswith("Norsk studentorganisasjon: ")
    assert "25. november 2026" in text
    assert text.endswith(link)
    with time_machine.travel(datetime(2026, 12, 24, 11, tzinfo=UTC), tick=False):
        later = client.get(link.removeprefix(HOST))
    assert later.status_code == 200
    assert citation(later.content.decode()) == (text, link)


def test_a_citation_of_an_earlier_day_names_that_day(client, page):
    text, link = citation(client.get(f"{page.url}?dato=2026-11-01").content.decode())
    assert link == f"{HOST}{page.url}?dato=2026-11-01"
    assert "1. november 2026" in text


def test_news_are_cited_by_their_date_and_when_they_were_read(client, page):
    update = make_update(page.priority, title="«Krav» & svar", date=date(2026, 11, 20))
    text, link = citation(client.get(update.url).content.decode())
    assert link == HOST + update.url
    assert "«Krav» & svar" in text
    assert "20. november 2026" in text
    assert "25. november 2026" in text


def test_corrections_can_be_cited(client, published_plan):
    text, link = citation(client.get("/framdrift/rettelser/").content.decode())
    assert link == f"{HOST}/framdrift/rettelser/"
    assert "Rettelser" in text


def test_the_name_in_a_citation_is_the_organisations(client, page):
    site = HomePage.objects.get().get_site()
    SiteFacts.objects.update_or_create(site=site, defaults={"name": "Studentene"})
    assert citation(client.get(page.url).content.decode())[0].startswith("Studentene: ")
