"""What is kept about a person is known, handed out, and gone when it should be."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from foundation.audit import personal_data
from foundation.audit.models import AuditEntry
from memberorgs import erasure
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import (
    AccessRequest,
    CalendarLink,
    Handover,
    HandoverTick,
    Invitation,
    OrganisationDate,
    Term,
    User,
)
from outbox import delivery
from outbox.actions import enqueue
from outbox.mail_folder import MailFolder
from outbox.models import OutgoingMail
from tests.factories import PASSWORD, OrganisationFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = "Kanarifornavn", "Kanarietternavn"
EMAIL = "kanari.epost@test.example"
CANARIES = ("kanari", FIRST.lower(), LAST.lower())


@pytest.fixture(autouse=True)
def _own_list(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


def invitation_to(email, organisation, by, **values):
    day = timezone.localdate()
    values = {"begins": day, "ends": day + timedelta(days=300)} | values
    return Invitation.objects.create(
        organisation=organisation,
        email=email,
        digest=f"{Invitation.objects.count():064d}",
        expires_at=timezone.now() + timedelta(days=14),
        invited_by=by,
        **values,
    )


@pytest.fixture
def organisation():
    return OrganisationFactory(short_name="SP Fjordvik")


@pytest.fixture
def other(organisation):
    """Another leader, so that the first may leave."""
    term = TermFactory(organisation=organisation, person__first_name="Nora")
    return term.person


@pytest.fixture
def person(organisation, other, settings, client, django_capture_on_commit_callbacks):
    """Somebody who has left a trace wherever one can be left."""
    user = UserFactory(email=EMAIL, first_name=FIRST, last_name=LAST)
    term = TermFactory(organisation=organisation, person=user, title="Kanarileder")
    Term.objects.filter(pk=term.pk).update(title="leder")
    now = timezone.now()
    over = TermFactory(organisation=organisation, person=user, over=True, role=Role.READER)
    Term.objects.filter(pk=over.pk).update(
        ended_at=now, ended_by=other, ended_reason="Kanari ble syk"
    )
    taken = invitation_to(EMAIL, organisation, other)
    Invitation.objects.filter(pk=taken.pk).update(accepted_at=now, term=term)
    invitation_to(EMAIL, organisation, other, role=Role.READER)
    invitation_to("ny@test.example", organisation, user)
    AccessRequest.objects.create(
        organisation=organisation,
        name=f"{FIRST} {LAST}",
        email=EMAIL,
        title="Kanarileder",
        evidence="Kanari sto på lista",
    )
    CalendarLink.objects.create(organisation=organisation, person=user, digest="a" * 64)
    handover = Handover.objects.create(organisation=organisation, start="button", begun_by=user)
    HandoverTick.objects.create(handover=handover, item="facts", ticked_by=user)
    OrganisationDate.objects.create(
        organisation=organisation,
        starts=timezone.localdate(),
        ends=timezone.localdate(),
        kind="meeting",
        title="Møte",
        added_by=user,
    )
    UserProfile.objects.create(user=user).avatar.save("kanari.png", ContentFile(b"bilde"))
    log(instance=user, action="wagtail.edit", user=other)
    client.post("/konto/logg-inn/", {"login": EMAIL, "password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(kind="t", key="to/1", to=EMAIL, subject=f"Hei {FIRST}", body=f"Hei {FIRST} {LAST}")
        enqueue(
            kind="t",
            key="of/1",
            to=other.email,
            subject="Noen vil inn",
            body=f"{FIRST} {LAST} ({EMAIL}) vil inn",
        )
        enqueue(
            kind="t",
            key="by/1",
            to=other.email,
            subject="Invitasjon",
            body=f"Fra {FIRST} {LAST}",
            sensitive=True,
            by=user,
        )
        delivery.sweep()
        # As servers answer.
        words = f"550 <{EMAIL}> unknown"
        OutgoingMail.objects.filter(key="to/1").update(reply=words, last_error=words, reason=words)
        enqueue(kind="t", key="to/2", to=EMAIL, subject=f"Venter {FIRST}", body="Venter")
        enqueue(kind="t", key="of/2", to=other.email, subject="Venter", body=f"Fra {FIRST} {LAST}")
    return user


def tables_with(*words):
    """Tables and columns, of all that the database has, in which one of the words stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    if any(word in str(text).lower() for word in words):
                        found.add(f"{table}.{name}")
    return found


def files_with(folder, *words):
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and any(word in (path.name + path.read_text(errors="replace")).lower() for word in words)
    ]


def test_every_field_that_looks_personal_is_named():
    assert personal_data.unnamed_fields() == []


def test_a_new_personal_field_is_noticed(monkeypatch):
    kept = dict(personal_data._registry.holdings)
    del kept["memberorgs.accessrequest"]
    monkeypatch.setattr(personal_data._registry, "holdings", kept)
    assert personal_data.unnamed_fields() == [
        f"memberorgs.AccessRequest.{name}" for name in ("name", "email", "decided_by")
    ]


def test_what_the_registry_names_is_there_and_has_a_reason():
    for holding in personal_data.holdings():
        for name in holding.fields:
            holding.model_class()._meta.get_field(name)
    for exemption in personal_data.exemptions():
        assert exemption.why
    # What erases nothing says why.
    for holding in personal_data.holdings():
        assert holding.why_kept or holding.erase is not personal_data.nothing, holding.model


def test_erasing_leaves_no_trace_of_the_name(
    person, other, organisation, settings, django_capture_on_commit_callbacks
):
    assert tables_with(*CANARIES)
    assert files_with(settings.MEDIA_ROOT, "kanari")
    assert files_with(settings.MAIL_DIR, "kanari")
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, by=None)
    assert tables_with(*CANARIES) == set()
    assert files_with(settings.MEDIA_ROOT, *CANARIES) == []
    assert files_with(settings.MAIL_DIR, *CANARIES) == []


def test_the_history_of_the_organisation_stays(person, organisation, other):
    erasure.erase(person, by=None)
    terms = Term.objects.filter(person=person)
    assert terms.count() == 2
    assert all(term.is_over() for term in terms)
    gone = User.objects.get(pk=person.pk)
    with translation.override("en"):
        assert str(gone) == "former elected representative"
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert HandoverTick.objects.filter(ticked_by=person).exists()
    # Those whom the person invited lose nothing.
    assert Invitation.objects.filter(email="ny@test.example", invited_by=person).exists()


def test_mail_to_the_erased_is_not_sent_and_mail_to_others_is(person, other):
    erasure.erase(person, by=None)
    states = dict(OutgoingMail.objects.values_list("key", "state"))
    assert states["to/2"] == "cancelled"
    assert states["of/2"] == "queued"
    waiting = OutgoingMail.objects.get(key="of/2")
    assert waiting.body == "Fra […]"
    assert waiting.to == other.email
    # Key and fate stay, so that nobody is mailed twice.
    assert states["to/1"] == "sent"


def test_erasing_twice_changes_nothing_more(person):
    erasure.erase(person, by=None)
    before = AuditEntry.objects.count(), User.objects.get(pk=person.pk).erased_at
    assert erasure.erase(person, by=None) == {}
    assert (AuditEntry.objects.count(), User.objects.get(pk=person.pk).erased_at) == before
    assert len(erasure.list_path().read_text().split()) == 1


def test_erasing_is_put_down_without_the_name(person, settings):
    erasure.erase(person, by=None)
    told = json.loads(erasure.list_path().read_text())
    assert told["person"] == person.pk
    assert set(told) == {"person", "joined", "erased"}
    assert oct(erasure.list_path().stat().st_mode)[-3:] == "600"
    entry = AuditEntry.objects.get(event="person.erased")
    assert entry.person_id == person.pk


def test_without_a_place_for_the_list_nothing_is_erased(person, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    with pytest.raises(OSError, match="gone"):
        erasure.erase(person, by=None)
    assert User.objects.get(pk=person.pk).email == EMAIL


def test_a_shared_mailbox_keeps_the_invitation_of_the_next(person, organisation, other):
    User.objects.filter(pk=person.pk).update(shared_mailbox=True)
    person.refresh_from_db()
    waiting = Invitation.objects.get(email=EMAIL, accepted_at=None)
    erasure.erase(person, by=None)
    assert Invitation.objects.get(pk=waiting.pk).email == EMAIL


def test_the_last_leader_has_a_successor_first(organisation):
    term = TermFactory(organisation=organisation)
    with pytest.raises(erasure.LastLeader) as caught:
        erasure.erase(term.person, by=term.person)
    assert caught.value.organisations == [organisation]
    TermFactory(organisation=organisation, incoming=True)
    erasure.erase(term.person, by=term.person)
    assert User.objects.get(pk=term.person.pk).erased_at is not None


def test_who_was_erased_is_erased_again_after_a_restore(person):
    """The backup is from before; the list beside the database is not in it."""
    people = [(person.pk, person.date_joined)]
    stranger = UserFactory(first_name="Ny", last_name="Person")
    people.append((stranger.pk, stranger.date_joined - timedelta(days=1)))
    assert erasure.erase_again(people) == 1
    assert tables_with(*CANARIES) == set()
    # Another person who got the same number is left alone.
    assert User.objects.get(pk=stranger.pk).first_name == "Ny"
    assert erasure.erase_again(people) == 0


def test_a_cut_line_hides_no_other(person, tmp_path):
    erasure.list_path().write_text('{"person": 4, "join')
    erasure.put_down(person)
    assert erasure.read_list(erasure.list_path()) == [(person.pk, person.date_joined)]
    assert erasure.read_list(tmp_path / "none") == []
    place = tmp_path / "place"
    place.mkdir()
    (place / erasure.LIST_NAME).write_text(
        '{"person":9,"joined":"2026-01-01T00:00:00+00:00","erased":"x"}\n'
    )
    erasure.copy_list(erasure.list_path(), place / erasure.LIST_NAME)
    assert [pk for pk, _ in erasure.read_list(place / erasure.LIST_NAME)] == [9, person.pk]


def told(path):
    with zipfile.ZipFile(path) as bundle:
        return json.loads(bundle.read("data.json")), {
            name: bundle.read(name) for name in bundle.namelist()
        }


def test_person_data_hands_out_everything_that_bears_the_name(person, tmp_path):
    out = io.StringIO()
    path = tmp_path / "ut.zip"
    call_command("person_data", EMAIL, output=path, stdout=out)
    data, files = told(path)
    tables = {table["table"] for table in data["tables"]}
    assert {
        "memberorgs.User",
        "memberorgs.Term",
        "memberorgs.Invitation",
        "memberorgs.AccessRequest",
        "memberorgs.CalendarLink",
        "memberorgs.HandoverTick",
        "outbox.OutgoingMail",
        "wagtailusers.UserProfile",
        "sessions.Session",
    } <= tables
    page = files["data.html"].decode()
    for text in (FIRST, LAST, EMAIL, "Kanari sto på lista", "Kanari ble syk"):
        assert text in json.dumps(data, ensure_ascii=False)
        assert text in page
    assert [name[-10:] for name in files if name.startswith("files/")] == ["kanari.png"]
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert "ut.zip" in out.getvalue()
    assert AuditEntry.objects.get(event="person.data_handed_out").person_id == person.pk


def test_no_secret_is_handed_out(person, tmp_path):
    path = tmp_path / "ut.zip"
    call_command("person_data", EMAIL, output=path, stdout=io.StringIO())
    text = json.dumps(told(path)[0])
    assert person.password not in text
    for digest in Invitation.objects.values_list("digest", flat=True):
        assert digest not in text
    assert "a" * 64 not in text


def test_person_data_of_an_address_without_a_log_in(organisation, other, tmp_path):
    invitation_to("kanari@test.example", organisation, other)
    path = tmp_path / "ut.zip"
    call_command("person_data", "Kanari@test.example", output=path, stdout=io.StringIO())
    assert [table["table"] for table in told(path)[0]["tables"]] == ["memberorgs.Invitation"]
    call_command("erase_person", "kanari@test.example", yes=True, stdout=io.StringIO())
    assert tables_with("kanari") == set()


def test_person_data_says_when_there_is_nothing_and_overwrites_nothing(person, tmp_path):
    with pytest.raises(CommandError):
        call_command("person_data", "ingen@test.example", output=tmp_path / "ut.zip")
    assert not (tmp_path / "ut.zip").exists()
    (tmp_path / "ut.zip").write_text("noe")
    with pytest.raises(CommandError):
        call_command("person_data", EMAIL, output=tmp_path / "ut.zip")
    assert (tmp_path / "ut.zip").read_text() == "noe"


def test_erase_person_asks_first(person, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "nei")
    with pytest.raises(CommandError):
        call_command("erase_person", EMAIL, stdout=io.StringIO())
    assert User.objects.filter(email=EMAIL).exists()
    monkeypatch.setattr("builtins.input", lambda _: EMAIL)
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_dry_run_changes_no_row_and_no_file(person, settings):
    before = tables_with(*CANARIES), len(files_with(settings.MAIL_DIR, "kanari"))
    out = io.StringIO()
    call_command("erase_person", EMAIL, dry_run=True, stdout=out)
    assert (tables_with(*CANARIES), len(files_with(settings.MAIL_DIR, "kanari"))) == before
    assert not erasure.list_path().exists()
    assert len(out.getvalue().splitlines()) > 8


def test_the_retired_are_found_by_number(person):
    erasure.let_go(person)
    gone = User.objects.get(pk=person.pk)
    assert gone.first_name == FIRST
    call_command("erase_person", str(person.pk), yes=True, stdout=io.StringIO())
    assert tables_with(*CANARIES) == set()


def test_letting_go_keeps_name_and_offices_only(person):
    erasure.let_go(person)
    assert tables_with(EMAIL) == set()
    gone = User.objects.get(pk=person.pk)
    assert gone.get_full_name() == f"{FIRST} {LAST}"
    assert gone.retired_at is not None
    assert gone.erased_at is None
    assert Term.objects.filter(person=person).count() == 2


def test_the_demo_mail_folder_refuses_strange_names():
    with pytest.raises(FileNotFoundError):
        MailFolder.of_settings().remove("../../etc/passwd")


def test_people_with_roles_in_the_admin_are_never_let_go():
    staff = UserFactory(role=RoleGroup.STAFF)
    UserFactory(admin=True)
    TermFactory(person=staff, over=True)
    assert not erasure.without_role_since(timezone.now() + timedelta(days=5)).filter(pk=staff.pk)
    assert not erasure.without_role_since(timezone.now() + timedelta(days=5)).filter(
        is_superuser=True
    )
