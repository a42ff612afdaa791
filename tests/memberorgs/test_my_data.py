"""`/konto/mine-data/`, driven over HTTP."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from foundation.audit.models import AuditEntry
from memberorgs.choices import RoleGroup
from memberorgs.models import Term, User
from outbox.actions import enqueue
from tests.factories import PASSWORD, OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

MY_DATA = "/konto/mine-data/"
DELETE = "/konto/mine-data/slett/"


@pytest.fixture(autouse=True)
def _own_list(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def person():
    """One of two leaders."""
    term = TermFactory(person__first_name="Kari", person__email="kari@test.example", title="nestor")
    TermFactory(organisation=term.organisation)
    return term.person


def log_in(client, user):
    client.post("/konto/logg-inn/", {"login": user.email, "password": PASSWORD})


def confirm(client):
    """Writes the password once more, as the page asks for."""
    response = client.get(DELETE)
    assert response.status_code == 302
    assert response.url.startswith("/konto/bekreft/")
    return client.post(response.url, {"password": PASSWORD, "next": DELETE})


@pytest.mark.parametrize("path", ["", "slett/"])
def test_a_visitor_logs_in_first(client, path):
    response = client.get(MY_DATA + path)
    assert response.status_code == 302
    assert response.url.startswith("/konto/logg-inn/")


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_the_page_shows_what_is_kept_and_nobody_keeps_the_page(client, person, prefix):
    client.force_login(person)
    response = client.get(prefix + MY_DATA)
    page = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    for text in ("Kari", "kari@test.example", "nestor", str(Term.objects.first().organisation)):
        assert text in page


def test_nothing_of_anybody_else_is_shown(client, person):
    stranger = TermFactory(person__first_name="Fremmed").person
    enqueue(kind="t", key="1", to=stranger.email, subject="Til en fremmed", body="x")
    client.force_login(person)
    page = client.get(MY_DATA).content.decode()
    assert "fremmed" not in page.lower()
    assert stranger.email not in page


def test_a_person_whose_last_office_is_over_sees_it_too(client):
    person = TermFactory(over=True).person
    client.force_login(person)
    response = client.get("/en" + MY_DATA)
    assert response.status_code == 200
    assert response.context["without_role"]
    assert response.context["days"]["ended_person"] == 180


def test_reading_changes_no_row_and_costs_the_same_for_more_rows(
    client, person, django_assert_max_num_queries
):
    client.force_login(person)
    client.get(MY_DATA)
    with django_assert_max_num_queries(100) as few:
        client.get(MY_DATA)
    for number in range(30):
        enqueue(kind="t", key=str(number), to=person.email, subject="Hei", body="Hei")
    TermFactory.create_batch(5, person=person, over=True)
    with django_assert_max_num_queries(len(few)):
        response = client.get(MY_DATA)
    assert "mail" in str(response.content).lower()
    shown = next(one for one in response.context["sections"] if len(one["rows"]) == 20)
    assert shown["has_more"]
    assert not AuditEntry.objects.exists()


def test_the_file_holds_all_of_it_and_is_put_down(client, person):
    for number in range(30):
        enqueue(kind="t", key=str(number), to=person.email, subject="Hei", body="Hei")
    client.force_login(person)
    assert client.get(MY_DATA + "last-ned/").status_code == 405
    response = client.post(MY_DATA + "last-ned/")
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    tables = {table["table"]: table for table in json.loads(response.content)["tables"]}
    assert len(tables["outbox.OutgoingMail"]["rows"]) == 30
    entry = AuditEntry.objects.get(event="person.data_handed_out")
    assert (entry.actor_id, entry.person_id) == (person.pk, person.pk)


def test_name_and_language_are_corrected_and_nothing_else(client, person):
    client.force_login(person)
    response = client.post(
        MY_DATA + "rett/",
        {
            "first_name": "Kåre",
            "last_name": "Ås",
            "language": "nn",
            "email": "andre@test.example",
            "is_staff": "on",
            "retired_at": "2026-01-01",
        },
    )
    assert response.url == MY_DATA
    person.refresh_from_db()
    assert (person.get_full_name(), person.language) == ("Kåre Ås", "nn")
    assert (person.email, person.is_staff, person.retired_at) == ("kari@test.example", False, None)
    entry = AuditEntry.objects.get(event="person.data_corrected")
    assert entry.facts == {"fields": ["first_name", "language", "last_name"]}


def test_a_wrong_language_is_told_at_the_field_and_what_was_typed_is_kept(client, person):
    client.force_login(person)
    response = client.post(
        MY_DATA + "rett/", {"first_name": "Kåre", "last_name": "", "language": "xx"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_language"' in page
    assert 'value="Kåre"' in page
    person.refresh_from_db()
    assert person.first_name == "Kari"


def test_deleting_asks_for_the_password_first(client, person):
    log_in(client, person)
    response = client.post(DELETE)
    assert response.url.startswith("/konto/bekreft/")
    assert User.objects.get(pk=person.pk).erased_at is None


def test_whoever_has_no_password_has_logged_in_a_short_while_ago(client, person):
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    response = client.post(DELETE)
    assert response.status_code == 200
    assert 'action="/konto/logg-ut/"' in response.content.decode()
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "code", "at": timezone.now().timestamp(), "email": person.email}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    assert client.post(DELETE).url == reverse("my_data_deleted")


def test_a_person_deletes_the_log_in_and_the_history_stays(client, person):
    log_in(client, person)
    confirm(client)
    page = client.get(DELETE).content.decode()
    assert f'action="{DELETE}"' in page
    assert User.objects.get(pk=person.pk).erased_at is None
    response = client.post(DELETE)
    assert response.url == reverse("my_data_deleted")
    assert client.get(response.url).status_code == 200
    assert client.get(MY_DATA).status_code == 302
    gone = User.objects.get(pk=person.pk)
    with translation.override("en"):
        assert str(Term.objects.get(person=gone)).startswith("former elected representative")
    assert AuditEntry.objects.get(event="person.erased").actor_id == person.pk
    log_in(client, person)
    assert client.get(MY_DATA).status_code == 302


def test_the_last_leader_is_told_to_have_a_successor(client):
    term = TermFactory()
    log_in(client, term.person)
    confirm(client)
    for response in (client.get(DELETE), client.post(DELETE)):
        page = response.content.decode()
        assert str(term.organisation) in page
        assert f'action="{DELETE}"' not in page
    assert response.status_code == 409
    assert User.objects.get(pk=term.person.pk).erased_at is None


@pytest.mark.parametrize("values", [{"role": role} for role in RoleGroup] + [{"admin": True}])
def test_who_works_in_the_admin_asks_the_secretariat(client, values):
    user = UserFactory(**values)
    client.force_login(user)
    session = client.session
    shown = {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
    kept = session.get("account_authentication_methods", [])
    session["account_authentication_methods"] = [*kept, shown]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    response = client.post(DELETE)
    assert response.status_code == 409
    assert response.context["at_work"]
    assert User.objects.get(pk=user.pk).erased_at is None


def test_an_incoming_leader_may_go_and_a_sitting_one_stays_then(client):
    organisation = OrganisationFactory()
    TermFactory(organisation=organisation)
    incoming = TermFactory(
        organisation=organisation,
        begins=timezone.localdate() + timedelta(days=20),
        ends=timezone.localdate() + timedelta(days=300),
    )
    log_in(client, incoming.person)
    confirm(client)
    assert client.post(DELETE).status_code == 302
    assert Term.objects.get(pk=incoming.pk).is_over()
