"""What Wagtail gives editors works on what is ours: locks, history, comparison, usage, comments."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Comment, Page

from content.models import PortalDocument
from memberorgs.choices import RoleGroup
from priorities.models import PriorityPage, Source, StatusChange
from tests.factories import StatusChangeFactory, UserFactory, make_update, publish_changes

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


def page_form(page, **changes):
    """What the admin's form of a priority's page sends."""
    return {
        "title": page.title,
        "slug": page.slug,
        "summary": "",
        "owner_role": "",
        "unofficial_words": "",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
    } | changes


def test_a_locked_fact_is_not_changed_until_it_is_unlocked(as_publisher, priority):
    row = StatusChangeFactory(priority=priority, published=True)
    as_publisher.post(fact_url("lock", row))
    row.refresh_from_db()
    assert row.locked
    other = UserFactory(role=RoleGroup.EDITOR)
    as_publisher.force_login(other)
    before = StatusChange.objects.get(pk=row.pk).latest_revision_id
    as_publisher.post(fact_url("edit", row), {"reason_nb": "Noe annet."})
    assert StatusChange.objects.get(pk=row.pk).latest_revision_id == before
    as_publisher.force_login(row.locked_by)
    as_publisher.post(fact_url("unlock", row))
    row.refresh_from_db()
    assert not row.locked


def test_a_locked_page_is_not_changed(as_publisher, client, page):
    as_publisher.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    page.refresh_from_db()
    assert page.locked
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    before = page.latest_revision_id
    client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), page_form(page, title="Noe annet")
    )
    page.refresh_from_db()
    assert page.latest_revision_id == before


def test_a_fact_has_history_and_its_versions_are_compared(as_editor, priority):
    row = StatusChangeFactory(priority=priority, reason_nb="Kravlista er ute.", published=True)
    publish_changes(row, reason_nb="Lista er vedtatt.", correction_reason="Feil ord.")
    history = as_editor.get(fact_url("history", row))
    assert history.status_code == 200
    first, *_, last = row.revisions.order_by("pk")
    compared = as_editor.get(
        reverse(
            row.snippet_viewset.get_url_name("revisions_compare"), args=[row.pk, first.pk, last.pk]
        )
    )
    text = compared.content.decode()
    assert "Kravlista er ute" in text.replace('<span class="deletion">', "").replace("</span>", "")
    assert "vedtatt" in text


def test_a_page_has_history_and_its_versions_are_compared(as_editor, page):
    page.summary = "Kort fortalt om valget."
    page.save_revision()
    assert as_editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
    assert "Kort fortalt om valget." in as_editor.get(address).content.decode()


def test_news_and_facts_tell_where_a_document_is_used(as_editor, priority):
    document = PortalDocument.objects.create(title="Protokoll", file="documents/p.pdf")
    update = make_update(priority, title="Kravlista er ute")
    update.sources = [Source(title="Protokollen", document=document)]
    update.save_revision().publish()
    usage = as_editor.get(reverse("wagtaildocs:document_usage", args=[document.pk]))
    assert "Kravlista er ute" in usage.content.decode()
    row = StatusChangeFactory(priority=priority, published=True)
    assert as_editor.get(fact_url("usage", row)).status_code == 200


def test_pages_that_nobody_has_looked_at_for_long_are_reported(as_publisher, page):
    long_ago = timezone.now() - timedelta(days=400)
    Page.objects.filter(pk=page.pk).update(last_published_at=long_ago)
    report = as_publisher.get(reverse("wagtailadmin_reports:aging_pages"))
    rows = [one.title for one in report.context["object_list"]]
    assert rows[0] == page.title


def test_an_editor_comments_on_a_field_and_it_is_kept(as_editor, page):
    comment = {
        "comments-TOTAL_FORMS": "1",
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
    answer = as_editor.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), page_form(page, **comment)
    )
    assert answer.status_code == 302, answer.context["form"].errors
    (comment,) = Comment.objects.filter(page=page)
    assert comment.text == "Kan denne bli kortere?"
    again = as_editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
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
