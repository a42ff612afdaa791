"""Search: what is found, in which language, and what a search box must stand."""

import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
)
from wagtail.search.models import IndexEntry

from content.models import PortalDocument
from home.models import HomePage, StandardPage
from home.search_index import fill
from priorities.models import PriorityPage
from tests.factories import OrganisationFactory, make_update, publish_changes

pytestmark = pytest.mark.django_db


def hits(response):
    """Title and address of what the list shows, in its order."""
    found = re.findall(r'class="title" href="([^"]+)"[^>]*>([^<]+)<', response.content.decode())
    return [(title, url) for url, title in found]


def titles(response):
    return [title for title, _ in hits(response)]


def main(response):
    return response.content.decode().split("<main")[1].split("</main>")[0]


@pytest.fixture
def search(client):
    def search(typed, where="/sok/", **query):
        response = client.get(where, {"q": typed, **query})
        assert response.status_code == 200
        return response

    return search


def make_page(title, intro="", locale="nb", **values):
    home = HomePage.objects.get(locale__language_code="nb")
    page = StandardPage(title=title, intro=intro, **values)
    page.locale = Locale.objects.get(language_code=locale)
    return home.add_child(instance=page)


def make_document(title, name="fil.pdf", collection=None):
    return PortalDocument.objects.create(
        title=title,
        file=ContentFile(b"%PDF-1.7", name=name),
        file_size=1234,
        collection=collection or Collection.get_first_root_node(),
    )


@pytest.mark.parametrize(
    "typed",
    ["fjordbolig", "FJORDBOLIG", "fjordbol", "fjordboligene", "  fjordbolig,  ", '"fjordbolig"'],
)
def test_a_word_is_found_in_its_forms_and_by_its_beginning(search, typed):
    make_page("Om å bo", intro="Vi bygger fjordboliger for studenter.")
    assert titles(search(typed)) == ["Om å bo"]


@pytest.mark.parametrize("typed", ["bolig", "boligene", "bygda"])
def test_a_part_of_a_word_is_found_in_titles_and_adopted_words(search, read_in, typed):
    read_in(
        "# Handlingsplan 2031\n\n## Politisk\n\n- Flere studentboliger i utbygda byer.\n"
        "- Noe helt annet.\n",
        publish=True,
    )
    assert [url for _, url in hits(search(typed))] == [
        PriorityPage.objects.get(priority__position=1).url
    ]


@pytest.mark.parametrize("typed", ["blåbærgrøt", "blabaergrot", "blåbærgrot", "BLÅBÆR"])
def test_accents_make_no_difference(search, typed):
    make_page("Frokost", intro="Det blir blåbærgrøt på møtet.")
    assert titles(search(typed)) == ["Frokost"]


@pytest.mark.parametrize("typed", ["soknad", "søknad", "SØKNADER"])
def test_accents_make_no_difference_inside_names(search, typed):
    make_page("Studentsøknader")
    assert titles(search(typed)) == ["Studentsøknader"]


def test_all_words_must_be_there_wherever_they_stand(search):
    make_page("Studentboliger", intro="Prisen er høy.")
    make_page("Andre boliger")
    assert titles(search("bolig pris")) == ["Studentboliger"]
    assert titles(search("bolig fjordvik")) == []


def test_names_come_before_texts_and_priorities_before_news(search, published_plan):
    page = PriorityPage.objects.get(priority__position=4)
    publish_changes(page, title="Krokodille")
    make_update(title="Krokodille i byen")
    make_page("Dyr", intro="En krokodille.")
    response = search("krokodille")
    assert titles(response) == ["Krokodille", "Krokodille i byen", "Dyr"]


def test_each_kind_says_what_it_is(search, published_plan):
    publish_changes(PriorityPage.objects.get(priority__position=4), title="Krokodille")
    make_update(title="Krokodille i byen", intro="Hun er her.", date="2026-11-03")
    make_page("Krokodillesida", intro="Alt om dyret.")
    make_document("Krokodillerapport")
    body = main(search("krokodille"))
    rows = re.findall(r"<li>\s*<p class=\"tagline\">.*?</li>", body, re.S)
    assert len(rows) == 4
    text = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    adopted = PriorityPage.objects.get(priority__position=4).priority.adopted_text
    assert text[0].startswith(f"4 Prioritering Krokodille {adopted[:40]}")
    assert text[1] == "Side Krokodillesida Alt om dyret."
    assert re.fullmatch(r"Dokument PDF, 1,2\sKB Krokodillerapport", text[2])
    assert text[3] == "Framdriftsnytt 3. november 2026 Krokodille i byen Hun er her."


def test_a_priority_is_shown_by_its_text_in_short_once_there_is_one(search, published_plan):
    page = PriorityPage.objects.get(priority__position=4)
    publish_changes(page, title="Krokodille", summary="Kort og godt.")
    assert "Kort og godt." in main(search("krokodille"))
    assert titles(search("godt")) == ["Krokodille"]


def test_adopted_words_that_were_amended_are_found_and_the_old_are_not(search, read_in):
    plan = "# Handlingsplan 2031\n\n## Politisk\n\n- Jobbe for {}.\n- Noe helt annet.\n"
    read_in(plan.format("flere krokodiller i Fjordvik"), publish=True)
    title = PriorityPage.objects.get(priority__position=1).title
    assert titles(search("krokodiller fjordvik")) == [title]
    read_in(plan.format("flere krokodiller i Dalby"), publish=False)
    assert titles(search("dalby")) == []
    read_in(plan.format("flere krokodiller i Dalby"), publish=True)
    assert titles(search("krokodiller dalby")) == [title]
    page = PriorityPage.objects.get(priority__position=1)
    assert page.priority.adopted_text == "Jobbe for flere krokodiller i Dalby."
    # The title of the page is an editor's and keeps the first words.
    publish_changes(page, title="Krokodiller")
    assert titles(search("fjordvik")) == []


def test_sub_goals_are_found(search, read_in):
    read_in(
        "# Handlingsplan 2031\n\n## Politisk\n\n- Jobbe for dyr.\n  - Krokodiller i Fjordvik.\n"
        "- Noe helt annet.\n",
        publish=True,
    )
    page = PriorityPage.objects.get(priority__position=1)
    assert page.priority.goals
    assert titles(search("krokodille")) == [page.title]


def test_bodies_and_sources_are_found(search, published_plan):
    update = make_update(title="Nytt", body=[("text", "<p>En <b>krokodille</b>.</p>")])
    update.sources.create(title="Giraffrapporten", url="https://example.test/")
    update.save_revision().publish()
    assert titles(search("krokodille")) == ["Nytt"]
    assert titles(search("giraffrapporten")) == ["Nytt"]


@pytest.mark.parametrize("typed", ["årsrapport", "krokodille", "2026"])
def test_a_document_is_found_by_its_title_and_its_file_name(search, typed):
    document = make_document("Årsrapport", name="krokodille-2026.pdf")
    assert hits(search(typed)) == [("Årsrapport", document.url)]


def test_what_is_not_public_is_not_found(search, published_plan):
    make_page("Krokodille én", live=False)
    closed = make_page("Krokodille to")
    closed.add_child(instance=StandardPage(title="Krokodille tre"))
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    update = make_update(title="Krokodille fire")
    update.unpublish()
    make_update(title="Krokodille fem", published=False)
    root = Collection.get_first_root_node()
    private = root.add_child(name="Internt")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    make_document("Krokodille seks", collection=private.add_child(name="Under"))
    assert titles(search("krokodille")) == []
    make_page("Krokodille sju")
    assert titles(search("krokodille")) == ["Krokodille sju"]


def test_what_is_deleted_is_not_found(search):
    page = make_page("Krokodille")
    assert titles(search("krokodille")) == ["Krokodille"]
    page.delete()
    assert titles(search("krokodille")) == []


@pytest.fixture
def translated(db):
    """A page with a translation, one without, and one with a copy that poses as a translation."""
    nynorsk = Locale.objects.get(language_code="nn")
    home = HomePage.objects.get(locale__language_code="nb")
    if not home.has_translation(nynorsk):
        home.copy_for_translation(nynorsk).save_revision().publish()
    page = make_page("Krokodille", intro="Ikke farlig.")
    other = page.copy_for_translation(nynorsk)
    other.title, other.intro = "Krokodilla", "Ikkje farleg."
    other.save_revision().publish()
    make_page("Krokodille uten omsetjing")
    copied = make_page("Krokodillekopi")
    copied.copy_for_translation(nynorsk, alias=True)
    Page.objects.filter(alias_of__isnull=False).update(live=True)
    return page


def test_each_language_finds_its_own_pages(search, translated):
    assert sorted(titles(search("krokodille"))) == [
        "Krokodille",
        "Krokodille uten omsetjing",
        "Krokodillekopi",
    ]
    assert titles(search("krokodill", "/nn/sok/")) == ["Krokodilla"]
    assert hits(search("farleg", "/nn/sok/"))[0][1].startswith("/nn/")
    assert titles(search("krokodille", "/en/sok/")) == []


def test_documents_are_found_in_all_languages(search):
    make_document("Krokodillerapport")
    for where in ("/sok/", "/nn/sok/", "/en/sok/"):
        assert titles(search("krokodille", where)) == ["Krokodillerapport"]


def test_with_little_found_in_another_language_bokmaal_is_offered(search, translated):
    offer = 'href="/sok/?q=krokodille"'
    assert offer in main(search("krokodille", "/en/sok/"))
    assert offer in main(search("krokodille", "/nn/sok/"))
    assert 'href="/sok/?q=' not in main(search("xyzzy"))


def test_adopted_words_in_a_list_in_another_language_say_which(search, published_plan):
    page = PriorityPage.objects.get(priority__position=4)
    english = Locale.objects.get(language_code="en")
    translation = page.copy_for_translation(english, copy_parents=True)
    translation.title = "Crocodile"
    translation.save_revision().publish()
    body = main(search("crocodile", "/en/sok/"))
    assert f'<p class="muted" lang="nb">{page.priority.adopted_text[:30]}' in body


def test_a_misspelt_word_finds_what_resembles_it_where_the_database_can(search):
    make_page("Studentboliger i Fjordvik")
    make_page("Studenter og helse")
    response = search("studentbolger")
    if connection.vendor == "postgresql":
        assert titles(response) == ["Studentboliger i Fjordvik"]
        assert "Ingenting heter «studentbolger»" in main(response)
        assert titles(search("studnetboliger")) == ["Studentboliger i Fjordvik"]
    else:
        assert titles(response) == []


def test_with_nothing_found_it_says_what_to_do(search, published_plan):
    body = main(search("xyzzy"))
    assert "Vi fant ingenting for «xyzzy»" in body
    assert 'href="/handlingsplan/"' in body
    assert 'href="/nyheter/"' in body
    assert 'value="xyzzy"' in body


def test_without_a_question_there_is_only_the_box(search):
    body = main(search(""))
    assert "<h2" not in body
    assert 'name="q"' in body


def test_words_that_stand_everywhere_are_left_out(search):
    make_page("Om å bo", intro="Vi er ikke krokodiller.")
    assert titles(search("vi er ikke krokodiller og")) == ["Om å bo"]
    response = search("og det er en")
    assert titles(response) == []
    assert "Skriv ett som sier hva det handler om" in main(response)


HOSTILE = [
    '"',
    '"a',
    'a"b',
    "'",
    "%",
    "_",
    "*",
    "a*",
    "(",
    "NEAR(a b)",
    "title:krokodille",
    "OR OR",
    "AND",
    "NOT krokodille",
    "krokodille NOT",
    "{",
    ":*",
    "a & | b",
    "!!",
    "<->",
    "\\",
    "--",
    ";",
    "\x00",
    "krok\x00odille",
    "\x1b[2J",
    "%00",
    "\ufffd\ufeff\u200b\u202e",
    "😀",
    "👩‍👩‍👧‍👦 krokodille",
    "\ufdfa" * 100,
    "²½Ⅻ٣",
    "ﬁ e\u0301",
    "漢字 हिन्दी ไทย",
    "a" * 10_000,
    "ø" * 10_000,
    "ae" * 5_000,
    " ".join(["ord"] * 500),
    " ".join(f"ord{number}" for number in range(500)),
    '"' * 10_000,
    " " * 10_000,
    "og i på som det",
    "o" * 100,
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed)[:30])
@pytest.mark.parametrize("where", ["/sok/", "/nn/sok/"])
def test_nothing_that_one_types_is_a_server_error(search, typed, where):
    make_page("Krokodille")
    body = search(typed, where).content.decode()
    assert "<script>alert" not in body
    assert "\x00" not in body
    assert len(body) < 20_000


@pytest.mark.parametrize("raw", ["%00", "%22", "%ED%A0%80", "%FF%FE", "%", "+%00+%22+"])
def test_broken_escapes_are_no_server_error(client, raw):
    assert client.get(f"/sok/?q={raw}&side={raw}&type={raw}").status_code == 200


def test_a_long_question_is_cut_and_says_so(search):
    make_page("Krokodille", intro="ord")
    words = "krokodille " + " ".join(["ord"] * 500)
    assert "Det var mer enn vi søker etter" in main(search(words))
    assert titles(search(words)) == ["Krokodille"]
    assert "Det var mer enn vi søker etter" not in main(search("krokodille ord"))
    assert "Det var mer enn vi søker etter" in main(
        search("tre fire fem seks sju åtte ni ti elleve")
    )


def test_the_ninth_word_is_not_asked_for(search):
    make_page("Tall", intro="tre fire fem seks sju åtte ni ti")
    assert titles(search("tre fire fem seks sju åtte ni ti elleve")) == ["Tall"]


def test_the_list_has_parts_and_keeps_the_question(search):
    for number in range(21):
        make_page(f"Krokodille {number}")
    first = search("krokodille")
    assert len(hits(first)) == 20
    assert "21 treff for «krokodille»" in main(first)
    assert 'href="?q=krokodille&amp;side=2"' in main(first)
    second = search("krokodille", side="2")
    assert titles(second) == ["Krokodille 0"]
    assert "<title>Søk: krokodille – side 2 – NSO</title>" in second.content.decode()
    for side in ("0", "-1", "x", "9" * 5_000, "3"):
        assert len(hits(search("krokodille", side=side))) in (1, 20)


def test_one_kind_can_be_chosen(search, published_plan):
    make_page("Krokodillesida")
    make_document("Krokodillerapport")
    assert titles(search("krokodille", type="dokument")) == ["Krokodillerapport"]
    assert titles(search("krokodille", type="side")) == ["Krokodillesida"]
    nothing = search("krokodille", type="nytt")
    assert titles(nothing) == []
    assert "Se alle treff" in main(nothing)
    assert len(titles(search("krokodille", type="tull"))) == 2
    assert 'href="/sok/?q=krokodille&amp;type=dokument"' in main(nothing)


def test_the_page_is_for_people_and_not_for_engines(search):
    text = search("bolig & <b>").content.decode()
    assert len(re.findall("<h1", text)) == 1
    assert "<title>Søk: bolig &amp; &lt;b&gt; – NSO</title>" in text
    assert 'name="robots" content="noindex"' in text
    assert 'rel="canonical"' not in text


def test_the_answer_is_the_same_for_all_readers(client):
    assert client.get("/sok/?q=bolig").reader_keys == ("q", "side", "type")
    assert client.post("/sok/", {"q": "bolig"}).status_code == 405


def cost(client, query):
    client.get("/sok/", query)
    with CaptureQueriesContext(connection) as queries:
        client.get("/sok/", query)
    return [query["sql"] for query in queries]


def test_a_search_reads_little_writes_nothing_and_does_not_grow(client, published_plan):
    update = make_update(title="Krokodille", intro="Student.")
    make_page("Krokodillesida")
    make_document("Krokodillerapport")
    publish_changes(PriorityPage.objects.get(priority__position=4), title="Krokodiller")
    few = cost(client, {"q": "krokodille"})
    assert len(few) <= 12
    assert not [sql for sql in few if not sql.startswith("SELECT")]
    for number in range(25):
        copy = make_update(title=f"Krokodille {number}")
        assert copy.pk != update.pk
    many = cost(client, {"q": "krokodille"})
    # What doesn't fit in the first part of the list is counted.
    assert len(many) == len(few) + 1
    assert max(many.count(sql) for sql in many) <= 2
    for typed in ("xyzzy", "og", "krokodlle", "krokodille student"):
        assert len(cost(client, {"q": typed})) <= 12


def test_pages_that_no_editor_saved_come_into_the_index(search):
    IndexEntry.objects.filter(title__isnull=False).delete()
    assert titles(search("portalen")) == []
    assert fill() > 0
    assert titles(search("portalen")) == [Page.objects.get(slug="om-portalen").title]
    assert fill() == 0


class TestOrganisations:
    @pytest.fixture(autouse=True)
    def two(self, db):
        OrganisationFactory(
            code="bryggvik",
            name_nb="Studentparlamentet i Bryggvik på Øya",
            name_en="The Student Parliament of Bryggvik",
            short_name="SPB",
        )
        OrganisationFactory(code="hemmelig", name_nb="Bryggvik under arbeid", unconfirmed=True)

    @pytest.mark.parametrize("typed", ["Bryggvik", "brygg", "spb", "oya bryggvik", "parliament"])
    def test_one_is_found_by_its_name(self, search, typed):
        assert hits(search(typed)) == [
            ("Studentparlamentet i Bryggvik på Øya", "/medlemslag/bryggvik/")
        ]
        assert "fant ingenting" not in main(search(typed))

    def test_a_reader_of_english_gets_the_english_page(self, search):
        assert hits(search("bryggvik", "/en/sok/")) == [
            ("The Student Parliament of Bryggvik", "/en/medlemslag/bryggvik/")
        ]

    def test_all_words_must_be_in_the_name(self, search):
        assert hits(search("bryggvik fjellet")) == []
        assert "Vi fant ingenting" in main(search("bryggvik fjellet"))

    def test_a_word_that_many_share_finds_none_of_them(self, search):
        OrganisationFactory.create_batch(6)
        assert "/medlemslag/" not in main(search("studentparlamentet"))

    def test_a_changed_name_is_found_at_once(self, search):
        OrganisationFactory(code="tindvik", name_nb="Studentdemokratiet i Tindvik")
        assert titles(search("tindvik")) == ["Studentdemokratiet i Tindvik"]

    def test_they_stand_above_the_first_part_alone(self, search, published_plan):
        OrganisationFactory(code="studie", name_nb="Studiestøtte for studentene")
        assert hits(search("studiestøtte"))[0][1] == "/medlemslag/studie/"
        assert "/medlemslag/studie/" not in main(search("studiestøtte", type="prioritering"))
