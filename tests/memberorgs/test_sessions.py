"""How long a log-in lasts, the list of places, and notices of new ones."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.audit import personal_data, retention
from foundation.audit.models import AuditEntry
from memberorgs.account import devices, sessions
from memberorgs.choices import RoleGroup
from outbox.models import OutgoingMail
from tests.factories import PASSWORD, UserFactory

LOG_IN = "/konto/logg-inn/"
PLACES = "/konto/okter/"
DAY = 24 * 3600
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def pass_in(user, agent=FIREFOX, client=None):
    client = client or Client(headers={"user-agent": agent})
    client.post(LOG_IN, {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/konto/").status_code == 200


@pytest.mark.parametrize(
    ("kind", "longest"),
    [
        ({}, 30 * DAY),
        ({"role": RoleGroup.INSIGHT}, 30 * DAY),
        ({"role": RoleGroup.EDITOR}, 12 * 3600),
    ],
)
def test_who_is_away_too_long_is_logged_out(clock, kind, longest):
    stays, leaves = (pass_in(UserFactory(**kind)) for _ in range(2))

    clock.shift(longest - 60)
    assert is_in(stays)
    clock.shift(120)
    assert not is_in(leaves)
    assert is_in(stays)


def test_nothing_is_shown_to_a_log_in_that_has_run_out(clock):
    client = pass_in(UserFactory(role=RoleGroup.EDITOR))
    assert client.get("/admin/").status_code == 200
    clock.shift(12 * 3600 + 1)
    assert client.get("/admin/").url.startswith(LOG_IN)
    assert client.post("/konto/okter/").url.startswith(LOG_IN)


def test_the_longest_log_in_ends_though_one_comes_each_day(clock):
    client = pass_in(UserFactory())
    for _ in range(89):
        clock.shift(DAY)
        assert is_in(client)
    clock.shift(DAY)
    assert not is_in(client)


def test_the_longest_log_in_ends_whatever_the_row_of_the_session_says(clock):
    client = pass_in(UserFactory())
    for _ in range(3):
        clock.shift(29.9 * DAY)
        assert is_in(client)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=9))
    clock.shift(DAY)
    assert not is_in(client)


def test_a_visit_is_put_down_once_an_hour(clock):
    client = pass_in(UserFactory())
    row = UserSession.objects.get()

    def writes():
        with CaptureQueriesContext(connection) as queries:
            client.get("/konto/")
        return [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]

    clock.shift(3500)
    assert writes() == []
    clock.shift(101)
    assert any("usersession" in sql for sql in writes())
    assert writes() == []
    seen = UserSession.objects.get(pk=row.pk).last_seen_at
    assert seen == timezone.now()


def test_the_list_says_in_plain_words_where_one_is(client):
    user = UserFactory()
    here = pass_in(user)
    pass_in(user, SAFARI)
    pass_in(UserFactory(), SAFARI)

    places = here.get(PLACES).context["places"]

    assert [(str(one.device.browser), one.device.system, one.is_here) for one in places] == [
        ("Safari", "iPhone", False),
        ("Firefox", "Windows", True),
    ]


def test_one_place_is_ended_and_the_rest_go_on():
    user = UserFactory()
    here, phone, other = pass_in(user), pass_in(user, SAFARI), pass_in(user)
    [row] = [one for one in here.get(PLACES).context["places"] if one.device.system == "iPhone"]

    assert here.get(f"{PLACES}?end={row.pk}").status_code == 200
    assert is_in(phone)
    here.post(PLACES, {"end": row.pk})

    assert (is_in(here), is_in(phone), is_in(other)) == (True, False, True)
    assert AuditEntry.objects.filter(event="account.sessions_ended").count() == 1


def test_all_places_but_this_one_are_ended():
    user = UserFactory()
    here, *others = pass_in(user), pass_in(user, SAFARI), pass_in(user)
    stranger = pass_in(UserFactory())

    here.post(PLACES)

    assert is_in(here)
    assert is_in(stranger)
    assert not any(is_in(one) for one in others)


def test_a_place_of_another_is_not_there():
    mine, theirs = pass_in(UserFactory()), pass_in(UserFactory())
    row = UserSession.objects.order_by("-pk").first()
    own = UserSession.objects.order_by("pk").first()

    for number in (row.pk, own.pk, 10**9, 10**30, "x", "²", "-1", ""):
        assert mine.post(PLACES, {"end": number}).status_code == 404, number
    assert is_in(theirs)
    assert is_in(mine)


def test_many_places_come_in_pages_at_the_same_cost():
    user = UserFactory()
    here = pass_in(user)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            here.get(PLACES)
        return len(queries)

    here.get(PLACES)
    before = cost()
    for _ in range(24):
        # A browser that was here before has a count of its own at the log-in's limits.
        pass_in(user, client=Client(headers={"user-agent": SAFARI}))
    assert len(here.get(PLACES).context["places"]) == 20
    assert len(here.get(f"{PLACES}?side=2").context["places"]) == 5
    assert here.get(f"{PLACES}?side=x").status_code == 200
    assert cost() <= before + 1


@pytest.mark.parametrize("way", ["change", "reset"])
def test_a_new_password_logs_out_everywhere_else(way, code_for):
    user = UserFactory()
    here, phone = pass_in(user), pass_in(user, SAFARI)
    new = {"password1": "ny-fjord-bratt-7", "password2": "ny-fjord-bratt-7"}
    if way == "change":
        here.post("/konto/passord/bytt/", {"oldpassword": PASSWORD, **new})
        assert is_in(here)
    else:
        stranger = Client()
        stranger.post("/konto/passord/glemt/", {"email": user.email})
        stranger.post("/konto/passord/glemt/kode/", {"code": code_for(user.email)})
        stranger.post("/konto/passord/glemt/nytt/", new)
        assert not is_in(here)
    assert not is_in(phone)
    assert UserSession.objects.count() == (1 if way == "change" else 0)
    assert AuditEntry.objects.filter(event="account.password_changed").count() == 1


def test_a_log_in_gets_a_new_session_key_each_time():
    user = UserFactory()
    client = Client()
    name = django_settings.SESSION_COOKIE_NAME
    keys = set()
    for _ in range(3):
        pass_in(user, client=client)
        keys.add(client.cookies[name].value)
        client.post("/konto/logg-ut/")
    assert len(keys) == 3
    assert not Session.objects.filter(session_key__in=keys).exists()


def new_device_mails(user):
    return OutgoingMail.objects.filter(kind="account/email/new_device", to=user.email).count()


def test_a_browser_that_is_new_is_told_of_once_and_the_first_log_in_never():
    user = UserFactory()
    home = pass_in(user)
    assert new_device_mails(user) == 0

    phone = pass_in(user, SAFARI)
    assert new_device_mails(user) == 1
    for client in (home, phone):
        client.post("/konto/logg-ut/")
        pass_in(user, client=client)
    assert new_device_mails(user) == 1


def test_a_browser_is_known_for_its_people_only():
    one, other = UserFactory(last_login=timezone.now()), UserFactory(last_login=timezone.now())
    client = pass_in(one)
    client.post("/konto/logg-ut/")
    pass_in(other, client=client)
    assert (new_device_mails(one), new_device_mails(other)) == (1, 1)
    client.post("/konto/logg-ut/")
    pass_in(one, client=client)
    assert new_device_mails(one) == 1


def test_the_mark_of_a_browser_tells_nobody_who_it_is_and_is_well_guarded(settings):
    user = UserFactory()
    cookie = pass_in(user).cookies[f"known-{django_settings.PORT}"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert user.email not in cookie.value
    settings.HTTPS = True
    cookie = pass_in(user).cookies["__Host-known"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_the_mail_about_a_new_browser_says_which_and_links_to_the_portal(mailed, settings):
    user = UserFactory(last_login=timezone.now())
    pass_in(user)
    [text] = mailed(user.email)
    assert "Firefox" in text
    assert "Windows" in text
    assert f"{settings.BASE_URL}/konto/passord/glemt/" in text


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (FIREFOX, "Firefox", "Windows"),
        (SAFARI, "Safari", "iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Edge",
            "Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 "
            "(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
            "Chrome",
            "Mac",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1",
            "Chrome",
            "iPad",
        ),
        ("curl/8.0", "", ""),
        ("", "", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent, browser, system):
    found = devices.read(agent)
    assert (found.browser, found.system) == (browser, system)
    assert str(found)


def test_sessions_that_ran_out_are_removed_by_the_nightly_job(clock):
    user = UserFactory()
    pass_in(user)
    clock.shift(10 * DAY)
    stays = pass_in(user)
    clock.shift(22 * DAY)
    [rule] = [one for one in retention.rules() if one.code == "session"]

    assert rule.run(dry_run=True) == 1
    assert Session.objects.count() == 2
    assert rule.run() == 1
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)
    assert is_in(stays)
    assert rule.run() == 0


def test_what_the_tables_hold_about_a_person_is_told_and_erased():
    user = UserFactory(factor=True)
    pass_in(user)
    sessions_of = {one.model: one for one in personal_data.holdings()}
    factors = list(sessions_of["mfa.Authenticator"].rows(user))
    assert [next(iter(one.values())) for one in factors] == ["totp"]
    assert "secret" not in str(factors)
    for model in ("account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession"):
        holding = sessions_of[model]
        holding.erase(user)
        assert list(holding.rows(user)) == []
        assert holding.fields <= {one.name for one in holding.model_class()._meta.get_fields()}


def test_a_session_from_before_times_were_kept_begins_when_it_is_seen(clock):
    client = pass_in(UserFactory())
    session = client.session
    for key in (sessions.BEGUN, sessions.SEEN):
        del session[key]
    session.save()
    assert is_in(client)
    assert client.session[sessions.BEGUN] == int(timezone.now().timestamp())
