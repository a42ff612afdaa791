from pathlib import Path

import pytest

from outbox.email_url import MailServer, read


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25)),
        ("smtp://127.0.0.1:2525/", MailServer("127.0.0.1", 2525)),
        ("smtp://[::1]:2525", MailServer("::1", 2525)),
        ("smtps://mail.example", MailServer("mail.example", 465, "tls")),
        ("smtp+starttls://mail.example", MailServer("mail.example", 587, "starttls")),
        (
            "smtps://nso%40test.example:p%C3%A6%2Fss%3A%40%23@mail.example:4650?timeout=5",
            MailServer("mail.example", 4650, "tls", "nso@test.example", "pæ/ss:@#", 5.0),
        ),
    ],
)
def test_a_server(url, server):
    assert read(url) == server


@pytest.mark.parametrize("url", ["file:///var/my%20mails", "file://localhost/var/my%20mails"])
def test_a_folder(url):
    assert read(url) == Path("/var/my mails")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "imap://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://mail.example:0",
        "smtp://mail.example:99999",
        "smtp://mail.example:hemmelig",
        "smtp://nso:hem/melig@mail.example",
        "smtp://nso:hem#melig@mail.example",
        "smtp://nso:hem?melig@mail.example",
        "smtp://nso:hem[melig@mail.example",
        "smtp://nso:hem\u2100melig@mail.example",
        "smtp://nso@mail.example",
        "smtp://:hemmelig@mail.example",
        "smtp://nso:hem%0Amelig@mail.example",
        "smtp://mail.example/folder",
        "smtp://mail.example?timeout=0",
        "smtp://mail.example?timeout=61",
        "smtp://mail.example?timeout=nan",
        "smtp://mail.example?timeout=soon",
        "smtp://mail.example?tiemout=10",
        "file://mail",
        "file:mail",
    ],
)
def test_what_can_not_be_meant_is_refused_in_a_sentence_that_gives_nothing_away(url):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        read(url)

    assert "hem" not in str(refusal.value)
    assert "melig" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_user_and_password_do_not_show():
    server = read("smtps://nso:hemmelig@mail.example")

    assert (server.user, server.password) == ("nso", "hemmelig")
    assert "nso" not in repr(server) + str(server)
    assert "hemmelig" not in repr(server) + str(server)
