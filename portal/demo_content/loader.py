"""Puts the demo's content into an empty plan, through the models as an editor's forms would.

Each row is saved, revised and published; what changed later is changed later, so that corrections
are left by themselves. Last the rows get the moments at which an editor would have done it, which
is what `?dato=` asks for.
"""

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from wagtail.models import Collection, Page, Revision, Site

from content.languages import PREFIXED, SOURCE
from content.models import PortalDocument, PortalImage, SiteFacts
from home.models import HomePage, StandardPage
from memberorgs.models import MemberOrganisation, User
from portal.demo_content.images import PICTURES
from portal.demo_content.translations import texts_of, translate
from priorities.models import (
    ActionPlan,
    ActionPlanIndexPage,
    Correction,
    Indicator,
    IndicatorValue,
    Milestone,
    NewsIndexPage,
    Priority,
    PriorityPage,
    ProgressUpdatePage,
    Source,
    StatusChange,
)
from priorities.models.facts import Fact

FOLDER = Path(__file__).resolve().parent
YEARS = (2026, 2027)
# The day after the last thing that the demo says has happened.
TOLD_ON = date(2026, 11, 25)
# What the demo shows in nynorsk and English: numbers of priorities.toml, dates of news.toml.
TRANSLATED_PRIORITIES = (1, 2, 6)
TRANSLATED_NEWS = (date(2026, 10, 16), date(2026, 11, 20), date(2026, 11, 23))
EDITOR, PUBLISHER = "redaktor@demo.example", "au@demo.example"
SOCIAL_IMAGE = "deling"
HEADLINE = "15 prioriteringer. Ett år. Slik går det."
INTRO = (
    "I april vedtok landsmøtet hva Norsk studentorganisasjon skal jobbe for i 2026/2027. Hvert "
    "kort er en prioritering. Her ser du hva vi har fått til, og hva som står igjen."
)
# The hour at which demo editors publish, in Oslo.
OFFICE_HOUR = time(12)
MEETINGS = "moter-per-maned"
MEETING_ROWS = (
    ("måned", "møter med partier (demotall)"),
    ("2026-08", "12"),
    ("2026-09", "23"),
    ("2026-10", "38"),
    ("2026-11, til og med 20.", "46"),
)


class Outcome(Enum):
    """What became of a call to `seed`."""

    SEEDED = "seeded"
    NOT_A_DEMO = "not a demo"
    NO_PLAN = "no plan"
    TAKEN = "taken"
    TOO_EARLY = "too early"


def seed() -> Outcome:
    """Fills the published plan 2026/2027 when nobody has written about it yet, all or nothing.

    Writes nothing outside demo mode, without that plan, when there is any status, milestone,
    indicator or news (a second call therefore does nothing), or when the clock stands before the
    dates of the content. Sends no mail: rows are published directly, not through moderation.
    """
    if not settings.DEMO:
        return Outcome.NOT_A_DEMO
    if timezone.localdate() < TOLD_ON:
        return Outcome.TOO_EARLY
    with transaction.atomic(), translation.override("nb"):
        plan = (
            ActionPlan.objects.select_for_update()
            .live()
            .filter(year_start=YEARS[0], year_end=YEARS[1])
            .first()
        )
        if plan is None:
            return Outcome.NO_PLAN
        if any(
            model.objects.exists()
            for model in (StatusChange, Milestone, Indicator, ProgressUpdatePage)
        ):
            return Outcome.TAKEN
        _Seeder(plan).run()
    return Outcome.SEEDED


def read(name: str) -> list[dict[str, Any]]:
    """The entries of `<name>.toml`: `priorities`, `news` or `translations`, as they stand there."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        document = tomllib.load(file)
    (entries,) = document.values()
    return list(entries)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, OFFICE_HOUR))


class _Seeder:
    """One run. `numbers` leads from an entry's number to the priority that it is about."""

    def __init__(self, plan: ActionPlan) -> None:
        self.plan = plan
        self.editor = User.objects.filter(email=EDITOR).first()
        self.publisher = User.objects.filter(email=PUBLISHER).first()
        self.numbers: dict[int, Priority] = {}
        self.pages: dict[int, PriorityPage] = {}
        self.images: dict[str, PortalImage] = {}
        self.documents: dict[str, PortalDocument] = {}
        self.texts = texts_of(read("translations"))

    def run(self) -> None:
        entries = self._about_priorities_here()
        self._make_files()
        self._write_front_page()
        for entry in entries:
            self._write_page(entry)
            priority = self.numbers[entry["number"]]
            for told in entry["status"]:
                self._status(priority, told)
            for told in entry["milestone"]:
                self._milestone(priority, told)
            for told in entry.get("indicator", []):
                self._indicator(priority, told)
        for told in read("news"):
            self._news(told)
        translate(self._pages_in_three_languages(), self.texts, self.editor, self.publisher)

    def _pages_in_three_languages(self) -> list[Page]:
        """From the front page down, so that each has its parent."""
        plan_page = self.plan.pages.live().source().first()
        home = plan_page.get_site().root_page if plan_page else None
        if plan_page is None or home is None:
            return []
        top = (
            Page.objects.live()
            .child_of(home)
            .exact_type(ActionPlanIndexPage, NewsIndexPage, StandardPage)
        )
        news = ProgressUpdatePage.objects.live().source().filter(date__in=TRANSLATED_NEWS)
        priorities = [self.pages.get(number) for number in TRANSLATED_PRIORITIES]
        pages = [home, *top, plan_page, *priorities, *news.order_by("date")]
        # What the seeding changed since is in the database.
        return [page.specific for page in Page.objects.filter(pk__in=[p.pk for p in pages if p])]

    def _said(self, text: str, language: str) -> str:
        """`text` in another language, or nothing, as editors leave it."""
        return self.texts.get(text, {}).get(language, "")

    def _in_all(self, name: str, text: str) -> dict[str, str]:
        """`text` for the fields `<name>_nb`, `<name>_nn` and `<name>_en`."""
        others = {f"{name}_{code}": self._said(text, code) for code in PREFIXED}
        return {f"{name}_{SOURCE}": text, **others}

    def _about_priorities_here(self) -> list[dict[str, Any]]:
        """The entries whose priority stands in the plan, which may have been amended."""
        priorities = list(self.plan.priorities.live().standing().in_order())
        pages = {
            page.priority_id: page
            for page in PriorityPage.objects.live().source().filter(priority__plan=self.plan)
        }
        found = []
        for entry in read("priorities"):
            for priority in priorities:
                if priority.adopted_text.startswith(entry["begins"]) and priority.pk in pages:
                    self.numbers[entry["number"]] = priority
                    self.pages[entry["number"]] = pages[priority.pk]
                    found.append(entry)
                    break
        return found

    def _write_front_page(self) -> None:
        """The shipped words say that here is the plan; the demo says how it goes."""
        page = HomePage.objects.live().source().first()
        # An editor's words are worth more than the demo's.
        if page is None or page.latest_revision_id is not None:
            return
        page.headline, page.intro = HEADLINE, INTRO
        page.save_revision(user=self.editor, log_action=True).publish(
            user=self.publisher, skip_permission_checks=True
        )

    def _write_page(self, entry: Mapping[str, Any]) -> None:
        page = self.pages[entry["number"]]
        # An editor's words, or a draft of them, are worth more than the demo's.
        if page.has_unpublished_changes or page.summary or page.owner_role:
            return
        page.summary = entry["summary"]
        page.owner_role = entry["owner"]
        page.related = [
            self.numbers[number] for number in entry["related"] if number in self.numbers
        ]
        page.save_revision(user=self.editor, log_action=True).publish(
            user=self.publisher, skip_permission_checks=True
        )

    def _publish(self, row: Fact, on: date) -> None:
        """Publishes a new row as if `on` were today."""
        row.live = False
        row.full_clean()
        row.save()
        self._publish_revision(row, on)
        moment = _moment(on)
        type(row)._default_manager.filter(pk=row.pk).update(first_published_at=moment)

    def _change(self, row: Fact, on: date) -> None:
        """Publishes a change of a published row, with the corrections that it leaves."""
        newest = Correction.objects.aggregate(newest=Max("pk"))["newest"] or 0
        row.full_clean()
        self._publish_revision(row, on)
        Correction.objects.filter(pk__gt=newest).update(corrected_at=_moment(on))

    def _publish_revision(self, row: Fact, on: date) -> None:
        revision = row.save_revision(user=self.editor, clean=False, log_action=True)
        revision.publish(user=self.publisher, skip_permission_checks=True)
        moment = _moment(on)
        Revision.objects.filter(pk=revision.pk).update(created_at=moment)
        type(row)._default_manager.filter(pk=row.pk).update(last_published_at=moment)

    def _status(self, priority: Priority, told: Mapping[str, Any]) -> None:
        meeting = told.get("meeting", "")
        was = told.get("was")
        row = StatusChange(
            priority=priority,
            status=told["status"],
            decided_on=told["on"],
            **self._in_all("reason", told["reason"]),
            **self._in_all("note", told.get("note", "")),
            cause=told.get("cause", ""),
            source_title=f"Demokilde: protokoll fra {meeting}" if meeting else "Demokilde: notat",
            decided_by=told["by"],
            meeting=meeting,
            case_number=(was or told).get("case", ""),
            typed_by=self.editor,
        )
        self._publish(row, told["on"])
        StatusChange.objects.filter(pk=row.pk).update(typed_at=_moment(told["on"]))
        if was:
            row = StatusChange.objects.get(pk=row.pk)
            row.case_number = told["case"]
            row.correction_reason = was["why"]
            self._change(row, was["corrected"])

    def _milestone(self, priority: Priority, told: Mapping[str, Any]) -> None:
        row = Milestone(
            priority=priority,
            **self._in_all("title", told["title"]),
            **self._in_all("detail", told.get("detail", "")),
            planned_on=told["planned"],
        )
        self._publish(row, told["set"])
        for move in told.get("moved", []):
            row = Milestone.objects.get(pk=row.pk)
            row.planned_on = move["to"]
            for field, text in self._in_all("moved_reason", move["reason"]).items():
                setattr(row, field, text)
            self._change(row, move["on"])
        if "done" in told:
            row = Milestone.objects.get(pk=row.pk)
            row.done_on = told["done"]
            self._change(row, told["done"])

    def _indicator(self, priority: Priority, told: Mapping[str, Any]) -> None:
        row = Indicator(
            priority=priority,
            **self._in_all("name", told["name"]),
            **self._in_all("unit", told["unit"]),
            direction=told["direction"],
            baseline=told["baseline"],
            baseline_on=told["baseline_on"],
            target=told["target"],
        )
        self._publish(row, told["set"])
        for value in told["value"]:
            row = Indicator.objects.get(pk=row.pk)
            row.values.add(
                IndicatorValue(
                    measured_on=value["on"],
                    value=value.get("wrong", value["value"]),
                    source_title=value["source"],
                )
            )
            self._change(row, max(value["on"], told["set"]))
            if "wrong" in value:
                row = Indicator.objects.get(pk=row.pk)
                (mistaken,) = [one for one in row.values.all() if one.measured_on == value["on"]]
                mistaken.value = value["value"]
                row.values.add(mistaken)
                row.correction_reason = value["why"]
                self._change(row, value["corrected"])

    def _news(self, told: Mapping[str, Any]) -> None:
        numbers = [number for number in told["priorities"] if number in self.numbers]
        if told["priorities"] and not numbers:
            return
        parent: Page | None = (
            self.pages[numbers[0]] if numbers else NewsIndexPage.objects.live().source().first()
        )
        if parent is None:
            return
        page = ProgressUpdatePage(
            title=told["title"],
            date=told["date"],
            intro=told["intro"],
            body=json.dumps([self._block(block) for block in told["body"]]),
            live=False,
            owner=self.editor,
        )
        page.priorities = [self.numbers[number] for number in numbers]
        codes = told.get("organisations", [])
        page.organisations = list(MemberOrganisation.objects.confirmed().filter(code__in=codes))
        page.sources = [
            Source(
                sort_order=place,
                title=source["title"],
                url=source.get("url", ""),
                document=self.documents.get(source.get("document", "")),
                place=source.get("place", ""),
            )
            for place, source in enumerate(told.get("source", []))
        ]
        parent.add_child(instance=page)
        revision = page.save_revision(user=self.editor, log_action=True)
        revision.publish(user=self.publisher, skip_permission_checks=True)
        moment = _moment(told["date"])
        Revision.objects.filter(pk=revision.pk).update(created_at=moment)
        Page.objects.filter(pk=page.pk).update(
            first_published_at=moment,
            last_published_at=moment,
            latest_revision_created_at=moment,
        )

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """A block of `news.toml` as a StreamField keeps it."""
        ((kind, value),) = block.items()
        if kind == "image":
            picture = self.images[value["image"]]
            chosen = {"image": picture.pk, "decorative": False, "alt_text": picture.description}
            value = {"image": chosen, "caption": value["caption"]}
        elif kind == "table":
            value = {
                "columns": value["columns"],
                "rows": [{"values": row} for row in value["rows"]],
                "caption": value["caption"],
            }
        elif kind == "documents":
            value = value | {"documents": [self.documents[name].pk for name in value["documents"]]}
        elif kind == "call_to_action":
            page = self.plan.pages.source().first()
            value = {"text": value["text"], "page": page.pk if page else None, "url": ""}
        return {"type": kind, "value": value}

    def _make_files(self) -> None:
        collection = Collection.get_first_root_node()
        for picture in PICTURES:
            self.images[picture.name] = PortalImage.objects.create(
                title=picture.title,
                description=picture.alt,
                file=ContentFile(picture.png(), name=f"demo-{picture.name}.png"),
                collection=collection,
                uploaded_by_user=self.editor,
            )
        table = io.StringIO()
        csv.writer(table, delimiter=";").writerows(MEETING_ROWS)
        # Excel reads UTF-8 only when the file says so.
        self.documents[MEETINGS] = PortalDocument.objects.create(
            title="Møter med partiene per måned (demotall, CSV)",
            file=ContentFile(table.getvalue().encode("utf-8-sig"), name=f"demo-{MEETINGS}.csv"),
            collection=collection,
            uploaded_by_user=self.editor,
        )
        for site in Site.objects.filter(is_default_site=True):
            facts, _made = SiteFacts.objects.get_or_create(site=site)
            if facts.social_image is None:
                facts.social_image = self.images[SOCIAL_IMAGE]
            if not (facts.press_role or facts.press_email):
                facts.press_role = "Pressevakta i demoen"
                facts.press_role_nn = "Pressevakta i demoen"
                facts.press_role_en = "The demo’s press desk"
                facts.press_email = "presse@demo.example"
            facts.save()
