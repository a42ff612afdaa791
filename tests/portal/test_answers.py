"""What every answer carries: headers, error pages, limits."""

import pytest
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from memberorgs.choices import RoleGroup
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


def policy(response):
    return {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}


@pytest.mark.parametrize(
    "address",
    ["/", "/finnes-ikke/", "/konto/logg-inn/", "/robots.txt", "/helse/live", "/static/icon.svg"],
)
def test_public_answers_carry_the_strict_policy(client, address):
    response = client.get(address)
    assert policy(response) >= STRICT
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_admin_has_a_policy_of_its_own(client):
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    parts = policy(client.get("/admin/"))
    assert "frame-ancestors 'self'" in parts
    assert "object-src 'none'" in parts


def test_an_unknown_address_helps(client):
    response = client.get("/finnes-ikke/")
    assert response.status_code == 404
    body = response.content.decode()
    assert '<html lang="nb"' in body
    assert 'href="/"' in body


def test_a_body_that_is_too_large_is_refused_by_its_length(client):
    response = client.post(
        "/konto/logg-inn/", b"x" * 10, content_type="text/plain", CONTENT_LENGTH=str(300 * 2**20)
    )
    assert response.status_code == 413
    assert "1 MB" in response.content.decode()


def test_a_form_without_its_key_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/konto/logg-inn/", {"login": "a@b.example"})
    assert response.status_code == 403
    assert "på nytt" in response.content.decode()


def test_a_server_error_is_a_page_even_without_a_database(client, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError("gone")

    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", away)
        response = client.get("/")
    assert response.status_code == 500
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/%00", "/handlingsplan/%00/", "/handlingsplan/?x=%00", "//evil.example/"]
)
def test_odd_addresses_are_no_server_error(client, path):
    assert client.get(path).status_code < 500


def test_media_gives_images_only(client, settings):
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "documents").mkdir()
    (settings.MEDIA_ROOT / "documents" / "hemmelig.txt").write_text("x")
    assert client.get("/media/documents/hemmelig.txt").status_code == 404
    assert client.get("/media/images/../documents/hemmelig.txt").status_code == 404


@pytest.mark.parametrize("role", [RoleGroup.INSIGHT, None])
def test_the_admin_does_not_exist_for_those_who_may_not_enter(client, role):
    client.force_login(UserFactory(role=role))
    for address in ("/admin/", "/admin/pages/", "/admin/handlingsplan/les-inn/"):
        assert client.get(address).status_code == 404
    assert client.get("/konto/logg-inn/").url == "/"


def test_those_who_work_in_the_admin_land_there(client):
    client.force_login(UserFactory(role=RoleGroup.EDITOR))
    assert client.get("/konto/logg-inn/").url == "/admin/"
    assert client.get("/admin/").status_code == 200
