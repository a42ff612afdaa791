"""The one door, driven over HTTP; codes are read in the mails that went out."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from memberorgs.adapter import AccountAdapter
from memberorgs.choices import RoleGroup
from memberorgs.models import User
from outbox.choices import Lane, State
from outbox.models import OutgoingMail
from tests.factories import PASSWORD, UserFactory

LOG_IN = "/konto/logg-inn/"
ASK_FOR_CODE = "/konto/kode/"
TYPE_CODE = "/konto/kode/bekreft/"
FORGOT = "/konto/passord/glemt/"
TYPE_RESET_CODE = "/konto/passord/glemt/kode/"
NEW_PASSWORD = "/konto/passord/glemt/nytt/"
LOG_OUT = "/konto/logg-ut/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return UserFactory(email="redaktor@test.example", role=RoleGroup.EDITOR)


def logged_in(client):
    return "_auth_user_id" in client.session


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def neutral(page, address):
    """The page without what differs at each call."""
    text = page.content.decode().replace(address, "ADRESSE")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_an_editor_logs_in_with_a_password(client, editor):
    answer = client.post(LOG_IN, {"login": editor.email, "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_capitals_and_spaces_in_the_address_do_not_matter(client, editor):
    client.post(LOG_IN, {"login": " Redaktor@TEST.example ", "password": PASSWORD})

    assert logged_in(client)


def test_an_editor_logs_in_with_a_mailed_code(client, editor, code_for):
    answer = client.post(ASK_FOR_CODE, {"email": editor.email})
    assert (answer.status_code, answer.url) == (302, TYPE_CODE)

    answer = client.post(TYPE_CODE, {"code": code_for(editor.email)})

    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_code_goes_first_runs_out_and_leaves_nothing_behind(client, editor, code_for):
    asked = timezone.now()
    client.post(ASK_FOR_CODE, {"email": editor.email})

    mail = OutgoingMail.objects.get()
    assert mail.kind == "account/email/login_code"
    assert mail.lane == Lane.FAST
    assert mail.sensitive
    assert timedelta(seconds=180) <= mail.expires_at - asked < timedelta(seconds=190)
    assert editor.email not in mail.key
    code = code_for(editor.email)
    mail.refresh_from_db()
    assert mail.state == State.SENT
    assert mail.body == ""
    assert code not in mail.subject


def test_a_code_that_was_not_sent_in_time_is_never_sent(client, editor, mailed):
    client.post(ASK_FOR_CODE, {"email": editor.email})

    with later(seconds=181):
        assert mailed(editor.email) == []

    assert OutgoingMail.objects.get().state == State.EXPIRED


def test_a_code_is_good_for_three_minutes(client, editor, code_for):
    client.post(ASK_FOR_CODE, {"email": editor.email})
    code = code_for(editor.email)

    with later(seconds=185):
        client.post(TYPE_CODE, {"code": code})

    assert not logged_in(client)


def test_a_code_is_good_once_and_in_one_browser(client, editor, code_for):
    client.post(ASK_FOR_CODE, {"email": editor.email})
    code = code_for(editor.email)
    stranger = Client()
    stranger.post(TYPE_CODE, {"code": code})
    assert not logged_in(stranger)

    client.post(TYPE_CODE, {"code": code})
    client.post(LOG_OUT)
    client.post(TYPE_CODE, {"code": code})

    assert not logged_in(client)


def test_a_code_can_be_sent_anew_and_only_the_new_one_counts(client, editor, code_for):
    client.post(ASK_FOR_CODE, {"email": editor.email})
    first = code_for(editor.email)

    client.post(TYPE_CODE, {"action": "resend"})
    second = code_for(editor.email)

    assert second != first
    client.post(TYPE_CODE, {"code": first})
    assert not logged_in(client)
    client.post(TYPE_CODE, {"code": second})
    assert logged_in(client)


def test_guessing_a_code_ends_after_three_tries(client, editor, code_for):
    client.post(ASK_FOR_CODE, {"email": editor.email})
    code = code_for(editor.email)
    for guess in ("AAAAAA", "BBBBBB", "CCCCCC"):
        client.post(TYPE_CODE, {"code": guess})

    client.post(TYPE_CODE, {"code": code})

    assert not logged_in(client)


@pytest.mark.parametrize("address", [ASK_FOR_CODE, FORGOT])
def test_an_unknown_address_gets_the_same_answer_and_no_mail(editor, address):
    pages = {}
    for email in (editor.email, "ukjent@test.example"):
        client = Client()
        answer = client.post(address, {"email": email})
        page = client.get(answer.url)
        pages[email] = (answer.status_code, answer.url, page.status_code, neutral(page, email))

    assert pages[editor.email] == pages["ukjent@test.example"]
    assert [mail.to for mail in OutgoingMail.objects.all()] == [editor.email]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(editor):
    answers = {}
    for email in (editor.email, "ukjent@test.example"):
        answer = Client().post(LOG_IN, {"login": email, "password": "feil-passord-123"})
        answers[email] = (answer.status_code, neutral(answer, email))

    assert answers[editor.email] == answers["ukjent@test.example"]
    assert answers[editor.email][0] == 200


def test_one_who_is_shut_out_gets_in_neither_way(client, code_for):
    UserFactory(email="sluttet@test.example", is_active=False)

    client.post(LOG_IN, {"login": "sluttet@test.example", "password": PASSWORD})
    assert not logged_in(client)
    client = Client()
    client.post(ASK_FOR_CODE, {"email": "sluttet@test.example"})
    assert not OutgoingMail.objects.exists()


def test_a_forgotten_password_is_replaced_by_a_mailed_code(client, editor, code_for):
    answer = client.post(FORGOT, {"email": editor.email})
    assert (answer.status_code, answer.url) == (302, TYPE_RESET_CODE)
    mail = OutgoingMail.objects.get()
    assert mail.kind == "account/email/password_reset_code"
    assert (mail.lane, mail.sensitive) == (Lane.FAST, True)
    assert mail.expires_at

    answer = client.post(TYPE_RESET_CODE, {"code": code_for(editor.email)})
    assert (answer.status_code, answer.url) == (302, NEW_PASSWORD)
    client.post(NEW_PASSWORD, {"password1": "ny-fjord-bratt-7", "password2": "ny-fjord-bratt-7"})

    old, new = Client(), Client()
    old.post(LOG_IN, {"login": editor.email, "password": PASSWORD})
    new.post(LOG_IN, {"login": editor.email, "password": "ny-fjord-bratt-7"})
    assert (logged_in(old), logged_in(new)) == (False, True)


def test_a_changed_password_is_told_to_its_owner(client, editor, mailed, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")

    answer = client.post(
        "/konto/passord/bytt/",
        {
            "oldpassword": PASSWORD,
            "password1": "ny-fjord-bratt-7",
            "password2": "ny-fjord-bratt-7",
        },
    )

    assert answer.status_code == 302
    [text] = mailed(editor.email)
    assert f"{settings.BASE_URL}{FORGOT}" in text
    mail = OutgoingMail.objects.get(kind="account/email/password_changed")
    assert mail.created_by == editor
    assert not mail.sensitive
    assert mail.expires_at is None


def test_mails_link_to_the_address_of_the_portal_not_to_that_of_the_request(
    client, editor, mailed, settings
):
    settings.BASE_URL = "https://portal.test.example"
    settings.ALLOWED_HOSTS = ["*"]

    client.post(ASK_FOR_CODE, {"email": editor.email}, headers={"host": "ond.test.example"})

    [text] = mailed(editor.email)
    assert "https://portal.test.example" in text
    assert "ond.test.example" not in text


def test_a_mail_caused_outside_a_request_links_to_the_portal_too(editor, mailed, settings):
    AccountAdapter().send_mail(
        "account/email/password_set", editor.email, {"timestamp": timezone.now()}
    )

    [text] = mailed(editor.email)
    assert f"{settings.BASE_URL}{FORGOT}" in text


def test_code_mails_name_nobody_and_say_how_long(client, editor, mailed):
    User.objects.filter(pk=editor.pk).update(first_name="Kari", last_name="Nordmann")

    client.post(ASK_FOR_CODE, {"email": editor.email})

    [text] = mailed(editor.email)
    assert "Kari" not in text
    assert editor.email not in text
    assert " 3 minut" in text
    assert "&" not in text


def test_nobody_signs_up(client):
    before = User.objects.count()
    fields = {"email": "ny@test.example", "password1": PASSWORD, "password2": PASSWORD}

    for answer in (client.get("/konto/registrer/"), client.post("/konto/registrer/", fields)):
        assert answer.status_code == 200
        assert b'name="password1"' not in answer.content
        assert answer.content.count(b"<h1") == 1
    assert User.objects.count() == before
    assert not OutgoingMail.objects.exists()


def test_a_session_planted_before_log_in_is_worth_nothing_after(client, editor, settings):
    planted = client.session
    planted["planted"] = "1"
    planted.save()
    name = settings.SESSION_COOKIE_NAME
    client.cookies[name] = planted.session_key

    client.post(LOG_IN, {"login": editor.email, "password": PASSWORD})

    assert logged_in(client)
    assert client.cookies[name].value != planted.session_key
    thief = Client()
    thief.cookies[name] = planted.session_key
    assert thief.get("/admin/").status_code == 302


def test_log_out_is_a_post(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(LOG_OUT).status_code == 200
    assert logged_in(client)
    assert client.post(LOG_OUT).status_code == 403
    assert logged_in(client)

    token = client.get(LOG_OUT).context["csrf_token"]
    answer = client.post(LOG_OUT, {"csrfmiddlewaretoken": str(token)})
    assert (answer.status_code, answer.url) == (302, "/")
    assert not logged_in(client)


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/admin/login/"])
def test_the_editors_rooms_lead_to_the_one_door(client, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.url.startswith(LOG_IN)


def test_the_way_back_is_kept_through_wagtails_own_address(client, editor):
    door = client.get("/admin/login/?next=/admin/pages/").url
    assert door == f"{LOG_IN}?next=/admin/pages/"

    answer = client.post(door, {"login": editor.email, "password": PASSWORD})

    assert answer.url == "/admin/pages/"


@pytest.mark.parametrize(
    "address",
    [
        "/admin/password_reset/",
        "/admin/password_reset/done/",
        "/admin/password_reset/confirm/MQ/abc/",
        "/django-admin/login/",
        "/_util/login/",
    ],
)
def test_there_is_no_other_door(client, editor, address):
    answer = client.post(address, {"username": editor.email, "password": PASSWORD})

    assert not logged_in(client)
    if answer.status_code == 302:
        assert answer.url.startswith(LOG_IN)
    else:
        assert answer.status_code == 404


EVIL = [
    "https://ond.example/",
    "//ond.example/",
    "///ond.example/",
    "http:ond.example",
    "https:///ond.example",
    "\\\\ond.example",
    "/\\ond.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://ond.example",
    "\thttps://ond.example",
    "https://localhost@ond.example/",
    "https://testserver.ond.example/",
    "http://testserver/admin/",
    "https://localhost/",
    "http://testserver:81@ond.example",
]


@pytest.mark.parametrize("target", EVIL)
def test_next_stays_in_the_portal(editor, target):
    client = Client()
    answer = client.post(LOG_IN, {"login": editor.email, "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.url) == (302, "/admin/")

    answer = client.get(LOG_IN, {"next": target})
    assert (answer.status_code, answer.url) == (302, "/admin/")

    answer = client.post(LOG_OUT, {"next": target})
    assert (answer.status_code, answer.url) == (302, "/")


def test_next_may_lead_anywhere_in_the_portal(client, editor):
    answer = client.post(
        LOG_IN, {"login": editor.email, "password": PASSWORD, "next": "/handlingsplan/?a=1"}
    )

    assert answer.url == "/handlingsplan/?a=1"


def test_guessing_passwords_of_one_account_ends_but_a_code_still_lets_its_owner_in(
    client, editor, code_for
):
    for number in range(5):
        client.post(LOG_IN, {"login": editor.email, "password": f"gjett-{number}"})

    client.post(LOG_IN, {"login": editor.email, "password": PASSWORD})
    assert not logged_in(client)

    client.post(ASK_FOR_CODE, {"email": editor.email})
    client.post(TYPE_CODE, {"code": code_for(editor.email)})
    assert logged_in(client)


def test_guessing_across_accounts_from_one_address_is_answered_with_a_page(client):
    answers = [
        client.post(LOG_IN, {"login": f"person{number}@test.example", "password": "gjett-123"})
        for number in range(31)
    ]

    assert answers[29].status_code == 200
    assert answers[30].status_code == 429
    assert int(answers[30].headers["Retry-After"]) > 0
    assert b"<h1" in answers[30].content


def test_codes_cannot_be_asked_for_without_end(editor):
    answers = [Client().post(ASK_FOR_CODE, {"email": editor.email}) for _ in range(8)]

    assert OutgoingMail.objects.count() == 3
    assert {answer.status_code for answer in answers[3:]} <= {200, 429}


def test_a_stranger_who_uses_up_the_codes_shuts_nobody_out_who_was_here_before(editor, code_for):
    home = Client()
    home.post(LOG_IN, {"login": editor.email, "password": PASSWORD})
    home.post(LOG_OUT)
    for _ in range(8):
        Client().post(ASK_FOR_CODE, {"email": editor.email})
    for number in range(8):
        Client().post(LOG_IN, {"login": editor.email, "password": f"gjett-{number}"})

    home.post(ASK_FOR_CODE, {"email": editor.email})
    home.post(TYPE_CODE, {"code": code_for(editor.email)})
    assert logged_in(home)
    home.post(LOG_OUT)
    home.post(LOG_IN, {"login": editor.email, "password": PASSWORD})
    assert logged_in(home)


def test_a_mark_that_somebody_made_up_opens_no_count_of_its_own(editor):
    for number in range(8):
        client = Client()
        client.cookies["known-8000"] = f"{number}:forged"
        client.post(ASK_FOR_CODE, {"email": editor.email})

    assert OutgoingMail.objects.count() == 3


@pytest.mark.parametrize("address", [ASK_FOR_CODE, FORGOT])
def test_all_strangers_together_ask_for_so_many_codes_and_no_more(address, settings, editor):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "everybody_codes": "4/h/key"}
    home = Client()
    home.post(LOG_IN, {"login": editor.email, "password": PASSWORD})
    home.post(LOG_OUT)
    for number in range(4):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(address, {"email": f"p{number}@test.example"})

    refused = Client(REMOTE_ADDR="10.0.0.9").post(address, {"email": editor.email})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.content.count(b"<h1") == 1
    assert home.post(address, {"email": editor.email}).status_code == 302


def test_an_answer_about_codes_takes_its_time(editor, settings):
    settings.EVEN_ANSWER_SECONDS = 0.2
    for address in (ASK_FOR_CODE, FORGOT):
        for email in (editor.email, "ukjent@test.example"):
            begun = time.perf_counter()
            Client().post(address, {"email": email})
            assert time.perf_counter() - begun >= 0.2


def test_an_address_that_is_no_longer_the_persons_lets_nobody_in(editor):
    EmailAddress.objects.create(user=editor, email=editor.email, verified=True, primary=True)
    editor.email = "ny@test.example"
    editor.save()

    Client().post(ASK_FOR_CODE, {"email": "redaktor@test.example"})
    assert not OutgoingMail.objects.exists()
    stranger = Client()
    stranger.post(LOG_IN, {"login": "redaktor@test.example", "password": PASSWORD})
    assert not logged_in(stranger)


def test_the_limit_on_codes_does_not_tell_who_is_known(editor):
    refused = {}
    for email in (editor.email, "ukjent@test.example"):
        for _ in range(4):
            answer = Client().post(ASK_FOR_CODE, {"email": email})
        refused[email] = (answer.status_code, neutral(answer, email))

    assert refused[editor.email] == refused["ukjent@test.example"]
