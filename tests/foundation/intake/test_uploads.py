"""Files are what they say, harmless, and without what a phone tells; all else is refused."""

import io
import time
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image, ImageCms

from foundation.intake import uploads
from foundation.intake.uploads import KINDS, check_upload, safe_name
from tests.foundation.intake.files import CANARY, GOOD, hostile, picture, upload

HOSTILE = hostile()


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_taken(name):
    found = check_upload(upload(name, GOOD[name]))
    assert found.name.startswith(name.partition(".")[0])
    assert found.name.endswith(f".{found.kind.ending}")
    kept = found.content.read()
    assert kept
    if not found.kind.served_as.startswith("image/"):
        assert kept == GOOD[name]


def test_every_kind_is_tried_here():
    assert {name.rpartition(".")[2] for name in GOOD} >= set(KINDS)


@pytest.mark.parametrize("what", HOSTILE)
def test_what_could_harm_is_refused(what):
    name, content, code = HOSTILE[what]
    began = time.process_time()
    with pytest.raises(ValidationError) as caught:
        check_upload(upload(name, content))
    assert caught.value.code == code
    assert caught.value.messages[0]
    assert time.process_time() - began < 2


def test_what_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 2 * 1024 * 1024)
    file = upload("notat.txt", b"x" * (2 * 1024 * 1024 + 1))
    file.file = None
    with translation.override("en"), pytest.raises(ValidationError, match="2 MB"):
        check_upload(file)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_byte_tells_place_or_camera(kind):
    content = picture(kind)
    assert CANARY in content
    name = f"a.{kind.lower()}"
    kept = check_upload(upload(name, content)).content.read()
    assert CANARY not in kept
    assert b"Exif" not in kept
    assert b"EXIF" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert not opened.getexif()
        # Turned as it was seen.
        assert opened.size == (40, 60)


@pytest.mark.parametrize(
    ("kind", "size", "most"), [("WEBP", (4001, 4000), 16), ("JPEG", (8001, 5000), 40)]
)
def test_more_points_than_memory_allows_are_refused_before_they_are_unpacked(
    kind, size, most, monkeypatch
):
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile.load", None)
    ending = {"JPEG": "jpg"}.get(kind, kind.lower())
    with translation.override("en"), pytest.raises(ValidationError, match=f"{most} megapixels"):
        check_upload(upload(f"a.{ending}", out.getvalue()))


def test_what_hangs_behind_a_picture_is_gone():
    kept = check_upload(upload("a.jpg", picture() + b"<script>alert(1)</script>")).content.read()
    assert b"<script" not in kept


def test_a_picture_from_a_phone_that_holds_two_is_one():
    out = io.BytesIO()
    first = Image.new("RGB", (60, 40), "red")
    first.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")])
    kept = check_upload(upload("a.jpg", out.getvalue()))
    with Image.open(kept.content) as opened:
        assert (opened.format, opened.getpixel((5, 5))[0] > 200) == ("JPEG", True)


def test_colours_and_what_is_seen_through_stay():
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    see_through = Image.new("P", (10, 10))
    see_through.putpalette([255, 0, 0, 0, 0, 255])
    see_through.save(out, "PNG", transparency=0, icc_profile=profile)
    kept = check_upload(upload("a.png", out.getvalue()))
    with Image.open(kept.content) as opened:
        assert opened.info["icc_profile"] == profile
        assert opened.convert("RGBA").getpixel((1, 1)) == (255, 0, 0, 0)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Årsmøte 2027.pdf", "Årsmøte 2027.pdf"),
        (unicodedata.normalize("NFD", "Årsmøte.pdf"), "Årsmøte.pdf"),
        ("C:\\Users\\Kari\\brev.pdf", "brev.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ('a"; filename="b.pdf', "a_ filename=_b.pdf"),
        ("<script>.pdf", "_script_.pdf"),
        ("a\x00b\u200b.pdf", "ab.pdf"),
        (".pdf", "fil.pdf"),
        ("...pdf", "fil.pdf"),
        ("\u202e\u200b.pdf", "fil.pdf"),
        ("e" + "\u0301\u0302\u0303\u0304" * 100 + ".pdf", None),
        ("x" * 500 + ".pdf", "x" * 96 + ".pdf"),
        ("\ud800.pdf", "fil.pdf"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_names_are_one_line_of_letters(typed, shown):
    name = safe_name(typed, "pdf")
    if shown is not None:
        assert name == shown
    assert len(name) <= 100
    name.encode()
