"""What the portal states of itself is told in three languages, and is true."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import Site

from content.models import SiteFacts
from foundation.audit import personal_data
from home.accessibility import FILE, NEWER, Knowledge, Where, known
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LANGUAGES = [("", "nb"), ("/nn", "nn"), ("/en", "en")]
STATEMENTS = ["/personvern/", "/tilgjengelighet/"]
# The criteria of WCAG 2.1, levels A and AA.
WCAG = re.compile(r"[1-4]\.[1-5]\.\d{1,2}")
HEADINGS = {
    "nb": ["Hvem som har ansvaret", "Når", "Hvor langt vi er kommet", "Hva det betyr for deg"],
    "nn": ["Kven som har ansvaret", "Når", "Kor langt vi er komne", "Kva det har å seie for deg"],
    "en": ["Who is responsible", "When", "How far we have come", "What it means for you"],
}


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode().split("<main")[1].split("</main>")[0])


def headings(text, level=2):
    return [one.strip() for one in re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", text)]


@pytest.fixture
def facts():
    found, _ = SiteFacts.objects.get_or_create(site=Site.objects.get())
    found.name = "Studentene i Fjordvik"
    found.organisation_number = "123 456 789"
    found.email = "post@fjordvik.example"
    found.address = found.phone = ""
    found.save()
    return found


@pytest.mark.parametrize(("prefix", "code"), LANGUAGES)
@pytest.mark.parametrize("path", STATEMENTS)
def test_a_statement_is_told_in_the_language_of_the_address(client, facts, path, prefix, code):
    response = client.get(prefix + path)
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{code}"' in page
    assert len(re.findall("<h1", page)) == 1
    assert f'<link rel="canonical" href="{settings.BASE_URL}{prefix}{path}">' in page
    for other, _ in LANGUAGES:
        assert f'href="{settings.BASE_URL}{other}{path}"' in page
    assert "lang=" not in text_of(response).replace("hreflang=", "").split('class="crumbs"')[1]


@pytest.mark.parametrize("path", STATEMENTS)
def test_no_sentence_of_a_statement_is_left_in_another_language(client, facts, path):
    """A sentence without its translation would be the same on two of the pages."""
    said = {}
    for prefix, code in LANGUAGES:
        inside = text_of(client.get(prefix + path))
        said[code] = {
            one.strip()
            for one in re.findall(r"<(?:p|li|h2|h3|dd|dt)\b[^>]*>(.*?)</", inside)
            if len(one.split()) > 3 and "fjordvik" not in one.lower()
        }
    assert said["en"] & (said["nb"] | said["nn"]) == set()
    assert len(said["nb"] & said["nn"]) <= 2
    assert len(said["nb"]) == len(said["nn"])


@pytest.mark.parametrize(("prefix", "code"), LANGUAGES)
def test_the_foot_leads_to_the_statements(client, prefix, code):
    for path in STATEMENTS:
        foot = client.get(prefix + path).content.decode().split("<footer")[1]
        assert f'<a href="{prefix}{path}" aria-current="page">' in foot
        assert all(f'href="{prefix}{other}"' in foot for other in STATEMENTS)


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_statement_says_who_answers_for_it(client, facts, path):
    inside = text_of(client.get(path))
    assert "Studentene i Fjordvik" in inside
    assert "123 456 789" in inside
    assert 'href="mailto:post@fjordvik.example"' in inside


@pytest.mark.parametrize("path", STATEMENTS)
def test_a_statement_needs_no_facts_and_sets_no_cookie(client, path):
    SiteFacts.objects.all().delete()
    response = client.get(path)
    assert response.status_code == 200
    assert "Norsk studentorganisasjon" in text_of(response)
    assert not response.cookies
    assert client.post(path).status_code == 405


def test_reading_sets_no_cookie_and_sends_nobody_elsewhere(client, published_plan):
    """As /personvern/ says. What a page fetches comes from here; where it links to may be away."""
    for path in ("/", "/handlingsplan/2026-2027/", "/nyheter/", "/framdrift/", *STATEMENTS):
        response = client.get(path)
        assert not response.cookies, path
        page = response.content.decode()
        fetched = re.findall(r'<(?:script|img|source|iframe)[^>]*?\ssrc="([^"]+)"', page)
        fetched += re.findall(r'<link rel="(?:stylesheet|preload|icon)"[^>]*?href="([^"]+)"', page)
        assert fetched, path
        assert all(one.startswith("/") and not one.startswith("//") for one in fetched), path


def test_the_periods_of_the_privacy_statement_are_those_of_the_settings(client, settings):
    settings.SESSION_COOKIE_AGE = 12 * 24 * 3600
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
    inside = text_of(client.get("/personvern/"))
    assert "vært borte i 12 dager" in inside
    assert "virker i 5 minutter" in inside


# Each table about people, and the words of the statement that tell of it; those of the editing
# pages are told of together.
TOLD = {
    "memberorgs.User": "your name and e-mail address",
    "account.EmailAddress": "your name and e-mail address",
    "wagtailusers.UserProfile": "your language",
    "memberorgs.Term": "your offices",
    "memberorgs.Invitation": "who invited you",
    "memberorgs.AccessRequest": "If you ask for access yourself",
    "mfa.Authenticator": "passkeys and other second steps",
    "sessions.Session": "a cookie that keeps you logged in",
    "usersessions.UserSession": "the address of the machine (IP address)",
    "audit.AuditEntry": "from which address (IP address)",
    "outbox.OutgoingMail": "the e-mails that the portal has made for you",
    "intake.Draft": "drafts that you have not sent in",
    "intake.Attachment": "forms and files",
    "intake.Submission": "forms and files",
    "lobbying.Contact": "contacts with parties",
    "lobbying.ContactVersion": "contacts with parties",
    "lobbying.CountingConsent": "whether they may be counted",
    "memberorgs.CalendarLink": "links to your calendar",
    "memberorgs.Handover": "handovers",
    "memberorgs.HandoverTick": "handovers",
    "memberorgs.OrganisationDate": "dates",
}
EDITING = "what you do as an editor"
EDITORS_APPS = {"content", "priorities", "simple_translation"}


def test_the_privacy_statement_tells_of_each_table_about_people(client):
    inside = text_of(client.get("/en/personvern/"))
    untold = []
    for holding in personal_data.holdings():
        app = holding.model.partition(".")[0]
        editing = app.startswith("wagtail") or app in EDITORS_APPS
        staff = holding.model in {"memberorgs.MemberOrganisation", "memberorgs.OrganisationImport"}
        words = TOLD.get(holding.model, EDITING if editing or staff else "")
        if not words or words not in inside:
            untold.append(holding.model)
    assert untold == []


def test_the_cookies_of_a_log_in_are_those_that_the_statement_tells_of(client):
    UserFactory(email="kari@fjordvik.example", password="et-langt-passord-1")
    cookies = client.post(
        "/konto/logg-inn/passord/",
        {"login": "kari@fjordvik.example", "password": "et-langt-passord-1"},
    ).cookies
    inside = text_of(client.get("/en/personvern/"))
    days = {name: one["max-age"] // (24 * 3600) for name, one in cookies.items() if one.value}
    known = next(name for name in days if "known" in name)
    assert set(days) <= {known, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert f"It lives for {days[known]} days" in inside
    most = settings.SESSION_LIFETIME // (24 * 3600)
    assert f"away for {days[settings.SESSION_COOKIE_NAME]} days or until {most} days" in inside
    assert UserSession.objects.get().ip, "so the statement speaks of it"


def test_a_log_in_elsewhere_is_told_of_where_there_is_one(client, settings):
    settings.OIDC_ENABLED = False
    assert "that service learns" not in text_of(client.get("/en/personvern/"))
    settings.OIDC_ENABLED = True
    settings.OIDC = {**settings.OIDC, "NAME": "Feide"}
    assert "log in with Feide, that service learns" in text_of(client.get("/en/personvern/"))


def test_the_log_in_page_sets_the_cookie_that_the_statement_tells_of(client):
    cookies = client.get("/konto/logg-inn/").cookies
    assert list(cookies) == [settings.CSRF_COOKIE_NAME]
    assert cookies[settings.CSRF_COOKIE_NAME]["max-age"] == settings.CSRF_COOKIE_AGE
    assert timedelta(days=360) < timedelta(seconds=settings.CSRF_COOKIE_AGE) < timedelta(days=370)


def test_the_proxys_logs_are_as_large_as_the_statement_says(client):
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
    assert 'max-size: 10m, max-file: "5"' in compose
    assert "de nyeste 50 MB" in text_of(client.get("/personvern/"))
    # It writes no log of who reads what, since nobody told it to.
    caddyfile = (settings.BASE_DIR / "deploy/Caddyfile").read_text(encoding="utf-8")
    assert not re.search(r"^\s*log\b", caddyfile, re.M)


def test_backups_are_kept_as_long_as_the_statement_says(client):
    page = (settings.BASE_DIR / "docs/backup.md").read_text(encoding="utf-8")
    assert "35\ndays" in page or "35 days" in page
    assert "høyst 35 dager" in text_of(client.get("/personvern/"))


@pytest.mark.parametrize(("prefix", "code"), LANGUAGES)
def test_the_order_is_that_of_the_authoritys_form(client, prefix, code):
    found = headings(text_of(client.get(prefix + "/tilgjengelighet/")))
    assert found[:4] == HEADINGS[code]
    assert len(found) == 8


@pytest.mark.parametrize(("prefix", "code"), LANGUAGES)
def test_the_numbers_and_breaches_are_those_of_the_file(client, prefix, code):
    inside = text_of(client.get(prefix + "/tilgjengelighet/"))
    facts = known()
    word = {"nb": "brudd på", "nn": "brot på", "en": "breaches of"}[code]
    unmet = len({one.criterion for one in facts.breaches} - NEWER)
    assert re.search(rf"<b>{unmet} {word} {facts.requirements} ", inside)
    for breach in facts.breaches:
        said = breach.said[code]
        assert f"{breach.criterion} {escape(said.name)} ({breach.level})" in headings(inside, 3)
        for words in said:
            assert escape(words) in inside
    for tool in facts.tools:
        assert escape(tool[code]) in inside
    assert inside.count(escape(facts.breaches[0].said[code].meaning)) == len(
        facts.breaches[0].affects
    )


def test_without_a_breach_the_page_says_so(client, monkeypatch):
    none = Knowledge(known().updated, known().tested, 47, known().tools, ())
    monkeypatch.setattr("home.statements.known", lambda: none)
    inside = text_of(client.get("/tilgjengelighet/"))
    assert "<b>0 brudd på 47 krav</b>" in inside
    assert "Vi vet ikke om noen." in inside
    assert inside.count("Vi vet ikke om noe som er i veien for deg.") == 6


def test_the_file_holds_what_a_statement_needs():
    facts = known()
    assert facts.tested <= facts.updated <= timezone.localdate()
    assert facts.requirements == 47
    assert len(NEWER) == 6
    assert all(set(tool) == {"nb", "nn", "en"} for tool in facts.tools)
    for breach in facts.breaches:
        assert WCAG.fullmatch(breach.criterion)
        assert breach.level in {"A", "AA"}
        assert breach.affects
        assert breach.due > facts.updated
        assert all(all(said) for said in breach.said.values())


def test_a_breach_without_one_of_the_languages_is_refused(tmp_path):
    told = FILE.read_text(encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(told.replace("[breaches.nn]", "[breaches.se]", 1), encoding="utf-8")
    with pytest.raises(KeyError):
        Knowledge.read(broken)


def test_a_criterion_that_is_broken_twice_counts_once(tmp_path):
    told = FILE.read_text(encoding="utf-8")
    _, first, *_ = told.split("[[breaches]]")
    twice = tmp_path / "twice.toml"
    twice.write_text(
        told + "\n[[breaches]]" + first.replace('where = "editing"', 'where = "public"'),
        encoding="utf-8",
    )
    facts = Knowledge.read(twice)
    assert len(facts.breaches) == len(known().breaches) + 1
    assert facts.count() == known().count()
    assert facts.count(Where.PUBLIC) == known().count(Where.PUBLIC) + 1


def test_the_open_pages_hold_no_breach_that_the_browser_tests_pass_by():
    """They allow no fault at all; who puts one on the list must say so there."""
    browser = Path(settings.BASE_DIR / "tests/browser/test_look.py").read_text(encoding="utf-8")
    assert known().count(Where.PUBLIC) == 0
    assert "assert faults(page) == []" in browser


def test_the_statement_counts_the_rooms_that_one_logs_in_to(client, tmp_path, monkeypatch):
    told = FILE.read_text(encoding="utf-8").replace('where = "editing"', 'where = "members"', 1)
    moved = tmp_path / "moved.toml"
    moved.write_text(told, encoding="utf-8")
    before = text_of(client.get("/en/tilgjengelighet/"))
    assert "0 on the open pages, 0 where members log in and work, 2 in the editors" in before
    monkeypatch.setattr("home.statements.known", lambda: Knowledge.read(moved))
    after = text_of(client.get("/en/tilgjengelighet/"))
    assert "0 on the open pages, 1 where members log in and work, 1 in the editors" in after
