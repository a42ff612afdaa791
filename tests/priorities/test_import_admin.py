"""Reading a plan in through the editors' admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from memberorgs.choices import RoleGroup
from priorities.models import ActionPlan, PlanImport, Priority, PriorityPage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/handlingsplan/les-inn/"


@pytest.fixture
def editor(client):
    user = UserFactory(role=RoleGroup.EDITOR)
    client.force_login(user)
    return user


@pytest.fixture
def publisher(client):
    user = UserFactory(role=RoleGroup.PUBLISHER)
    client.force_login(user)
    return user


def paste(client, text, **extra):
    return client.post(UPLOAD, {"text": text, **extra})


def press_import(client, address):
    fingerprint = client.get(address).context["diff"].fingerprint
    return client.post(address, {"fingerprint": fingerprint})


def test_an_editor_uploads_looks_and_imports_as_drafts(editor, client, adopted_text):
    document = SimpleUploadedFile("plan.md", adopted_text.encode())
    uploaded = client.post(UPLOAD, {"document": document})
    assert uploaded.status_code == 302
    preview = client.get(uploaded.url)
    body = preview.content.decode()
    assert "Handlingsplan for 2026/2027" in body
    assert "Revidere utdanningspolitisk plattform på landsmøte 2027." in body
    assert not ActionPlan.objects.exists()

    result = press_import(client, uploaded.url)
    assert result.status_code == 302
    assert Priority.objects.count() == 15
    assert not PriorityPage.objects.live().exists()
    record = PlanImport.objects.get()
    assert (record.imported_by, record.filename) == (editor, "plan.md")
    assert "Publiser alt" not in client.get(result.url).content.decode()
    assert client.post(result.url).status_code in {302, 403}
    assert not PriorityPage.objects.live().exists()


def test_a_publisher_pastes_imports_and_publishes_all(publisher, client, adopted_text):
    uploaded = paste(client, adopted_text)
    result = press_import(client, uploaded.url)
    assert "Publiser alt" in client.get(result.url).content.decode()
    client.post(result.url)
    assert PriorityPage.objects.live().count() == 15
    assert client.get("/handlingsplan/2026-2027/").status_code == 200
    assert "Publiser alt" not in client.get(result.url).content.decode()


def test_a_double_click_imports_once(editor, client, adopted_text):
    uploaded = paste(client, adopted_text)
    fingerprint = client.get(uploaded.url).context["diff"].fingerprint
    first = client.post(uploaded.url, {"fingerprint": fingerprint})
    second = client.post(uploaded.url, {"fingerprint": fingerprint})
    assert first.url == second.url
    assert (ActionPlan.objects.count(), Priority.objects.count()) == (1, 15)
    assert PlanImport.objects.count() == 1


def test_two_editors_at_once_the_second_sees_what_changed(
    published_plan, editor, client, adopted_text
):
    ours = paste(client, adopted_text.replace("landsmøte 2027", "landsmøtet i 2027"))
    seen = client.get(ours.url).context["diff"].fingerprint
    theirs = paste(client, adopted_text.replace("landsmøte 2027", "landsmøtet våren 2027"))
    press_import(client, theirs.url)

    response = client.post(ours.url, {"fingerprint": seen}, follow=True)
    assert "Planen er endret etter at du så på den" in response.content.decode()
    words = Priority.objects.get(position=11).staged.adopted_text
    assert words == "Revidere utdanningspolitisk plattform på landsmøtet våren 2027."

    press_import(client, ours.url)
    words = Priority.objects.get(position=11).staged.adopted_text
    assert words == "Revidere utdanningspolitisk plattform på landsmøtet i 2027."


def test_the_same_document_again_changes_nothing(published_plan, editor, client, adopted_text):
    records = PlanImport.objects.count()
    uploaded = paste(client, adopted_text)
    assert "Dokumentet endrer ingenting" in client.get(uploaded.url).content.decode()
    press_import(client, uploaded.url)
    assert PlanImport.objects.count() == records


def test_the_preview_shows_old_and_new_words(published_plan, editor, client, adopted_text):
    uploaded = paste(client, adopted_text.replace("landsmøte 2027", "landsmøte 2028"))
    body = client.get(uploaded.url).content.decode()
    assert "<del>2027.</del>" in body
    assert "<ins>2028.</ins>" in body


def test_scripts_in_the_document_are_shown_as_text(editor, client):
    uploaded = paste(
        client,
        "# Handlingsplan 2030\n\n## Politisk\n\n- Jobbe for &lt;script&gt;alert(1)&lt;/script&gt;."
        "\n- Jobbe for noe annet.\n",
    )
    assert "<script>alert(1)" not in client.get(uploaded.url).content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "document", "Velg et dokument"),
        ({"text": "   \n"}, "document", "Velg et dokument"),
        ({"text": "Bare litt løs tekst uten liste."}, "text", ""),
        ({"text": "# Plan\n\n## Politisk\n\n- En.\n- To.\n"}, "year_start", "hvilke år"),
        (
            {"text": "# Plan\n\n## P\n\n- En.\n- To.\n", "year_start": "2028", "year_end": "2027"},
            "year_end",
            "før det første",
        ),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_typed_text_is_kept(
    editor, client, fields, field, sentence
):
    response = client.post(UPLOAD, fields)
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert sentence in errors[field][0]
    if fields.get("text", "").strip():
        assert fields["text"].split("\n")[0] in response.content.decode()
    assert not PlanImport.objects.exists()


def test_both_a_document_and_a_text_is_a_question_back(editor, client):
    response = client.post(
        UPLOAD, {"document": SimpleUploadedFile("a.md", b"# A"), "text": "# Plan 2030"}
    )
    assert "Velg én av delene" in response.context["form"].errors["document"][0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"%PDF-1.7 scanned"),
        ("plan.docx", b"PK\x03\x04 cut short"),
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("plan.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("plan.txt", b""),
        ("plan.txt", b"\0\1\2\3" * 500),
        ("stor.txt", b"- Et vedtak.\n" * 900_000),
    ],
)
def test_a_hostile_or_broken_file_is_a_sentence_and_leaves_no_row(editor, client, name, content):
    response = client.post(UPLOAD, {"document": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    assert response.context["form"].errors["document"]
    assert not PlanImport.objects.exists()
    assert not ActionPlan.objects.exists()


def test_uploads_that_nobody_wanted_are_dropped_after_a_week(editor, client, adopted_text):
    paste(client, adopted_text)
    PlanImport.objects.update(uploaded_at=timezone.now() - timezone.timedelta(days=8))
    paste(client, adopted_text)
    assert PlanImport.objects.count() == 1


@pytest.mark.parametrize("role", [RoleGroup.STAFF, RoleGroup.INSIGHT, None])
def test_others_do_not_get_in(client, role, published_plan):
    client.force_login(UserFactory(role=role))
    for address in (UPLOAD, f"/admin/handlingsplan/{published_plan.pk}/"):
        assert client.get(address).status_code in {302, 403, 404}
        assert client.post(address, {"text": "# Plan 2030"}).status_code in {302, 403, 404}
    assert not PlanImport.objects.filter(uploaded_by__isnull=False).exists()


def test_the_menu_shows_the_way_in_to_those_who_may(client, published_plan):
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    assert "les-inn" not in client.get("/admin/").content.decode()
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    assert "les-inn" in client.get("/admin/").content.decode()


def test_a_visitor_is_sent_to_the_log_in(client):
    response = client.get(UPLOAD)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("action", ["delete", "copy"])
def test_pages_of_the_plan_are_neither_deleted_nor_copied(client, published_plan, action):
    client.force_login(UserFactory(admin=True))
    page = PriorityPage.objects.get(priority__position=2)
    address = reverse(f"wagtailadmin_pages:{action}", args=[page.pk])
    response = client.post(address, {"new_title": "x", "new_slug": "x"}, follow=True)
    assert "Sider i den vedtatte planen kan ikke" in response.content.decode()
    assert PriorityPage.objects.count() == 15


def test_pages_of_the_plan_are_not_deleted_in_bulk(client, published_plan):
    client.force_login(UserFactory(admin=True))
    page = PriorityPage.objects.get(priority__position=2)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    client.post(f"{address}?id={page.pk}&next=/admin/")
    assert PriorityPage.objects.filter(pk=page.pk).exists()


def test_an_editor_edits_the_body_and_the_adopted_words_stay(published_plan, editor, client):
    page = PriorityPage.objects.get(priority__position=2)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(address)
    assert page.priority.adopted_text in form.content.decode()
    response = client.post(
        address,
        {
            "title": "Valget i 2027",
            "slug": page.slug,
            "search_description": "",
            "seo_title": "",
            "body-count": "1",
            "body-0-deleted": "",
            "body-0-order": "0",
            "body-0-type": "heading",
            "body-0-id": "",
            "body-0-value": "Slik gjør vi det",
            "adopted_text": "Noe ganske annet",
            "priority": "1",
        },
    )
    assert response.status_code == 302
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    assert draft.title == "Valget i 2027"
    assert draft.body[0].value == "Slik gjør vi det"
    assert page.title != "Valget i 2027", "an editor's change waits for a publisher"
    assert "Noe ganske annet" not in Priority.objects.values_list("adopted_text", flat=True)
