"""Images lose what they tell about who took them; what is too large or no image is refused."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from content.models import PortalDocument, PortalImage, SiteFacts
from memberorgs.choices import RoleGroup
from tests.factories import UserFactory, make_update

pytestmark = pytest.mark.django_db

MAKE = 271
ORIENTATION = 274
GPS = 34853


def photo(kind="JPEG", size=(60, 40)):
    """A photo with place, camera and a turned camera."""
    exif = Image.Exif()
    exif[MAKE] = "Telefonmerke"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (60.0, 23.0, 30.0), 3: "E", 4: (5.0, 19.0, 20.0)})
    out = BytesIO()
    Image.new("RGB", size, "#ffc93c").save(out, kind, exif=exif)
    return out.getvalue()


def kept(field):
    with field.open("rb") as file:
        return file.read()


def upload(client, name, content):
    return client.post(
        "/admin/images/add/",
        {"title": "Et bilde", "file": SimpleUploadedFile(name, content), "description": "Et kort"},
    )


@pytest.fixture
def editor(client):
    user = UserFactory(role=RoleGroup.EDITOR)
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")]
)
def test_place_and_camera_are_gone_from_original_and_renditions(editor, client, kind, name):
    content = photo(kind)
    assert b"Telefonmerke" in content
    assert upload(client, name, content).status_code == 302
    image = PortalImage.objects.get()
    for field in (image.file, image.get_rendition("width-30").file):
        content = kept(field)
        assert b"Telefonmerke" not in content
        with Image.open(BytesIO(content)) as picture:
            assert dict(picture.getexif()) == {}
    assert (image.width, image.height) == (40, 60), "turned upright before the turn was forgotten"
    assert image.file_size == len(kept(image.file))


def test_the_same_holds_for_an_image_saved_by_code():
    image = PortalImage(title="x")
    image.file = SimpleUploadedFile("b.jpg", photo())
    image.save()
    assert b"Telefonmerke" not in kept(image.file)


def test_transparency_survives(editor, client):
    out = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
    upload(client, "gjennomsiktig.png", out.getvalue())
    with Image.open(BytesIO(kept(PortalImage.objects.get().file))) as picture:
        assert picture.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.jpg", b"MZ" + b"\0" * 500),
        ("a.jpg", b"<html><script>alert(1)</script></html>"),
        ("a.png", photo("PNG")[:60]),
        ("a.gif", b"GIF89a" + b"\0" * 50),
        ("a.jpg", b""),
    ],
)
def test_what_is_no_image_is_refused_at_the_field(editor, client, name, content):
    response = upload(client, name, content)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not PortalImage.objects.exists()


def test_more_than_40_megapixels_are_refused(editor, client):
    out = BytesIO()
    Image.new("1", (8000, 5100)).save(out, "PNG")
    response = upload(client, "stort.png", out.getvalue())
    assert response.context["form"].errors["file"]
    assert not PortalImage.objects.exists()


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.docm"])
def test_documents_are_of_known_kinds(editor, client, name):
    response = client.post(
        "/admin/documents/add/", {"title": "x", "file": SimpleUploadedFile(name, b"abc")}
    )
    assert response.context["form"].errors["file"]


def test_documents_are_handed_out_as_attachments(editor, client):
    client.post(
        "/admin/documents/add/",
        {"title": "x", "file": SimpleUploadedFile("saksliste.pdf", b"%PDF-1.4 x")},
    )
    document = PortalDocument.objects.get()
    client.logout()
    response = client.get(document.url)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response.close()


def test_no_reader_makes_the_sizes_of_an_image(editor, client, published_plan, settle):
    assert upload(client, "a.png", photo("PNG", (1600, 900))).status_code == 302
    image = PortalImage.objects.get()
    facts = SiteFacts.objects.get()
    facts.logo = facts.social_image = image
    facts.save()
    block = {"image": {"image": image.pk, "alt_text": "Et kort", "decorative": False}}
    stored = json.dumps([{"type": "image", "value": block | {"caption": ""}}])
    page = make_update(title="Med bilde", body=stored)
    settle()
    client.logout()
    with CaptureQueriesContext(connection) as queries:
        text = client.get(page.url).content.decode()
    assert text.count("/media/images/") >= 4
    assert not [one for one in queries if not one["sql"].startswith("SELECT")]
