"""Editors translate, publishers publish, and nothing poses as a translation on the way."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import Locale, Page, WorkflowState
from wagtail_localize.models import Translation, TranslationSource

from content.models import PortalDocument
from content.translations import State, progress_of, published_sources, with_states
from home.models import HomePage, StandardPage
from memberorgs.choices import RoleGroup
from memberorgs.models import User
from priorities.models import ActionPlanPage, PriorityPage, ProgressUpdatePage, Source
from tests.factories import (
    UserFactory,
    make_update,
    publish_changes,
    say,
    send_to_translation,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def about():
    return StandardPage.objects.source().get(slug="om-portalen")


@pytest.fixture
def sign_in(client):
    def sign_in(role):
        user = UserFactory(role=role)
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return sign_in


def state(page, language="nn"):
    row = with_states(published_sources()).get(pk=page.pk)
    return progress_of(row, language)


def target(page, language="nn"):
    return type(page).objects.get(
        translation_key=page.translation_key, locale__language_code=language
    )


def managed(page):
    return Translation.objects.get(source__object_id=page.translation_key)


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def press_publish(client, page, on_commit):
    with on_commit(execute=True):
        return client.post(edit_url(page), {"action": "publish"}, follow=True)


def submit_url(page):
    return reverse("wagtail_localize:submit_page_translation", args=[page.pk])


def nn():
    return Locale.objects.get(language_code="nn").pk


def test_each_state_comes_from_what_was_done(about):
    assert state(about).state == State.MISSING
    send_to_translation(about)
    found = state(about)
    assert (found.state, found.missing) == (State.DRAFT, found.texts)
    say(about, "nn", but=["title"])
    assert (state(about).state, state(about).missing) == (State.DRAFT, 1)
    say(about, "nn")
    assert state(about).state == State.READY
    translate(about)
    assert state(about).state == State.CURRENT
    publish_changes(about, intro="Noe annet.")
    assert (state(about).state, state(about).missing) == (State.OUTDATED, 1)
    say(about, "nn")
    assert state(about).state == State.READY
    translate(about)
    assert state(about).state == State.CURRENT
    Translation.objects.update(enabled=False)
    assert state(about).state == State.OWN
    assert state(about, "en").state == State.MISSING


def test_what_is_sent_to_translation_is_a_draft(sign_in, about):
    client = sign_in(RoleGroup.EDITOR)
    client.post(submit_url(about), {"locales": [nn()]})
    assert not target(about).live
    # The pages above it are aliases, and no translations.
    above = Page.objects.filter(locale=nn(), depth=2).get()
    assert above.alias_of_id is not None


def test_an_alias_that_is_sent_to_translation_stops_being_public(sign_in, published_plan):
    page = PriorityPage.objects.source().get(priority__position=2)
    send_to_translation(page)
    plan_page = ActionPlanPage.objects.source().get()
    assert target(plan_page).live
    sign_in(RoleGroup.EDITOR).post(submit_url(plan_page), {"locales": [nn()]})
    assert target(plan_page).alias_of_id is None
    assert not target(plan_page).live


@pytest.mark.parametrize("missing", ["title", None])
def test_a_publisher_publishes_whole_translations_only(
    sign_in, about, missing, django_capture_on_commit_callbacks
):
    send_to_translation(about)
    say(about, "nn", but=[missing])
    client = sign_in(RoleGroup.PUBLISHER)
    response = press_publish(client, target(about), django_capture_on_commit_callbacks)
    assert target(about).live is (missing is None)
    assert ("1 tekst er ikke oversatt" in response.content.decode()) is bool(missing)


def test_an_outdated_translation_stays_as_it_is_until_it_is_whole(
    sign_in, about, django_capture_on_commit_callbacks
):
    translate(about, intro="Kva du finn her.")
    publish_changes(about, intro="Noe annet.")
    client = sign_in(RoleGroup.PUBLISHER)
    press_publish(client, target(about), django_capture_on_commit_callbacks)
    assert target(about).intro == "Kva du finn her."
    assert "Kva du finn her." in client.get("/nn/om-portalen/").content.decode()


def test_readers_are_told_that_the_bokmål_page_is_newer(client, about):
    translate(about)
    assert "er endra etter" not in client.get("/nn/om-portalen/").content.decode()
    publish_changes(about, intro="Noe annet.")
    text = client.get("/nn/om-portalen/").content.decode()
    assert "er endra etter" in text
    assert 'href="/om-portalen/"' in text
    assert "er endra etter" not in client.get("/om-portalen/").content.decode()


def test_an_editor_does_not_publish(sign_in, about, django_capture_on_commit_callbacks):
    send_to_translation(about)
    say(about, "nn")
    client = sign_in(RoleGroup.EDITOR)
    press_publish(client, target(about), django_capture_on_commit_callbacks)
    source = TranslationSource.objects.get_for_instance(about)
    update = reverse("wagtail_localize:update_translations", args=[source.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(update, {"publish_translations": "on"})
    assert not target(about).live


@pytest.mark.parametrize("role", [RoleGroup.EDITOR, RoleGroup.PUBLISHER])
@pytest.mark.parametrize("way", ["stop", "alias"])
def test_only_a_publisher_takes_a_translation_from_the_readers(sign_in, about, role, way):
    translate(about)
    client = sign_in(role)
    if way == "stop":
        client.post(reverse("wagtail_localize:stop_translation", args=[managed(about).pk]))
        kept = managed(about).enabled
    else:
        client.post(reverse("wagtail_localize:convert_to_alias", args=[target(about).pk]))
        kept = target(about).alias_of_id is None
    assert kept is (role == RoleGroup.EDITOR)


def test_an_editor_sends_in_and_a_publisher_approves(
    sign_in, about, django_capture_on_commit_callbacks
):
    send_to_translation(about)
    say(about, "nn", title="Om nettstaden")
    sign_in(RoleGroup.EDITOR).post(reverse("submit_to_publisher", args=[managed(about).pk]))
    assert not target(about).live
    waiting = WorkflowState.objects.get(status=WorkflowState.STATUS_IN_PROGRESS)
    assert waiting.content_object.pk == target(about).pk
    client = sign_in(RoleGroup.PUBLISHER)
    press_publish(client, target(about), django_capture_on_commit_callbacks)
    waiting.refresh_from_db()
    assert waiting.status == WorkflowState.STATUS_APPROVED
    assert (target(about).live, target(about).title) == (True, "Om nettstaden")


def test_what_is_sent_in_changes_nothing_for_readers_yet(sign_in, about):
    translate(about, intro="Kva du finn her.")
    say(about, "nn", intro="Kva du finn på sida.")
    client = sign_in(RoleGroup.EDITOR)
    client.post(reverse("submit_to_publisher", args=[managed(about).pk]))
    assert target(about).intro == "Kva du finn her."
    assert target(about).has_unpublished_changes


def test_a_translation_that_is_not_whole_is_not_sent_in(sign_in, about):
    send_to_translation(about)
    say(about, "nn", but=["intro"])
    client = sign_in(RoleGroup.EDITOR)
    response = client.post(reverse("submit_to_publisher", args=[managed(about).pk]), follow=True)
    assert "1 tekst er ikke oversatt" in response.content.decode()
    assert not WorkflowState.objects.exists()


def test_no_side_door_publishes_a_draft_in_bokmål(sign_in, about):
    send_to_translation(about)
    stale = target(about).latest_revision
    client = sign_in(RoleGroup.PUBLISHER)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={target(about).pk}", {"include_descendants": ""})
    assert not target(about).live
    # The draft still holds bokmål when the texts are there.
    say(about, "nn")
    stale.publish()
    assert not target(about).live


def test_a_page_that_no_longer_follows_is_not_published_as_a_copy(about):
    send_to_translation(about)
    Translation.objects.update(enabled=False)
    page = target(about)
    page.save_revision().publish()
    assert not target(about).live
    publish_changes(page, intro="Skrive for seg.")
    assert target(about).live


def test_publishing_the_plan_leaves_drafts_of_translations_alone(read_in, published_plan):
    page = PriorityPage.objects.source().get(priority__position=2)
    send_to_translation(page)
    from priorities.actions import publish_plan, waits_to_be_published

    assert not waits_to_be_published(published_plan)
    assert publish_plan(plan=published_plan, by=None) == 0
    assert not target(page).live


def test_what_is_no_text_follows_the_bokmål_page_by_itself(
    django_capture_on_commit_callbacks,
):
    update = make_update(sources=[Source(title="Protokollen", url="https://example.org/")])
    translate(update)
    document = PortalDocument.objects.create(title="Vedlegg", file="vedlegg.pdf")
    update = ProgressUpdatePage.objects.get(pk=update.pk)
    update.sources = [Source(title="Vedlegg", document=document)]
    with django_capture_on_commit_callbacks(execute=True):
        publish_changes(update, date="2026-11-02")
    assert target(update).date.isoformat() == "2026-11-02"
    assert state(update).state == State.CURRENT


def test_texts_that_nobody_has_approved_do_not_follow(about, django_capture_on_commit_callbacks):
    translate(about, intro="Kva du finn her.")
    say(about, "nn", mark=" nytt", intro="Kva du finn på sida.")
    with django_capture_on_commit_callbacks(execute=True):
        publish_changes(about, show_in_menus=True)
    assert target(about).intro == "Kva du finn her."
    assert state(about).state == State.READY


def test_new_adopted_words_ask_for_a_new_translation(adopted_text, read_in, published_plan):
    page = PriorityPage.objects.source().get(priority__position=1)
    translate(page)
    read_in(adopted_text.replace("statsbudsjettprioritering.", "budsjett."), publish=True)
    found = state(page)
    assert (found.state, found.missing) == (State.OUTDATED, 1)


def test_every_block_of_a_body_is_translated(about):
    table = {
        "columns": [{"type": "text", "heading": "Sted"}, {"type": "number", "heading": "Tall"}],
        "rows": [{"values": ["Fjordvik", "12"]}, {"values": ["Sted", "13"]}],
        "caption": "Boliger",
    }
    body = [
        ("heading", "Overskrift"),
        (
            "text",
            '<p>Les <b>mer</b> <a href="https://example.org/">her</a>.</p><ul><li>Ett</li></ul>',
        ),
        ("quotation", {"quotation": "Vi står på.", "source": "AU"}),
        ("fact_box", {"heading": "Kort", "text": "<p>Fakta.</p>"}),
        ("table", table),
        ("documents", {"heading": "Filer", "documents": []}),
        ("call_to_action", {"text": "Svar nå", "page": None, "url": "https://example.org/"}),
    ]
    about = publish_changes(about, body=body)
    translate(about)
    blocks = {block.block_type: block.value for block in target(about).body}
    assert blocks["heading"] == "nn: Overskrift"
    assert '<a href="https://example.org/">' in blocks["text"].source
    assert blocks["text"].source.startswith("<p>nn: Les <b>mer</b>")
    assert blocks["quotation"]["quotation"] == "nn: Vi står på."
    assert blocks["fact_box"]["heading"] == "nn: Kort"
    assert [column["heading"] for column in blocks["table"].columns] == ["nn: Sted", "nn: Tall"]
    assert [row["values"] for row in blocks["table"].row_data] == [
        ["nn: Fjordvik", "12"],
        ["nn: Sted", "13"],
    ]
    assert blocks["table"].caption == "nn: Boliger"
    assert blocks["documents"]["heading"] == "nn: Filer"
    assert blocks["call_to_action"]["text"] == "nn: Svar nå"
    assert target(about).slug == about.slug


def test_a_new_row_leaves_the_translated_cells_in_peace(about):
    def table(*cells):
        return [
            (
                "table",
                {
                    "columns": [{"type": "text", "heading": "Sted"}],
                    "rows": [{"values": [cell]} for cell in cells],
                    "caption": "",
                },
            )
        ]

    about = publish_changes(about, body=table("Bergen"))
    translate(about)
    before = state(about).texts
    raw = about.body.get_prep_value()
    raw[0]["value"]["rows"].insert(0, {"values": ["Alta"]})
    publish_changes(about, body=raw and about.body.stream_block.to_python(raw))
    assert (state(about).texts, state(about).missing) == (before + 1, 1)


REPORT = "/admin/rapporter/oversettelser/"


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (RoleGroup.EDITOR, True),
        (RoleGroup.PUBLISHER, True),
        (RoleGroup.STAFF, False),
        (RoleGroup.INSIGHT, False),
        (None, False),
    ],
)
def test_the_report_is_for_those_who_translate(sign_in, role, sees):
    assert (sign_in(role).get(REPORT).status_code == 200) is sees


def test_the_report_says_how_far_each_page_has_come(sign_in, about):
    translate(about)
    publish_changes(about, intro="Noe annet.")
    send_to_translation(HomePage.objects.source().get(), "en")
    client = sign_in(RoleGroup.EDITOR)
    text = client.get(REPORT).content.decode()
    assert "Utdatert siden" in text
    assert "(1 tekst)" in text
    assert "Utkast: 0 av 3 tekster" in text
    assert f"{submit_url(about)}?select_locale=en" in text
    assert edit_url(target(about)) in text
    only = client.get(REPORT, {"nn_state": "outdated"}).content.decode()
    assert edit_url(about) in only
    assert edit_url(HomePage.objects.source().get()) not in only
    assert '<a href="' + reverse("wagtail_localize:translations_report") not in text


def test_the_report_costs_the_same_with_many_pages(
    sign_in, about, django_assert_max_num_queries, django_assert_num_queries
):
    client = sign_in(RoleGroup.EDITOR)
    client.get(REPORT)
    with django_assert_max_num_queries(20) as few:
        client.get(REPORT)
    for number in range(60):
        make_update(title=f"Nytt {number}")
    translate(about)
    with django_assert_num_queries(len(few)):
        client.get(REPORT)


def test_the_spreadsheets_hold_words_and_no_formulas(sign_in, about):
    publish_changes(about, title='=HYPERLINK("https://example.org/","Trykk")')
    client = sign_in(RoleGroup.EDITOR)
    lines = b"".join(client.get(REPORT, {"export": "csv"}).streaming_content).decode()
    assert "'=HYPERLINK" in lines
    assert "Mangler" in lines
    answer = client.get(REPORT, {"export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_the_desk_counts_what_waits(sign_in, about):
    client = sign_in(RoleGroup.PUBLISHER)
    assert REPORT not in client.get("/admin/").content.decode().split("<main")[1]
    translate(about)
    publish_changes(about, intro="Noe annet.")
    desk = client.get("/admin/").content.decode().split("<main")[1]
    assert "1 er utdatert" in desk
    assert REPORT in desk


def test_the_editor_in_the_browser_speaks_norwegian(sign_in):
    script = sign_in(RoleGroup.EDITOR).get(reverse("wagtail_localize:javascript_catalog"))
    words = script.content.decode()
    assert '"Publish in ": "Publiser p' in words
    assert '"Translate": "Oversett"' in words
