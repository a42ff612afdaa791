"""Questions of organisations to NSO."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activity import help as actions
from activity.models import HelpRequest
from foundation.audit.models import AuditEntry
from foundation.intake.models import Attachment, Draft
from memberorgs.actions import NotPossible
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import Term
from outbox.models import OutgoingMail
from tests.activity.sending import hidden
from tests.factories import TermFactory, UserFactory

HELP = "/medlem/fjordvik/hjelp/"
NEW = f"{HELP}ny/"


@pytest.fixture
def staff(db):
    return UserFactory(role=RoleGroup.STAFF, email="sekretariat@test.example", language="nn")


@pytest.fixture
def asked(organisation, leader):
    return actions.ask(
        organisation=organisation, topic="routines", title="Hvem har vedtekter?", by=leader
    )


def filled(page, **values):
    return {
        "topic": "recruitment",
        "title": "Hvordan får vi flere kandidater?",
        "submission_key": hidden(page, "submission_key"),
        "draft_version": hidden(page, "draft_version"),
        **values,
    }


def opened(client):
    return client.get(NEW).content.decode()


def test_a_question_is_asked_once_and_told_to_the_secretariat(writer, leader, organisation, staff):
    day = timezone.localdate() + timedelta(days=7)
    file = SimpleUploadedFile("plakat.txt", b"Still til valg")
    data = filled(opened(writer), question="Seks plasser.", wanted_until=f"{day:%d.%m.%Y}")

    first = writer.post(NEW, {**data, "files": file})
    again = writer.post(NEW, data)

    row = HelpRequest.objects.get()
    assert first.status_code == 302
    assert first.url == again.url == f"{HELP}{row.pk}/"
    assert (row.organisation, row.asked_by, row.wanted_until) == (organisation, leader, day)
    page = writer.get(first.url).content.decode()
    assert "Hvordan får vi flere kandidater?" in page
    assert "Seks plasser." in page
    assert f"/vedlegg/{Attachment.objects.get().pk}/" in page
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to, mail.language) == ("help_asked", staff.email, "nn")
    assert "Hvordan får vi flere kandidater?" in mail.subject
    assert "Seks plasser." in mail.body
    assert AuditEntry.objects.in_organisation("fjordvik").filter(event="help.asked").count() == 1
    assert f"{HELP}{row.pk}/" in writer.get(HELP).content.decode()


def test_the_form_has_at_most_six_fields(writer):
    form = re.search(r'<form class="form".*?</form>', opened(writer), re.S)[0]
    fields = re.findall(r'<(?:input type="(?!hidden)|select |textarea )', form)
    assert 0 < len(fields) <= 6


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": ""}, "topic"),
        ({"topic": "annet enn det"}, "topic"),
        ({"title": " "}, "title"),
        ({"wanted_until": "01.01.2020"}, "wanted_until"),
        ({"wanted_until": "i morgen"}, "wanted_until"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(writer, wrong, field):
    data = filled(opened(writer), question="Seks plasser.") | wrong

    answer = writer.post(NEW, data)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#id_{field}"' in page
    assert "Seks plasser." in page
    assert not HelpRequest.objects.exists()


def test_a_file_of_another_kind_is_refused(writer):
    file = SimpleUploadedFile("plakat.exe", b"MZ\x90\x00")
    answer = writer.post(NEW, filled(opened(writer), files=file))
    assert answer.status_code == 422
    assert not HelpRequest.objects.exists()


def test_a_draft_comes_back_and_ends_when_it_is_sent(writer):
    saved = writer.post(f"{NEW}utkast/", filled(opened(writer), question="Halvveis"))
    assert saved.json()["version"] > 0

    page = opened(writer)
    assert "Halvveis" in page
    assert 'class="errsum"' not in page
    writer.post(NEW, filled(page, question="Ferdig"))

    assert not Draft.objects.exists()
    assert HelpRequest.objects.get().question == "Ferdig"


def test_two_tabs_are_told_and_lose_nothing(writer):
    first, second = opened(writer), opened(writer)
    writer.post(NEW, {**filled(first, question="Fra den ene"), "draft": "1"})

    answer = writer.post(NEW, {**filled(second, question="Fra den andre"), "draft": "1"})

    assert answer.status_code == 409
    assert "Fra den andre" in answer.content.decode()
    assert Draft.objects.get().fields["question"] == ["Fra den ene"]
    writer.post(NEW, {"throw_away": "1"})
    assert not Draft.objects.exists()


def test_other_words_in_a_form_that_was_sent_are_a_question_of_their_own(writer):
    data = filled(opened(writer))
    writer.post(NEW, data)

    back = writer.post(NEW, data | {"title": "Og hvem betaler?"})

    page = back.content.decode()
    assert back.status_code == 200
    assert "Og hvem betaler?" in page
    assert HelpRequest.objects.count() == 1
    writer.post(NEW, filled(page, title="Og hvem betaler?"))
    assert HelpRequest.objects.count() == 2


def test_readers_read_and_do_not_ask_and_others_know_of_nothing(
    client, asked, reader, stranger, staff
):
    address = f"{HELP}{asked.pk}/"
    for person, reads, asks in [(reader, 200, 404), (staff, 200, 404), (stranger, 404, 404)]:
        client.force_login(person)
        assert client.get(HELP).status_code == client.get(address).status_code == reads
        assert client.get(NEW).status_code == client.post(NEW, {}).status_code == asks
        assert client.post(f"{NEW}utkast/", {}).status_code == asks
    client.force_login(stranger)
    assert client.get(f"/medlem/elvestad/hjelp/{asked.pk}/").status_code == 404


def test_the_answer_comes_by_mail_and_stands_on_the_page(writer, leader, asked, staff):
    HelpRequest.objects.update(asked_at=timezone.now() - timedelta(days=3, hours=1))

    actions.answer(request=asked, text="Se malen vår.", by=staff)

    assert (asked.answered_by, asked.days) == (staff, 3)
    mail = OutgoingMail.objects.get(kind="help_answered")
    assert (mail.to, mail.language) == (leader.email, leader.language)
    assert "Se malen vår." in mail.body
    assert f"{HELP}{asked.pk}/" in mail.body
    assert "Se malen vår." in writer.get(f"{HELP}{asked.pk}/").content.decode()
    assert "3" in re.search(r'class="meta">([^<]*)', writer.get(HELP).content.decode())[1]
    with pytest.raises(NotPossible):
        actions.answer(request=asked, text="En gang til", by=staff)
    with pytest.raises(NotPossible):
        actions.hand_on(request=asked, owner="leader", by=staff)
    assert OutgoingMail.objects.filter(kind="help_answered").count() == 1


def test_the_leaders_are_told_when_the_one_who_asked_has_left(organisation, leader, staff):
    yesterday = timezone.localdate() - timedelta(days=1)
    gone = TermFactory(organisation=organisation, role=Role.REPORTER).person
    asked = actions.ask(organisation=organisation, topic="other", title="Hvor?", by=gone)
    Term.objects.filter(person=gone).update(ends=yesterday)

    actions.answer(request=asked, text="Her.", by=staff)

    told = OutgoingMail.objects.filter(kind="help_answered").values_list("to", flat=True)
    assert list(told) == [leader.email]


def test_it_is_handed_on_once(asked, staff):
    assert actions.hand_on(request=asked, owner="leader", by=staff)
    assert not actions.hand_on(request=asked, owner="leader", by=staff)
    assert AuditEntry.objects.get(event="help.handed_on").facts["owner"] == "leader"


def test_a_long_list_has_pages(writer, organisation, leader):
    now = timezone.now()
    HelpRequest.objects.bulk_create(
        HelpRequest(
            organisation=organisation,
            topic="other",
            title=f"Spørsmål {number}",
            asked_by=leader,
            asked_at=now - timedelta(minutes=number),
        )
        for number in range(21)
    )
    first = writer.get(HELP).content.decode()
    second = writer.get(f"{HELP}?side=2").content.decode()
    assert "Spørsmål 19<" in first
    assert "Spørsmål 20<" not in first
    assert "Spørsmål 20<" in second


@pytest.mark.parametrize("language", ["nn", "en"])
def test_it_is_there_in_the_other_languages(writer, asked, language):
    for address in (HELP, NEW, f"{HELP}{asked.pk}/"):
        page = writer.get(f"/{language}{address}")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()
