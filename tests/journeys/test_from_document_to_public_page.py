"""The whole way: an editor logs in with a code and reads an amended plan in; AU publishes it."""

import re
from email import policy
from email.parser import BytesParser

import pytest

from memberorgs.choices import RoleGroup
from outbox.delivery import deliver_due
from priorities.models import PriorityPage
from tests.factories import PASSWORD, UserFactory, app_code

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SECOND = "/handlingsplan/2026-2027/kommune-og-fylkestingsvalget-2027/"
OLD = "for å påvirke partiene lokalt."
NEW = "for å påvirke alle partiene lokalt."


def newest_mail(settings, to):
    files = sorted(settings.MAIL_DIR.glob("*.eml"))
    mails = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in files]
    return [mail for mail in mails if mail["To"] == to][-1]


def log_in_by_code(client, settings, email):
    client.post("/konto/kode/", {"email": email})
    deliver_due()
    text = newest_mail(settings, email).get_body().get_content()
    code = re.search(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]+)*)\s*$", text, re.M)[1]
    return client.post("/konto/kode/bekreft/", {"code": code})


def test_an_amended_plan_reaches_the_public(client, settings, published_plan, adopted_text):
    editor = UserFactory(role=RoleGroup.EDITOR)
    publisher = UserFactory(role=RoleGroup.PUBLISHER)

    assert log_in_by_code(client, settings, editor.email).url == "/admin/"
    uploaded = client.post(
        "/admin/handlingsplan/les-inn/", {"text": adopted_text.replace(OLD, NEW)}
    )
    preview = client.get(uploaded.url)
    assert "<ins>alle</ins>" in preview.content.decode()
    result = client.post(uploaded.url, {"fingerprint": preview.context["diff"].fingerprint})
    client.post("/konto/logg-ut/")

    body = client.get(SECOND).content.decode()
    assert OLD in body
    assert NEW not in body

    client.post("/konto/logg-inn/", {"login": publisher.email, "password": PASSWORD})
    assert client.post("/konto/totrinn/kode/", {"code": app_code()}).url == "/admin/"
    client.post(result.url)
    client.post("/konto/logg-ut/")
    assert NEW in client.get(SECOND).content.decode()
    assert NEW in client.get("/handlingsplan/2026-2027/").content.decode()
    assert PriorityPage.objects.live().count() == 15
