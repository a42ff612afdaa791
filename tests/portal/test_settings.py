"""The settings refuse to start half-configured, and say what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "q8t-a-long-secret-of-more-than-fifty-different-characters-XYZ",
    "ALLOWED_HOSTS": "portal.example",
    "BASE_URL": "https://portal.example",
    "EMAIL_URL": "file:///var/mail-of-the-portal",
}


def manage(*arguments, tmp_path, **environment):
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_a_missing_variable_stops_the_start_and_is_named(tmp_path, missing):
    configured = {key: value for key, value in PRODUCTION.items() if key != missing}
    done = manage("check", tmp_path=tmp_path, **configured)
    assert done.returncode == 1
    assert missing in done.stderr
    assert "docs/operating.md" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_nothing_set_it_refuses_and_names_all_four(tmp_path):
    done = manage("check", tmp_path=tmp_path)
    assert done.returncode == 1
    for name in PRODUCTION:
        assert name in done.stderr


def test_a_folder_that_was_made_by_the_demo_is_a_demo(tmp_path):
    (tmp_path / "demo-password").write_text("x")
    done = manage("check", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr


def test_configured_it_passes_the_deploy_check(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr


OIDC = {
    "OIDC_NAME": "Feide",
    "OIDC_ISSUER": "https://issuer.example",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "a-secret",
}


def test_openid_connect_is_configured_with_all_four(tmp_path):
    done = manage("check", tmp_path=tmp_path, **PRODUCTION, **OIDC)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", sorted(OIDC))
def test_openid_connect_half_configured_stops_the_start(tmp_path, missing):
    half = {key: value for key, value in OIDC.items() if key != missing}
    done = manage("check", tmp_path=tmp_path, **PRODUCTION, **half)
    assert done.returncode == 1
    assert missing in done.stderr
    assert "a-secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_issuer_is_asked_over_https(tmp_path):
    plain = OIDC | {"OIDC_ISSUER": "http://issuer.example"}
    done = manage("check", tmp_path=tmp_path, **PRODUCTION, **plain)
    assert done.returncode == 1
    assert "OIDC_ISSUER" in done.stderr


def test_a_malformed_mail_address_stops_the_start_without_showing_its_password(tmp_path):
    url = "smtps://nso:hem/melig@mail.example"
    done = manage("check", tmp_path=tmp_path, **PRODUCTION | {"EMAIL_URL": url})
    assert done.returncode == 1
    assert "EMAIL_URL: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "hem" not in done.stderr + done.stdout
    assert "melig" not in done.stderr + done.stdout


def test_the_password_of_the_mail_server_is_in_no_setting_that_shows(tmp_path):
    url = "smtp+starttls://nso:hemmelig@mail.example"
    done = manage(
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings\n"
        "print({name: getattr(settings, name) for name in dir(settings) if name.isupper()})",
        tmp_path=tmp_path,
        **PRODUCTION | {"EMAIL_URL": url},
    )
    assert "mail.example" in done.stdout
    assert "hemmelig" not in done.stdout + done.stderr


def test_demo_log_ins_are_never_made_outside_the_demo(settings):
    from portal import demo

    settings.DEMO = False
    with pytest.raises(RuntimeError):
        demo.make_logins()
