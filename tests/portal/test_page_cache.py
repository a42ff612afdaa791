"""Pages for readers, kept in front of Django; all through WSGI, as the web server asks."""

import gzip
import threading
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import redis
import time_machine
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test.utils import CaptureQueriesContext
from django.urls import path
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from content import freshness
from content.caching import for_readers
from content.models import FootLink, Generation, PortalDocument, SiteFacts
from content.tasks import publish_scheduled
from home.models import HomePage, StandardPage
from memberorgs.choices import RoleGroup
from portal import freshness as listening
from portal import page_cache
from portal.urls import urlpatterns as portal_urls
from priorities.models import Correction, PriorityPage
from tests.factories import (
    IndicatorFactory,
    MilestoneFactory,
    StatusChangeFactory,
    UserFactory,
    make_update,
    publish_changes,
)
from tests.test_house_rules import OURS
from tests.wsgi import HOST, Browser

pytestmark = pytest.mark.django_db

FRONT = "/"


@pytest.fixture(autouse=True)
def _connections_kept(monkeypatch):
    """The test's transaction outlives a look at the generation."""
    monkeypatch.setattr(freshness, "close_old_connections", lambda: None)


@pytest.fixture
def at_once(monkeypatch):
    """Nothing is left alone, and each request asks what is new."""
    monkeypatch.setattr(freshness, "ASK_EVERY", 0)
    monkeypatch.setattr(freshness, "LEFT_ALONE", 0)
    monkeypatch.setattr(page_cache, "LEFT_ALONE", 0)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A block whose changes are committed at its end, as far as anybody is told."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def without_redis(settings, tmp_path):
    """No Redis where one is looked for, also when the suite runs beside a real one."""
    where = settings.CACHES["default"] | {"LOCATION": f"unix://{tmp_path}/nobody.sock?db=1"}
    settings.CACHES = settings.CACHES | {"default": where}


@pytest.fixture
def browser(with_redis, at_once):
    return Browser()


def queries_of(work):
    with CaptureQueriesContext(connection) as caught:
        answer = work()
    return answer, len(caught)


def priority_page(plan):
    return PriorityPage.objects.get(priority=plan.priorities.in_order()[0])


# What a reader gets


def test_a_page_from_the_cache_costs_no_query_and_is_the_same(with_redis, published_plan):
    browser = Browser()
    for address in (FRONT, "/framdrift/", "/handlingsplan/2026-2027/", "/nn/nyheter/?side=1"):
        made, cost = queries_of(lambda address=address: browser.get(address))
        found, no_cost = queries_of(lambda address=address: browser.get(address))
        assert made.status == 200
        assert cost > 0
        assert no_cost == 0
        assert found == made


def test_a_page_from_the_cache_is_what_django_answers(browser, client, published_plan):
    browser.get(FRONT)
    kept = browser.get(FRONT)
    plain = client.get(FRONT, headers={"host": HOST})
    assert kept.body == plain.content
    ours = {"etag", "content-length", "vary", "content-encoding"}
    given = {name: text for name, text in plain.headers.items() if name.lower() not in ours}
    assert {name: text for name, text in kept.headers if name.lower() not in ours} == given
    assert "Content-Security-Policy" in given
    assert kept["Cache-Control"] == "public, max-age=60, stale-if-error=86400"
    assert kept["Vary"] == "Accept-Encoding"
    assert kept["Set-Cookie"] == ""


def test_over_https_the_page_carries_hsts_and_is_another(settings, with_redis, db):
    settings.SECURE_HSTS_SECONDS = 100
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    browser = Browser()
    for _ in range(2):
        assert browser.get(FRONT)["Strict-Transport-Security"] == ""
        secure = browser.get(FRONT, HTTP_X_FORWARDED_PROTO="https")
        assert secure["Strict-Transport-Security"] == "max-age=100"


@pytest.mark.parametrize("tags", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_page_gets_an_empty_answer(browser, tags):
    whole = browser.get(FRONT, HTTP_ACCEPT_ENCODING="gzip, br")
    again = browser.get(
        FRONT, HTTP_ACCEPT_ENCODING="gzip, br", HTTP_IF_NONE_MATCH=tags.format(whole["ETag"])
    )
    assert again.status == 304
    assert again.body == b""
    body = {"Content-Length", "Content-Encoding", "Content-Type"}
    assert again.headers == [header for header in whole.headers if header[0] not in body]


def test_a_conditional_first_request_gets_the_whole_page_into_the_cache(browser):
    assert browser.get(FRONT, HTTP_IF_NONE_MATCH='"old"').status == 200
    assert browser.get(FRONT).status == 200


def test_compressed_for_those_who_take_it(browser):
    plain = browser.get(FRONT)
    packed = browser.get(FRONT, HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    assert plain["Content-Encoding"] == ""
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed["Content-Length"]) == len(packed.body) < len(plain.body) / 2
    assert int(plain["Content-Length"]) == len(plain.body)
    assert packed["ETag"] != plain["ETag"]
    assert browser.get(FRONT, HTTP_ACCEPT_ENCODING="gzip;q=0, br").body == plain.body
    assert browser.get(FRONT, HTTP_ACCEPT_ENCODING="br, gzip;q=0.5").body == packed.body


@pytest.mark.parametrize("first", ["GET", "HEAD"])
def test_head_is_the_same_without_the_body(browser, first):
    browser.get(FRONT, method=first)
    whole, head = browser.get(FRONT), browser.get(FRONT, method="HEAD")
    assert head.headers == whole.headers
    assert head.body == b""
    assert whole.body.endswith(b"</html>\n")


def test_other_keys_of_the_query_make_no_other_page(browser, published_plan):
    plan = "/handlingsplan/2026-2027/"
    first = browser.get(f"{plan}?utm_source=avisa&fbclid=7")
    again, cost = queries_of(lambda: browser.get(f"{plan}?utm_source=blad"))
    bare, more = queries_of(lambda: browser.get(plan))
    last, no_cost = queries_of(lambda: browser.get(f"{plan}?utm_source=radio"))
    assert first.status == 200
    assert (cost > 0, more, no_cost) == (True, 0, 0)
    assert again == bare == last
    assert b"utm_source" not in bare.body


def test_of_a_repeated_key_the_last_one_counts(browser, published_plan):
    plan = "/handlingsplan/2026-2027/"
    before = browser.get(f"{plan}?dato=2020-01-01")
    assert before.body != browser.get(plan).body
    assert browser.get(f"{plan}?dato=2026-12-01&dato=2020-01-01").body == before.body
    assert browser.get(f"{plan}?status=&dato=2020-01-01&x=%00").status == 200


@pytest.mark.parametrize(
    "query", ["%00", "&" * 3000, "side=%ff", "side=" + "9" * 5000, "=&=&==", "side[]=1"]
)
def test_odd_queries_are_no_server_error(browser, query):
    for _ in range(2):
        assert browser.get(f"/framdrift/rettelser/?{query}").status < 500


def test_where_a_page_leads_on_is_kept_too(browser, published_plan):
    made = browser.get("/handlingsplan/")
    kept, cost = queries_of(lambda: browser.get("/handlingsplan/"))
    assert made.status == 302
    assert made["Location"] == "/handlingsplan/2026-2027/"
    assert kept == made
    assert cost == 0


# Who gets another


def test_who_is_logged_in_gets_a_page_of_their_own(browser, client, settings, published_plan):
    browser.get(FRONT)
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    for _ in range(2):
        own = browser.get(FRONT, HTTP_COOKIE=f"a=b; {cookie}", HTTP_ACCEPT_ENCODING="gzip")
        assert own["Cache-Control"] == "private, no-store"
        assert own["Content-Encoding"] == "gzip"
        assert own["ETag"] == ""
    assert browser.get(FRONT)["Cache-Control"].startswith("public")


@pytest.mark.parametrize(
    "given",
    [
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_COOKIE": "session-8000=stale"},
    ],
)
def test_who_shows_papers_is_not_answered_from_the_cache(browser, given):
    browser.get(FRONT)
    answer, cost = queries_of(lambda: browser.get(FRONT, **given))
    assert cost > 0
    assert answer["Cache-Control"] == "private, no-store"


def test_nothing_of_a_visitor_ends_in_the_page(browser, published_plan):
    poison = {
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_USER_AGENT": "evil.example",
        "HTTP_REFERER": "https://evil.example/",
        "HTTP_COOKIE": "csrf-8000=evilevilevilevilevilevilevilevil",
    }
    fresh = Browser().get(FRONT).body
    for _ in range(2):
        assert browser.get(FRONT, **poison).body == fresh
    assert b"evil" not in browser.get(FRONT).body


def test_an_unknown_host_gets_no_page(browser):
    browser.get(FRONT)
    for _ in range(2):
        assert browser.get(FRONT, HTTP_HOST="evil.example").status == 400


def test_a_path_prefix_of_the_server_is_none_of_ours(browser):
    """Web servers take it from a header, so that anybody could put it into our links."""
    browser.get(FRONT, SCRIPT_NAME="/evil")
    assert b"/evil" not in browser.get(FRONT).body


class FrontCache:
    """A cache in front of the portal, as simple as the standard allows."""

    def __init__(self, browser):
        self.browser = browser
        self.kept = {}

    def get(self, address, **given):
        for varied, answer in self.kept.get(address, []):
            if all(given.get(name, "") == text for name, text in varied.items()):
                return answer
        answer = self.browser.get(address, **given)
        said = {part.strip() for part in answer["Cache-Control"].split(",")}
        if "public" in said and not said & {"private", "no-store"}:
            names = [name.strip() for name in answer["Vary"].split(",") if name.strip()]
            asked = [f"HTTP_{name.upper().replace('-', '_')}" for name in names]
            varied = {name: given.get(name, "") for name in asked}
            self.kept.setdefault(address, []).append((varied, answer))
        return answer


@pytest.mark.parametrize("first", ["member", "visitor"])
def test_a_cache_in_front_never_gives_one_person_the_page_of_another(
    browser, client, settings, published_plan, first
):
    client.force_login(UserFactory(admin=True))
    name = settings.SESSION_COOKIE_NAME
    papers = {"HTTP_COOKIE": f"{name}={client.cookies[name].value}"}
    addresses = [FRONT, "/framdrift/", "/admin/", "/admin/pages/", "/konto/logg-inn/", "/x/"]
    front = FrontCache(browser)
    for member in (first == "member", first != "member", True, False):
        for address in addresses:
            answer = front.get(address, **(papers if member else {}))
            if not member:
                alone = Browser().get(address)
                assert answer.status == alone.status
                if alone.status == 200 and "public" in alone["Cache-Control"]:
                    assert answer.body == alone.body
    assert set(front.kept) == {FRONT, "/framdrift/"}


# What makes a page outdated


def status(plan):
    StatusChangeFactory(priority=plan.priorities.in_order()[0], published=True)


def withdrawn_status(plan):
    StatusChangeFactory(priority=plan.priorities.in_order()[0], published=True).unpublish()


def milestone(plan):
    MilestoneFactory(priority=plan.priorities.in_order()[0], published=True)


def indicator(plan):
    IndicatorFactory(
        priority=plan.priorities.in_order()[0], measured={"2026-10-01": 3}, published=True
    )


def correction(plan):
    row = MilestoneFactory(priority=plan.priorities.in_order()[0], published=True)
    publish_changes(row, title_nb="En annen", correction_reason="Feil navn.")
    assert Correction.objects.exists()


def news(plan):
    make_update(plan.priorities.in_order()[0])


def page_published(plan):
    publish_changes(priority_page(plan), summary="Nye ord.")


def page_unpublished(plan):
    priority_page(plan).unpublish()


def page_moved(plan):
    page = StandardPage.objects.get()
    page.move(HomePage.objects.get(), pos="first-child")


def page_deleted(plan):
    StandardPage.objects.first().delete()


def restriction(plan):
    row = PageViewRestriction.objects.create(
        page=priority_page(plan), restriction_type=PageViewRestriction.GROUPS
    )
    row.groups.add(Group.objects.first())


def facts_of_the_site(plan):
    facts, _ = SiteFacts.objects.get_or_create(site=Site.objects.get())
    FootLink.objects.create(facts=facts, title="Presse", url="https://eksempel.example/")


def moved_address(plan):
    Redirect.objects.create(old_path="/gammel", redirect_link="/")


def document(plan):
    PortalDocument.objects.create(title="Brev", file=ContentFile(b"x", name="brev.txt")).delete()


@pytest.mark.parametrize(
    "change",
    [
        status,
        withdrawn_status,
        milestone,
        indicator,
        correction,
        news,
        page_published,
        page_unpublished,
        page_moved,
        page_deleted,
        restriction,
        facts_of_the_site,
        moved_address,
        document,
    ],
)
def test_a_change_makes_all_pages_anew(browser, committed, published_plan, change):
    with committed():
        freshness.bump()
    browser.get(FRONT)
    assert queries_of(lambda: browser.get(FRONT))[1] == 0
    with committed():
        change(published_plan)
    assert queries_of(lambda: browser.get(FRONT))[1] > 0
    assert queries_of(lambda: browser.get(FRONT))[1] == 0


def test_a_draft_makes_no_page_anew(browser, committed, published_plan):
    browser.get(FRONT)
    with committed():
        page = priority_page(published_plan)
        page.summary = "Bare et utkast."
        page.save_revision()
        StatusChangeFactory(priority=published_plan.priorities.in_order()[0]).save_revision()
    assert queries_of(lambda: browser.get(FRONT))[1] == 0


def test_a_status_shows_within_a_second_in_another_process(with_redis, committed, published_plan):
    page = priority_page(published_plan)
    browsers = Browser(), Browser()
    for browser in browsers:
        assert "Vi er i gang." not in browser.get(page.url).text
    with committed():
        status(published_plan)
    time.sleep(0.3)
    for browser in browsers:
        assert "Vi er i gang." in browser.get(page.url).text


def test_a_restriction_on_a_kept_page_holds_within_a_second(with_redis, committed, published_plan):
    page = priority_page(published_plan)
    browser = Browser()
    assert browser.get(page.url).status == browser.get(page.url).status == 200
    with committed():
        PageViewRestriction.objects.create(
            page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN
        )
    time.sleep(0.3)
    for _ in range(2):
        answer = browser.get(page.url)
        assert answer.status == 302
        assert "no-store" in answer["Cache-Control"]


def test_what_beat_publishes_shows(browser, committed, published_plan):
    page = priority_page(published_plan)
    row = StatusChangeFactory(priority=page.priority, reason_nb="Planlagt og publisert.")
    row.go_live_at = datetime(2026, 12, 1, 8, tzinfo=ZoneInfo("Europe/Oslo"))
    with time_machine.travel("2026-12-01 07:59 +0100", tick=True), committed():
        row.save_revision().publish()
        assert "Planlagt" not in browser.get(page.url).text
    with time_machine.travel("2026-12-01 08:01 +0100", tick=True):
        assert "Planlagt" not in browser.get(page.url).text
        with committed():
            publish_scheduled()
        assert "Planlagt og publisert." in browser.get(page.url).text


def test_changes_of_one_transaction_count_once(committed, published_plan):
    with committed():
        freshness.bump()
    with CaptureQueriesContext(connection) as caught, committed():
        for _ in range(3):
            freshness.bump()
    writes = [query for query in caught if query["sql"].startswith("UPDATE")]
    assert len(writes) == 1


def test_what_is_rolled_back_has_not_happened(committed):
    with committed():
        freshness.bump()
    before = Generation.objects.get().number
    with committed(), transaction.atomic():
        freshness.bump()
        transaction.set_rollback(True)
    assert Generation.objects.get().number == before
    with committed():
        freshness.bump()
    assert Generation.objects.get().number > before


def test_a_generation_grows_whatever_the_clock_says(committed):
    with time_machine.travel("2030-01-01", tick=False), committed():
        freshness.bump()
    before = Generation.objects.get().number
    with time_machine.travel("2026-01-01", tick=False), committed():
        freshness.bump()
    assert Generation.objects.get().number == before + 1


def test_a_page_lives_five_minutes(browser):
    with time_machine.travel("2026-12-01 12:00 +0100", tick=False) as clock:
        browser.get(FRONT)
        clock.shift(299)
        assert queries_of(lambda: browser.get(FRONT))[1] == 0
        clock.shift(2)
        assert queries_of(lambda: browser.get(FRONT))[1] > 0


@pytest.mark.parametrize("midnight", ["2026-12-01 23:00 +0000", "2026-06-30 22:00 +0000"])
def test_a_page_of_yesterday_is_made_anew_at_midnight_in_oslo(browser, midnight):
    with time_machine.travel(midnight, tick=False) as clock:
        clock.shift(-60)
        browser.get(FRONT)
        clock.shift(59)
        assert queries_of(lambda: browser.get(FRONT))[1] == 0
        clock.shift(1)
        assert queries_of(lambda: browser.get(FRONT))[1] > 0


NOT_SHOWN = {
    "Heartbeat",
    "User",
    "OutgoingMail",
    "Generation",
    "PortalRendition",
    # What stays inside organisations and the secretariat, and on pages that are never kept.
    "AccessRequest",
    "CalendarLink",
    "Handover",
    "HandoverTick",
    "Invitation",
    "NationalDate",
    "OrganisationCode",
    "OrganisationDate",
    "OrganisationImport",
    "Term",
    "AuditEntry",
    "PurgePermit",
    "Outage",
    "Attachment",
    "Draft",
    "Submission",
    # What stands in no public number.
    "Answer",
    "ContactVersion",
    "Demand",
    "Election",
    "EntryVersion",
    "HelpRequest",
    "KindPriority",
    "Recruitment",
    "Routine",
    "Turnout",
}


def test_of_each_model_is_known_whether_pages_show_it():
    known = {*(model.__name__ for model in listening.SHOWN), *NOT_SHOWN}
    # Reference data, which releases bring; `prepare` makes all pages anew.
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS - {"geography"} and not issubclass(model, Page)
    ]
    assert {model.__name__ for model in ours} - known == set()


# Without database, without Redis


def test_kept_pages_are_served_without_the_database(browser, without_database):
    with time_machine.travel("2026-12-01 12:00 +0100", tick=False) as clock:
        kept = browser.get(FRONT)
        without_database()
        for seconds in (0, 600, 23 * 3600):
            clock.move_to(datetime(2026, 12, 1, 12, tzinfo=ZoneInfo("Europe/Oslo")))
            clock.shift(seconds)
            assert browser.get(FRONT) == kept
            # A process that has just been started finds them too.
            assert Browser().get(FRONT) == kept
        clock.shift(3601)
        assert browser.get(FRONT).status == 503


def test_kept_pages_are_served_without_the_database_and_redis(
    with_redis, at_once, without_database
):
    browser = Browser()
    kept = browser.get(FRONT)
    without_database()
    with_redis.stop()
    try:
        assert browser.get(FRONT) == kept
        with time_machine.travel(time.time() + 3600):
            assert browser.get(FRONT) == kept
    finally:
        with_redis.start()


def test_a_page_that_changed_is_not_served_without_the_database(
    browser, committed, without_database
):
    browser.get(FRONT)
    with committed():
        freshness.bump()
    without_database()
    assert browser.get(FRONT).status == 503


def test_a_page_that_nobody_read_says_when_to_come_back(browser, without_database):
    without_database()
    answer = browser.get("/framdrift/")
    assert answer.status == 503
    assert answer["Retry-After"] == "30"
    assert "no-store" in answer["Cache-Control"]
    assert "<h1" in answer.text


def test_without_redis_each_process_keeps_pages_and_sees_changes(
    without_redis, at_once, committed, db
):
    browser = Browser()
    browser.get(FRONT)
    # The generation, and nothing else.
    assert queries_of(lambda: browser.get(FRONT))[1] == 1
    with committed():
        freshness.bump()
    assert queries_of(lambda: browser.get(FRONT))[1] > 1


def test_without_redis_the_database_is_asked_at_most_five_times_a_second(without_redis, db):
    browser = Browser()
    browser.get(FRONT)
    begun = time.monotonic()
    _, cost = queries_of(lambda: [browser.get(FRONT) for _ in range(200)])
    assert cost <= 5 * (time.monotonic() - begun) + 1


def test_redis_that_comes_back_with_an_old_number_brings_no_old_page(
    with_redis, at_once, committed
):
    with committed():
        freshness.bump()
    browser, idle = Browser(), Browser(watch=freshness.Watch(freshness.Line()))
    browser.get(FRONT)
    client = redis.Redis.from_url(f"unix://{with_redis.embedded.socket}?db=1")
    old = client.get(freshness.NUMBER)
    with committed():
        freshness.bump()
    new = client.get(freshness.NUMBER)
    assert old != new
    browser.get(FRONT)
    client.set(freshness.NUMBER, old)
    assert queries_of(lambda: browser.get(FRONT))[1] == 0
    assert client.get(freshness.NUMBER) == new
    client.set(freshness.NUMBER, old)
    client.delete(freshness.CHECKED)
    idle.get(FRONT)
    assert client.get(freshness.NUMBER) == new


def test_processes_share_what_they_made(browser, published_plan):
    address = "/handlingsplan/2026-2027/?dato=2026-12-01"
    made = browser.get(f"{address}&utm=1"), browser.get(address)
    found, cost = queries_of(lambda: Browser().get(f"{address}&utm=2"))
    assert found == made[1]
    assert cost == 0


def test_rubbish_in_redis_is_no_page(with_redis, at_once):
    browser = Browser()
    page = browser.get(FRONT)
    client = redis.Redis.from_url(f"unix://{with_redis.embedded.socket}?db=1")
    names = [name for name in client.keys("portal:page:*") if b":keys:" not in name]
    assert names
    for rubbish in (b"", b"{}\nx", b"\xff\n", b'{"key": ["http"], "packed": true}\nx'):
        for name in names:
            client.set(name, rubbish)
        assert Browser().get(FRONT) == page


# Bounds, threads, views of other kinds


def test_memory_is_bounded(with_redis, at_once, monkeypatch):
    monkeypatch.setattr(page_cache, "SIDE_SHELF", (60_000, 8))
    monkeypatch.setattr(page_cache, "SHARED_ASIDE", 5)
    browser = Browser()
    browser.get(FRONT)
    for number in range(30):
        browser.get(f"/framdrift/rettelser/?side={number}")
    assert len(browser.application._side_shelf._pages) <= 8
    client = redis.Redis.from_url(f"unix://{with_redis.embedded.socket}?db=1")
    assert len([n for n in client.keys("portal:page-aside:*") if b":keys:" not in n]) == 5
    assert queries_of(lambda: browser.get(FRONT))[1] == 0, "made-up addresses push out no page"


@for_readers()
def with_a_form(request):
    return HttpResponse(get_token(request))


@for_readers()
def streaming(request):
    return StreamingHttpResponse([b"a", b"b"])


@for_readers()
def by_language(request):
    return HttpResponse("x", headers={"Vary": "Accept-Language"})


@for_readers()
def secret(request):
    return HttpResponse("x", headers={"Cache-Control": "private"})


@for_readers("a")
def echo(request):
    return HttpResponse(request.get_full_path())


@for_readers()
def mirror(request):
    return HttpResponse(str(dict(request.headers)))


@for_readers()
def small(request):
    return HttpResponse("kort")


def private_page(request):
    return HttpResponse("x" * 5000)


urlpatterns = [
    path("skjema/", with_a_form),
    path("strom/", streaming),
    path("sprak/", by_language),
    path("hemmelig/", secret),
    path("ekko/", echo),
    path("kort/", small),
    path("speil/", mirror),
    path("privat/", private_page),
    *portal_urls,
]
handler500 = "portal.errors.server_error"


@pytest.fixture
def odd_views(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("address", ["/skjema/", "/strom/", "/sprak/", "/hemmelig/", "/privat/"])
def test_what_is_not_for_all_is_not_kept(browser, odd_views, address):
    for _ in range(2):
        answer = browser.get(address)
        assert answer.status == 200
        assert "private" in answer["Cache-Control"]
        assert answer["ETag"] == ""
    tokens = {browser.get("/skjema/").text for _ in range(3)}
    assert len(tokens) == 3


def test_a_page_can_hold_no_more_of_the_query_than_it_declared(browser, odd_views):
    assert browser.get("/ekko/?a=1&b=2").text == "/ekko/?a=1&b=2"
    for _ in range(2):
        assert browser.get("/ekko/?b=3&a=1").text == "/ekko/?a=1"


def test_a_page_can_hold_nothing_of_a_browser(browser, odd_views):
    told = {f"HTTP_{name}": "evil" for name in ("USER_AGENT", "REFERER", "ACCEPT_LANGUAGE")}
    for _ in range(2):
        assert "evil" not in browser.get("/speil/", **told).text


def test_a_short_answer_is_kept_as_it_is(browser, odd_views):
    for _ in range(2):
        answer = browser.get("/kort/", HTTP_ACCEPT_ENCODING="gzip")
        assert answer.body == b"kort"
        assert answer["Vary"] == ""
        assert answer["Content-Encoding"] == ""


def test_a_page_is_made_once_while_many_ask(with_redis, db):
    made = []

    def slow(environ, start_response):
        made.append(environ["PATH_INFO"])
        time.sleep(0.2)
        start_response("200 OK", [("Content-Type", "text/html")])
        response = HttpResponse(b"<p>side</p>")
        response.reader_keys = ()
        return response

    browser = Browser(slow)
    browser.get(FRONT)
    browser.application._watch._number += 1
    browser.application._watch._asked = time.monotonic() + 10
    made.clear()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(browser.get(FRONT))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert made == [FRONT]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", "public, max-age=60, stale-if-error=86400"),
        ("/framdrift/rettelser/", "public, max-age=60, stale-if-error=86400"),
        ("/robots.txt", "public, max-age=3600"),
        ("/finnes-ikke/", "private, no-store"),
        ("/konto/logg-inn/", "no-store"),
        ("/nn/konto/logg-inn/", "no-store"),
        ("/admin/", "no-store"),
        ("/framdrift", "private, no-store"),
        ("/helse/live", "no-store"),
        ("/static/css/site.css", "public"),
        ("/static/finnes-ikke.css", "private, no-store"),
        ("/media/images/finnes-ikke.jpg", "private, no-store"),
    ],
)
def test_every_answer_says_who_may_keep_it(client, settings, address, said):
    settings.WHITENOISE_USE_FINDERS = True
    assert said in Browser().get(address)["Cache-Control"]
    response = client.get(address)
    response.close()
    assert said in response.headers["Cache-Control"]


def test_an_image_may_be_kept(browser, settings):
    folder = settings.MEDIA_ROOT / "images"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"x" * 900)
    answer = browser.get("/media/images/a.png", HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert answer["Content-Encoding"] == ""


def test_a_document_is_not_kept_by_others(browser):
    row = PortalDocument.objects.create(title="Brev", file=ContentFile(b"x", name="brev.txt"))
    assert "no-store" in browser.get(row.url)["Cache-Control"]
