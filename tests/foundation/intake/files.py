"""Files as people hand them in, and as those who mean harm do."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

MAKE, ORIENTATION, GPS = 271, 274, 34853
CANARY = b"Telefonmerke"


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture(kind="JPEG", size=(60, 40), **options):
    """With place, camera, a comment and a turned camera."""
    exif = Image.Exif()
    exif[MAKE] = CANARY.decode()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (60.0, 23.0, 30.0), 3: "E", 4: (5.0, 19.0, 20.0)})
    out = io.BytesIO()
    if kind == "JPEG":
        options["comment"] = CANARY
    Image.new("RGB", size, "#ffc93c").save(out, kind, exif=exif, **options)
    return out.getvalue()


def pdf(body=b""):
    """The smallest one with a table of contents where it says."""
    start = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 2 >>\n"
    return start + table + b"startxref\n%d\n%%%%EOF\n" % len(start)


def package(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


WORDS = "<document>Vedtekter æøå</document>"


def docx(**more):
    members = {"[Content_Types].xml": "<Types/>", "word/document.xml": WORDS}
    return package(members | more)


def xlsx():
    return package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})


def open_document(kind, **more):
    says = f"application/vnd.oasis.opendocument.{kind}"
    return package({"mimetype": says, "content.xml": WORDS} | more)


def png_that_claims(width, height):
    """A few bytes that unpack to as many points as they claim."""

    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    pack = zlib.compressobj(9)
    row = b"\x00" * (width // 8 + 2)
    body = b"".join(pack.compress(row) for _ in range(height)) + pack.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


GOOD = {
    "vedtekter.pdf": pdf(),
    "bilde.jpg": picture(),
    "bilde.JPEG": picture(),
    "bilde.png": picture("PNG"),
    "bilde.webp": picture("WEBP"),
    "brev.docx": docx(),
    "brev.odt": open_document("text"),
    "tall.xlsx": xlsx(),
    "tall.ods": open_document("spreadsheet"),
    "tall.csv": "kommune;møter\r\n4601;3\r\n".encode("cp1252"),
    "notat.txt": "Vi møttes i går, og var enige om 5 < 6.".encode(),
}

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>1</script></svg>'
XXE = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><document>&y;</document>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def hostile():
    """Name → (name of the file, content, code of the refusal)."""
    bomb = docx(**{"word/media/zeros.bin": b"\x00" * 70_000_000})
    many = package({f"x{number}": b"" for number in range(1_200)})
    slip = docx(**{"../../etc/cron.d/x": b"* * * * * root x"})
    protected = bytearray(docx())
    # The flag of a password, in the table at the end of the file.
    protected[protected.rfind(b"PK\x01\x02") + 8] |= 1
    macros = docx(**{"word/vbaProject.bin": b"x"})
    photo = picture("PNG", (300, 300))
    return {
        "SVG with a script": ("tegning.svg", SVG, "kind_not_taken"),
        "SVG as a picture": ("tegning.png", SVG, "not_what_it_says"),
        "SVG as text": ("tegning.txt", SVG, "not_what_it_says"),
        "XML with an outside entity as CSV": ("tall.csv", XXE, "not_what_it_says"),
        "XML with an outside entity in docx": (
            "brev.docx",
            docx(**{"word/document.xml": XXE}),
            "unsafe",
        ),
        "entities within entities in odt": (
            "brev.odt",
            open_document("text", **{"content.xml": LAUGHS}),
            "unsafe",
        ),
        "HTML as PDF": ("side.pdf", HTML, "not_what_it_says"),
        "HTML before a PDF": ("side.pdf", HTML + pdf(), "not_what_it_says"),
        "PDF with a script behind its end": ("vedtekter.pdf", pdf() + HTML, "damaged"),
        "PDF cut short": ("vedtekter.pdf", pdf()[:-12], "damaged"),
        "PDF in name only": ("vedtekter.pdf", b"%PDF-1.7\n" + HTML + b"\n%%EOF", "damaged"),
        "PDF whose table lies beyond its end": (
            "vedtekter.pdf",
            b"%PDF-1.7\nstartxref\n99999\n%%EOF",
            "damaged",
        ),
        "GIF that is a script": ("bilde.png", b"GIF89a=1;alert(1)", "not_what_it_says"),
        "GIF that is a script, as text": ("x.txt", b"GIF89a=1;alert(1)", "not_what_it_says"),
        "program as JPEG": ("bilde.jpg", b"MZ\x90\x00" * 50, "not_what_it_says"),
        "program as text": ("notat.txt", b"MZ\x90\x00" * 50, "not_what_it_says"),
        "shell script as text": ("notat.txt", b"#!/bin/sh\nrm -rf /", "not_what_it_says"),
        "nothing": ("notat.txt", b"", "empty"),
        "PNG cut short": ("bilde.png", photo[: len(photo) // 2], "damaged"),
        "JPEG of its first bytes": ("bilde.jpg", b"\xff\xd8\xff\xe0" + b"x" * 99, "damaged"),
        "WebP that is sound": ("bilde.webp", b"RIFF\x24\x00\x00\x00WAVEfmt ", "not_what_it_says"),
        "400 megapixels": ("bilde.png", png_that_claims(20_000, 20_000), "too_many_pixels"),
        "81 megapixels": ("bilde.png", png_that_claims(9_000, 9_000), "too_many_pixels"),
        "docx that unpacks to 70 MB": ("brev.docx", bomb, "unsafe"),
        "zip of 1 200 members": ("brev.docx", many, "unsafe"),
        "zip that climbs out": ("brev.docx", slip, "unsafe"),
        "docx with a password": ("brev.docx", bytes(protected), "protected"),
        "docx with macros": ("brev.docx", macros, "unsafe"),
        "zip as docx": ("brev.docx", package({"x": b"x"}), "not_what_it_says"),
        "odt as ods": ("tall.ods", open_document("text"), "not_what_it_says"),
        "docx cut short": ("brev.docx", docx()[:-30], "damaged"),
        "docx behind a picture": ("brev.docx", photo + docx(), "not_what_it_says"),
        "two endings": ("bilde.jpg.exe", picture(), "kind_not_taken"),
        "no ending": ("bilde", picture(), "kind_not_taken"),
        "ending with a stream": ("bilde.jpg::$DATA", picture(), "kind_not_taken"),
        "page": ("side.html", HTML, "kind_not_taken"),
    }
