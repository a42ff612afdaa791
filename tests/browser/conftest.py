"""A real browser: in front of the test's own server, or of a demo served as `make run` does."""

import os
import shutil
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from playwright.sync_api import sync_playwright

from home.models import HomePage, StandardPage
from portal.throw_away import throw_away_portal
from priorities.choices import Status
from priorities.models import ActionPlan, PriorityPage, Source, SubGoal
from tests.factories import (
    IndicatorFactory,
    MilestoneFactory,
    StatusChangeFactory,
    make_update,
    publish_changes,
)

# Playwright's loop runs in this thread, and Django takes any running loop for an async caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

TABLE = {
    "columns": [{"type": "text", "heading": "Sted"}, {"type": "number", "heading": "Boliger"}],
    "rows": [{"values": ["Fjordvik", "12"]}],
    "caption": "Boliger i Fjordvik",
}

# Chromium tells a violation as an event too; the console may be quiet about one.
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""


@pytest.fixture(scope="package")
def chromium(django_db_setup):
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(
            "Browser tests need Chromium: install the package chromium, or name the program in "
            "the variable CHROMIUM.",
            pytrace=False,
        )
    # While Playwright's loop runs, Django gives this thread another connection, and that one does
    # not know the rows that a serialized rollback puts back.
    rows = getattr(connection, "_test_serialized_contents", None)
    with sync_playwright() as playwright:
        if rows is not None:
            connection._test_serialized_contents = rows
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


def fill_with_facts(priority):
    """A status of each kind in the plan, and something of everything on `priority`."""
    for number, one in enumerate(ActionPlan.objects.get().priorities.in_order()):
        if one != priority:
            StatusChangeFactory(
                priority=one, status=Status.values[number % 8], cause="others", published=True
            )
    StatusChangeFactory(
        priority=priority, status="not_started", decided_on=date(2026, 9, 1), published=True
    )
    change = StatusChangeFactory(
        priority=priority,
        status="partly",
        cause="compromise",
        decided_on=timezone.localdate(),
        note_nb="De fire andre venter til våren.",
        meeting="AU-møte 14",
        case_number="5/26",
        source_title="Protokollen",
        source_url="https://example.org/protokoll",
        published=True,
    )
    publish_changes(change, reason_nb="Fem av ni krav.", correction_reason="Vi telte feil.")
    MilestoneFactory(priority=priority, done_on=date(2026, 9, 1), published=True)
    MilestoneFactory(priority=priority, planned_on=date(2026, 9, 2), published=True)
    MilestoneFactory(priority=priority, planned_on=date(2099, 4, 1), published=True)
    moved = MilestoneFactory(priority=priority, published=True)
    publish_changes(
        moved, planned_on=date(2098, 1, 8), moved_reason_nb="Studentsamskipnadene venter."
    )
    IndicatorFactory(priority=priority, measured={"2026-10-01": "12.5"}, published=True)
    for number in range(6):
        update = make_update(
            priority,
            ActionPlan.objects.get().priorities.get(position=3),
            title=f"Velferdstjenestetilbudet er kartlagt, del {number}",
            body=[
                ("table", TABLE),
                ("call_to_action", {"text": "Svar nå", "url": "/om-portalen/"}),
            ],
        )
    update.sources = [Source(title="Kartleggingen", url="https://example.org/", place="s. 12")]
    update.save_revision().publish()
    return update


@pytest.fixture
def house(transactional_db, published_plan):
    """Addresses of one page of each kind, with something in every part of it."""
    page = PriorityPage.objects.get(priority__position=5)
    SubGoal.objects.create(priority=page.priority, position=1, text="Flere boliger i Fjordvik.")
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=10)):
        update = fill_with_facts(page.priority)
    page.summary = "Studentvelferden skal følge studentene."
    page.owner_role = "Arbeidsutvalget"
    page.related = [page.priority.plan.priorities.get(position=6)]
    page.body = [
        ("heading", "Slik jobber vi"),
        ("text", '<p>Les <a href="https://example.org/">mer</a>.</p><ul><li>Ett</li></ul>'),
        ("quotation", {"quotation": "Vi står på.", "source": "Arbeidsutvalget"}),
        ("fact_box", {"heading": "Kort om", "text": "<p>Fakta.</p>"}),
    ]
    page.save_revision().publish()
    plain = StandardPage(
        title="Personvernerklæring for arrangementsdeltakere",
        slug="arrangementer",
        intro="Vi lagrer lite.",
        body=[("heading", "Hvorfor"), ("text", "<p>Fordi vi må.</p>")],
        show_in_menus=True,
    )
    HomePage.objects.get().add_child(instance=plain)
    return {
        "front": "/",
        "plan": "/handlingsplan/2026-2027/",
        "priority": page.url,
        "past": f"{page.url}?dato={now - timedelta(days=5):%Y-%m-%d}",
        "news": "/nyheter/",
        "update": update.url,
        "corrections": "/framdrift/rettelser/",
        "plain": plain.url,
        "privacy": "/personvern/",
        "accessibility": "/tilgjengelighet/",
        "door": "/konto/logg-inn/",
        "log-in": "/konto/logg-inn/passord/",
        "missing": "/finnes-ikke/",
    }


class Visit:
    """One page in a window of its own, and what it asked for and complained about."""

    def __init__(self, chromium, base, **window):
        self.base = base
        self.context = chromium.new_context(
            locale="nb-NO", timezone_id="Europe/Oslo", base_url=base, **window
        )
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.complaints = []
        self.strangers = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._see)

    def _hear(self, message):
        # An answer such as 404 is what the page is about.
        about_the_answer = "the server responded with a status of" in message.text
        if about_the_answer and message.location.get("url") == self.page.url:
            return
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _see(self, request):
        if urlsplit(request.url).netloc != urlsplit(self.base).netloc:
            self.strangers.append(request.url)

    def open(self, address):
        self.answer = self.page.goto(address)
        self.page.evaluate("document.fonts.ready")
        return self.page

    def all_quiet(self):
        assert self.complaints == []
        assert self.strangers == []
        assert self.page.evaluate("window.violations") == []


@pytest.fixture
def visit(chromium, live_server):
    """`visit(width=…, height=…, **context)` opens a window; all are closed after the test."""
    opened = []

    def visit(width=1280, height=800, **window):
        opened.append(
            Visit(chromium, live_server.url, viewport={"width": width, "height": height}, **window)
        )
        return opened[-1]

    yield visit
    for one in opened:
        one.context.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """Where a demo answers that was made for these tests, and its password; they only read."""
    folder = tmp_path_factory.mktemp("portal")
    made_ready = [["-m", "tests.browser.house"]]
    started = False
    try:
        with throw_away_portal(
            folder, settings_module="tests.browser.house.settings", then=made_ready
        ) as place:
            started = True
            yield place
    except CommandError as error:
        if started:
            raise
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def reader(chromium, portal):
    """`reader(width=…, height=…, **context)` opens a window on the demo; closed after the test."""
    opened = []

    def reader(width=1280, height=800, **window):
        opened.append(
            Visit(chromium, portal.address, viewport={"width": width, "height": height}, **window)
        )
        return opened[-1]

    yield reader
    for one in opened:
        one.context.close()


SCREENS = Path(settings.BASE_DIR) / "var" / "screens"
BEGUN = time.time()


def pytest_terminal_summary(terminalreporter):
    """How many pages were looked at, and where one sees them."""
    screens = [one for one in SCREENS.rglob("*.png") if one.stat().st_mtime >= BEGUN]
    if screens:
        pages = {(one.parent.name, one.stem.rsplit("-", 2)[0]) for one in screens}
        terminalreporter.write_line(
            f"{len(pages)} pages, {len(screens)} screenshots in {SCREENS.relative_to(Path.cwd())}"
            if SCREENS.is_relative_to(Path.cwd())
            else f"{len(pages)} pages, {len(screens)} screenshots in {SCREENS}"
        )
