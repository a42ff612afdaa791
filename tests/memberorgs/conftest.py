"""Organisations, people and the mails that went out."""

import re

import pytest
from django.conf import settings as django_settings

from outbox.models import OutgoingMail


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
