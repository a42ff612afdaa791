from email import message_from_bytes, policy

import pytest

from outbox import messages
from outbox.models import OutgoingMail

pytestmark = pytest.mark.django_db


def parsed(mail):
    return message_from_bytes(messages.build(mail), policy=policy.default)


def test_a_mail_says_whence_and_that_a_machine_wrote_it(queue_mail):
    mail = parsed(
        queue_mail(
            subject="Åpent møte i Bø",
            sender="Norsk studentorganisasjon Ø <nso@test.example>",
            reply_to="sekretariat@test.example",
            headers={"List-Unsubscribe": "<https://test.example/stopp>"},
        )
    )

    assert mail["Subject"] == "Åpent møte i Bø"
    assert mail["To"] == "kari@test.example"
    assert mail["From"] == "Norsk studentorganisasjon Ø <nso@test.example>"
    assert mail["Reply-To"] == "sekretariat@test.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "nb"
    assert mail["List-Unsubscribe"] == "<https://test.example/stopp>"
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


def test_text_and_html_are_two_readings_of_one_mail(queue_mail):
    mail = parsed(queue_mail(body="Hei, Ærlig Ås!", html="<p>Hei, <b>Ærlig Ås</b>!</p>"))

    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().strip() == "Hei, Ærlig Ås!"
    assert mail.get_body(("html",)).get_content().strip() == "<p>Hei, <b>Ærlig Ås</b>!</p>"


def test_the_same_row_is_always_the_same_bytes(queue_mail):
    mail = queue_mail(html="<p>Hei!</p>")

    assert messages.build(mail) == messages.build(OutgoingMail.objects.get())


@pytest.mark.parametrize(
    "subject",
    ["", "x" * 900, "å" * 300, "ord " * 200, "Møte 🗳️ nå", "Hei {{ navn }} %s"],
)
def test_odd_subjects_arrive_as_they_were(queue_mail, subject):
    assert str(parsed(queue_mail(subject=subject))["Subject"]).strip() == subject.strip()


@pytest.mark.parametrize("body", ["", "x" * 5000, "From meg\n.\nslutt\n", "linje\r\nneste"])
def test_odd_texts_arrive_as_they_were(queue_mail, body):
    text = parsed(queue_mail(body=body)).get_content()

    assert text.replace("\r\n", "\n").rstrip() == body.replace("\r\n", "\n").rstrip()


def test_lines_end_as_mail_servers_want(queue_mail):
    content = messages.build(queue_mail(html="<p>Hei!</p>"))

    assert content.count(b"\n") == content.count(b"\r\n")


def test_a_domain_with_norwegian_letters_is_written_in_ascii(queue_mail):
    assert parsed(queue_mail(to="post@høgskulen.example"))["To"] == "post@xn--hgskulen-54a.example"
