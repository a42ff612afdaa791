"""`/personvern/` in versions: a proposal in code, until a body adopts one in the admin."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.audit import retention
from home.models import PrivacyStatement
from memberorgs.choices import RoleGroup
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PRIVACY = "/personvern/"
VERSIONS = "/personvern/versjoner/"
ADD = "wagtailsnippets_home_privacystatement:add"


def version(day, body="<h2>Ord</h2>", live=True, **values):
    return PrivacyStatement.objects.create(adopted_on=day, body_nb=body, live=live, **values)


def rich(text):
    """As the editor's field posts it."""
    block = {"key": "a", "type": "unstyled", "depth": 0, "text": text}
    block |= {"inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def post(client, url, day="2026-12-01", **values):
    fields = {
        "adopted_on": day,
        "adopted_by": "executive_committee",
        "case_number": "",
        "what_changed": "",
        "body_nb": rich("Vedtatte ord."),
        "body_nn": rich(""),
        "body_en": rich(""),
    }
    return client.post(url, fields | values)


def test_before_anything_is_adopted_the_page_says_that_it_is_a_proposal(client):
    response = client.get("/en" + PRIVACY)
    assert response.context["version"] is None
    assert "This is a proposal" in response.content.decode()
    assert "No version has been adopted yet" in client.get("/en" + VERSIONS).content.decode()


def test_the_page_shows_what_was_adopted_and_by_whom(client):
    version(date(2026, 11, 1), "<p>De vedtatte ordene.</p>", case_number="12/26")
    page = client.get("/en" + PRIVACY).content.decode()
    assert "De vedtatte ordene." in page
    assert 'lang="nb"' in page.split("<main")[1]
    assert "12/26" in page
    assert "This is a proposal" not in page


def test_each_language_has_its_own_words(client):
    version(date(2026, 11, 1), "<p>Norske ord</p>", body_en="<p>English words</p>")
    assert "English words" in client.get("/en" + PRIVACY).content.decode()
    assert "Norske ord" in client.get("/nn" + PRIVACY).content.decode()


def test_the_newest_that_is_adopted_is_in_force_and_the_old_stay_readable(client):
    today = timezone.localdate()
    version(date(2026, 1, 2), "<p>Gamle ord</p>")
    version(today, "<p>Nye ord</p>")
    version(today + timedelta(days=1), "<p>Ord i morgen</p>")
    version(date(2026, 2, 2), "<p>Utkast</p>", live=False)
    assert "Nye ord" in client.get(PRIVACY).content.decode()
    versions = client.get(VERSIONS).content.decode()
    assert versions.count(f'href="{VERSIONS}20') == 2
    old = client.get(f"{VERSIONS}2026-01-02/").content.decode()
    assert "Gamle ord" in old
    for hidden in ("2026-02-02", (today + timedelta(days=1)).isoformat(), "2026-99-99"):
        assert client.get(f"{VERSIONS}{hidden}/").status_code == 404


def test_the_versions_come_in_pages(client):
    for number in range(31):
        version(date(2020, 1, 1) + timedelta(days=number))
    assert client.get(VERSIONS).content.decode().count(f'href="{VERSIONS}20') == 30
    assert client.get(VERSIONS + "?side=2").content.decode().count(f'href="{VERSIONS}20') == 1


def test_the_table_is_that_of_the_job_whatever_was_adopted(client, settings):
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "access_request": 77}
    before = client.get("/en" + PRIVACY).content.decode()
    version(timezone.localdate())
    after = client.get("/en" + PRIVACY).content.decode()
    for page in (before, after):
        assert "77 days" in page
        assert page.count("Kept for") == len(retention.rules())


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (RoleGroup.PUBLISHER, 200),
        (RoleGroup.STAFF, 200),
        (RoleGroup.EDITOR, 302),
        (RoleGroup.INSIGHT, 404),
    ],
)
def test_publishers_and_staff_prepare_versions(client, role, status):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse(ADD)).status_code == status


def test_the_form_begins_with_the_proposal_and_then_with_what_is_in_force(client):
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    form = client.get(reverse(ADD)).context["form"]
    body = form.initial["body_nb"] if form.initial.get("body_nb") else form.instance.body_nb
    assert body.count("<h2>") == 8
    assert "<section" not in body
    assert "class=" not in body
    assert "{" not in body
    assert form.instance.body_en != form.instance.body_nb
    version(date(2026, 11, 1), "<p>Forrige ordlyd</p>")
    assert client.get(reverse(ADD)).context["form"].instance.body_nb == "<p>Forrige ordlyd</p>"


def test_a_draft_is_seen_by_nobody_until_it_is_published(client):
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    post(client, reverse(ADD), day="2026-11-01")
    draft = PrivacyStatement.objects.get()
    assert not draft.live
    client.logout()
    assert "Vedtatte ord." not in client.get(PRIVACY).content.decode()
    client.force_login(UserFactory(role=RoleGroup.PUBLISHER))
    edit = reverse("wagtailsnippets_home_privacystatement:edit", args=[draft.pk])
    post(client, edit, day="2026-11-01", **{"action-publish": "1"})
    client.logout()
    assert "Vedtatte ord." in client.get(PRIVACY).content.decode()


def test_what_is_published_is_never_changed(client):
    client.force_login(UserFactory(role=RoleGroup.PUBLISHER))
    post(client, reverse(ADD), day="2026-11-01", **{"action-publish": "1"})
    made = PrivacyStatement.objects.get()
    assert made.live
    edit = reverse("wagtailsnippets_home_privacystatement:edit", args=[made.pk])
    changed = {"body_nb": rich("Andre ord."), "action-publish": "1"}
    response = post(client, edit, day="2026-11-01", **changed)
    assert response.status_code == 200
    assert response.context["form"].errors["body_nb"]
    assert "Vedtatte ord." in PrivacyStatement.objects.get().body_nb
    # A sentence for the list of versions may be added.
    post(client, edit, day="2026-11-01", what_changed="Den første.", **{"action-publish": "1"})
    assert PrivacyStatement.objects.get().what_changed == "Den første."


def test_two_versions_of_one_day_are_refused(client):
    version(date(2026, 12, 1))
    client.force_login(UserFactory(role=RoleGroup.PUBLISHER))
    response = post(client, reverse(ADD))
    assert response.context["form"].errors["adopted_on"]
