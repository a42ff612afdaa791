"""News from the executive committee's phone."""

import re

import pytest
from django.utils import timezone
from wagtail.models import TaskState

from foundation.intake.models import Draft
from memberorgs.choices import RoleGroup
from priorities.models import PriorityPage, ProgressUpdatePage, StatusChange
from tests.factories import TermFactory, UserFactory

NEW = "/hva-er-nytt/"


@pytest.fixture
def page(published_plan):
    return PriorityPage.objects.source().get(priority__plan=published_plan, priority__position=2)


@pytest.fixture
def publisher(db):
    return UserFactory(role=RoleGroup.PUBLISHER)


@pytest.fixture
def editor(db):
    return UserFactory(role=RoleGroup.EDITOR)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def filled(client, page, **values):
    shown = client.get(NEW).content.decode()
    return {
        "priority": page.pk,
        "title": "Komiteen tok inn kravet",
        "text": "Komiteen tok inn kravet. Det stemmes i juni.",
        "source_title": "Innst. 12 S",
        "source_url": "https://example.org/innst",
        "submission_key": hidden(shown, "submission_key"),
        "draft_version": hidden(shown, "draft_version"),
        **values,
    }


def test_a_publisher_publishes_news_and_status_once(client, publisher, page):
    client.force_login(publisher)
    data = filled(
        client, page, status="partly", cause="compromise", reason="Ett av to krav er tatt inn."
    )

    first = client.post(NEW, data)
    again = client.post(NEW, data)

    assert (first.status_code, again.status_code) == (302, 302)
    update = ProgressUpdatePage.objects.get(title="Komiteen tok inn kravet")
    assert (update.live, update.owner, update.date) == (True, publisher, timezone.localdate())
    assert list(update.priorities.all()) == [page.priority]
    assert update.sources.get().url == "https://example.org/innst"
    change = StatusChange.objects.get()
    assert (change.live, change.typed_by, change.status) == (True, publisher, "partly")
    assert change.decided_by == "executive_committee"
    receipt = client.get(first.url).content.decode()
    assert update.get_url() in receipt
    assert f"/admin/pages/{update.pk}/edit/" in receipt
    assert str(change) in receipt
    assert client.get(again.url).status_code == 200
    assert client.get(update.get_url()).status_code == 200


def test_an_editors_news_wait_to_be_approved(client, editor, page):
    client.force_login(editor)

    done = client.post(NEW, filled(client, page, status="under_way", reason="Vi er i gang."))

    assert client.get(done.url).status_code == 200
    update = ProgressUpdatePage.objects.get(title="Komiteen tok inn kravet")
    change = StatusChange.objects.get()
    assert (update.live, change.live) == (False, False)
    assert TaskState.objects.filter(status="in_progress").count() == 2
    assert client.get(update.get_url()).status_code == 404


def test_the_status_stays_unless_somebody_says_otherwise(client, publisher, page):
    client.force_login(publisher)
    client.post(NEW, filled(client, page, source_title="", source_url=""))
    assert ProgressUpdatePage.objects.get(title="Komiteen tok inn kravet").live
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"priority": "987654"}, "priority"),
        ({"priority": ""}, "priority"),
        ({"title": ""}, "title"),
        ({"text": ""}, "text"),
        ({"source_title": ""}, "source_title"),
        ({"source_url": ""}, "source_url"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"status": "under_way"}, "reason"),
        ({"status": "lost", "reason": "Nei."}, "cause"),
        ({"reason": "Nei."}, "status"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    client, publisher, page, wrong, field
):
    client.force_login(publisher)
    answer = client.post(NEW, filled(client, page) | wrong)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not ProgressUpdatePage.objects.exists()
    assert not StatusChange.objects.exists()


def test_at_most_six_fields_are_in_sight(client, publisher, page):
    client.force_login(publisher)
    form = re.search(r'<form class="form".*?<details', client.get(NEW).content.decode(), re.S)[0]
    fields = re.findall(r'<(?:input type="(?!hidden)|select |textarea )', form)
    assert 0 < len(fields) <= 6


def test_a_draft_comes_back_and_ends_when_it_is_sent(client, publisher, page):
    client.force_login(publisher)
    saved = client.post(f"{NEW}utkast/", filled(client, page, text="Halvveis"))
    assert saved.json()["version"] > 0
    assert "Halvveis" in client.get(NEW).content.decode()

    client.post(NEW, filled(client, page, text="Ferdig."))

    assert not Draft.objects.exists()
    assert ProgressUpdatePage.objects.get(title="Komiteen tok inn kravet").intro == "Ferdig."


def test_visitors_log_in_and_others_find_nothing(client, editor, publisher, page):
    assert client.get(NEW).url == f"/konto/logg-inn/?next={NEW}"
    nobody = [
        UserFactory(),
        TermFactory().person,
        UserFactory(role=RoleGroup.STAFF),
        UserFactory(role=RoleGroup.INSIGHT),
    ]
    for person in nobody:
        client.force_login(person)
        assert client.get(NEW).status_code == client.post(NEW, {}).status_code == 404
        assert client.post(f"{NEW}utkast/", {}).status_code == 404
    client.force_login(publisher)
    done = client.post(NEW, filled(client, page))
    client.force_login(editor)
    assert client.get(done.url).status_code == 404, "another's receipt"


def test_it_is_linked_from_the_desk_and_the_account(client, publisher, page):
    client.force_login(publisher)
    for address in ("/admin/", "/konto/"):
        assert f'href="{NEW}"' in client.get(address).content.decode(), address


@pytest.mark.parametrize("language", ["nn", "en"])
def test_it_is_there_in_the_other_languages(client, publisher, page, language):
    client.force_login(publisher)
    answer = client.get(f"/{language}{NEW}")
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()
