"""What went out by mail, and codes in it."""

import re
from email import message_from_bytes, policy

import pytest

from outbox import delivery

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
