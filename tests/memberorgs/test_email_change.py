"""Another address: codes from both, and nothing before."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from foundation.audit.models import AuditEntry
from memberorgs.models import User
from outbox.choices import Lane
from outbox.models import OutgoingMail
from tests.factories import PASSWORD, UserFactory
from tests.memberorgs.conftest import CODE

ASK = "/konto/e-post/"
CONFIRM = "/konto/e-post/bekreft/"
NEW = "ny@test.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(email="gammel@test.example")


@pytest.fixture
def client(user):
    client = Client()
    client.post("/konto/logg-inn/", {"login": user.email, "password": PASSWORD})
    client.post("/konto/bekreft/", {"password": PASSWORD})
    return client


@pytest.fixture
def codes(mailed):
    """The codes that lie in the two inboxes now."""

    def read(old="gammel@test.example", new=NEW):
        def last(address):
            found = [CODE.search(text) for text in mailed(address)]
            found = [one[1] for one in found if one]
            return found[-1] if found else "FEIL-FEIL"

        return {"old_code": last(old), "new_code": last(new)}

    return read


def address_of(user):
    return User.objects.get(pk=user.pk).email


def test_both_codes_change_the_address(client, user, codes):
    other = Client()
    other.post("/konto/logg-inn/", {"login": user.email, "password": PASSWORD})

    assert client.post(ASK, {"email": " NY@test.example "}).url == CONFIRM
    assert address_of(user) == user.email
    assert client.post(CONFIRM, codes()).url == "/konto/"

    assert address_of(user) == NEW
    assert client.get("/konto/").status_code == 200
    assert other.get("/konto/").status_code == 302
    told = OutgoingMail.objects.filter(kind="account/email/email_changed")
    assert sorted(told.values_list("to", flat=True)) == [user.email, NEW]
    events = set(AuditEntry.objects.values_list("event", flat=True))
    assert {"account.email_change_asked", "account.email_changed"} <= events
    new = Client()
    new.post("/konto/logg-inn/", {"login": NEW, "password": PASSWORD})
    assert "_auth_user_id" in new.session


def test_the_codes_go_first_and_leave_nothing_behind(client, codes):
    client.post(ASK, {"email": NEW})
    mails = OutgoingMail.objects.filter(kind__startswith="account/email/email_change_")
    assert {(mail.lane, mail.sensitive, bool(mail.expires_at)) for mail in mails} == {
        (Lane.FAST, True, True)
    }
    found = codes()
    assert set(mails.values_list("body", flat=True)) == {""}
    kept = str(dict(client.session.items()))
    for code in found.values():
        assert code not in kept


@pytest.mark.parametrize("missing", ["old_code", "new_code"])
@pytest.mark.parametrize("instead", ["", "FEIL-FEIL", "the other"])
def test_one_code_alone_changes_nothing(client, user, codes, missing, instead):
    client.post(ASK, {"email": NEW})
    typed = codes()
    other = typed["old_code" if missing == "new_code" else "new_code"]
    typed[missing] = other if instead == "the other" else instead

    page = client.post(CONFIRM, typed)

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [missing]
    assert address_of(user) == user.email
    assert client.post(CONFIRM, codes()).url == "/konto/"


def test_guessing_ends_after_five_tries(client, user, codes):
    client.post(ASK, {"email": NEW})
    typed = codes()
    for _ in range(5):
        client.post(CONFIRM, {"old_code": typed["old_code"], "new_code": "FEIL-FEIL"})

    assert client.post(CONFIRM, typed).url == ASK
    assert address_of(user) == user.email


def test_the_codes_run_out(client, user, codes):
    client.post(ASK, {"email": NEW})
    typed = codes()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.post(CONFIRM, typed).url == ASK
    assert address_of(user) == user.email


def test_the_codes_are_good_in_one_browser_and_once(client, user, codes):
    client.post(ASK, {"email": NEW})
    typed = codes()
    other = Client()
    other.post("/konto/logg-inn/", {"login": user.email, "password": PASSWORD})
    assert other.post(CONFIRM, typed).url == ASK
    client.post(CONFIRM, typed)
    assert client.post(CONFIRM, typed).url == ASK


def test_an_address_that_somebody_has_gets_the_same_answer_and_no_code(client, user, codes):
    UserFactory(email=NEW)
    answer = client.post(ASK, {"email": NEW})
    assert answer.url == CONFIRM
    assert client.get(CONFIRM).status_code == 200
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == [user.email]
    client.post(CONFIRM, codes())
    assert address_of(user) == user.email


def test_an_address_that_was_taken_meanwhile_changes_nothing(client, user, codes):
    client.post(ASK, {"email": NEW})
    typed = codes()
    UserFactory(email=NEW)
    before = OutgoingMail.objects.count()

    assert client.post(CONFIRM, typed).url == ASK

    assert address_of(user) == user.email
    assert OutgoingMail.objects.count() == before
    assert not AuditEntry.objects.filter(event="account.email_changed").exists()


@pytest.mark.parametrize(
    "typed", ["", "ingen", "gammel@test.example", f"x{NEW}\nBcc: ond@test.example", "a" * 300]
)
def test_what_is_no_new_address_is_told_at_the_field(client, typed):
    page = client.post(ASK, {"email": typed})
    assert page.status_code == 200
    assert "email" in page.context["form"].errors
    assert not OutgoingMail.objects.exists()


def test_it_is_asked_who_one_is_first(user):
    client = Client()
    client.post("/konto/logg-inn/", {"login": user.email, "password": PASSWORD})
    assert client.get(ASK).url.startswith("/konto/bekreft/")
    client.post(ASK, {"email": NEW})
    assert not OutgoingMail.objects.exists()


def test_asking_has_an_end(client):
    for number in range(5):
        assert client.post(ASK, {"email": f"ny{number}@test.example"}).status_code == 302
    refused = client.post(ASK, {"email": NEW})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
