"""Something else: the shortest way through the log."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activity.models import Entry, EntryVersion
from foundation.intake.models import Attachment, Draft

NEW = "/medlem/fjordvik/logg/ny/annet/"


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def filled(page, **values):
    return {
        "title": "Kurs i møteledelse",
        "day": f"{timezone.localdate():%d.%m.%Y}",
        "submission_key": hidden(page, "submission_key"),
        "draft_version": hidden(page, "draft_version"),
        **values,
    }


def test_it_is_logged_once_with_a_receipt(writer, leader):
    page = writer.get(NEW).content.decode()
    data = filled(page, text="Tolv kom.", note="Neste gang: større rom.")

    first = writer.post(NEW, data)
    again = writer.post(NEW, data)

    entry = Entry.objects.get()
    assert first.status_code == 302
    assert first.url == again.url == f"/medlem/fjordvik/logg/annet/{entry.pk}/kvittering/"
    assert (entry.title, entry.text, entry.note) == (
        "Kurs i møteledelse", "Tolv kom.", "Neste gang: større rom.",
    )  # fmt: skip
    assert (entry.logged_by, entry.day) == (leader, timezone.localdate())
    receipt = writer.get(first.url).content.decode()
    assert "Kurs i møteledelse" in receipt
    assert f"{NEW}?som={entry.pk}" in receipt


def test_what_is_missing_is_told_at_the_field_and_nothing_is_lost(writer):
    page = writer.get(NEW).content.decode()

    answer = writer.post(NEW, filled(page, title="", text="Tolv kom."))

    assert answer.status_code == 422
    told = answer.content.decode()
    assert 'href="#id_title"' in told
    assert "Tolv kom." in told
    assert not Entry.objects.exists()


def test_a_draft_comes_back_and_ends_when_it_is_sent(writer):
    page = writer.get(NEW).content.decode()
    saved = writer.post(f"{NEW}utkast/", filled(page, text="Halvveis"))
    assert saved.json()["version"] > 0

    page = writer.get(NEW).content.decode()
    assert "Halvveis" in page
    assert 'class="errsum"' not in page
    writer.post(NEW, filled(page, text="Ferdig"))

    assert not Draft.objects.exists()
    assert Entry.objects.get().text == "Ferdig"


def test_two_tabs_are_told_and_lose_nothing(writer):
    first, second = (writer.get(NEW).content.decode() for _ in range(2))
    writer.post(NEW, {**filled(first, text="Fra den ene"), "draft": "1"})

    answer = writer.post(NEW, {**filled(second, text="Fra den andre"), "draft": "1"})

    assert answer.status_code == 409
    assert "Fra den andre" in answer.content.decode()
    assert Draft.objects.get().fields["text"] == ["Fra den ene"]
    writer.post(NEW, {**filled(answer.content.decode(), text="Fra den andre"), "draft": "1"})
    assert Draft.objects.get().fields["text"] == ["Fra den andre"]


def test_changes_keep_how_it_was(writer):
    page = writer.get(NEW).content.decode()
    writer.post(NEW, filled(page))
    entry = Entry.objects.get()
    change = f"/medlem/fjordvik/logg/annet/{entry.pk}/endre/"
    page = writer.get(change).content.decode()
    data = {"title": "Kurs i debatt", "day": "01.09.2026", "opened": hidden(page, "opened")}

    assert writer.post(change, data).status_code == 302
    late = writer.post(change, {**data, "title": "Kurs"})

    entry.refresh_from_db()
    assert (entry.title, entry.version) == ("Kurs i debatt", 2)
    assert late.status_code == 409
    assert "Kurs" in late.content.decode()
    facts = [one.facts["title"] for one in EntryVersion.objects.order_by("number")]
    assert facts == ["Kurs i møteledelse", "Kurs i debatt"]


def test_what_is_taken_away_can_be_put_back(writer):
    writer.post(NEW, filled(writer.get(NEW).content.decode()))
    entry = Entry.objects.get()
    address = f"/medlem/fjordvik/logg/annet/{entry.pk}/"

    writer.post(f"{address}ta-bort/")
    assert not Entry.objects.there().exists()
    assert f"{address}angre/" in writer.get(address).content.decode()
    writer.post(f"{address}angre/")

    assert Entry.objects.there().get() == entry


def test_files_follow_their_entry(writer, client, stranger):
    page = writer.get(NEW).content.decode()
    file = SimpleUploadedFile("referat.txt", b"Vi var tolv.")
    writer.post(NEW, filled(page, files=file))
    attachment = Attachment.objects.get()

    served = writer.get(f"/vedlegg/{attachment.pk}/")
    assert b"".join(served.streaming_content) == b"Vi var tolv."
    client.force_login(stranger)
    assert client.get(f"/vedlegg/{attachment.pk}/").status_code == 404


def test_readers_and_strangers_log_nothing(client, reader, stranger):
    for person in (reader, stranger):
        client.force_login(person)
        assert client.get(NEW).status_code == 404
        assert client.post(NEW, {"title": "Kurs"}).status_code == 404
    assert not Entry.objects.exists()
