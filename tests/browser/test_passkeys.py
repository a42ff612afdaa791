"""Passkeys in a real browser, with an authenticator made of software."""

import json

import pytest
from allauth.mfa.models import Authenticator

from memberorgs.choices import RoleGroup
from tests.factories import PASSWORD, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def window(visit, settings, live_server):
    settings.BASE_URL = live_server.url
    return visit(width=360, height=740)


def plug_in(window, **options):
    """An authenticator in the browser; returns a function that changes it."""
    session = window.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **options}})
    number = {"authenticatorId": added["authenticatorId"]}

    def verify(ok):
        session.send("WebAuthn.setUserVerified", {**number, "isUserVerified": ok})

    return verify


def log_in_with_password(window, person):
    page = window.open("/konto/logg-inn/passord/")
    page.fill("#id_login", person.email)
    page.fill("#id_password", PASSWORD)
    page.click("form.form button")
    page.wait_for_load_state()
    return page


def log_out(page):
    page.goto("/konto/logg-ut/")
    page.click("main form button")
    page.wait_for_url(lambda url: "logg-ut" not in url)


def make_key(page, then="**/konto/totrinn/reservekoder/"):
    page.goto("/konto/nokler/ny/")
    if "/bekreft/" in page.url:
        page.fill("#id_password", PASSWORD)
        page.click("main form button")
        page.wait_for_url("**/konto/nokler/ny/")
    page.fill("#id_name", "Telefonen")
    page.click("form[data-passkey] button")
    page.wait_for_url(then)


def test_a_passkey_is_made_and_counts_for_two_factors(window):
    person = UserFactory(role=RoleGroup.STAFF, factor=False)
    plug_in(window)
    page = log_in_with_password(window, person)
    page.goto("/admin/")
    page.wait_for_url("**/konto/totrinn/")
    make_key(page)
    assert page.locator(".codes li").count() == 10
    page.locator("main a.btn", has=page.locator("svg")).first.click()
    page.wait_for_url("**/admin/")
    kept = Authenticator.objects.get(user=person, type="webauthn")
    assert str(kept) == "Telefonen"

    log_out(page)
    window.open("/konto/logg-inn/?next=/admin/account/")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/admin/account/")
    page.wait_for_load_state("networkidle")
    assert page.goto("/admin/").status == 200
    assert window.strangers == []


def test_by_password_the_passkey_is_the_second_step(window):
    person = UserFactory(role=RoleGroup.STAFF, factor=False)
    plug_in(window)
    make_key(log_in_with_password(window, person))
    log_out(window.page)

    page = log_in_with_password(window, person)
    assert page.url.endswith("/konto/totrinn/kode/")
    page.goto("/admin/")
    assert page.url.endswith("/konto/totrinn/kode/")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/admin/")
    window.all_quiet()


def test_a_key_that_does_not_know_its_owner_opens_nothing(window):
    person = UserFactory()
    verify = plug_in(window)
    make_key(log_in_with_password(window, person))
    log_out(window.page)
    verify(False)

    page = window.open("/konto/logg-inn/")
    page.click("form[data-passkey] button")
    page.locator("[data-trouble]").wait_for(state="visible")
    assert page.goto("/konto/").url.split("?")[0].endswith("/konto/logg-inn/")


def test_a_key_that_was_removed_opens_nothing(window):
    person = UserFactory()
    plug_in(window)
    page = log_in_with_password(window, person)
    make_key(page)
    page.goto("/konto/nokler/")
    page.click(".choices .row a:last-child")
    page.click("main form button")
    page.wait_for_url("**/konto/nokler/")
    log_out(page)

    window.open("/konto/logg-inn/?next=/om-portalen/")
    page.click("form[data-passkey] button")
    page.locator(".note.is-lost").wait_for()
    assert "next=%2Fom-portalen%2F" in page.url
    assert page.goto("/konto/").url.split("?")[0].endswith("/konto/logg-inn/")


def test_one_confirms_who_one_is_with_the_key(window):
    person = UserFactory()
    person.set_unusable_password()
    person.save()
    Authenticator.objects.filter(user=person).delete()
    plug_in(window)
    person.set_password(PASSWORD)
    person.save()
    page = log_in_with_password(window, person)
    make_key(page)
    person.set_unusable_password()
    person.save()
    page.context.clear_cookies()
    window.open("/konto/logg-inn/")
    page.click("form[data-passkey] button")
    page.wait_for_url(lambda url: "logg-inn" not in url)

    page.goto("/konto/e-post/")
    assert "/konto/nokler/bekreft/" in page.url
    page.click("form[data-passkey] button")
    page.wait_for_url("**/konto/e-post/")
    assert page.locator("#id_email").is_visible()


def test_without_script_or_keys_the_other_ways_are_there(visit):
    page = visit(java_script_enabled=False).open("/konto/logg-inn/")
    assert not page.locator("form[data-passkey]").is_visible()
    assert page.locator("#id_email").is_visible()

    old = visit()
    old.context.add_init_script("delete window.PublicKeyCredential")
    page = old.open("/konto/logg-inn/")
    assert not page.locator("form[data-passkey]").is_visible()
    assert page.locator("main a.btn").first.is_visible()


def test_a_new_key_is_bound_to_the_portals_name(window):
    person = UserFactory()
    page = log_in_with_password(window, person)
    page.goto("/konto/nokler/ny/")
    page.fill("#id_password", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/konto/nokler/ny/")
    asked = json.loads(page.locator("form[data-make]").get_attribute("data-options"))["publicKey"]
    assert asked["rp"]["id"] == "localhost"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
