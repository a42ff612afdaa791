"""Second factors over HTTP: setting up, logging in, the door of /admin/, losing and removing."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from foundation.audit.models import AuditEntry
from memberorgs.choices import RoleGroup
from outbox.models import OutgoingMail
from tests.factories import PASSWORD, TOTP_SECRET, UserFactory, app_code

LOG_IN = "/konto/logg-inn/"
TYPE_CODE = "/konto/totrinn/kode/"
FACTORS = "/konto/totrinn/"
APP = "/konto/totrinn/app/"
CODES = "/konto/totrinn/reservekoder/"
CONFIRM = "/konto/bekreft/"

pytestmark = pytest.mark.django_db

DEMANDED = {"staff": {"role": RoleGroup.STAFF}, "publisher": {"role": RoleGroup.PUBLISHER}}
DEMANDED |= {"admin": {"admin": True}}


def pass_in(client, user, **fields):
    return client.post(LOG_IN, {"login": user.email, "password": PASSWORD, **fields})


def logged_in(client):
    return "_auth_user_id" in client.session


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def connect_app(client):
    """Sets an app up as a person would; the answer, and what was on the page."""
    page = client.get(APP)
    secret = page.context["form"].secret
    return client.post(APP, {"code": code_of(secret)}), page


def code_of(secret):
    from time import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time()) // 30))


@pytest.mark.parametrize("kind", DEMANDED)
def test_whose_role_demands_it_sets_it_up_before_the_admin_opens(
    kind, django_capture_on_commit_callbacks
):
    client, user = Client(), UserFactory(**DEMANDED[kind], factor=False)
    assert pass_in(client, user, next="/admin/pages/").url == "/admin/pages/"

    for address in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/finnes-ikke/"):
        assert client.get(address).url == FACTORS, address
    assert client.post("/admin/pages/2/delete/").url == FACTORS
    assert client.get("/admin/pages/").url == FACTORS
    assert client.get("/").status_code == 200

    asked = client.get(APP)
    assert asked.url.startswith(CONFIRM)
    assert client.post(asked.url, {"password": PASSWORD}).url == APP
    with django_capture_on_commit_callbacks(execute=True):
        answer, _page = connect_app(client)
    assert answer.url == CODES
    assert AuditEntry.objects.filter(event="account.factor_added").count() == 2
    assert b'href="/admin/pages/"' in client.get(CODES).content
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [({"role": RoleGroup.EDITOR}, 200), ({"role": RoleGroup.INSIGHT}, 404), ({}, 404)],
)
def test_of_others_nothing_is_demanded(kind, status):
    client, user = Client(), UserFactory(**kind)
    pass_in(client, user)

    assert client.get("/admin/").status_code == status


def test_a_path_prefix_that_a_request_makes_up_leads_round_no_door():
    client, user = Client(), UserFactory(role=RoleGroup.STAFF, factor=False)
    pass_in(client, user)

    assert client.get("/admin/", SCRIPT_NAME="/x").status_code == 302


def test_in_the_demo_it_is_only_told(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client, user = Client(), UserFactory(role=RoleGroup.STAFF, factor=False)
    pass_in(client, user)

    page = client.get("/admin/")
    assert page.status_code == 200
    assert [message.level_tag for message in page.context["messages"]] == ["info"]


@pytest.mark.parametrize("way", ["password", "code"])
def test_after_the_first_step_one_is_not_in_yet(way, code_for):
    client, user = Client(), UserFactory(role=RoleGroup.STAFF)
    if way == "password":
        answer = pass_in(client, user)
    else:
        client.post("/konto/kode/", {"email": user.email})
        answer = client.post("/konto/kode/bekreft/", {"code": code_for(user.email)})

    assert answer.url == TYPE_CODE
    assert not logged_in(client)
    assert client.get("/admin/").url.startswith(LOG_IN)
    assert client.get("/konto/").status_code == 302
    assert client.get(TYPE_CODE).content.count(b"<h1") == 1

    assert client.post(TYPE_CODE, {"code": "000000"}).status_code == 200
    assert not logged_in(client)
    assert client.post(TYPE_CODE, {"code": app_code()}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_second_step_is_worth_nothing_without_the_first(client):
    UserFactory(role=RoleGroup.STAFF)

    assert client.post(TYPE_CODE, {"code": app_code()}).url == LOG_IN
    assert not logged_in(client)


def test_a_code_of_the_app_is_good_once_and_for_its_half_minute():
    user = UserFactory(role=RoleGroup.STAFF)
    first, second, third = Client(), Client(), Client()
    code = app_code()
    for client in (first, second):
        pass_in(client, user)
        client.post(TYPE_CODE, {"code": code})
    assert (logged_in(first), logged_in(second)) == (True, False)

    old = app_code(-4)
    pass_in(third, user)
    third.post(TYPE_CODE, {"code": old})
    assert not logged_in(third)


def test_guessing_the_second_step_ends(client):
    user = UserFactory(role=RoleGroup.STAFF)
    pass_in(client, user)
    for number in range(6):
        client.post(TYPE_CODE, {"code": f"00000{number}"})

    client.post(TYPE_CODE, {"code": app_code()})

    assert not logged_in(client)


def test_the_secret_is_not_kept_in_clear_and_outlives_a_new_key(client, settings):
    user = UserFactory()
    client.force_login(user)
    pass_in(client, user)
    client.post(CONFIRM, {"password": PASSWORD})
    answer, page = connect_app(client)
    assert answer.status_code == 302
    kept = Authenticator.objects.get(user=user, type="totp")
    assert page.context["form"].secret not in str(kept.data)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    other = Client()
    pass_in(other, user)
    with later(seconds=60):
        other.post(TYPE_CODE, {"code": code_of(page.context["form"].secret)})
        assert logged_in(other)


def test_the_page_of_the_app_shows_a_square_that_the_policy_allows(client):
    user = UserFactory()
    pass_in(client, user)
    client.post(CONFIRM, {"password": PASSWORD})

    page = client.get(APP)
    text = page.content.decode()

    assert "<svg" in text
    assert "data:image" not in text
    assert " style=" not in text
    assert "no-store" in page.headers["Cache-Control"]
    assert page.context["secret"].replace(" ", "") == page.context["form"].secret


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_every_page_of_the_account_is_there_in_three_languages(client, prefix):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    client.post(f"{prefix}/konto/totrinn/bekreft/", {"code": app_code()})
    pages = ["", "okter/", "nokler/", "nokler/ny/", "totrinn/", "e-post/", "totrinn/app/fjern/"]
    for address in pages:
        page = client.get(f"{prefix}/konto/{address}")
        assert page.status_code == 200, address
        text = page.content.decode()
        assert len(re.findall("<h1[ >]", text)) == 1, address
        assert f'<html lang="{prefix[1:] or "nb"}"' in text
        assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        *("", "sprak/", "okter/", "e-post/", "e-post/bekreft/", "nokler/", "nokler/ny/"),
        *("nokler/bekreft/", "nokler/1/", "nokler/1/fjern/", "totrinn/", "totrinn/bekreft/"),
        *("totrinn/app/", "totrinn/app/fjern/", "totrinn/reservekoder/", "passord/lag/"),
        *("totrinn/reservekoder/nye/", "totrinn/reservekoder/last-ned/"),
    ],
)
def test_a_stranger_is_led_to_the_log_in(client, address):
    for method in (client.get, client.post):
        answer = method(f"/konto/{address}")
        assert answer.status_code == 302, address
        assert answer.url.startswith(LOG_IN), address


def test_reading_the_pages_changes_no_row(client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    client.post("/konto/totrinn/bekreft/", {"code": app_code()})
    client.post(f"{CODES}nye/")
    before = list(Authenticator.objects.order_by("pk").values())
    entries = AuditEntry.objects.count()

    for address in ("/konto/", "/konto/okter/", FACTORS, CODES, f"{CODES}last-ned/"):
        assert client.get(address).status_code == 200

    assert list(Authenticator.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.count() == entries


def test_recovery_codes_open_once_each(client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    client.post("/konto/totrinn/bekreft/", {"code": app_code()})
    client.post(f"{CODES}nye/")
    codes = client.get(CODES).context["unused_codes"]
    assert len(codes) == 10
    file = client.get(f"{CODES}last-ned/")
    assert "attachment" in file.headers["Content-Disposition"]
    assert codes[0] in file.content.decode()

    first, second = Client(), Client()
    for one in (first, second):
        pass_in(one, user)
        one.post(TYPE_CODE, {"code": codes[0]})
    assert (logged_in(first), logged_in(second)) == (True, False)
    assert len(client.get(CODES).context["unused_codes"]) == 9


def test_recovery_codes_are_shown_after_the_second_step_only(client):
    user = UserFactory(role=RoleGroup.STAFF)
    client.force_login(user)
    for address in (CODES, f"{CODES}last-ned/", f"{CODES}nye/"):
        assert client.get(address).url.startswith(CONFIRM)


def test_what_matters_is_asked_of_a_code_only_person_again(client, code_for):
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    client.post("/konto/kode/", {"email": user.email})
    client.post("/konto/kode/bekreft/", {"code": code_for(user.email)})
    assert b"data-without-passkeys" in client.get("/konto/nokler/ny/").content

    with later(hours=1):
        for address in ("/konto/nokler/ny/", APP, "/konto/e-post/", "/konto/passord/lag/"):
            page = client.get(address)
            assert f"?next={address}" in page.content.decode(), address
        fields = {"password1": "ny-fjord-bratt-7", "password2": "ny-fjord-bratt-7"}
        client.post("/konto/passord/lag/", fields)
        user.refresh_from_db()
        assert not user.has_usable_password()


@pytest.mark.parametrize("prefix", ["/admin/", "/admin/account/?a=1"])
def test_a_log_in_from_before_the_factor_shows_it_first(prefix):
    user = UserFactory(role=RoleGroup.STAFF, factor=False)
    old, new = Client(), Client()
    for client in (old, new):
        pass_in(client, user)
    new.post(CONFIRM, {"password": PASSWORD})
    _answer, page = connect_app(new)

    asked = old.get(prefix)
    assert asked.url.startswith("/konto/totrinn/bekreft/")
    with later(seconds=60):
        code = code_of(page.context["form"].secret)
        assert old.post(asked.url, {"code": code}).url == prefix
        assert old.get(prefix).status_code == 200


def test_who_takes_the_factor_away_is_outside_again(client):
    user = UserFactory(role=RoleGroup.STAFF)
    pass_in(client, user)
    client.post(TYPE_CODE, {"code": app_code()})
    assert client.get("/admin/").status_code == 200

    client.post(CONFIRM, {"password": PASSWORD})
    client.post("/konto/totrinn/app/fjern/")

    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/admin/").url == FACTORS


def test_a_key_of_another_is_not_there(client):
    mine, theirs = UserFactory(), UserFactory()
    key = Authenticator.objects.create(
        user=theirs, type="webauthn", data={"name": "Nøkkel", "credential": {}}
    )
    pass_in(client, mine)
    client.post(CONFIRM, {"password": PASSWORD})

    for address in (f"/konto/nokler/{key.pk}/", f"/konto/nokler/{key.pk}/fjern/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "Min"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


RUBBISH = [
    *("", "{}", "[]", "null", "1", '{"id": 1}', "\x00", "x" * 5000, '{"id": "a", "rawId": "a"}'),
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": null}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "YQ"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "YQ", "signature": "YQ", "userHandle": "MQ", "attestationObject": "YQ"}}',
]


@pytest.mark.parametrize("credential", RUBBISH)
def test_rubbish_for_a_key_is_refused_politely(client, credential):
    address = "/konto/nokler/logg-inn/"
    client.get(address, headers={"accept": "application/json"})
    answer = client.post(address, {"credential": credential, "next": "/om/"})
    assert answer.status_code == 302
    assert answer.url == f"{LOG_IN}?next=%2Fom%2F"
    assert not logged_in(client)

    user = UserFactory(role=RoleGroup.STAFF)
    pass_in(client, user)
    client.get(TYPE_CODE)
    assert client.post(TYPE_CODE, {"credential": credential}).status_code == 200
    assert not logged_in(client)
    client.post(TYPE_CODE, {"code": app_code()})
    client.post(CONFIRM, {"password": PASSWORD})
    client.get("/konto/nokler/ny/")
    assert client.post("/konto/nokler/ny/", {"credential": credential}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_options_of_a_key_name_the_portals_host_and_demand_its_owner(client, settings):
    settings.BASE_URL = "https://portal.test.example"
    answer = client.get("/konto/nokler/logg-inn/", headers={"accept": "application/json"})
    asked = answer.json()["request_options"]["publicKey"]
    assert asked["rpId"] == "portal.test.example"
    assert asked["userVerification"] == "required"


def test_the_owner_is_told_of_each_change_in_their_language(client, mails):
    user = UserFactory(language="nn", role=RoleGroup.STAFF)
    pass_in(client, user)
    client.post(TYPE_CODE, {"code": app_code()})
    client.post(CONFIRM, {"password": PASSWORD})
    client.post("/konto/totrinn/app/fjern/")

    kinds = list(OutgoingMail.objects.order_by("pk").values_list("kind", "language"))
    assert ("mfa/email/totp_deactivated", "nn") in kinds
    assert "/nn/konto/passord/glemt/" in mails(user.email)[-1].get_content()


def test_all_of_it_stands_in_the_log_without_a_secret(client):
    user = UserFactory(role=RoleGroup.STAFF)
    pass_in(client, user)
    client.post(TYPE_CODE, {"code": "999999"})
    client.post(TYPE_CODE, {"code": app_code()})
    client.post(CONFIRM, {"password": PASSWORD})
    client.post("/konto/totrinn/app/fjern/")
    client.post("/konto/logg-ut/")
    Client().post(LOG_IN, {"login": user.email, "password": "hemmelig-gjetning"})
    Client().post(LOG_IN, {"login": "ukjent@test.example", "password": "hemmelig-gjetning"})

    entries = AuditEntry.objects.order_by("pk")
    assert list(entries.values_list("event", "person_id")) == [
        ("account.log_in_failed", user.pk),
        ("account.logged_in", user.pk),
        ("account.factor_removed", user.pk),
        ("account.logged_out", user.pk),
        ("account.log_in_failed", user.pk),
        ("account.log_in_failed", None),
    ]
    assert entries[1].facts == {"how": ["password", "mfa"]}
    assert entries[1].address == "127.0.0.1"
    told = str(list(entries.values()))
    for secret in (TOTP_SECRET, "hemmelig", user.email, "ukjent", "999999", PASSWORD):
        assert secret not in told


def test_an_operator_takes_away_what_was_lost_and_the_person_is_told(mails):
    user = UserFactory(role=RoleGroup.STAFF)
    client = Client()
    pass_in(client, user)
    client.post(TYPE_CODE, {"code": app_code()})

    call_command("remove_second_factors", user.email.upper())

    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/konto/").status_code == 302
    assert AuditEntry.objects.filter(event="account.factors_removed", person_id=user.pk).exists()
    assert len(mails(user.email)) == 1
    with pytest.raises(CommandError):
        call_command("remove_second_factors", "ukjent@test.example")


def test_the_nudge_is_for_those_who_have_no_factor():
    shown = render_to_string("components/second_factor_nudge.html", {"has_factor": False})
    assert FACTORS in shown
    assert not render_to_string("components/second_factor_nudge.html", {"has_factor": True}).strip()


def test_the_language_is_chosen_from_the_list(client):
    user = UserFactory()
    client.force_login(user)
    client.post("/konto/sprak/", {"language": "nn", "email": "ond@test.example", "is_staff": "1"})
    user.refresh_from_db()
    assert (user.language, user.is_staff) == ("nn", False)
    assert user.email != "ond@test.example"
    client.post("/konto/sprak/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "nn"
