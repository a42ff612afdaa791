import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection, send_mail
from django.db import DatabaseError

from outbox import delivery
from outbox.actions import enqueue
from outbox.backend import OutboxBackend, UnsupportedContentError
from outbox.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings):
    # Django's test environment puts its own backend in place of the portal's.
    settings.EMAIL_BACKEND = "outbox.backend.OutboxBackend"


def test_each_recipient_gets_a_mail_alone(folder):
    message = EmailMessage(
        "Møte",
        "Hei!",
        "NSO <nso@test.example>",
        ["Kari Å <kari@test.example>", "ola@test.example"],
        cc=["per@test.example"],
        bcc=["liv@test.example", "ola@test.example"],
        reply_to=["svar@test.example"],
    )

    assert message.send() == 1
    delivery.sweep()

    everybody = {"kari", "ola", "per", "liv"}
    assert {mail["To"] for mail in folder.mails()} == {f"{n}@test.example" for n in everybody}
    assert len(folder.mails()) == 4
    for sent, path in zip(folder.mails(), folder.files(), strict=True):
        other_names = everybody - {sent["To"].split("@")[0]}
        assert not any(f"{name}@".encode() in path.read_bytes() for name in other_names)
        assert sent["From"] == "NSO <nso@test.example>"
        assert sent["Reply-To"] == "svar@test.example"


def test_send_mail_of_any_library_is_queued_and_counted():
    assert mail.get_connection().__class__ is OutboxBackend
    assert send_mail("Hei", "Tekst", None, ["kari@test.example"], html_message="<p>T</p>") == 1

    row = OutgoingMail.objects.get()
    assert (row.subject, row.body, row.html) == ("Hei", "Tekst", "<p>T</p>")
    assert row.created_by is None


def test_a_message_sent_again_is_no_second_mail():
    message = EmailMessage("Hei", "Tekst", None, ["kari@test.example"])

    message.send()
    message.send()

    assert OutgoingMail.objects.count() == 1
    EmailMessage("Hei", "Tekst", None, ["kari@test.example"]).send()
    assert OutgoingMail.objects.count() == 2


def test_the_key_holds_no_address():
    send_mail("Hei", "Tekst", None, ["kari@test.example"])

    assert "kari" not in OutgoingMail.objects.get().key


def test_headers_of_a_library_are_kept_but_not_those_that_the_outbox_writes():
    EmailMessage(
        "Hei",
        "Tekst",
        None,
        ["kari@test.example"],
        headers={
            "X-Thread": "7",
            "Message-ID": "<a@b>",
            "auto-submitted": "no",
            "From": "Annen <annen@test.example>",
        },
    ).send()

    row = OutgoingMail.objects.get()
    assert row.headers == {"X-Thread": "7"}
    assert row.sender == "Annen <annen@test.example>"
    assert row.message_id != "<a@b>"


def test_html_alone_gets_a_text_beside_it():
    message = EmailMessage("Hei", "<p>Ost &amp; brød</p>", None, ["kari@test.example"])
    message.content_subtype = "html"

    message.send()

    row = OutgoingMail.objects.get()
    assert (row.body, row.html) == ("Ost & brød", "<p>Ost &amp; brød</p>")


def with_attachment(message):
    message.attach("plan.pdf", b"%PDF", "application/pdf")


def with_invitation(message):
    message.attach_alternative("BEGIN:VCALENDAR", "text/calendar")


def with_two_htmls(message):
    message.attach_alternative("<p>1</p>", "text/html")
    message.attach_alternative("<p>2</p>", "text/html")


def with_markdown(message):
    message.content_subtype = "markdown"


@pytest.mark.parametrize("spoil", [with_attachment, with_invitation, with_two_htmls, with_markdown])
def test_what_the_outbox_does_not_keep_is_refused_aloud(spoil):
    message = EmailMultiAlternatives("Hei", "Tekst", None, ["kari@test.example"])
    spoil(message)

    with pytest.raises(UnsupportedContentError):
        get_connection().send_messages([message])

    assert get_connection(fail_silently=True).send_messages([message]) == 0
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    "spoiled",
    ["feil\nBcc: x@test.example", "x@test.example, y@test.example", "x y@test.example", "feil"],
)
def test_a_message_goes_to_all_or_to_nobody(spoiled):
    good = EmailMessage("Hei", "Tekst", None, ["kari@test.example"])
    bad = EmailMessage("Hei", "Tekst", None, ["ola@test.example", spoiled])

    connection = get_connection(fail_silently=True)

    assert connection.send_messages([bad, good]) == 1
    assert [row.to for row in OutgoingMail.objects.all()] == ["kari@test.example"]
    with pytest.raises(ValueError, match="address"):
        get_connection().send_messages([bad])


def test_a_fault_at_the_second_recipient_takes_the_first_back(monkeypatch):
    calls = []

    def fail_the_second_time(**fields):
        calls.append(fields)
        if len(calls) == 2:
            raise DatabaseError
        return enqueue(**fields)

    monkeypatch.setattr("outbox.backend.enqueue", fail_the_second_time)
    message = EmailMessage("Hei", "Tekst", None, ["kari@test.example", "ola@test.example"])

    with pytest.raises(DatabaseError):
        message.send()

    assert OutgoingMail.objects.count() == 0
    assert message.send() == 1
    assert OutgoingMail.objects.count() == 2


def test_nobody_to_send_to_is_no_mail():
    assert EmailMessage("Hei", "Tekst", None, []).send() == 0
    assert OutgoingMail.objects.count() == 0
