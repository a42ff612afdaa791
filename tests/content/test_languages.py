"""The address decides the language; a page without translation is told in bokmål, plainly."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from home.models import HomePage, StandardPage
from priorities.models import ActionPlanPage, NewsIndexPage, PriorityPage
from tests.factories import make_update, publish_changes, send_to_translation, translate

pytestmark = pytest.mark.django_db


def tree(response):
    return BeautifulSoup(response.content, "html.parser")


def home():
    return HomePage.objects.source().get()


@pytest.fixture(autouse=True)
def _in_production(settings):
    """Where pages may be found by search engines."""
    settings.DEMO = False


@pytest.fixture
def page(published_plan):
    return PriorityPage.objects.source().get(priority__position=2)


def place(page, language=""):
    return f"{language}/handlingsplan/2026-2027/{page.slug}/"


def robots(response):
    found = tree(response).find("meta", attrs={"name": "robots"})
    return found["content"] if found else ""


def alternates(response):
    return {
        link["hreflang"]: link["href"]
        for link in tree(response).find_all("link", rel="alternate", hreflang=True)
    }


@pytest.mark.parametrize(("address", "language"), [("/", "nb"), ("/nn/", "nn"), ("/en/", "en")])
@pytest.mark.parametrize("wish", ["nb", "en-GB,en", "nn"])
def test_the_address_decides_and_the_browser_does_not(client, address, language, wish):
    for code in ("nn", "en"):
        translate(home(), code)
    response = client.get(address, headers={"accept-language": wish})
    assert tree(response).html["lang"] == language
    assert "Accept-Language" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(("language", "told"), [("nn", "ikkje omsett"), ("en", "not translated")])
def test_a_page_without_translation_is_told_in_bokmål(client, page, language, told):
    response = client.get(place(page, f"/{language}"))
    found = tree(response)
    assert response.status_code == 200
    assert found.html["lang"] == "nb"
    assert found.find("link", rel="canonical")["href"].endswith(place(page))
    assert f"/{language}/" not in found.find("link", rel="canonical")["href"]
    assert robots(response) == "noindex"
    notice = found.main.find(string=re.compile(told)).find_parent(lang=True)
    assert notice["lang"] == language
    assert alternates(response) == {}
    # What stands around the page is in the reader's language.
    assert found.find("footer", class_="foot")["lang"] == language


def test_an_alias_is_no_translation(client, page):
    # The pages above a translated page become aliases.
    translate(page, "nn")
    alias = ActionPlanPage.objects.get(locale__language_code="nn")
    assert alias.live
    assert alias.alias_of_id is not None
    response = client.get("/nn/handlingsplan/2026-2027/")
    assert tree(response).html["lang"] == "nb"
    assert robots(response) == "noindex"
    assert alternates(client.get("/handlingsplan/2026-2027/")) == {}


def test_a_page_below_an_alias_is_read_in_its_own_language(client, page):
    translate(page, "nn", title="Kommunevalet")
    response = client.get(place(page, "/nn"))
    found = tree(response)
    assert found.html["lang"] == "nn"
    assert found.h1.text == "Kommunevalet"
    assert found.find("link", rel="canonical")["href"].endswith(place(page, "/nn"))
    assert robots(response) == ""
    assert set(alternates(response)) == {"nb", "nn"}
    assert set(alternates(client.get(place(page)))) == {"nb", "nn"}


def test_the_adopted_words_stand_above_the_unofficial_translation(client, page):
    translate(page, "en", unofficial_words="Work for the local elections.")
    found = tree(client.get(place(page, "/en")))
    quoted = found.find("figure", class_="adopted").blockquote
    assert quoted["lang"] == "nb"
    assert page.priority.adopted_text in quoted.text
    box = found.find(class_="unofficial")
    assert box.h3.text == "Unofficial translation"
    assert "Work for the local elections." in box.text
    assert tree(client.get(place(page))).find(class_="unofficial") is None
    past = tree(client.get(place(page, "/en") + "?dato=2026-05-01"))
    assert past.find(class_="unofficial") is None


def test_a_page_that_moved_in_bokmål_answers_at_the_old_translated_address(
    client, page, django_capture_on_commit_callbacks
):
    translate(page, "nn")
    old = place(page, "/nn")
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_changes(page, slug="kommunevalget")
    assert client.get(place(page, "/nn")).status_code == 200
    response = client.get(old, follow=True)
    assert response.redirect_chain
    assert response.request["PATH_INFO"] == place(page, "/nn")


def test_a_redirect_leads_to_the_same_place_in_each_language(client, page):
    Redirect.add_redirect("/gammelt", redirect_to=page, is_permanent=True)
    response = client.get("/nn/gammelt/")
    assert response.status_code == 301
    assert response["Location"] == place(page, "/nn")


def test_bokmål_has_no_prefix(client):
    response = client.get("/nb/om-portalen/")
    assert response.status_code in {301, 302, 404}
    if response.status_code != 404:
        assert response["Location"].endswith("/om-portalen/")


def test_a_closed_page_closes_its_translation(client, page):
    update = make_update(page.priority, title="Hemmelig nytt")
    translate(page, "nn")
    translate(update, "nn", title="Løynleg nytt")
    translate(NewsIndexPage.objects.source().get(), "nn")
    translate(home(), "nn")
    assert "Løynleg nytt" in client.get("/nn/").content.decode()
    assert "Løynleg nytt" in client.get("/nn/nyheter/").content.decode()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    for address in (place(page, "/nn"), f"{place(page, '/nn')}{update.slug}/"):
        assert client.get(address).status_code == 302
    for address in ("/nn/", "/nn/nyheter/", "/nn/nyheter/feed/", "/nyheter/"):
        text = client.get(address).content.decode()
        assert "Løynleg nytt" not in text
        assert "Hemmelig nytt" not in text


def test_a_draft_of_a_translation_is_not_shown(client, page):
    send_to_translation(page, "nn")
    assert tree(client.get(place(page, "/nn"))).html["lang"] == "nb"


def test_without_its_translation_the_page_is_told_in_bokmål_again(client, page):
    target = translate(page, "nn")
    assert tree(client.get(place(page, "/nn"))).html["lang"] == "nn"
    target.unpublish()
    assert tree(client.get(place(page, "/nn"))).html["lang"] == "nb"


@pytest.mark.parametrize("gone", ["unpublished", "deleted"])
def test_what_is_taken_down_in_bokmål_is_taken_down_in_all_languages(client, gone):
    index = NewsIndexPage.objects.source().get()
    update = make_update(title="Et nytt")
    target = translate(update, "nn", title="Eit nytt")
    address = f"/nn/nyheter/{update.slug}/"
    assert client.get(address).status_code == 200
    update.unpublish() if gone == "unpublished" else update.delete()
    target.refresh_from_db()
    assert not target.live
    assert client.get(address).status_code == 404
    assert index.live


@pytest.mark.parametrize(("prefix", "language"), [("", "nb"), ("/nn", "nn"), ("/en", "en")])
def test_a_missing_page_is_told_in_the_language_of_the_address(client, prefix, language):
    response = client.get(f"{prefix}/finnes-ikke/")
    assert response.status_code == 404
    assert tree(response).html["lang"] == language


def test_menus_name_pages_in_the_readers_language(client):
    translate(home(), "nn")
    translate(StandardPage.objects.source().get(slug="om-portalen"), "nn", title="Om nettstaden")
    found = tree(client.get("/nn/"))
    links = {a["href"]: a for a in found.find("footer", class_="foot").find_all("a")}
    assert links["/nn/om-portalen/"].text.strip() == "Om nettstaden"
    # Not translated: the same place, its title marked.
    news = found.find("a", href="/nn/nyheter/")
    assert news.get("lang") == "nb" or news.find(lang="nb") is not None


def test_views_have_an_address_in_each_language(client, published_plan):
    from django.utils import translation

    for code, prefix in (("nb", ""), ("nn", "/nn"), ("en", "/en")):
        with translation.override(code):
            assert reverse("corrections").startswith(f"{prefix}/framdrift/")
        response = client.get(f"{prefix}/framdrift/rettelser/")
        assert tree(response).html["lang"] == code


def test_translated_news_count_once_and_tell_of_the_past(client, page):
    from datetime import date, timedelta

    import time_machine
    from django.utils import timezone

    with time_machine.travel(timezone.now() - timedelta(days=10)):
        update = make_update(page.priority, title="Gammelt nytt", date=date(2026, 5, 1))
    translate(update, "nn", title="Gamalt nytt")
    translate(page, "nn")
    day = timezone.localdate() - timedelta(days=2)
    text = client.get(f"{place(page, '/nn')}?dato={day.isoformat()}").content.decode()
    assert text.count("Gamalt nytt") == 1
    assert "Gammelt nytt" not in text
