"""Organisations, people and the mails that went out."""

import re
from email import message_from_bytes, policy

import pytest
from django.conf import settings as django_settings

from outbox import delivery
from outbox.models import OutgoingMail

CODE = re.compile(r"^\s*([0-9A-Z]{3,}(?:-?[0-9A-Z]{3,})*)\s*$", re.MULTILINE)


@pytest.fixture
def mails(settings):
    """Deliver what waits; all mails that have gone out to an address, the oldest first."""

    def read(address):
        delivery.sweep()
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(settings.MAIL_DIR.glob("*.eml"))
        ]
        return [mail for mail in found if mail["To"] == address]

    return read


@pytest.fixture
def mailed(mails):
    """The texts of them."""

    def read(address):
        return [mail.get_content() for mail in mails(address)]

    return read


@pytest.fixture
def code_for(mailed):
    def read(address):
        return CODE.search(mailed(address)[-1])[1]

    return read


@pytest.fixture
def link_to():
    """The path of the link in the newest invitation to an address."""

    def read(address):
        mail = OutgoingMail.objects.filter(kind="invitation", to=address).latest("created_at")
        found = re.search(r"https?://\S+/konto/invitasjon/\S+", mail.body)[0]
        return found.removeprefix(django_settings.BASE_URL)

    return read


@pytest.fixture
def mails_to():
    """Kinds of the mails to an address, in order."""

    def read(address):
        return list(
            OutgoingMail.objects.filter(to=address)
            .order_by("created_at")
            .values_list("kind", flat=True)
        )

    return read
