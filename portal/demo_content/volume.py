"""Rows in quantity, to see that pages cost the same with many of them: for tests and benchmarks.

Written in bulk, without history and without signals; never part of the demo.
"""

import uuid
from datetime import date, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from content import freshness
from geography.models import Kommune
from memberorgs.choices import Confidence, OrganisationKind, Role
from memberorgs.models import (
    MemberOrganisation,
    OrganisationCampus,
    OrganisationCode,
    StudentCount,
    Term,
    User,
)
from priorities.choices import ImportChannel, SectionKind
from priorities.models import (
    ActionPlan,
    ActionPlanIndexPage,
    ActionPlanPage,
    PlanImport,
    PlanSection,
    Priority,
    PriorityPage,
    ProgressUpdatePage,
)

FIRST_YEAR = 1800
PRIORITIES = 15
# As Django marks a password that nobody has.
PREFIX = "lag-"
NO_PASSWORD = UNUSABLE_PASSWORD_PREFIX


@transaction.atomic
def fill(*, plans: int, news: int) -> None:
    """Adds `plans` older plans of fifteen priorities with their pages, and `news` pieces of news.

    The news lie under and belong to the first priority of the newest plan; needs a published one.
    """
    _plans(plans)
    _news(news)
    freshness.bump()


@transaction.atomic
def fill_organisations(count: int) -> int:
    """Adds what is missing of `count` organisations `lag-00001`, …, and returns how many that was.

    Each has a campus and a number of students; two of three have a leader, one of two another
    person. Nobody of them can log in. Needs the kommuner.
    """
    there = MemberOrganisation.objects.filter(code__startswith=PREFIX).count()
    numbers = range(there + 1, count + 1)
    kommuner = list(Kommune.objects.order_by("number").values_list("number", flat=True))
    staff = User.objects.filter(is_superuser=True).order_by("pk").first()
    if staff is None or not kommuner:
        raise RuntimeError("load reference data and make an administrator first")
    now, today = timezone.now(), timezone.localdate()
    made = MemberOrganisation.objects.bulk_create(
        MemberOrganisation(
            code=f"{PREFIX}{number:05}",
            name_nb=f"Studentparlamentet i Prøvevik {number}",
            short_name=f"SP {number}",
            kind=OrganisationKind.COLLEGE,
            confirmed_at=now,
            confirmed_by=staff,
            membership_confidence=Confidence.DEMO,
        )
        for number in numbers
    )
    OrganisationCode.objects.bulk_create(
        OrganisationCode(code=one.code, organisation=one) for one in made
    )
    OrganisationCampus.objects.bulk_create(
        OrganisationCampus(
            organisation=one, kommune_id=kommuner[place % len(kommuner)], is_main=True
        )
        for place, one in enumerate(made)
    )
    StudentCount.objects.bulk_create(
        StudentCount(organisation=one, year=2025, students=1000, confidence=Confidence.DEMO)
        for one in made
    )
    roles = {
        role: [one for place, one in enumerate(made) if place % of != 0]
        for role, of in ((Role.LEADER, 3), (Role.REPORTER, 2))
    }
    for role, organisations in roles.items():
        people = User.objects.bulk_create(
            User(email=f"{role}.{one.code}@demo.example", first_name="Prøve", password=NO_PASSWORD)
            for one in organisations
        )
        Term.objects.bulk_create(
            Term(
                organisation=one,
                person=person,
                role=role,
                begins=today - timedelta(days=100),
                ends=today + timedelta(days=265),
            )
            for one, person in zip(organisations, people, strict=True)
        )
    freshness.bump()
    return len(made)


def _plans(count: int) -> None:
    index = ActionPlanIndexPage.objects.get(locale__language_code="nb")
    record = PlanImport.objects.create(channel=ImportChannel.COMMAND, sha256="0" * 64, reading={})
    first = FIRST_YEAR + ActionPlan.objects.filter(year_end__lt=2000).count()
    years = range(first, first + count)
    made = ActionPlan.objects.bulk_create(
        ActionPlan(title=f"Handlingsplan {year}", year_start=year, year_end=year, live=True)
        for year in years
    )
    sections = PlanSection.objects.bulk_create(
        PlanSection(plan=plan, position=1, kind=SectionKind.POLITICAL, live=True) for plan in made
    )
    priorities = Priority.objects.bulk_create(
        Priority(
            plan=section.plan,
            section=section,
            position=place,
            adopted_text=f"Jobbe for noe viktig, nummer {place}.",
            source=record,
            live=True,
        )
        for section in sections
        for place in range(1, PRIORITIES + 1)
    )
    plan_pages = _pages(
        ActionPlanPage,
        index,
        [
            {"title": plan.title, "slug": str(plan.year_start), "translation_key": plan.page_key}
            for plan in made
        ],
    )
    for page, plan in zip(plan_pages, made, strict=True):
        ActionPlanPage(page_ptr=page, plan=plan).save_base(raw=True)
    of: dict[int, list[Priority]] = {}
    for priority in priorities:
        of.setdefault(priority.plan_id, []).append(priority)
    for page, plan in zip(plan_pages, made, strict=True):
        below = _pages(
            PriorityPage,
            page,
            [
                {
                    "title": f"Prioritering {priority.position}",
                    "slug": f"prioritering-{priority.position}",
                    "translation_key": priority.page_key,
                }
                for priority in of[plan.pk]
            ],
        )
        for row, priority in zip(below, of[plan.pk], strict=True):
            PriorityPage(page_ptr=row, priority=priority).save_base(raw=True)


def _news(count: int) -> None:
    parent = PriorityPage.objects.filter(
        priority__plan=ActionPlan.objects.current(), locale__language_code="nb"
    ).order_by("priority__position")[0]
    today = timezone.localdate()
    there = ProgressUpdatePage.objects.count()
    numbers = range(there, there + count)
    days = [today - timedelta(days=1 + number % 200) for number in numbers]
    pages = _pages(
        ProgressUpdatePage,
        parent,
        [{"title": f"Nytt nummer {number}", "slug": f"nytt-{number}"} for number in numbers],
    )
    for page, day in zip(pages, days, strict=True):
        ProgressUpdatePage(page_ptr=page, **_told(day)).save_base(raw=True)
    through = ProgressUpdatePage.priorities.through
    through._default_manager.bulk_create(
        through(progressupdatepage_id=page.pk, priority_id=parent.priority_id) for page in pages
    )


def _told(day: date) -> dict[str, object]:
    return {"date": day, "intro": "To setninger om hva som har skjedd. Og hva det betyr."}


def _pages(model: type[Page], parent: Page, rows: list[dict[str, object]]) -> list[Page]:
    """Published pages below `parent`, as rows of the base model alone."""
    now = timezone.now()
    kind = ContentType.objects.get_for_model(model)
    parent = Page.objects.get(pk=parent.pk)
    last = parent.get_last_child()
    first = 1 + (last._get_lastpos_in_path() if last else 0)
    made = Page.objects.bulk_create(
        Page(
            draft_title=row["title"],
            path=Page._get_path(parent.path, parent.depth + 1, first + place),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}{row['slug']}/",
            content_type=kind,
            locale_id=parent.locale_id,
            live=True,
            first_published_at=now,
            last_published_at=now,
            **({"translation_key": uuid.uuid4()} | row),
        )
        for place, row in enumerate(rows)
    )
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(rows))
    return list(made)
