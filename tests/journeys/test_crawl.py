"""The public side of the demo, followed link by link as a search engine does, in three languages.

One walk for all tests: pages, every choice of every form that asks, feeds, calendars, images and
documents; then the same again while the database is away.
"""

import re
from collections import defaultdict, deque
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from urllib.parse import urlencode, urljoin, urlsplit
from xml.etree import ElementTree

import polib
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from PIL import Image

from content import freshness, memory
from content.languages import LANGUAGES, SOURCE, split
from content.models import SiteFacts
from memberorgs.models import User
from portal import demo, page_cache
from portal.middleware import FOR_READERS
from tests.conftest import ADOPTED, TITLES, away
from tests.html_reader import Reader
from tests.portal.test_demo_content import folder_of_a_demo, seed
from tests.wsgi import Browser

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BEGIN = ("/", "/nn/", "/en/", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt")
BEGIN_EACH = ("/nyheter/feed/", "/framdrift/milepaeler.ics")
TYPED = "student"
# A walk that finds more goes in circles.
MOST = 3000
# Tools of the demo, which show its log-ins and mails on purpose.
NOT_PUBLIC = "/demo/"

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\d/.-])(?:\+47 ?)?[2-9]\d(?: ?\d\d){3}(?![\d/-])")


@dataclass
class Seen:
    """An answer, the pages that lead to it, and how often it led on."""

    answer: object
    first_from: str
    hops: tuple[str, ...] = ()

    @property
    def kind(self):
        return self.answer["Content-Type"].partition(";")[0]


class Walk:
    def __init__(self, browser):
        self.browser = browser
        self.seen = {}
        self.read = {}
        self.outside = defaultdict(set)
        self.fragments = defaultdict(set)
        self._queue = deque()

    def go(self, *beginnings):
        for address in beginnings:
            self._add(address, "")
        while self._queue:
            assert len(self.seen) < MOST
            address, origin = self._queue.popleft()
            answer, hops = self.follow(address)
            seen = self.seen[address] = Seen(answer, origin, hops)
            here = hops[-1] if hops else address
            find = {
                "text/html": self._of_html,
                "application/xml": self._of_sitemap,
                "application/atom+xml": self._of_feed,
                "text/calendar": self._of_calendar,
                "text/css": self._of_styles,
            }.get(seen.kind)
            if find and answer.status == 200:
                for link in find(here, answer):
                    self._add(urljoin(here, link), address)

    def follow(self, address):
        """What a browser ends with, and the addresses that it was led on to."""
        hops = []
        answer = self.browser.get(address)
        while answer.status in {301, 302, 303, 307, 308} and len(hops) < 5:
            target = urlsplit(urljoin((hops or [address])[-1], answer["Location"]))
            hops.append(target.path + (f"?{target.query}" if target.query else ""))
            answer = self.browser.get(hops[-1])
        return answer, tuple(hops)

    def _add(self, link, origin):
        parts = urlsplit(link)
        own = f"{parts.scheme}://{parts.netloc}" == settings.BASE_URL
        if parts.scheme and parts.scheme not in {"http", "https", "webcal"}:
            self.outside[link].add(origin)
            return
        if parts.netloc and not own and parts.netloc != urlsplit(settings.BASE_URL).netloc:
            self.outside[link].add(origin)
            return
        address = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.fragment:
            self.fragments[address].add((parts.fragment, origin))
        if address not in self.seen and address not in {one for one, _ in self._queue}:
            self._queue.append((address, origin))

    def _of_html(self, address, answer):
        page = self.read[address] = Reader(answer.text)
        yield from (link for _, link, _ in page.links)
        for name in ("og:image", "og:url"):
            if name in page.meta:
                yield page.meta[name]
        for form in page.forms:
            if form.method == "get":
                yield from asked(form)

    def _of_sitemap(self, address, answer):
        tree = ElementTree.fromstring(answer.body)
        yield from (one.text for one in tree.iter(f"{SITEMAP}loc"))
        yield from (one.get("href") for one in tree.iter(f"{XHTML}link"))

    def _of_feed(self, address, answer):
        tree = ElementTree.fromstring(answer.body)
        yield from (one.get("href") for one in tree.iter(f"{ATOM}link"))
        for content in tree.iter(f"{ATOM}content"):
            yield from (link for _, link, _ in Reader(content.text).links)

    def _of_calendar(self, address, answer):
        yield from re.findall(r"^URL[^:]*:(\S+)", unfolded(answer), re.M)

    def _of_styles(self, address, answer):
        yield from re.findall(r"url\([\"']?([^\"')]+)", answer.text)

    def pages(self):
        """`(address, page)` of what is read in a browser and public."""
        for address, page in self.read.items():
            if not address.startswith(NOT_PUBLIC):
                yield address, page


def unfolded(calendar):
    return re.sub(r"\r?\n[ \t]", "", calendar.text)


def asked(form):
    """Addresses that a form leads to: with each of its choices, all others as they stand."""
    standing = {
        name: (values[0] if values else "") or (TYPED if name == "q" else "")
        for name, values in form.fields.items()
    }
    for name, values in form.fields.items():
        for value in values or [""]:
            yield f"{form.action}?{urlencode(standing | {name: value or standing[name]})}"


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker, tmp_path_factory, server):
    folder = tmp_path_factory.mktemp("demo")
    location = f"unix://{server.embedded.socket}?db=1"
    caches = {"default": {**settings.CACHES["default"], "LOCATION": location}}
    with (
        django_db_blocker.unblock(),
        folder_of_a_demo(folder),
        override_settings(CACHES=caches, WHITENOISE_USE_FINDERS=True),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        server.client.flushall()
        cache.clear()
        memory._held.clear()
        freshness._batches.open = None
        freshness.watch.cache_clear()
        patch.setattr(freshness, "close_old_connections", lambda: None)
        call_command("import_plan", str(ADOPTED), titles=str(TITLES), publish=True, verbosity=0)
        demo.make_logins()
        seed()
        freshness._batches.open = None
        walk = Walk(Browser())
        each = [
            address if code == SOURCE else f"/{code}{address}"
            for code in LANGUAGES
            for address in BEGIN_EACH
        ]
        walk.go(*BEGIN, *each)
        walk.people = list(User.objects.values_list("email", "first_name", "last_name"))
        walk.facts = SiteFacts.objects.first()
        with pytest.MonkeyPatch.context() as gone:
            away(gone)
            gone.setattr(page_cache, "FRESH", 0)
            walk.again = {
                address: walk.follow(address)[0]
                for address, seen in walk.seen.items()
                if seen.answer["Cache-Control"] == FOR_READERS
            }
        freshness.watch.cache_clear()
        transaction.set_rollback(True)
    return walk


def test_the_walk_comes_everywhere(walk):
    kinds = defaultdict(int)
    for seen in walk.seen.values():
        kinds[seen.kind] += 1
    assert kinds["text/html"] > 300
    assert kinds["application/atom+xml"] == 3 * 16
    assert kinds["text/calendar"] >= 3
    assert kinds["image/png"] > 40
    assert kinds["text/css"] >= 2
    assert {split(address)[0] for address in walk.seen} == set(LANGUAGES)


def test_no_link_is_dead_and_none_leads_on_twice(walk):
    dead = {
        address: (seen.answer.status, seen.hops, seen.first_from)
        for address, seen in walk.seen.items()
        if seen.answer.status != 200 or len(seen.hops) > 1
    }
    assert dead == {}


def test_a_link_into_a_page_finds_its_place(walk):
    missing = []
    for address, wanted in walk.fragments.items():
        seen = walk.seen[address]
        page = walk.read.get(seen.hops[-1] if seen.hops else address)
        ids = page.ids if page else re.findall(r'id="([^"]+)"', seen.answer.text)
        missing += [(address, name, origin) for name, origin in wanted if name not in ids]
    assert missing == []


def test_an_id_stands_once_on_a_page(walk):
    for address, page in walk.pages():
        twice = [one for one, other in pairwise(sorted(page.ids)) if one == other]
        assert twice == [], address


def test_everything_that_a_page_loads_is_our_own(walk):
    for address, page in walk.pages():
        for what, link, _ in page.links:
            if what in {"loaded", "stylesheet", "preload", "icon"}:
                assert not urlsplit(link).netloc, (address, link)


def test_a_reader_gets_no_cookie(walk):
    with_cookie = {address for address, seen in walk.seen.items() if seen.answer["Set-Cookie"]}
    assert {split(address)[1].split("/")[1] for address in with_cookie} <= {"konto"}


def words_of(walk):
    """Everything that the public can read, as text."""
    for address, page in walk.pages():
        for _, text in page.texts:
            yield address, text
        for what, link, _ in page.links:
            if what == "a":
                yield address, link
    for address, seen in walk.seen.items():
        if seen.kind == "text/calendar":
            said = r"^(?:SUMMARY|DESCRIPTION|LOCATION|ORGANIZER|CONTACT)[^:]*:(.*)"
            for text in re.findall(said, unfolded(seen.answer), re.M):
                yield address, text
        elif seen.kind in {"application/atom+xml", "text/plain", "application/xml"}:
            yield address, seen.answer.text


def digits(phone):
    """The eight digits of a Norwegian number, however it is written."""
    return re.sub(r"\D", "", phone)[-8:]


def test_nobody_is_named(walk):
    ours = {walk.facts.email, walk.facts.press_email}
    numbers = {digits(walk.facts.phone), digits(walk.facts.press_phone)}
    names = {name for person in walk.people for name in person if name}
    assert len(names) >= 10
    for address, text in words_of(walk):
        assert set(MAIL.findall(text)) <= ours, (address, text)
        for phone in PHONE.findall(text):
            assert digits(phone) in numbers, (address, text)
        for name in names - ours:
            assert name not in text, (address, text)


def test_no_picture_tells_where_or_with_what_it_was_taken(walk):
    for address, seen in walk.seen.items():
        if seen.kind.startswith("image/") and seen.kind != "image/svg+xml":
            with Image.open(BytesIO(seen.answer.body)) as picture:
                assert not picture.getexif(), address
                assert not getattr(picture, "text", {}), address


# Words that only one of the three languages has, in texts of any length.
OWN_WORDS = {
    "nb": {"ikke", "hva", "hvordan", "noen", "fra", "jeg", "uke", "hvor", "være", "mer"},
    "nn": {"ikkje", "kva", "korleis", "nokon", "frå", "eg", "veke", "kvar", "vere", "meir"},
    "en": {"the", "and", "with", "of", "from", "is", "what", "this", "we", "you"},
}
WORD = re.compile(r"[^\W\d_]+")
# Sentences shorter than this are often the same, or names.
ENOUGH = 3


def sentences():
    """Language → the catalogue's sentences that no other language has, as patterns and texts."""
    said = {}
    for code in LANGUAGES:
        file = polib.pofile(str(settings.BASE_DIR / f"locale/{code}/LC_MESSAGES/django.po"))
        said[code] = {
            " ".join(text.split())
            for entry in file
            for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
            if len(WORD.findall(text)) >= ENOUGH
        }
    return {
        code: own - set().union(*(said[other] for other in LANGUAGES if other != code))
        for code, own in said.items()
    }


def pattern(sentence):
    """A sentence of the catalogue with something filled in; None without a word of its own."""
    parts = re.split(r"%\(\w+\)[sd]|%[sd]", sentence.replace("%%", "%"))
    if len(parts) == 1 or max(len(WORD.findall(part)) for part in parts) < 2:
        return None
    return ".+".join(re.escape(part) for part in parts)


def test_no_sentence_stands_in_another_language_than_it_says(walk):
    own = sentences()
    assert min(len(those) for those in own.values()) > 300
    filled = {
        code: re.compile("|".join(filter(None, map(pattern, sorted(those)))))
        for code, those in own.items()
    }
    wrong = set()
    for address, page in walk.pages():
        for language, text in page.texts:
            for code in set(LANGUAGES) - {language}:
                if text in own[code] or (
                    len(text) < 400
                    and filled[code].fullmatch(text)
                    and not filled[language].fullmatch(text)
                ):
                    wrong.add((language, text, address))
    assert sorted(wrong) == []


def test_no_word_stands_in_another_language_than_it_says(walk):
    wrong = {}
    for address, page in walk.pages():
        for language, text in page.texts:
            words = {word.lower() for word in WORD.findall(text)}
            for code in set(LANGUAGES) - {language}:
                if words & OWN_WORDS[code]:
                    wrong.setdefault((language, text), (code, address))
    assert wrong == {}


def test_what_is_translated_says_so_and_nothing_else_does(walk):
    """Language of the page, canonical address, and the site map tell the same."""
    listed = {
        urlsplit(one.text).path
        for one in ElementTree.fromstring(walk.seen["/sitemap.xml"].answer.body).iter(
            f"{SITEMAP}loc"
        )
    }
    own, borrowed = 0, 0
    for address, page in walk.pages():
        code, bare = split(address)
        canonical = [urlsplit(link).path for what, link, _ in page.links if what == "canonical"]
        path = address.partition("?")[0]
        if page.language == code:
            own += 1
            assert canonical in ([], [path]), address
        else:
            borrowed += 1
            assert page.language == SOURCE, address
            assert canonical == [bare.partition("?")[0]], address
            assert page.meta["robots"] == "noindex", address
            assert path not in listed, address
    assert own > 200
    assert borrowed > 50
    for path in listed:
        assert walk.read[path].language == split(path)[0]


def test_links_to_another_language_keep_their_promise(walk):
    for address, page in walk.pages():
        for what, link, attributes in page.links:
            target = urlsplit(link).path
            if what == "alternate" and "hreflang" in attributes and target in walk.read:
                wanted = attributes["hreflang"]
                if wanted != "x-default":
                    assert walk.read[target].language == wanted, (address, link)


def test_all_of_it_is_read_while_the_database_is_away(walk):
    assert len(walk.again) > 350
    failed = {
        address: answer.status for address, answer in walk.again.items() if answer.status != 200
    }
    assert failed == {}
    for address, answer in walk.again.items():
        assert answer.body == walk.seen[address].answer.body, address
