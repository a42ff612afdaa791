"""OpenID Connect, with an issuer on this machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from foundation.audit.models import AuditEntry
from memberorgs.choices import RoleGroup
from memberorgs.models import User
from tests.factories import UserFactory, app_code

LOG_IN = "/konto/oidc/"
ANSWER = "/konto/oidc/svar/"

pytestmark = pytest.mark.django_db


class Issuer:
    """Says whatever `claims` say, in token and userinfo alike; `token` and `info` override."""

    def __init__(self):
        self.claims = {"sub": "1", "email": "kari@test.example", "email_verified": True}
        self.token, self.info = {}, {}
        self.broken = False
        self.asked = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                self.reply(issuer.answer(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                issuer.asked.append(parse_qs(body))
                self.reply(issuer.answer(self.path))

            def reply(self, found):
                body = json.dumps(found).encode()
                self.send_response(500 if issuer.broken else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, path):
        if path == "/token":
            now = int(time.time())
            told = {"iss": self.address, "aud": "portal", "iat": now, "exp": now + 60}
            token = jwt.encode({**told, **self.claims, **self.token}, "k" * 32, "HS256")
            return {"access_token": "a", "token_type": "Bearer", "id_token": token}
        if path == "/userinfo":
            return {**self.claims, **self.info}
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def issuer(settings):
    issuer = Issuer()
    provider = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    app = {**provider["APPS"][0], "settings": {"server_url": issuer.address}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**provider, "APPS": [app]}}
    yield issuer
    issuer.stop()


def go_and_come_back(client, issuer, prefix="", **fields):
    sent = client.post(f"{prefix}{LOG_IN}", fields)
    assert sent.status_code == 302, sent.content
    asked = parse_qs(urlsplit(sent.url).query)
    assert sent.url.startswith(f"{issuer.address}/authorize")
    assert asked["redirect_uri"] == [f"http://testserver{ANSWER}"]
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(ANSWER, {"code": "c", "state": asked["state"][0]})


def logged_in(client):
    return "_auth_user_id" in client.session


def test_one_who_has_a_log_in_with_the_address_comes_in(client, issuer):
    user = UserFactory(email="kari@test.example")
    answer = go_and_come_back(client, issuer, next="/handlingsplan/")
    assert (answer.status_code, answer.url) == (302, "/handlingsplan/")
    assert client.session["_auth_user_id"] == str(user.pk)
    entry = AuditEntry.objects.get(event="account.logged_in")
    assert entry.facts == {"how": ["socialaccount"]}
    assert issuer.asked[0]["code_verifier"]


def test_its_session_is_a_new_one(client, issuer, settings):
    UserFactory(email="kari@test.example")
    sent = client.post(LOG_IN)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    state = parse_qs(urlsplit(sent.url).query)["state"][0]
    client.get(ANSWER, {"code": "c", "state": state})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("target", ["https://ond.example/", "//ond.example/", "javascript:x"])
def test_the_way_back_stays_in_the_portal(client, issuer, target):
    UserFactory(email="kari@test.example")
    assert go_and_come_back(client, issuer, next=target).url == "/"


@pytest.mark.parametrize(
    "told",
    [
        {"email": "ukjent@test.example"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
        {"email": ["kari@test.example"]},
        {"email": "stengt@test.example"},
    ],
)
def test_nobody_else_comes_in_and_nobody_is_made(client, issuer, told):
    UserFactory(email="kari@test.example")
    UserFactory(email="stengt@test.example", is_active=False)
    before = User.objects.count()
    issuer.claims |= told

    answer = go_and_come_back(client, issuer)

    assert answer.status_code == 403
    assert answer.content.count(b"<h1") == 1
    assert not logged_in(client)
    assert User.objects.count() == before


@pytest.mark.parametrize(
    "token", [{"sub": "2"}, {"aud": "other"}, {"iss": "https://ond.example"}, {"exp": 1}]
)
def test_a_token_that_is_not_for_us_opens_nothing(client, issuer, token):
    UserFactory(email="kari@test.example")
    issuer.token = token
    assert go_and_come_back(client, issuer).status_code == 403
    assert not logged_in(client)


def test_a_password_that_one_has_stays(client, issuer):
    user = UserFactory(email="kari@test.example")
    go_and_come_back(client, issuer)
    user.refresh_from_db()
    assert user.has_usable_password()


def test_the_second_step_is_asked_for_all_the_same(client, issuer):
    UserFactory(email="kari@test.example", role=RoleGroup.STAFF)
    assert go_and_come_back(client, issuer).url == "/konto/totrinn/kode/"
    assert not logged_in(client)
    client.post("/konto/totrinn/kode/", {"code": app_code()})
    assert logged_in(client)


@pytest.mark.parametrize(
    "query", [{}, {"code": "c"}, {"code": "c", "state": "x"}, {"error": "access_denied"}]
)
def test_an_answer_that_nobody_asked_for_opens_nothing(client, issuer, query):
    UserFactory(email="kari@test.example")
    client.post(LOG_IN)
    answer = client.get(ANSWER, query)
    assert answer.status_code == 403
    assert b"<h1" in answer.content
    assert not logged_in(client)


def test_an_issuer_that_does_not_answer_is_told_politely(client, issuer):
    sent = client.post(LOG_IN)
    state = parse_qs(urlsplit(sent.url).query)["state"][0]
    issuer.broken = True
    answer = client.get(ANSWER, {"code": "c", "state": state})
    assert answer.status_code == 403
    assert client.post(LOG_IN).status_code == 403


def test_the_state_of_another_browser_opens_nothing(client, issuer):
    UserFactory(email="kari@test.example")
    state = parse_qs(urlsplit(client.post(LOG_IN).url).query)["state"][0]
    other = Client()
    assert other.get(ANSWER, {"code": "c", "state": state}).status_code == 403
    assert not logged_in(other)


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_the_button_is_there_and_asks_by_post(client, issuer, prefix):
    text = client.get(f"{prefix}/konto/logg-inn/").content.decode()
    assert f'action="{prefix}/konto/oidc/"' in text
    assert "Prøvefeide" in text
    assert client.get(f"{prefix}{LOG_IN}").content.count(b"<h1") == 1


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_switched_off_there_is_no_trace_of_it(client, settings, prefix):
    settings.OIDC_ENABLED = False
    assert "oidc" not in client.get(f"{prefix}/konto/logg-inn/").content.decode()
    for address in (f"{prefix}{LOG_IN}", ANSWER):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
