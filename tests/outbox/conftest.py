import os
import signal
import uuid
from email import message_from_bytes, policy

import pytest
from django.db import connections

from outbox.actions import enqueue
from outbox.email_url import MailServer
from tests.outbox.sink import Sink


@pytest.fixture
def queue_mail():
    """Put a mail in the outbox; what a test does not name is plain."""

    def make(**changes):
        fields = {
            "kind": "test",
            "key": f"test/{uuid.uuid4()}",
            "to": "kari@test.example",
            "subject": "Møte på torsdag",
            "body": "Hei!\n\nVi møtes klokka 12.",
        }
        return enqueue(**fields | changes)

    return make


@pytest.fixture
def folder(settings):
    """The mail folder, and what lies in it."""

    class Folder:
        path = settings.MAIL_DIR

        def files(self):
            return sorted(self.path.glob("*.eml")) if self.path.exists() else []

        def mails(self):
            return [
                message_from_bytes(path.read_bytes(), policy=policy.default)
                for path in self.files()
            ]

        def the_mail(self):
            [mail] = self.mails()
            return mail

    return Folder()


@pytest.fixture
def in_process():
    """Run `work` in a process of its own; returns how it ended, as os.waitstatus_to_exitcode."""

    def run(work):
        connections.close_all()
        child = os.fork()
        if child == 0:
            try:
                work()
            finally:
                os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return run


@pytest.fixture
def sink(settings):
    """A mail server of our own, which EMAIL_URL names. Timeouts are those of an impatient one."""
    with Sink() as sink:
        settings.MAIL_SERVER = MailServer("127.0.0.1", sink.port, timeout=1.0)
        yield sink


def die(*args, **kwargs):
    """Stands in for a step: the process is gone before it."""
    os.kill(os.getpid(), signal.SIGKILL)
