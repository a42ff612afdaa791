"""Social cards: what is drawn, at which address, and what stands in the head of a page."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image
from wagtail.models import Locale

from content.cards import CARD_SIZE, GeneralCard
from content.cards.canvas import SUN, Canvas
from content.cards.lettering import BOLD, HEAD, fitted, width
from content.models import SiteFacts
from home.models import HomePage
from priorities.cards import NewsCard, PlanCard, PriorityCard
from priorities.models import ActionPlanPage, PriorityPage
from tests.factories import StatusChangeFactory, make_update

pytestmark = pytest.mark.django_db

ORGANISATION = "Norsk studentorganisasjon"
PLAN = "Handlingsplan 2026/2027"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 25, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def page(published_plan):
    return PriorityPage.objects.get(priority__position=2)


def head_of(page, query=""):
    """The tags that `social_tags` puts into the head of `page`: name → value."""
    request = RequestFactory().get(page.url + query)
    context = page.get_context(request) | {"request": request}
    text = engines["django"].from_string("{% load social %}{% social_tags %}").render(context)
    return dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)">', text))


def path_of(address):
    return address.removeprefix("http://localhost:8000")


def opened(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    image = Image.open(BytesIO(response.content))
    image.load()
    return image


def colours(image):
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in image.convert("RGB").getcolors()}


def test_the_card_of_a_priority_shows_its_status_and_may_be_kept_for_a_year(client, page):
    before = head_of(page)
    StatusChangeFactory(priority=page.priority, status="partly", cause="compromise", published=True)
    after = head_of(page)
    assert after["og:image"] != before["og:image"]
    assert after["og:image:alt"] == ("2. Kommune- og fylkestingsvalget 2027: Delvis gjennomslag")
    response = client.get(path_of(after["og:image"]))
    assert opened(response).size == CARD_SIZE
    assert {"#ffc93c", "#a9c94a", "#1a1b15"} <= colours(opened(response))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_yesterdays_address_leads_to_todays_card(client, page):
    old = path_of(head_of(page)["og:image"])
    StatusChangeFactory(priority=page.priority, status="won", published=True)
    response = client.get(old)
    assert response.status_code == 302
    assert response["Location"] == path_of(head_of(page)["og:image"])
    assert response["Cache-Control"] == "public, max-age=60"
    opened(client.get(response["Location"]))


@pytest.mark.parametrize(
    "address",
    [
        "/deling/prioritering/999999999-aaaaaaaaaaaa.png",
        "/deling/prioritering/9999999999999999999999-aaaaaaaaaaaa.png",
        "/deling/annet/1-aaaaaaaaaaaa.png",
        "/deling/nso/1-aaaaaaaaaaaa.png",
        "/deling/nytt/1-aaaaaaaaaaaa.png",
        "/deling/plan/987-aaaaaaaaaaaa.png",
        "/deling/prioritering/1-%00aaaaaaaaaaa.png",
        "/deling/prioritering/1-aaaaaaaaaaaa.svg",
    ],
)
def test_nothing_is_drawn_for_what_is_not_there(client, published_plan, monkeypatch, address):
    monkeypatch.setattr("content.cards.card.Card.png", None)
    assert client.get(address).status_code == 404


def test_a_page_that_is_not_public_has_no_card(client, page):
    address = path_of(head_of(page)["og:image"])
    page.unpublish()
    assert client.get(address).status_code == 404


def test_a_card_is_drawn_once(client, page, monkeypatch):
    address = path_of(head_of(page)["og:image"])
    first = client.get(address).content
    monkeypatch.setattr("priorities.cards.PriorityCard.paint", None)
    assert client.get(address).content == first


def test_only_get_and_head(client, page):
    address = path_of(head_of(page)["og:image"])
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_the_tags_of_a_priority(page):
    tags = head_of(page)
    assert tags["og:title"] == "Kommune- og fylkestingsvalget 2027"
    assert tags["og:url"] == f"http://localhost:8000{page.url}"
    assert tags["og:type"] == "website"
    assert tags["og:locale"] == "nb_NO"
    assert tags["og:site_name"] == ORGANISATION
    assert tags["og:description"].startswith(page.priority.adopted_text[:60])
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["twitter:card"] == "summary_large_image"


def test_the_tags_cost_a_priority_no_query_besides_the_facts_of_the_site(page):
    request = RequestFactory().get(page.url)
    context = page.get_context(request) | {"request": request}
    template = engines["django"].from_string("{% load social %}{% social_tags %}")
    with CaptureQueriesContext(connection) as queries:
        template.render(context)
    assert not [query for query in queries if "priorities_" in query["sql"]]


def test_news_is_an_article_with_a_card_of_its_own(client, page):
    update = make_update(page.priority, title="Krav & svar", date=date(2026, 11, 20))
    tags = head_of(update)
    assert tags["og:type"] == "article"
    assert tags["og:title"] == "Krav &amp; svar"
    assert tags["og:image:alt"] == "Krav &amp; svar, 20. november 2026"
    assert "/deling/nytt/" in tags["og:image"]
    assert {"#bfe3d6", "#ee5c3b"} <= colours(opened(client.get(path_of(tags["og:image"]))))
    alone = make_update(title="Uten prioritering", date=date(2026, 11, 20))
    opened(client.get(path_of(head_of(alone)["og:image"])))


def test_plan_and_front_page_share_the_hall_of_cards(client, published_plan):
    StatusChangeFactory(
        priority=published_plan.priorities.get(position=6), status="won", published=True
    )
    plan, front = head_of(ActionPlanPage.objects.get()), head_of(HomePage.objects.get())
    assert plan["og:image"] == front["og:image"]
    assert "#14693f" in colours(opened(client.get(path_of(plan["og:image"]))))


@pytest.mark.parametrize("query", ["?dato=2026-11-01", "?status=won"])
def test_a_part_of_the_plan_or_an_earlier_day_gets_the_general_card(client, published_plan, query):
    tags = head_of(ActionPlanPage.objects.get(), query)
    assert "/deling/nso/0-" in tags["og:image"]
    opened(client.get(path_of(tags["og:image"])))


def test_the_name_of_the_organisation_stands_on_the_general_card(client, page):
    first = GeneralCard(0, ORGANISATION).address
    opened(client.get(first))
    SiteFacts.objects.update_or_create(
        site=page.get_site(), defaults={"name": "Studentenes hus på Nordmøre"}
    )
    second = client.get(first)["Location"]
    assert second != first
    opened(client.get(second))


def test_an_unknown_address_gets_no_tags(client):
    request = RequestFactory().get("/finnes-ikke/")
    template = engines["django"].from_string("{% load social %}{% social_tags %}")
    assert template.render({"request": request}).strip() == ""


HOSTILE = [
    "Kvalitet " * 60,
    "Menneskerettighetsorganisasjonsmedlemskap" * 3,
    "M" * 4000,
    "\x00\x07\ud800 \u202eopp ned\u202c",
    "🎓🎓🎓",
    "Čáhcesuolu ja Guovdageaidnu, đŋšŧž",
    "A\u0301\u0302\u0303" * 40,
    " ",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("box", [(716, 230), (716, 290), (480, 330), (300, 40)])
@pytest.mark.parametrize("face", [HEAD, BOLD])
def test_no_text_is_wider_or_higher_than_its_room(text, box, face):
    lines, size = fitted(text, face, box, range(46, 121, 2))
    assert all(width(line, face, size) <= box[0] for line in lines)
    assert len(lines) * face.line * size <= max(box[1], face.line * size)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_leaves_the_margin_alone(text):
    for card in (
        PriorityCard(1, text, 1234567, text, text, "late", "Bak plan"),
        NewsCard(1, text, text, date(2026, 11, 20), None),
        PlanCard(1, text, text, tuple((number, "go") for number in range(1, 61))),
        GeneralCard(0, text),
    ):
        image = Image.open(BytesIO(card.png())).convert("RGB")
        edge = image.crop((CARD_SIZE[0] - 8, 0, *CARD_SIZE)).getcolors()
        assert len(edge) <= 2
        assert len(card.address) < 80


def test_long_words_are_broken_and_long_texts_cut():
    lines, _ = fitted(
        "Menneskerettighetsorganisasjonsmedlemskap " * 20, HEAD, (300, 200), range(46, 50)
    )
    assert lines[0].endswith("-")
    assert lines[-1].endswith("…")
    lines, size = fitted("Studentboliger", HEAD, (716, 230), range(46, 121, 2))
    assert (lines, size) == (["Studentboliger"], 120)


def test_letters_of_the_sami_languages_are_drawn():
    def inked(text):
        canvas = Canvas(SUN)
        canvas.write(20, 200, text, HEAD, 100, "#000000")
        return canvas.image.getcolors(10000)

    assert inked("čáŋ") != inked("cáŋ")
    assert len(inked("čđŋšŧž")) > 2


def test_a_card_is_drawn_fast_and_small():
    card = PriorityCard(
        1, ORGANISATION, 2, "Kommune- og fylkestingsvalget 2027", PLAN, "go", "I gang"
    )
    card.png()
    picture = card.png()
    assert len(picture) < 60_000


def test_a_translated_page_has_a_card_in_its_language(client, page):
    StatusChangeFactory(priority=page.priority, status="under_way", published=True)
    other = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    other.title = "The elections of 2027"
    other.save_revision().publish()
    bokmal = head_of(page)
    with translation.override("en"):
        tags = head_of(PriorityPage.objects.get(pk=other.pk))
    assert "/en/deling/prioritering/" in tags["og:image"]
    assert tags["og:image"] != bokmal["og:image"]
    assert tags["og:locale"] == "en_GB"
    assert tags["og:image:alt"].startswith("2. The elections of 2027: ")
    opened(client.get(path_of(tags["og:image"])))
