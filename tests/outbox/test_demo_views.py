import importlib

import pytest
from django.urls import NoReverseMatch, clear_url_caches, reverse

from outbox import delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(queue_mail):
    """Mails that have gone out, by their subject."""

    def send(*subjects, **changes):
        for subject in subjects:
            queue_mail(subject=subject, **changes)
        delivery.sweep()

    return send


def address_of(folder, view="demo_mail"):
    [path] = folder.files()
    return reverse(view, args=[path.stem])


def test_the_post_box_shows_what_went_out_newest_first(client, sent, queue_mail):
    sent("Første", "Andre <b>")
    queue_mail(subject="Ikke sendt")

    page = client.get("/demo/post/")

    text = page.content.decode()
    assert page.status_code == 200
    assert text.index("Andre &lt;b&gt;") < text.index("Første")
    assert "kari@test.example" in text
    assert "Vi møtes klokka 12." in text
    assert "Ikke sendt" not in text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_an_empty_post_box_says_so(client):
    page = client.get("/demo/post/")

    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_the_post_box_has_pages(client, sent):
    sent(*[f"Brev nummer {number:02}." for number in range(1, 28)])

    first = client.get("/demo/post/").content.decode()
    second = client.get("/demo/post/?page=2").content.decode()

    assert "Brev nummer 27." in first
    assert "Brev nummer 02." not in first
    assert "Brev nummer 02." in second
    assert "Brev nummer 03." not in second


@pytest.mark.parametrize("page", ["-1", "0", "99999999999999999999", "x", "%00", "1.5", ""])
def test_an_odd_page_number_is_a_page(client, sent, page):
    sent("Brev")

    assert client.get(f"/demo/post/?page={page}").status_code == 200


def test_a_mail_is_read_as_it_went_out(client, sent, folder):
    sent("Kode", body="Koden er <4711>.\n\nSe https://portal.test.example/x", sensitive=True)

    page = client.get(address_of(folder))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Koden er &lt;4711&gt;." in text
    assert 'href="https://portal.test.example/x"' in text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_html_of_a_mail_can_do_nothing(client, sent, folder):
    sent("Brev", html="<style>p{color:red}</style><p>Hei<script>alert(1)</script></p>")

    assert address_of(folder, "demo_mail_html") in client.get(address_of(folder)).content.decode()
    page = client.get(address_of(folder, "demo_mail_html"))

    assert page.status_code == 200
    assert b"<p>Hei" in page.content
    assert page.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Frame-Options"] == "DENY"


def test_a_mail_without_html_has_no_page_for_it(client, sent, folder):
    sent("Brev")

    assert "/html/" not in client.get(address_of(folder)).content.decode()
    assert client.get(address_of(folder, "demo_mail_html")).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "20261125T180000.000000Z-00000000-0000-4000-8000-000000000000",
        "..",
        "%2e%2e",
        "..%2f..%2fsecret-key",
        "../secret-key",
        "%00",
        "secret",
        "20261125T180000.000000Z-00000000-0000-4000-8000-000000000000.eml",
    ],
)
def test_a_name_that_no_mail_has_is_not_found(client, sent, folder, name):
    sent("Brev")
    (folder.path / "secret.eml").write_text("Subject: hemmelig\n\nhemmelig")
    (folder.path.parent / "secret-key").write_text("hemmelig")

    for address in (f"/demo/post/{name}/", f"/demo/post/{name}/html/"):
        page = client.get(address)
        assert page.status_code == 404
        assert "hemmelig" not in page.content.decode()
    assert "hemmelig" not in client.get("/demo/post/").content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_post_box_is_for_reading(client, method):
    assert getattr(client, method)("/demo/post/").status_code in {403, 405}


def test_outside_the_demo_nothing_is_shown(client, sent, folder, settings):
    sent("Brev")
    address = address_of(folder)
    settings.DEMO = False

    for place in ("/demo/post/", address, f"{address}html/"):
        assert client.get(place).status_code == 404


def test_outside_the_demo_there_is_no_such_address(settings):
    from portal import urls

    settings.DEMO = False
    try:
        importlib.reload(urls)
        clear_url_caches()
        with pytest.raises(NoReverseMatch):
            reverse("demo_mail_list")
    finally:
        settings.DEMO = True
        importlib.reload(urls)
        clear_url_caches()
    assert reverse("demo_mail_list") == "/demo/post/"
