"""Attachments are for those who may read what they hang on, and go when it goes."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from foundation.audit import personal_data
from foundation.intake import owners
from foundation.intake.attachments import (
    attach,
    purge_files_without_row,
    remove_attachments,
    remove_attachments_of,
)
from foundation.intake.models import Attachment
from foundation.intake.owners import Owner
from foundation.intake.uploads import check_upload
from geography.models import Fylke
from memberorgs.models import MemberOrganisation
from tests.factories import OrganisationFactory, UserFactory
from tests.foundation.intake.files import CANARY, GOOD, picture, upload

pytestmark = pytest.mark.django_db
MODEL = "memberorgs.memberorganisation"


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def reader():
    return UserFactory()


@pytest.fixture(autouse=True)
def _answers(monkeypatch, reader, organisation):
    """For this test, organisations have attachments, and one person may read those of one."""
    monkeypatch.setattr(owners, "_owners", {})
    may = lambda user, pk: user == reader and pk == organisation.pk  # noqa: E731
    owners.register(Owner(MODEL, may))


def hang_on(owner, name="bilde.jpg", content=None, by=None):
    checked = check_upload(upload(name, GOOD[name] if content is None else content))
    return attach(owner=owner, upload=checked, by=by or UserFactory())


def on_disk(settings):
    return [path for path in Path(settings.ATTACHMENT_ROOT).rglob("*") if path.is_file()]


def status(client, row):
    response = client.get(address(row))
    if response.streaming:
        # Read to the end, so that the file is closed.
        assert b"".join(response.streaming_content)
    return response.status_code


def address(row):
    return reverse("attachment", args=[row.pk])


@pytest.mark.parametrize("name", GOOD)
def test_who_may_read_gets_the_file_to_save(client, organisation, reader, name):
    row = hang_on(organisation, name)
    client.force_login(reader)
    response = client.get(address(row))
    body = b"".join(response.streaming_content)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "html" not in response.headers["Content-Type"]
    assert "ETag" not in response.headers
    assert "Last-Modified" not in response.headers
    assert len(body) == row.size
    assert CANARY not in body


def test_for_all_others_it_does_not_exist(client, organisation, reader):
    mine, other = hang_on(organisation), hang_on(OrganisationFactory())
    never = reverse("attachment", args=[999_999])
    assert client.get(f"/vedlegg/{10**30}/").status_code == 404
    for user, hidden in ((None, mine), (UserFactory(), mine), (reader, other)):
        if user is not None:
            client.force_login(user)
        for method in (client.get, client.head):
            refused, missing = method(address(hidden)), method(never)
            assert refused.status_code == missing.status_code == 404
            # The page repeats the address that was asked for, and nothing else is different.
            ask, never_was = address(hidden).encode(), never.encode()
            assert refused.content.replace(ask, b"") == missing.content.replace(never_was, b"")
    client.force_login(reader)
    assert status(client, mine) == 200


def test_a_right_that_ends_ends_at_once(client, organisation, reader):
    row = hang_on(organisation)
    client.force_login(reader)
    assert status(client, row) == 200
    owners.register(Owner(MODEL, lambda user, pk: False))
    assert status(client, row) == 404


def test_where_no_app_answers_nobody_reads_and_nothing_is_hung_on(client, organisation, reader):
    row = hang_on(organisation)
    owners._owners.clear()
    client.force_login(reader)
    assert status(client, row) == 404
    with pytest.raises(ValueError, match="no app answers"):
        hang_on(Fylke(pk=46))


def test_it_is_only_read(client, organisation, reader):
    row = hang_on(organisation)
    client.force_login(reader)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(address(row)).status_code == 405
    assert Attachment.objects.filter(pk=row.pk).exists()


def test_a_file_that_the_disk_lost_is_a_404_and_a_line_in_the_log(
    client, organisation, reader, settings, caplog
):
    row = hang_on(organisation)
    on_disk(settings)[0].unlink()
    client.force_login(reader)
    assert status(client, row) == 404
    assert "attachment missing" in caplog.text
    assert row.name not in caplog.text


def test_it_lies_apart_under_a_made_up_name_for_the_portal_alone(organisation, settings):
    row = hang_on(organisation, "vedtekter.pdf")
    (path,) = on_disk(settings)
    assert Path(settings.MEDIA_ROOT) not in path.parents
    assert "vedtekter" not in str(path)
    assert path.suffix == ""
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert row.name == "vedtekter.pdf"
    with pytest.raises(ValueError, match="view alone"):
        _ = row.file.url


def test_no_picture_on_the_disk_tells_where_it_was_taken(organisation, settings):
    for name, kind in (("bilde.jpg", "JPEG"), ("bilde.png", "PNG"), ("bilde.webp", "WEBP")):
        hang_on(organisation, name, picture(kind))
    assert len(on_disk(settings)) == 3
    for path in on_disk(settings):
        assert CANARY not in path.read_bytes()


@pytest.mark.parametrize(
    "remove",
    [
        remove_attachments,
        lambda owner: remove_attachments_of(MemberOrganisation.objects.filter(pk=owner.pk)),
        lambda owner: Attachment.objects.of(owner).delete()[0],
        lambda owner: sum(row.delete()[0] for row in Attachment.objects.of(owner)),
    ],
    ids=["of one", "of a query", "rows", "one by one"],
)
def test_the_file_goes_with_its_row_and_others_stay(
    organisation, settings, django_capture_on_commit_callbacks, remove
):
    for name in ("bilde.jpg", "notat.txt"):
        hang_on(organisation, name)
    stays = hang_on(OrganisationFactory(), "vedtekter.pdf")
    with django_capture_on_commit_callbacks(execute=True):
        assert remove(organisation) == 2
        assert len(on_disk(settings)) == 3
    assert [str(path) for path in on_disk(settings)] == [stays.file.path]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_removal_that_is_rolled_back_keeps_the_file(organisation, settings):
    row = hang_on(organisation)
    with transaction.atomic():
        remove_attachments(organisation)
        transaction.set_rollback(True)
    assert Attachment.objects.filter(pk=row.pk).exists()
    assert len(on_disk(settings)) == 1


def test_a_file_whose_report_was_never_saved_is_swept_away(organisation, settings):
    kept = hang_on(organisation)
    with transaction.atomic():
        hang_on(organisation, "notat.txt")
        transaction.set_rollback(True)
    assert len(on_disk(settings)) == 2
    later = timezone.now() + timedelta(minutes=1)
    assert purge_files_without_row(timezone.now() - timedelta(days=1), False) == 0
    assert purge_files_without_row(later, True) == 1
    assert purge_files_without_row(later, False) == 1
    assert [str(path) for path in on_disk(settings)] == [kept.file.path]
    assert purge_files_without_row(later, False) == 0


def test_a_missing_folder_is_swept_too():
    assert purge_files_without_row(timezone.now(), False) == 0


def test_a_disk_that_will_not_let_go_breaks_nothing(
    organisation, settings, django_capture_on_commit_callbacks, monkeypatch, caplog
):
    hang_on(organisation)

    def stuck(*args):
        raise PermissionError

    monkeypatch.setattr(os, "remove", stuck)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_attachments(organisation) == 1
    assert "attachment not removed" in caplog.text


def test_a_person_is_told_what_they_attached_and_why_it_stays(organisation, reader):
    hang_on(organisation, "vedtekter.pdf", by=reader)
    (section,) = [
        one for one in personal_data.sections_of(reader) if one.model.lower() == "intake.attachment"
    ]
    assert "vedtekter.pdf" in section.rows[0].values()
    assert section.why_kept


def test_large_bodies_are_for_those_who_attach(client, reader, settings):
    def post(path, megabytes):
        length = str(megabytes * 1024 * 1024)
        return client.post(path, CONTENT_LENGTH=length, content_type="text/plain").status_code

    where = "/medlem/fjordvik/logg/ny/annet/"
    assert post(where, 15) == 413
    client.force_login(reader)
    assert settings.BODY_LIMIT_UPLOAD > 20 * 1024 * 1024
    for path in (where, f"/nn{where}", f"/en{where}"):
        assert post(path, 15) != 413
        assert post(path, 22) == 413
    for path in ("/konto/logg-inn/", "/medlem/fjordvik/folk/", f"/x{where}"):
        assert post(path, 15) == 413


def test_a_request_of_a_gigabyte_is_refused_before_its_body(client, reader):
    client.force_login(reader)
    began = time.monotonic()
    response = client.post(
        "/medlem/fjordvik/logg/", CONTENT_LENGTH=str(2**30), content_type="text/plain"
    )
    assert response.status_code == 413
    assert time.monotonic() - began < 1
