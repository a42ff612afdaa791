"""Status, milestones and indicators through the admin: draft, approval, correction, rights."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from content.tasks import publish_scheduled
from memberorgs.choices import RoleGroup
from outbox.models import OutgoingMail
from priorities.choices import MilestoneState
from priorities.models import (
    Correction,
    Indicator,
    IndicatorValue,
    Milestone,
    PriorityPage,
    ProgressUpdatePage,
    StatusChange,
)
from priorities.statistics import silences, silent, status_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADD_STATUS = "/admin/snippets/priorities/statuschange/add/"


@pytest.fixture
def priority(published_plan):
    return published_plan.priorities.get(position=2)


@pytest.fixture
def editor(db):
    return UserFactory(role=RoleGroup.EDITOR)


@pytest.fixture
def publisher(db):
    return UserFactory(role=RoleGroup.PUBLISHER)


def status_form(priority, **changes):
    return {
        "priority": priority.pk,
        "status": "partly",
        "reason_nb": "Fem av ni krav er tatt inn.",
        "cause": "compromise",
        "note_nb": "",
        "decided_on": timezone.localdate().strftime("%d.%m.%Y"),
        "decided_by": "executive_committee",
        "meeting": "AU-møte 14",
        "case_number": "5/26",
        "source_title": "",
        "source_url": "",
        **{f"{name}_{code}": "" for name in ("reason", "note") for code in ("nn", "en")},
        "correction_reason": "",
    } | changes


def published_status(priority, **values):
    row = StatusChange(
        **{
            "priority": priority,
            "status": "under_way",
            "reason_nb": "Kravlista er ute.",
            "decided_by": "executive_committee",
            "decided_on": date(2026, 11, 1),
            "live": False,
        }
        | values
    )
    row.save()
    row.save_revision().publish()
    row.refresh_from_db()
    return row


def published_milestone(priority, **values):
    row = Milestone(
        **{"priority": priority, "title_nb": "Møte", "planned_on": date(2027, 1, 31), "live": False}
        | values
    )
    row.save()
    row.save_revision().publish()
    row.refresh_from_db()
    return row


def test_an_editor_proposes_a_publisher_approves(
    client, editor, publisher, priority, settings, django_capture_on_commit_callbacks
):
    # Django's test environment puts a backend of its own in the place of ours.
    settings.EMAIL_BACKEND = "outbox.backend.OutboxBackend"
    client.force_login(editor)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADD_STATUS, status_form(priority) | {"action-submit": "1"})
    assert response.status_code == 302, response.context["form"].errors
    change = StatusChange.objects.get()
    assert (change.live, change.typed_by) == (False, editor)
    assert status_of([priority]) == {}
    notices = OutgoingMail.objects.filter(to=publisher.email)
    assert [notice.subject for notice in notices] == [
        "Status «Prioritering 2: Delvis gjennomslag, "
        f"{timezone.localdate():%d.%m.%Y}» venter på deg i «Godkjenning»"
    ], "Wagtail's own notice goes through the outbox, in Norwegian"

    client.force_login(publisher)
    task = TaskState.objects.get(status="in_progress")
    address = reverse(
        "wagtailsnippets_priorities_statuschange:workflow_action",
        args=[change.pk, "approve", task.pk],
    )
    client.post(address)
    change.refresh_from_db()
    assert change.live
    assert status_of([priority])[priority.pk].reason == "Fem av ni krav er tatt inn."


def test_an_editor_can_not_publish(client, editor, priority):
    client.force_login(editor)
    client.post(ADD_STATUS, status_form(priority) | {"action-publish": "1"})
    assert not StatusChange.objects.filter(live=True).exists()


def test_a_publisher_publishes_at_once(client, publisher, priority):
    client.force_login(publisher)
    client.post(ADD_STATUS, status_form(priority) | {"action-publish": "1"})
    assert StatusChange.objects.get().live


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason_nb": ""}, "reason_nb"),
        ({"reason_nb": "   "}, "reason_nb"),
        ({"cause": ""}, "cause"),
        ({"status": "behind", "cause": ""}, "cause"),
        ({"status": "lost", "cause": ""}, "cause"),
        ({"status": "paused", "cause": ""}, "cause"),
        ({"decided_on": "01.01.2099"}, "decided_on"),
        ({"decided_on": "31.02.2026"}, "decided_on"),
        ({"decided_by": ""}, "decided_by"),
        ({"status": "splendid"}, "status"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
@pytest.mark.parametrize("action", ["action-publish", "action-submit", ""])
def test_what_is_missing_is_said_at_the_field(client, publisher, priority, changes, field, action):
    client.force_login(publisher)
    form = status_form(priority, **changes) | ({action: "1"} if action else {})
    response = client.post(ADD_STATUS, form)
    assert field in response.context["form"].errors
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"reason_nb": ""},
        {"reason_nb": " \t"},
        {"status": "partly", "cause": ""},
        {"status": "splendid"},
    ],
)
def test_the_database_refuses_a_status_without_its_reason(priority, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusChange.objects.create(
            **{
                "priority": priority,
                "status": "under_way",
                "reason_nb": "Fordi.",
                "decided_by": "secretariat",
            }
            | values
        )


@pytest.mark.parametrize("values", [{"reason_nb": ""}, {"status": "partly", "cause": ""}])
def test_not_even_a_draft_made_in_the_shell_lacks_its_reason(priority, values):
    change = published_status(priority)
    for name, value in values.items():
        setattr(change, name, value)
    with pytest.raises(ValidationError):
        change.save_revision(clean=False)
    assert change.revisions.count() == 1


def test_not_even_an_update_past_the_model_takes_the_reason_away(priority):
    published_status(priority)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusChange.objects.update(reason_nb="")


def test_a_published_status_is_corrected_in_the_open(client, publisher, priority):
    change = published_status(priority)
    address = reverse("wagtailsnippets_priorities_statuschange:edit", args=[change.pk])
    client.force_login(publisher)
    form = status_form(priority, status="under_way", cause="", decided_on="01.11.2026")
    form |= {"reason_nb": "Kravlista er ute til alle.", "action-publish": "1"}
    form |= {"meeting": "", "case_number": ""}
    refused = client.post(address, form)
    assert "correction_reason" in refused.context["form"].errors
    assert not Correction.objects.exists()

    client.post(address, form | {"correction_reason": "Vi glemte to medlemslag."})
    correction = Correction.objects.get()
    assert (correction.said, correction.says) == ("Kravlista er ute.", "Kravlista er ute til alle.")
    assert correction.reason == "Vi glemte to medlemslag."
    assert correction.corrected_by == publisher


def test_a_draft_leaves_no_correction(client, editor, priority):
    client.force_login(editor)
    client.post(ADD_STATUS, status_form(priority))
    change = StatusChange.objects.get()
    address = reverse("wagtailsnippets_priorities_statuschange:edit", args=[change.pk])
    client.post(address, status_form(priority, reason_nb="Omskrevet."))
    assert not Correction.objects.exists()


def test_a_change_in_the_shell_leaves_a_correction_too(priority):
    change = published_status(priority)
    change.reason_nb = "Noe annet."
    change.correction_reason = "Skrivefeil."
    change.save()
    assert Correction.objects.get().says == "Noe annet."


def test_withdrawing_is_one_correction_and_deleting_is_refused(client, priority):
    change = published_status(priority)
    client.force_login(UserFactory(admin=True))
    address = reverse("wagtailsnippets_priorities_statuschange:unpublish", args=[change.pk])
    client.post(address)
    assert [(c.label, c.says) for c in Correction.objects.all()] == [
        ("Trukket tilbake", "trukket tilbake")
    ]
    client.post(reverse("wagtailsnippets_priorities_statuschange:delete", args=[change.pk]))
    assert StatusChange.objects.filter(pk=change.pk).exists()


def test_publishing_again_what_was_withdrawn_is_told_with_all_that_changed(priority):
    change = published_status(priority)
    change.unpublish()
    change.refresh_from_db()
    change.reason_nb = "Kravlista er ute igjen."
    change.correction_reason = "Den var trukket ved en feil."
    change.save_revision().publish()
    told = [(c.field, c.says) for c in Correction.objects.order_by("pk")]
    assert told == [
        ("live", "trukket tilbake"),
        ("live", "offentlig"),
        ("reason_nb", "Kravlista er ute igjen."),
    ]


def test_corrections_undo_nothing_when_the_second_write_fails(priority, monkeypatch):
    change = published_status(priority)

    def fail(**values):
        raise RuntimeError("disk full")

    monkeypatch.setattr(Correction.objects, "create", fail)
    change.reason_nb = "Noe annet."
    change.correction_reason = "Skrivefeil."
    with pytest.raises(RuntimeError):
        change.save()
    change.refresh_from_db()
    assert change.reason_nb == "Kravlista er ute."


def test_organisational_priorities_are_completed_not_won(published_plan):
    won = [
        published_status(published_plan.priorities.get(position=place), status="won").label
        for place in (2, 12)
    ]
    assert won == ["Gjennomslag", "Fullført"]


@pytest.mark.parametrize(
    ("planned", "done", "state"),
    [
        (date(2026, 12, 1), date(2026, 11, 20), MilestoneState.DONE),
        (date(2026, 11, 24), None, MilestoneState.LATE),
        (date(2026, 11, 25), None, MilestoneState.DUE),
        (date(2026, 12, 9), None, MilestoneState.DUE),
        (date(2026, 12, 10), None, MilestoneState.UPCOMING),
    ],
)
def test_the_state_of_a_milestone_is_computed(planned, done, state):
    milestone = Milestone(title_nb="Møte", planned_on=planned, done_on=done)
    assert milestone.state(date(2026, 11, 25)) == state


def test_a_moved_milestone_keeps_its_first_date_and_needs_a_reason(priority):
    milestone = published_milestone(priority)
    milestone.planned_on = date(2027, 2, 15)
    with pytest.raises(Exception, match="flyttes"):
        milestone.save_revision()
    milestone.moved_reason_nb = "Partiene trenger mer tid."
    milestone.save_revision().publish()
    milestone.refresh_from_db()
    milestone.planned_on = date(2027, 3, 1)
    milestone.moved_reason_nb = "Vinterferie."
    milestone.save_revision().publish()
    milestone.refresh_from_db()
    assert milestone.moved_from == date(2027, 1, 31)
    assert [(c.said, c.says, c.reason) for c in Correction.objects.all()] == [
        ("15.02.2027", "01.03.2027", "Vinterferie."),
        ("31.01.2027", "15.02.2027", "Partiene trenger mer tid."),
    ]
    milestone.planned_on = date(2027, 1, 31)
    milestone.moved_reason_nb = "Det gikk likevel."
    milestone.save_revision().publish()
    milestone.refresh_from_db()
    assert milestone.moved_from is None


def test_progress_is_derived_from_values(priority):
    indicator = Indicator(
        priority=priority,
        name_nb="Kommuner med møte",
        unit_nb="kommuner",
        baseline=10,
        baseline_on=date(2026, 8, 1),
        target=60,
        live=False,
    )
    indicator.values = [
        IndicatorValue(measured_on=date(2026, 10, 1), value=35, source_title="Egen telling"),
        IndicatorValue(measured_on=date(2099, 1, 1), value=60, source_title="Ikke ennå"),
    ]
    indicator.save()
    indicator.save_revision().publish()
    fresh = Indicator.objects.get()
    assert fresh.progress() == Decimal("0.5")
    assert fresh.progress(date(2026, 9, 1)) is None

    values = list(fresh.values.all())
    values[0].value = 40
    fresh.values = values
    with pytest.raises(Exception, match="hvorfor"):
        fresh.save_revision()
    fresh.correction_reason = "Talt feil."
    fresh.save_revision().publish()
    correction = Correction.objects.get()
    assert (correction.said, correction.says) == ("35", "40")
    assert correction.label == "Verdi 01.10.2026"

    fresh = Indicator.objects.get()
    fresh.correction_reason = ""
    fresh.values.add(
        IndicatorValue(measured_on=date(2026, 11, 1), value=45, source_title="Egen telling")
    )
    fresh.save_revision().publish()
    assert Correction.objects.for_readers().count() == 1, "a new value is news, not a correction"
    assert Correction.objects.count() == 2, "but the moment it came is known"


@pytest.mark.parametrize(
    ("direction", "baseline", "target"), [("up", 10, 10), ("up", 10, 5), ("down", 10, 20)]
)
def test_a_target_lies_in_its_direction(priority, direction, baseline, target):
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(
            priority=priority,
            name_nb="Tall",
            unit_nb="stk",
            direction=direction,
            baseline=baseline,
            baseline_on=date(2026, 1, 1),
            target=target,
        )


def test_scheduled_news_go_public_and_expire_by_beat(client, published_plan, priority):
    page = PriorityPage.objects.get(priority=priority)
    now = timezone.now()
    update = ProgressUpdatePage(
        title="Planlagt nytt",
        intro="Snart.",
        go_live_at=now + timedelta(hours=2),
        expire_at=now + timedelta(days=2),
        live=False,
    )
    page.add_child(instance=update)
    update.save_revision().publish()
    publish_scheduled()
    assert client.get(update.url).status_code == 404
    with time_machine.travel(now + timedelta(hours=3)):
        publish_scheduled()
        assert client.get(update.url).status_code == 200
    with time_machine.travel(now + timedelta(days=3)):
        publish_scheduled()
        publish_scheduled()
        assert client.get(update.url).status_code == 404


def test_a_priority_without_news_for_45_days_is_silent(published_plan, priority):
    today = timezone.localdate()
    assert silent(published_plan, today + timedelta(days=44)) == []
    later = today + timedelta(days=45)
    assert len(silent(published_plan, later)) == 15
    page = PriorityPage.objects.get(priority=priority)
    update = ProgressUpdatePage(title="Nytt", intro="Nytt.", date=today + timedelta(days=10))
    page.add_child(instance=update)
    update.save_revision().publish()
    found = {one.priority.pk: one for one in silences(published_plan, later)}
    assert found[priority.pk].days == 35
    assert priority not in [one.priority for one in silent(published_plan, later)]


def test_the_desk_shows_what_is_silent_missing_and_scheduled(
    client, editor, published_plan, priority
):
    client.force_login(editor)
    published_status(priority)
    now = timezone.now()
    update = ProgressUpdatePage(
        title="Kommer snart", intro="x", go_live_at=now + timedelta(days=50), live=False
    )
    PriorityPage.objects.get(priority=priority).add_child(instance=update)
    update.save_revision().publish()
    with time_machine.travel(now + timedelta(days=46)):
        client.force_login(editor)
        body = client.get("/admin/").content.decode()
    assert "dager uten nytt" in body
    assert "mangler «kort fortalt»" in body
    assert "Kommer snart" in body


def test_the_desk_shows_first_what_one_may_do_and_what_waits(client, editor, publisher, priority):
    client.force_login(editor)
    client.post(ADD_STATUS, status_form(priority) | {"action-submit": "1"})
    with time_machine.travel(timezone.now() + timedelta(days=46)):
        client.force_login(publisher)
        body = client.get("/admin/").content.decode()
    places = [
        body.index(text)
        for text in ("Ny framdrift", "Venter på at du godkjenner", "dager uten nytt")
    ]
    assert places == sorted(places)
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    assert "Ny framdrift" not in client.get("/admin/").content.decode()


def test_the_report_of_silence_is_for_those_in_the_admin(client, editor, published_plan):
    assert client.get("/admin/rapporter/stille/").status_code == 302
    client.force_login(editor)
    response = client.get("/admin/rapporter/stille/")
    assert response.status_code == 200
    assert "Statsbudsjettet" in response.content.decode()


def test_the_form_begins_with_the_priority_that_one_came_from(client, editor, priority):
    client.force_login(editor)
    response = client.get(f"{ADD_STATUS}?priority={priority.pk}")
    assert response.context["form"].initial["priority"] == priority.pk
    for odd in ("x", "-1", "999999", "%00"):
        assert client.get(f"{ADD_STATUS}?priority={odd}").status_code == 200


def test_the_page_of_a_priority_shows_its_facts_with_their_ways_in(client, editor, priority):
    published_status(priority)
    published_milestone(priority)
    client.force_login(editor)
    page = PriorityPage.objects.get(priority=priority)
    body = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Kravlista er ute." in body
    assert f"{ADD_STATUS}?priority={priority.pk}" in body
    assert reverse("wagtailsnippets_priorities_milestone:add") in body
    assert (
        reverse("wagtailadmin_pages:add", args=["priorities", "progressupdatepage", page.pk])
        in body
    )


RIGHTS = {
    RoleGroup.EDITOR: {"add": 200, "change": 200, "unpublish": 302, "delete": 302},
    RoleGroup.PUBLISHER: {"add": 200, "change": 200, "unpublish": 200, "delete": 302},
    RoleGroup.STAFF: {"add": 302, "change": 302, "unpublish": 302, "delete": 302},
    RoleGroup.INSIGHT: {"add": 404, "change": 404, "unpublish": 404, "delete": 404},
    None: {"add": 404, "change": 404, "unpublish": 404, "delete": 404},
}


@pytest.mark.parametrize("role", RIGHTS)
def test_each_right_stands_beside_its_denial(client, priority, role):
    change = published_status(priority)
    client.force_login(UserFactory(role=role))
    name = "wagtailsnippets_priorities_statuschange"
    answers = {
        "add": client.get(reverse(f"{name}:add")).status_code,
        "change": client.get(reverse(f"{name}:edit", args=[change.pk])).status_code,
        "unpublish": client.get(reverse(f"{name}:unpublish", args=[change.pk])).status_code,
        "delete": client.get(reverse(f"{name}:delete", args=[change.pk])).status_code,
    }
    assert answers == RIGHTS[role]


def test_importing_again_leaves_facts_and_news_alone(
    published_plan, priority, adopted_text, read_in
):
    published_status(priority)
    published_milestone(priority)
    printed = read_in(adopted_text, publish=True)
    assert "15 uendret" in printed
    assert (StatusChange.objects.count(), Milestone.objects.count()) == (1, 1)
    assert not Correction.objects.exists()


def test_a_summary_of_more_than_60_words_is_refused_and_kept(client, editor, priority):
    client.force_login(editor)
    page = PriorityPage.objects.get(priority=priority)
    text = "ord " * 61
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        {
            "title": page.title,
            "slug": page.slug,
            "summary": text,
            "body-count": "0",
            "owner_role": "",
            "seo_title": "",
            "search_description": "",
        },
    )
    assert "Teksten har 61 ord" in response.context["form"].errors["summary"][0]
    assert text.strip() in response.content.decode()


def test_priorities_are_offered_by_number_and_short_title(client, editor, priority):
    client.force_login(editor)
    page = PriorityPage.objects.get(priority=priority)
    news = reverse("wagtailadmin_pages:add", args=["priorities", "progressupdatepage", page.pk])
    for address, field in (
        (ADD_STATUS, "priority"),
        (news, "priorities"),
        (reverse("wagtailadmin_pages:edit", args=[page.pk]), "related"),
    ):
        offered = [
            str(label) for _value, label in client.get(address).context["form"][field].field.choices
        ]
        assert "2. Kommune- og fylkestingsvalget 2027" in offered, address
    assert not any(label.startswith("2. Jobbe") for label in offered)


def test_lists_of_facts_name_the_priority_by_its_short_title(client, editor, priority):
    client.force_login(editor)
    address = reverse("wagtailsnippets_priorities_statuschange:list")

    def asked():
        """Queries for our rows; for the tag of the state Wagtail asks three more for each."""
        with CaptureQueriesContext(connection) as all_of_them:
            body = client.get(address).content.decode()
        assert "2. Kommune- og fylkestingsvalget 2027" in body
        return [one["sql"] for one in all_of_them if 'FROM "priorities_' in one["sql"]]

    published_status(priority)
    few = asked()
    for day in range(2, 8):
        published_status(priority, decided_on=date(2026, 11, day))
    assert len(asked()) == len(few)


def test_the_page_of_a_priority_tells_how_numbers_and_dates_stand(client, editor, priority):
    late = published_milestone(priority, title_nb="Utsatt", planned_on=date(2020, 1, 1))
    indicator = Indicator(
        priority=priority,
        name_nb="Kommuner med møte",
        unit_nb="kommuner",
        baseline=0,
        baseline_on=date(2026, 8, 1),
        target=58,
    )
    indicator.values = [
        IndicatorValue(measured_on=date(2026, 11, 1), value=41, source_title="Opptelling")
    ]
    indicator.save()
    client.force_login(editor)
    page = PriorityPage.objects.get(priority=priority)
    body = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Forsinket" in body.split(late.title_nb)[1].split("</li>")[0]
    assert "41 den 1. november 2026. Målet er 58" in " ".join(body.split())
