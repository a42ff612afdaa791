"""Whom to tell about a hole."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from wagtail.models import Site

from content.models import SiteFacts

pytestmark = pytest.mark.django_db

ADDRESS = "/.well-known/security.txt"


def set_mail(address):
    site = Site.objects.get(is_default_site=True)
    SiteFacts.objects.update_or_create(site=site, defaults={"email": address})


def fields_of(client):
    response = client.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines if line)
    assert len(fields) == len([line for line in lines if line])
    return fields


@pytest.mark.parametrize("day", ["2026-11-25", "2027-03-28", "2028-02-29", "2031-12-31"])
def test_it_is_valid_on_any_day(client, day):
    set_mail("post@nso.example")
    now = datetime.fromisoformat(f"{day}T22:30:00").replace(tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        fields = fields_of(client)
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=178) < expires - now < timedelta(days=182)
    assert fields["Contact"] == "mailto:post@nso.example"
    assert fields["Preferred-Languages"] == "nb, en"
    assert fields["Canonical"] == f"http://localhost:8000{ADDRESS}"


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("sikkerhet@nso.example", "mailto:sikkerhet@nso.example"),
        ("https://nso.example/si-fra", "https://nso.example/si-fra"),
        ("mailto:a@nso.example", "mailto:a@nso.example"),
        ("a@nso.example\nExpires: 1999-01-01T00:00:00Z", "mailto:a@nso.example"),
        ("https://nso.example/\nExpires: 1999-01-01T00:00:00Z", "https://nso.example/"),
    ],
)
def test_the_operators_contact_comes_first(client, settings, given, contact):
    set_mail("post@nso.example")
    settings.SECURITY_CONTACT = given
    assert fields_of(client)["Contact"] == contact


def test_without_a_contact_there_is_no_file_and_health_warns(client):
    set_mail("")
    assert client.get(ADDRESS).status_code == 404
    (warning,) = client.get("/helse/klar").json()["advarsler"]
    assert "SECURITY_CONTACT" in warning
    set_mail("post@nso.example")
    assert "advarsler" not in client.get("/helse/klar").json()
