"""The demo's content: what stands in the plan after `manage.py prepare` in demo mode."""

import contextlib
import hashlib
import re
import sys
import types
from collections import Counter
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from content.models import PortalDocument, PortalImage, SiteFacts
from home.models import HomePage
from memberorgs.models import User
from outbox.models import OutgoingMail
from portal import demo
from portal.demo_content import loader
from portal.demo_content.images import PICTURES
from portal.management.commands.editor_guide import SCENES
from priorities.as_of import AsOf
from priorities.choices import NEEDS_CAUSE, MilestoneState, Status
from priorities.models import (
    ActionPlan,
    Correction,
    Indicator,
    Milestone,
    NewsIndexPage,
    Priority,
    PriorityPage,
    ProgressUpdatePage,
    StatusChange,
)
from priorities.statistics import silent, status_of
from tests.conftest import ADOPTED, TITLES

OSLO = ZoneInfo("Europe/Oslo")
TOLD_ON = date(2026, 11, 25)
FACTS = (StatusChange, Milestone, Indicator)


def seed(**options):
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def rows():
    """Every row that seeding can write, by table."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


@contextlib.contextmanager
def folder_of_a_demo(folder):
    with override_settings(
        DATA_DIR=folder, DEMO_MARK=folder / "demo-password", MEDIA_ROOT=folder / "media"
    ):
        yield


@pytest.fixture
def logins(db, tmp_path):
    with folder_of_a_demo(tmp_path):
        demo.make_logins()
        yield


@pytest.fixture(scope="class")
def seeded_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """Seeding takes seconds: the tests of a class share one run, each in a savepoint of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), folder_of_a_demo(folder), transaction.atomic():
        call_command("import_plan", str(ADOPTED), titles=str(TITLES), publish=True, verbosity=0)
        demo.make_logins()
        seed()
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def seeded(seeded_once, db):
    with folder_of_a_demo(seeded_once):
        yield ActionPlan.objects.get()


def texts():
    """All that the demo content says, with where it stands."""
    for name in ("priorities", "news"):
        for entry in loader.read(name):
            yield from strings(entry, name)
    for picture in PICTURES:
        yield picture.title, "images"
        yield picture.alt, "images"


def strings(value, place):
    if isinstance(value, str):
        yield value, place
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, place)


class TestTheSeededPlan:
    def test_every_priority_is_told(self, seeded):
        pages = list(PriorityPage.objects.live().source())
        assert len(pages) == 15
        for page in pages:
            assert 15 <= len(page.summary.split()) <= 60
            assert page.owner_role
            assert page.related.exists()
            assert page.priority not in page.related.all()
            assert not page.has_unpublished_changes
            assert 2 <= page.priority.milestones.filter(live=True).count() <= 3

    def test_the_eight_statuses_all_occur_and_each_has_its_reason(self, seeded):
        valid = status_of(Priority.objects.all())
        assert len(valid) == 15
        assert {change.status for change in valid.values()} == set(Status.values)
        for change in StatusChange.objects.all():
            assert change.live
            assert change.reason_nb.endswith(".")
            assert change.decided_on <= TOLD_ON
            assert bool(change.cause) == (change.status in NEEDS_CAUSE)
            assert change.source_title.startswith("Demokilde")
        with_history = Counter(StatusChange.objects.values_list("priority_id", flat=True))
        assert [count for count in with_history.values() if count == 3]

    def test_decisions_come_in_the_order_of_their_meetings(self, seeded):
        """Case numbers of one body grow with the date, and one meeting has one date."""
        decided = StatusChange.objects.exclude(case_number="").order_by("decided_on", "pk")
        days = {}
        last = Counter()
        for change in decided:
            assert days.setdefault(change.meeting, change.decided_on) == change.decided_on
            number = int(change.case_number.split("/")[0])
            first_of_day = (change.decided_by, change.decided_on)
            assert number > last[(change.decided_by, "before", change.decided_on)]
            last[first_of_day] = max(last[first_of_day], number)
            for later in decided:
                if later.decided_by == change.decided_by and later.decided_on > change.decided_on:
                    assert int(later.case_number.split("/")[0]) > number
        assert {change.decided_by for change in StatusChange.objects.all()} >= {
            "executive_committee",
            "national_board",
            "secretariat",
        }

    def test_milestones_are_done_late_moved_and_to_come(self, seeded):
        milestones = list(Milestone.objects.all())
        states = Counter(one.state(TOLD_ON) for one in milestones)
        assert states[MilestoneState.DONE] >= 10
        assert 2 <= states[MilestoneState.LATE] <= 4
        assert states[MilestoneState.DUE] >= 1
        assert states[MilestoneState.UPCOMING] > states[MilestoneState.DONE]
        moved = [one for one in milestones if one.moved_from]
        assert 2 <= len(moved) <= 4
        assert all(one.moved_reason_nb and one.moved_from < one.planned_on for one in moved)
        for one in milestones:
            assert date(2026, 5, 1) <= one.planned_on <= date(2027, 9, 13)
            assert one.done_on is None or one.done_on <= TOLD_ON

    def test_indicators_have_dated_values_that_say_demo(self, seeded):
        indicators = list(Indicator.objects.prefetch_related("values"))
        assert 3 <= len(indicators) <= 4
        for indicator in indicators:
            values = list(indicator.values.all())
            assert len(values) >= 2
            assert all(value.source_title.startswith("Demotall") for value in values)
            assert 0 < indicator.progress(TOLD_ON) < 1
        assert {indicator.direction for indicator in indicators} == {"up", "down"}

    def test_history_stands_at_its_own_dates(self, seeded):
        """So that `?dato=` has something to show, rows are as old as they say."""
        for model in FACTS:
            for row in model.objects.all():
                published = timezone.localtime(row.first_published_at, OSLO)
                assert date(2026, 5, 1) <= published.date() < TOLD_ON
                if model is StatusChange:
                    assert published.date() == row.decided_on
                    assert timezone.localdate(row.typed_at, OSLO) == row.decided_on
                assert row.latest_revision.created_at.date() < TOLD_ON
        for page in ProgressUpdatePage.objects.all():
            assert timezone.localdate(page.first_published_at, OSLO) == page.date
        june = status_of(Priority.objects.all(), AsOf(date(2026, 6, 30), past=True))
        assert {change.status for change in june.values()} == {"not_started", "under_way"}

    def test_what_changed_later_left_its_corrections(self, seeded):
        corrections = list(Correction.objects.all())
        assert {correction.field.split()[0] for correction in corrections} == {
            "planned_on",
            "done_on",
            "value",
            "case_number",
        }
        for correction in corrections:
            assert correction.corrected_at < datetime(2026, 11, 25, tzinfo=OSLO)
            assert correction.reason
            assert correction.corrected_by == User.objects.get(email="au@demo.example")
        for one in Milestone.objects.filter(moved_from__isnull=False):
            moved = Correction.objects.get(kind="milestone", object_id=one.pk, field="planned_on")
            assert (moved.old, moved.new) == (
                one.moved_from.isoformat(),
                one.planned_on.isoformat(),
            )

    def test_who_typed_is_another_than_who_published(self, seeded):
        editor = User.objects.get(email="redaktor@demo.example")
        assert {change.typed_by for change in StatusChange.objects.all()} == {editor}
        assert {page.owner for page in ProgressUpdatePage.objects.all()} == {editor}

    def test_a_dozen_updates_with_sources(self, seeded):
        news = ProgressUpdatePage.objects.live().source()
        updates = list(news.prefetch_related("priorities", "sources"))
        assert len(updates) >= 12
        for update in updates:
            assert update.intro
            assert update.body
            assert update.date < TOLD_ON
        about = Counter(len(update.priorities.all()) for update in updates)
        assert about[2] >= 2
        (alone,) = [update for update in updates if not update.priorities.all()]
        assert alone.get_parent().specific == NewsIndexPage.objects.source().get()
        sources = [source for update in updates for source in update.sources.all()]
        assert len(sources) >= 12
        assert all(source.title.startswith("Demo") for source in sources)
        # Some priorities are silent, which is what the desk and the report show.
        assert 1 <= len(silent(ActionPlan.objects.get(), TOLD_ON)) <= 6

    def test_images_say_what_one_sees(self, seeded):
        assert 3 <= PortalImage.objects.count() <= 6
        for image in PortalImage.objects.all():
            assert 30 <= len(image.description) <= 160
            assert (image.width, image.height) in {(1600, 900), (1200, 630)}
            assert image.file.size < 60_000
        used = [
            block.value["image"]
            for update in ProgressUpdatePage.objects.all()
            for block in update.body
            if block.block_type == "image"
        ]
        assert len(used) >= 3
        assert all(image.contextual_alt_text and not image.decorative for image in used)
        facts = SiteFacts.objects.get()
        assert (facts.social_image.width, facts.social_image.height) == (1200, 630)

    def test_pictures_hold_the_paints_of_the_brand_only(self, seeded):
        """Flat: nearly every pixel is one of four paints, the rest are their edges."""
        paints = {(255, 201, 60), (238, 92, 59), (191, 227, 214), (26, 27, 21)}
        for image in PortalImage.objects.all():
            with image.file.open() as file, Image.open(file) as opened:
                counted = opened.convert("RGB").getcolors(256)
            flat = sum(count for count, colour in counted if colour in paints)
            assert flat / (image.width * image.height) > 0.97, image.title

    def test_all_of_it_is_read_in_public(self, seeded, client):
        pages = [*PriorityPage.objects.live(), *ProgressUpdatePage.objects.live()]
        for address in ["/", "/nyheter/", *[page.url for page in pages]]:
            answer = client.get(address)
            assert answer.status_code == 200, address
            html = answer.content.decode()
            assert 'class="foot__demo"' in html, address
            assert 'content="noindex"' in html, address

    @pytest.mark.parametrize(
        ("path", "told"),
        [("/", "Slik går det."), ("/nn/", "Slik går det."), ("/en/", "How it is going.")],
    )
    def test_the_front_page_says_how_it_goes(self, seeded, client, path, told):
        poster = client.get(path).content.decode().split("<h1>")[1].split("</h1>")[0]
        assert f"<span>{told}</span>" in poster

    def test_the_document_is_a_table_that_opens_in_a_spreadsheet(self, seeded, client):
        document = PortalDocument.objects.get()
        answer = client.get(document.url)
        body = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert body.splitlines()[0] == "måned;møter med partier (demotall)"
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_a_second_run_writes_nothing(self, seeded):
        before = rows()
        with CaptureQueriesContext(connection) as queries:
            said = seed()
        assert rows() == before
        assert not [
            query["sql"]
            for query in queries
            if re.match(r"INSERT|UPDATE|DELETE", query["sql"], re.IGNORECASE)
        ]
        assert said.strip()

    def test_no_mail_goes_out(self, seeded, settings):
        assert not OutgoingMail.objects.exists()
        assert not list(settings.MAIL_DIR.glob("**/*"))


def test_pictures_are_drawn_alike_each_time():
    for picture in PICTURES:
        first, second = picture.png(), picture.png()
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_outside_demo_it_refuses_and_says_why(published_plan, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo"):
        seed()
    assert not StatusChange.objects.exists()
    assert not PortalImage.objects.exists()


def test_what_an_editor_wrote_on_the_front_page_stays(published_plan, logins):
    page = HomePage.objects.source().get()
    page.headline = "Vi har skrevet selv."
    page.save_revision().publish()
    seed()
    page.refresh_from_db()
    assert page.headline == "Vi har skrevet selv."


def test_without_the_plan_it_writes_nothing(db):
    before = rows()
    assert "2026/2027" in seed()
    assert rows() == before


def make_status(plan):
    StatusChange.objects.create(
        priority=plan.priorities.first(),
        status=Status.UNDER_WAY,
        reason_nb="Vi er i gang.",
        decided_by="secretariat",
        live=False,
    )


def make_milestone(plan):
    Milestone.objects.create(
        priority=plan.priorities.first(), title_nb="Møte", planned_on=date(2027, 1, 1), live=False
    )


def make_news(plan):
    NewsIndexPage.objects.get().add_child(
        instance=ProgressUpdatePage(title="Nytt", intro="Noe har skjedd.", live=False)
    )


@pytest.mark.parametrize("make", [make_status, make_milestone, make_news])
def test_an_editors_beginning_is_left_alone_even_as_a_draft(published_plan, make):
    make(published_plan)
    before = rows()
    seed()
    assert rows() == before


def test_an_editors_own_words_are_kept(published_plan):
    page = PriorityPage.objects.get(priority__position=3)
    page.summary = "Redaktørens egne ord."
    page.save_revision().publish()
    draft = PriorityPage.objects.get(priority__position=4)
    draft.summary = "Et utkast som ingen har sett."
    draft.save_revision()
    seed()
    assert PriorityPage.objects.get(pk=page.pk).summary == "Redaktørens egne ord."
    assert PriorityPage.objects.get(pk=draft.pk).summary == ""
    assert draft.get_latest_revision_as_object().summary == "Et utkast som ingen har sett."
    assert len(status_of(Priority.objects.filter(position__in=[3, 4]))) == 2
    # Without the demo's log-ins nobody is named as the one who typed.
    assert {change.typed_by for change in StatusChange.objects.all()} == {None}


def test_a_priority_that_an_amended_plan_dropped_is_passed_over(read_in, adopted_text, logins):
    kept = [line for line in adopted_text.splitlines() if "landsstyrehelgene" not in line]
    read_in("\n".join(kept), publish=True)
    assert Priority.objects.count() == 14
    seed()
    assert len(status_of(Priority.objects.all())) == 14
    assert not ProgressUpdatePage.objects.filter(title__contains="To helger").exists()


def test_all_or_nothing(published_plan, logins, monkeypatch):
    """A fault on the way leaves the plan empty, and so open for the next run."""
    before = rows()
    monkeypatch.setattr(loader._Seeder, "_news", lambda self, told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seed()
    assert rows() == before


def test_a_clock_before_the_dates_gives_a_sentence_and_no_rows(published_plan, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 24))
    before = rows()
    assert "25. november 2026" in seed() or "25 November 2026" in seed()
    assert rows() == before


def test_nothing_looks_like_a_real_person_address_or_number():
    for text, place in texts():
        assert "@" not in text, place
        assert not re.search(r"(\d ?){8,}", text.replace("2026/2027", "")), (place, text)
        for address in re.findall(r"https?://([^/\s\"<]+)", text):
            assert address == "example.org", (place, text)


def test_the_words_are_those_of_the_house():
    for text, place in texts():
        if place.endswith((".begins", ".url", ".image", ".document", ".documents")):
            continue
        assert not re.search(r"\bsak(en|er|ene)?\b", text), (place, text)
        assert not re.search(r"lorem|todo|xxx|[!]|  |\.\.", text, re.IGNORECASE), (place, text)
        assert '"' not in re.sub(r"<[^>]*>", "", text), (place, text)


def test_prepare_seeds_in_demo_mode_only(db, settings, tmp_path):
    settings.DEMO_MARK = tmp_path / "demo-password"
    settings.DATA_DIR = tmp_path
    settings.DEMO = False
    call_command("prepare", no_static=True, stdout=StringIO())
    assert not StatusChange.objects.exists()
    settings.DEMO = True
    call_command("prepare", no_static=True, stdout=StringIO())
    assert StatusChange.objects.exists()


GUIDE = settings.BASE_DIR / "docs" / "redigere.md"


def test_the_guide_shows_each_picture_that_its_command_takes():
    linked = re.findall(r"!\[([^\]]*)\]\(redigere/([\w-]+)\.png\)", GUIDE.read_text("utf-8"))
    assert [name for _, name in linked] == list(SCENES)
    assert len(linked) <= 14
    assert all(len(alt) > 25 for alt, _ in linked)
    for name in SCENES:
        assert 0 < (GUIDE.parent / "redigere" / f"{name}.png").stat().st_size <= 120_000


def test_without_playwright_the_guides_command_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", None)
    with pytest.raises(CommandError, match="make lint"):
        call_command("editor_guide")


def test_without_chromium_the_guides_command_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "playwright", types.ModuleType("playwright"))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    with pytest.raises(CommandError, match="Chromium"):
        call_command("editor_guide", out=tmp_path / "pictures")
    assert not (tmp_path / "pictures").exists()
