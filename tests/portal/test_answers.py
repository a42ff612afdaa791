"""What every answer carries: headers, error pages, limits."""

import pytest
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction
from wagtail_localize.models import Translation

from content.models import PortalImage
from foundation.audit.models import AuditEntry
from home.models import HomePage, StandardPage
from memberorgs.choices import RoleGroup
from portal import errors
from priorities.models import PriorityPage
from tests.factories import PASSWORD, UserFactory, send_to_translation

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


@pytest.mark.parametrize(
    ("prefix", "code", "told"),
    [
        ("", "nb", "Vi finner ikke siden"),
        ("/nn", "nn", "Vi finn ikkje sida"),
        ("/en", "en", "We can't find that page"),
    ],
)
def test_an_unknown_address_leads_on_in_its_own_language(client, prefix, code, told):
    response = client.get(f"{prefix}/finnes/ikke/")
    body = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{code}"' in body
    assert told in body
    for place in ("/", "/handlingsplan/", "/framdrift/", "/nyheter/", "/sok/"):
        assert f'href="{prefix}{place}"' in body
    for other in ("", "/nn", "/en"):
        assert f'href="{other}/finnes/ikke/"' in body, "the language menu"


ERRORS = [
    (errors.bad_request, (), 400),
    (errors.permission_denied, (), 403),
    (errors.csrf_failure, (), 403),
    (errors.page_not_found, (), 404),
    (errors.too_large, (1024 * 1024,), 413),
    (errors.server_error, (), 500),
]


@pytest.mark.parametrize(("view", "args", "status"), ERRORS)
@pytest.mark.parametrize("code", ["nb", "nn", "en"])
def test_the_address_decides_the_language_of_an_error(
    rf, django_db_blocker, view, args, status, code
):
    """Also where it happened before any middleware had come to it, and without a database."""
    prefix = "" if code == "nb" else f"/{code}"
    with django_db_blocker.block(), translation.override("en" if code == "nb" else "nb"):
        response = view(rf.get(f"{prefix}/hvor/?a=1&b=2"), *args)
    body = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{code}"' in body
    assert f'href="{prefix}/"' in body
    for word, where in (("Feil", {"nb", "nn"}), ("Error", {"en"})):
        assert (f"{word} {status}" in body) == (code in where)


def test_an_error_that_may_pass_offers_the_same_address_again(rf):
    for view in (errors.csrf_failure, errors.server_error):
        body = view(rf.get("/hvor/?a=1&b=2")).content.decode()
        assert 'href="/hvor/?a=1&amp;b=2"' in body
    assert 'href="//' not in errors.server_error(rf.get("//evil.example/")).content.decode()


def test_who_may_not_enter_can_log_in_and_come_back(rf):
    body = errors.permission_denied(rf.get("/en/hvor/?a=1&b=2")).content.decode()
    assert 'href="/en/konto/logg-inn/?next=%2Fen%2Fhvor%2F%3Fa%3D1%26b%3D2"' in body


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


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_a_log_in_leads_where_one_was_going(client, prefix):
    """The words of the log-in are in the reader's language, the editors' room is in bokmål."""
    editor = UserFactory(role=RoleGroup.EDITOR)
    address = f"{prefix}/konto/logg-inn/"
    form = client.get(f"{address}?next=/admin/pages/").content.decode()
    assert f'action="{prefix}/konto/kode/"' in form
    assert '<input type="hidden" name="next" value="/admin/pages/"' in form
    for other in ("", "/nn", "/en"):
        assert f'href="{other}/konto/logg-inn/?next=%2Fadmin%2Fpages%2F"' in form
    told = {"login": editor.email, "password": PASSWORD}
    assert client.post(address, told | {"next": "/admin/pages/"}).url == "/admin/pages/"
    client.logout()
    assert client.post(address, told).url == "/admin/"


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_who_has_no_business_in_the_admin_goes_on_reading_in_their_language(client, prefix):
    user = UserFactory()
    told = {"login": user.email, "password": PASSWORD}
    assert client.post(f"{prefix}/konto/logg-inn/", told).url == f"{prefix}/"
    assert client.post(f"{prefix}/konto/logg-ut/").url == f"{prefix}/"


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
@pytest.mark.parametrize("path", ["/konto/kode/", "/konto/passord/glemt/"])
def test_the_pages_of_a_code_stay_in_the_language(client, prefix, path):
    user = UserFactory()
    response = client.post(prefix + path, {"email": user.email})
    assert response.status_code == 302
    assert response.url.startswith(f"{prefix}{path}")
    assert f'<html lang="{prefix[1:] or "nb"}"' in client.get(response.url).content.decode()


def test_a_failed_log_in_keeps_where_one_was_going_in_the_language_menu(client):
    form = client.post(
        "/en/konto/logg-inn/", {"login": "a@b.example", "password": "x", "next": "/admin/"}
    ).content.decode()
    assert 'href="/nn/konto/logg-inn/?next=%2Fadmin%2F"' in form


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_closed_page_asks_for_the_log_in_in_the_language(client, prefix, published_plan):
    home = HomePage.objects.get()
    page = home.add_child(instance=StandardPage(title="Lukket", slug="lukket"))
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    response = client.get(f"{prefix}/lukket/")
    assert response.status_code == 302
    assert response.url == f"/konto/logg-inn/?next={prefix}/lukket/"


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


def test_a_form_without_its_fields_is_a_bad_request(client, published_plan):
    client.force_login(UserFactory(admin=True))
    page = PriorityPage.objects.first()
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert answer.status_code == 400


def test_a_list_taken_out_as_a_file_is_audited(client, published_plan):
    admin = UserFactory(admin=True)
    client.force_login(admin)
    address = reverse("wagtailadmin_reports:site_history")
    assert client.get(address).status_code == 200
    assert not AuditEntry.objects.filter(event="admin.exported").exists()
    answer = client.get(address, {"export": "csv"})
    assert "attachment" in answer["Content-Disposition"]
    b"".join(answer.streaming_content)
    entry = AuditEntry.objects.get(event="admin.exported")
    assert (entry.actor_id, entry.facts) == (admin.pk, {"path": address})


def test_what_is_deleted_in_the_admin_is_audited(client, published_plan):
    admin = UserFactory(admin=True)
    client.force_login(admin)
    page = StandardPage(title="Kort")
    HomePage.objects.first().add_child(instance=page)
    image = PortalImage.objects.create(title="Bilde", file=get_test_image_file())
    StandardPage.objects.get(pk=page.pk).save_revision().publish(user=admin)
    assert not AuditEntry.objects.filter(event="admin.deleted").exists()
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    client.post(reverse("wagtailimages:delete", args=[image.pk]))
    entries = AuditEntry.objects.filter(event="admin.deleted").order_by("pk")
    assert [(one.actor_id, one.subject_type, one.subject_id, one.facts) for one in entries] == [
        (admin.pk, "home.standardpage", str(page.pk), {}),
        (admin.pk, "content.portalimage", str(image.pk), {}),
    ]


def test_what_is_no_list_of_the_admin_taken_out_is_not(client, published_plan):
    client.force_login(UserFactory(admin=True))
    # A page that knows nothing of such a wish; one's own data; texts to translate.
    assert client.get("/admin/", {"export": "csv"}).status_code == 200
    own = client.post(f"{reverse('my_data_download')}?export=csv")
    assert "attachment" in own["Content-Disposition"]
    send_to_translation(PriorityPage.objects.first())
    texts = reverse("wagtail_localize:download_pofile", args=[Translation.objects.get().pk])
    assert "attachment" in client.get(texts)["Content-Disposition"]
    assert not AuditEntry.objects.filter(event="admin.exported").exists()


@pytest.mark.parametrize(
    ("address", "own"),
    [("/admin/medlemslag/", "organisation.exported"), ("/admin/rapporter/logg/", "audit.exported")],
)
def test_lists_that_tell_of_their_own_export_are_told_of_once(client, address, own):
    client.force_login(UserFactory(role=RoleGroup.STAFF))
    b"".join(client.get(address, {"export": "csv"}).streaming_content)
    events = AuditEntry.objects.filter(event__endswith=".exported")
    assert list(events.values_list("event", flat=True)) == [own]
