"""What Wagtail gives editors works on what is ours, one by one, on facts and on pages.

Facts have no comments on fields, aging or redirects: Wagtail has those for pages alone.
"""

import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Comment, Page, TaskState
from wagtail.test.utils.form_data import querydict_from_html

from content.models import PortalDocument
from content.tasks import publish_scheduled
from home.models import HomePage
from memberorgs.choices import RoleGroup
from priorities.models import Correction, NewsIndexPage, PriorityPage, Source
from tests.factories import (
    IndicatorFactory,
    MilestoneFactory,
    StatusChangeFactory,
    UserFactory,
    make_update,
    publish_changes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def priority(published_plan):
    return published_plan.priorities.get(position=2)


@pytest.fixture
def page(priority):
    return PriorityPage.objects.get(priority=priority)


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    return client


@pytest.fixture
def as_publisher(client):
    client.force_login(UserFactory(role=RoleGroup.PUBLISHER))
    return client


def fact_url(name, row):
    return reverse(row.snippet_viewset.get_url_name(name), args=[row.pk])


FACTS = {
    "status": (StatusChangeFactory, "reason_nb"),
    "milestone": (MilestoneFactory, "title_nb"),
    "indicator": (IndicatorFactory, "name_nb"),
}


@pytest.fixture(params=FACTS)
def fact(request, priority):
    """A published fact of each kind, with the name of its main text."""
    factory, text = FACTS[request.param]
    return factory(priority=priority, published=True), text


@pytest.fixture(params=["plan", "priority", "news", "list of news", "front page"])
def any_page(request, page, priority):
    """A published page of each kind that editors work with."""
    return {
        "plan": lambda: page.get_parent(),
        "priority": lambda: page,
        "news": lambda: make_update(priority, title="Kravlista er ute"),
        "list of news": lambda: NewsIndexPage.objects.source().get(),
        "front page": lambda: HomePage.objects.source().get(),
    }[request.param]().specific


def form_at(client, address):
    """What the form at `address` would send as it stands; bodies of pages are left empty."""
    html = client.get(address).content.decode()
    (place,) = [
        place
        for place, form in enumerate(BeautifulSoup(html, "html.parser").select("form"))
        if form.has_attr("data-edit-form")
    ]
    return {"body-count": "0"} | dict(querydict_from_html(html, form_index=place).lists())


def posted(client, address, **changes):
    answer = client.post(address, form_at(client, address) | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def words(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_a_locked_fact_is_not_changed_until_it_is_unlocked(as_publisher, client, fact):
    row, text = fact
    form = form_at(as_publisher, fact_url("edit", row))
    as_publisher.post(fact_url("lock", row))
    row.refresh_from_db()
    assert row.locked
    publisher = row.locked_by
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    client.post(fact_url("edit", row), form | {text: "Nye ord", "correction_reason": "Feil."})
    row.refresh_from_db()
    assert not row.has_unpublished_changes
    client.force_login(publisher)
    client.post(fact_url("unlock", row))
    row.refresh_from_db()
    assert not row.locked
    posted(client, fact_url("edit", row), **{text: "Nye ord", "correction_reason": "Feil."})
    row.refresh_from_db()
    assert row.has_unpublished_changes
    assert getattr(row.get_latest_revision_as_object(), text) == "Nye ord"


def test_a_locked_page_is_not_changed_until_it_is_unlocked(as_publisher, client, any_page):
    edit = reverse("wagtailadmin_pages:edit", args=[any_page.pk])
    form = form_at(as_publisher, edit)
    as_publisher.post(reverse("wagtailadmin_pages:lock", args=[any_page.pk]))
    any_page.refresh_from_db()
    assert any_page.locked
    publisher = any_page.locked_by
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    client.post(edit, form | {"title": "Noe annet"})
    any_page.refresh_from_db()
    assert not any_page.has_unpublished_changes
    client.force_login(publisher)
    client.post(reverse("wagtailadmin_pages:unlock", args=[any_page.pk]))
    posted(client, edit, title="Noe annet")
    any_page.refresh_from_db()
    assert any_page.get_latest_revision_as_object().title == "Noe annet"


def test_what_is_locked_is_in_the_report(as_publisher, page):
    as_publisher.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    report = as_publisher.get(reverse("wagtailadmin_reports:locked_pages"))
    assert [one.title for one in report.context["object_list"]] == [page.title]


def test_a_fact_has_history_and_its_versions_are_compared(as_editor, fact):
    row, text = fact
    changes = {text: "Lista er vedtatt.", "correction_reason": "Feil ord."}
    posted(as_editor, fact_url("edit", row), **changes)
    first, last = row.revisions.order_by("pk")
    compare = row.snippet_viewset.get_url_name("revisions_compare")
    history = as_editor.get(fact_url("history", row)).content.decode()
    assert str(last.user) in history
    assert reverse(compare, args=[row.pk, first.pk, last.pk]) in history
    answer = as_editor.get(reverse(compare, args=[row.pk, first.pk, last.pk]))
    compared = words(answer.content.decode())
    assert getattr(row, text).split()[0] in compared
    assert "vedtatt." in compared


def test_an_earlier_version_of_a_fact_comes_back_as_a_draft(as_editor, fact):
    row, text = fact
    before = getattr(row, text)
    publish_changes(row, **{text: "Lista er vedtatt.", "correction_reason": "Feil ord."})
    back = row.snippet_viewset.get_url_name("revisions_revert")
    first = row.revisions.order_by("pk")[0]
    values = form_at(as_editor, reverse(back, args=[row.pk, first.pk]))
    assert values[text] == [before]
    as_editor.post(fact_url("edit", row), values | {"correction_reason": "Det var rett."})
    row.refresh_from_db()
    assert getattr(row, text) == "Lista er vedtatt."
    assert getattr(row.get_latest_revision_as_object(), text) == before


def test_changes_are_asked_for_with_a_comment_that_the_editor_reads(as_publisher, client, fact):
    """In place of comments on fields, that Wagtail has for pages alone."""
    row, text = fact
    publisher, editor = as_publisher.session["_auth_user_id"], UserFactory(role=RoleGroup.EDITOR)
    client.force_login(editor)
    changes = {text: "Nye ord", "correction_reason": "Feil ord."}
    posted(client, fact_url("edit", row), **changes, **{"action-submit": "1"})
    task = TaskState.objects.get(status="in_progress")
    client.force_login(UserFactory._meta.model.objects.get(pk=publisher))
    client.post(
        reverse(
            row.snippet_viewset.get_url_name("workflow_action"), args=[row.pk, "reject", task.pk]
        ),
        {"comment": "Hvem bestemte det?"},
    )
    row.refresh_from_db()
    assert getattr(row, text) != "Nye ord"
    client.force_login(editor)
    assert "Hvem bestemte det?" in client.get(fact_url("edit", row)).content.decode()
    assert "Hvem bestemte det?" in client.get(fact_url("history", row)).content.decode()


def test_a_fact_goes_public_at_the_time_that_is_set(as_publisher, priority):
    row = StatusChangeFactory(priority=priority)
    later = timezone.localtime() + timedelta(hours=2)
    edit = fact_url("edit", row)
    answer = posted(
        as_publisher, edit, go_live_at=f"{later:%d.%m.%Y %H:%M}", **{"action-publish": "1"}
    )
    assert answer.status_code == 302
    publish_scheduled()
    row.refresh_from_db()
    assert not row.live
    assert str(row) in as_publisher.get("/admin/").content.decode()
    with time_machine.travel(later + timedelta(minutes=1)):
        publish_scheduled()
    row.refresh_from_db()
    assert row.live
    assert not Correction.objects.exists()


def test_no_clock_withdraws_a_fact(as_publisher, fact):
    row, _text = fact
    body = as_publisher.get(fact_url("edit", row)).content.decode()
    assert 'name="go_live_at"' in body
    assert 'name="expire_at"' not in body


def test_a_page_has_history_and_its_versions_are_compared(as_editor, any_page):
    any_page.title = "Helt nye ord"
    any_page.save_revision()
    history = as_editor.get(reverse("wagtailadmin_pages:history", args=[any_page.pk]))
    assert history.status_code == 200
    address = reverse("wagtailadmin_pages:revisions_compare", args=[any_page.pk, "live", "latest"])
    assert "Helt nye ord" in words(as_editor.get(address).content.decode())


def test_a_fact_tells_where_it_is_used(as_editor, fact):
    row, _text = fact
    assert as_editor.get(fact_url("usage", row)).status_code == 200


def test_news_tell_where_a_document_is_used(as_editor, priority):
    document = PortalDocument.objects.create(title="Protokoll", file="documents/p.pdf")
    update = make_update(priority, title="Kravlista er ute")
    update.sources = [Source(title="Protokollen", document=document)]
    update.save_revision().publish()
    usage = as_editor.get(reverse("wagtaildocs:document_usage", args=[document.pk]))
    assert "Kravlista er ute" in usage.content.decode()


def test_a_page_tells_what_points_to_it(as_editor, any_page):
    address = reverse("wagtailadmin_pages:usage", args=[any_page.pk])
    assert as_editor.get(address).status_code == 200


def test_a_page_that_nobody_has_looked_at_for_long_is_reported(as_publisher, any_page):
    long_ago = timezone.now() - timedelta(days=400)
    Page.objects.filter(pk=any_page.pk).update(last_published_at=long_ago)
    report = as_publisher.get(reverse("wagtailadmin_reports:aging_pages"))
    assert report.context["object_list"][0].title == any_page.title


def test_an_editor_comments_on_a_field_and_it_is_kept(as_editor, any_page):
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        "comments-0-id": "",
        "comments-0-contentpath": "title",
        "comments-0-text": "Kan denne bli kortere?",
        "comments-0-position": "",
        "comments-0-resolved": "",
        "comments-0-DELETE": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "1000",
    }
    edit = reverse("wagtailadmin_pages:edit", args=[any_page.pk])
    posted(as_editor, edit, **comment)
    (comment,) = Comment.objects.filter(page=any_page)
    assert comment.text == "Kan denne bli kortere?"
    again = as_editor.get(edit)
    assert json.dumps("Kan denne bli kortere?")[1:-1] in again.content.decode()


def test_a_new_address_of_a_priority_and_its_news_leads_from_the_old_one(
    client, page, django_capture_on_commit_callbacks
):
    update = make_update(page.priority, title="Kravlista er ute", date=date(2026, 11, 20))
    old, old_news = page.url, update.url
    page.slug = "valget"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert Redirect.objects.exists()
    for address in (old, old_news):
        answer = client.get(address)
        assert answer.status_code == 301
        assert "/valget/" in answer.url
        assert client.get(answer.url).status_code == 200
    english = client.get(f"/en{old}")
    assert english.status_code in (301, 302)
    assert english.url == "/en/handlingsplan/2026-2027/valget/"


def test_the_plan_itself_has_no_door_that_skips_its_import(as_editor, page):
    assert as_editor.get(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code in (
        302,
        403,
        404,
    )
