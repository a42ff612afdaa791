"""Progress news: the list, the page of one piece of news, and the blocks in its body."""

import io
import json
import re
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from content.models import PortalDocument, PortalImage
from priorities.models import PriorityPage, Source
from tests.factories import make_update

pytestmark = pytest.mark.django_db

NEWS = "/nyheter/"


@pytest.fixture
def priorities(published_plan):
    return list(published_plan.priorities.order_by("position"))


def main(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def document(db):
    return PortalDocument.objects.create(
        title="Kravlista", file=ContentFile(b"a;b\n", name="kravlista.csv")
    )


@pytest.fixture
def image(db):
    data = io.BytesIO()
    Image.new("RGB", (1600, 900), "#ffc93c").save(data, "PNG")
    return PortalImage.objects.create(
        title="Kort", description="Hevede stemmekort", file=ImageFile(data, name="kort.png")
    )


def test_without_news_the_list_says_so(client, published_plan):
    text = main(client, NEWS)
    assert "Det er ingen nyheter ennå." in text
    assert "<ol" not in text.split("</nav>")[1]


def test_the_list_stands_by_date_with_links_to_priorities(client, priorities):
    make_update(priorities[1], priorities[12], title="Eldst", date=date(2026, 9, 1))
    make_update(title="Om planen", date=date(2026, 11, 2))
    make_update(priorities[3], title="Kladd", date=date(2026, 11, 3), published=False)
    text = main(client, NEWS)
    assert re.findall("Eldst|Om planen|Kladd", text) == ["Om planen", "Eldst"]
    newest, oldest = text.split("<li>")[-2:]
    assert "2. november 2026" in newest
    assert "/handlingsplan/" not in newest
    for priority in (priorities[1], priorities[12]):
        page = PriorityPage.objects.get(priority=priority)
        assert f'href="{page.url}"' in oldest
        assert page.title in oldest
    assert "To møter på en uke." in oldest


def test_a_priority_that_is_not_public_has_no_link(client, priorities):
    page = PriorityPage.objects.get(priority=priorities[12])
    update = make_update(priorities[1], priorities[12])
    page.unpublish()
    for address in (NEWS, update.url):
        text = main(client, address)
        assert page.title not in text
        assert "Kommune- og fylkestingsvalget 2027" in text


def test_the_list_comes_twenty_at_a_time(client, priorities):
    for number in range(21):
        make_update(title=f"Nytt {number}.", date=date(2026, 1, number + 1))

    def numbers(side):
        text = client.get(NEWS, {"side": side} if side else {}).content.decode()
        return [int(number) for number in re.findall(r"Nytt (\d+)\.", text)]

    assert numbers("") == [*range(20, 0, -1)]
    assert numbers("2") == [0]
    for first in ("1", "x", "2.5", "٢x", "<b>"):
        assert numbers(first) == [*range(20, 0, -1)], first
    for last in ("3", "0", "-1", "99999999999999999999"):
        assert numbers(last) == [0], last
    first = main(client, NEWS)
    assert "Side 1 av 2" in words(first)
    assert 'href="?side=2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'href="?side=1" rel="prev"' in main(client, f"{NEWS}?side=2")


def test_one_piece_of_news_has_date_priorities_and_sources(client, priorities, document):
    update = make_update(
        priorities[1], priorities[12], title="Kravlista er ute", date=date(2026, 11, 20)
    )
    update.sources = [
        Source(title="Vedtaket", url="https://eksempel.example/vedtak", place="s. 12"),
        Source(title="Hele lista", document=document),
    ]
    update.save_revision().publish()
    text = main(client, update.url)
    assert re.search('<time datetime="2026-11-20"[^>]*>20. november 2026</time>', text)
    assert len(re.findall("<h1", text)) == 1
    assert "Gjelder prioriteringene 2 Kommune- og fylkestingsvalget 2027 13" in words(text)
    sources = text.split('class="sources"')[1].split("</ul>")[0]
    assert '<a href="https://eksempel.example/vedtak">Vedtaket</a>, s. 12' in sources
    assert f'<a href="{document.url}">Hele lista</a> (CSV)' in sources
    assert "To møter på en uke." in text
    for page in PriorityPage.objects.filter(priority__in=[priorities[1], priorities[12]]):
        assert "Kravlista er ute" in main(client, page.url)


def test_news_about_no_priority_lie_under_news(client, published_plan):
    update = make_update(title="Om planen")
    assert update.url == "/nyheter/om-planen/"
    text = main(client, update.url)
    assert re.search('<a href="/nyheter/"[^>]*><span[^>]*>Nyheter</span></a>', text)
    assert "Gjelder" not in text
    assert "Kilder" not in text
    assert "<aside" not in text


def body(client, *blocks):
    """The page of a piece of news with these blocks, given as they are stored."""
    stored = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    return main(client, make_update(title="Om planen", body=stored).url)


def test_an_image_has_its_text_and_sizes_for_every_screen(client, published_plan, image):
    text = body(
        client,
        (
            "image",
            {
                "image": {
                    "image": image.pk,
                    "alt_text": "Femten kort i en sal",
                    "decorative": False,
                },
                "caption": "Illustrasjon <laget> til demoen",
            },
        ),
    )
    figure = text.split('class="picture"')[1].split("</figure>")[0]
    assert 'alt="Femten kort i en sal"' in figure
    for width in (480, 960, 1440):
        assert f" {width}w" in figure
    assert "Illustrasjon &lt;laget&gt; til demoen" in figure
    assert "style=" not in figure


def test_an_image_that_only_decorates_is_silent(client, published_plan, image):
    text = body(
        client,
        (
            "image",
            {"image": {"image": image.pk, "alt_text": "", "decorative": True}, "caption": ""},
        ),
    )
    assert 'alt=""' in text
    assert "<figcaption" not in text


def test_a_table_names_its_rows_and_columns(client, published_plan):
    text = body(
        client,
        (
            "table",
            {
                "columns": [
                    {"type": "text", "heading": "Måned"},
                    {"type": "number", "heading": "Møter"},
                ],
                "rows": [{"values": ["August", "12"]}, {"values": ["<b>", "23"]}],
                "caption": "Møter med partiene",
            },
        ),
    )
    table = text.split('class="table-wrap"')[1].split("</div>")[0]
    assert 'tabindex="0" role="region" aria-label="Møter med partiene"' in table
    assert '<th scope="col" class="n">Møter</th>' in table
    assert '<th scope="row">August</th>' in table
    assert '<td class="n">12</td>' in table
    assert "&lt;b&gt;" in table


def test_documents_say_what_kind_of_file_they_are(client, published_plan, document):
    text = body(client, ("documents", {"heading": "Last ned", "documents": [document.pk]}))
    assert "<h2>Last ned</h2>" in text
    assert f'<a href="{document.url}">Kravlista</a> (CSV)' in text


def test_a_call_to_action_leads_to_a_page_or_an_address(client, published_plan):
    page = PriorityPage.objects.first()
    text = body(
        client,
        ("call_to_action", {"text": "Svar nå", "page": page.pk, "url": ""}),
        ("call_to_action", {"text": "Les mer", "page": None, "url": "https://eksempel.example/"}),
    )
    assert re.search(rf'<a class="btn" href="{page.url}">Svar nå', text)
    assert re.search(r'<a class="btn" href="https://eksempel.example/">Les mer', text)
