"""The whole way: an organisation is made, its leader invited, works, and is out when it is over."""

import re
from datetime import datetime
from email import policy
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client

from foundation.audit.models import AuditEntry
from memberorgs.choices import Role, RoleGroup
from memberorgs.models import MemberOrganisation, Term, User
from outbox.delivery import deliver_due
from tests.factories import UserFactory, make_kommune

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

OSLO = ZoneInfo("Europe/Oslo")
LEADER, REPORTER = "kari@lag.example", "ola@lag.example"
FACTS = {
    "code": "fjordvik",
    "name_nb": "Studentparlamentet i Fjordvik",
    "name_nn": "",
    "name_en": "",
    "short_name": "SP Fjordvik",
    "kind": "university_college",
    "elects_in": "spring",
    "terms_begin_day": "1",
    "terms_begin_month": "7",
    "language": "nb",
    "mailbox": "post@lag.example",
    "website": "",
    "membership_evidence": "",
    "campuses-TOTAL_FORMS": "1",
    "campuses-INITIAL_FORMS": "0",
    "campuses-0-kommune": "4601",
    "campuses-0-position": "0",
    "student_counts-TOTAL_FORMS": "0",
    "student_counts-INITIAL_FORMS": "0",
    "social_links-TOTAL_FORMS": "0",
    "social_links-INITIAL_FORMS": "0",
}


def mails(settings, to):
    """The texts of those that arrived, the oldest first."""
    deliver_due()
    files = sorted(settings.MAIL_DIR.glob("*.eml"))
    read = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in files]
    return [mail.get_body().get_content() for mail in read if mail["To"] == to]


def invitation_in(text):
    link = re.search(r"https?://\S+/konto/invitasjon/\S+", text)[0]
    return link.removeprefix(django_settings.BASE_URL)


def code_in(text):
    return re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", text, re.M)[1]


def at(*moment):
    return time_machine.travel(datetime(*moment, tzinfo=OSLO), tick=True)


def accept(client, link, first, last):
    assert client.get(link).status_code == 200
    return client.post(
        link, {"press": "new", "first_name": first, "last_name": last, "language": "nb"}
    )


def test_from_an_invitation_to_the_day_after_the_term(client, settings, published_plan):
    make_kommune("4601")
    staff, leader, reporter = Client(), Client(), Client()

    with at(2027, 6, 3, 12):
        staff.force_login(UserFactory(role=RoleGroup.STAFF))
        assert staff.post("/admin/medlemslag/new/", FACTS).status_code == 302
        organisation = MemberOrganisation.objects.get(code="fjordvik")
        assert client.get("/medlemslag/fjordvik/").status_code == 404
        staff.post(f"/admin/medlemslag/{organisation.pk}/bekreft/", {"answer": "yes"})
        assert client.get("/medlemslag/fjordvik/").status_code == 200
        office = {"role": "leader", "title": "leder", "begins": "01.07.2027", "ends": "30.06.2028"}
        invited = staff.post("/medlem/fjordvik/folk/inviter/", {"email": LEADER, **office})
        assert invited.status_code == 302
        link = invitation_in(mails(settings, LEADER)[-1])

    with at(2027, 7, 2, 9):
        # Thirty days later, and within the first fortnight of the term.
        assert accept(leader, link, "Kari", "Fjord").status_code == 302
        assert leader.get("/medlem/", follow=True).request["PATH_INFO"] == "/medlem/fjordvik/"
        leader.post("/konto/logg-ut/")
        leader.post("/konto/kode/", {"email": LEADER})
        code = code_in(mails(settings, LEADER)[-1])
        assert leader.post("/konto/kode/bekreft/", {"code": code}).url == "/medlem/"
        leader.post(
            "/medlem/fjordvik/folk/inviter/",
            {"email": REPORTER, **office, "role": "reporter", "title": ""},
        )
        accept(reporter, invitation_in(mails(settings, REPORTER)[-1]), "Ola", "Vik")
        assert reporter.get("/medlem/fjordvik/").status_code == 200
        assert reporter.get("/medlem/fjordvik/folk/inviter/").status_code == 404

    with at(2027, 7, 20, 9):
        # The session is open all the time; the last day of the term is the last that it counts.
        assert reporter.get("/medlem/fjordvik/").status_code == 200
        term = Term.objects.get(role=Role.REPORTER)
        leader.post(f"/medlem/fjordvik/folk/{term.pk}/avslutt/", {"press": "end"})
        term.refresh_from_db()
        assert term.is_over()
        assert reporter.get("/medlem/fjordvik/").status_code == 404
        assert reporter.get("/medlem/").status_code == 200

    with at(2028, 7, 1, 0, 1):
        staff.force_login(User.objects.get(groups__name=RoleGroup.STAFF))
        past = staff.get("/medlem/fjordvik/folk/tidligere/").content.decode()
        assert "Kari Fjord" in past
        assert "Ola Vik" in past
        history = staff.get("/medlem/fjordvik/folk/historikk/").content.decode()
        assert "Kari Fjord" in history
    told = set(AuditEntry.objects.in_organisation("fjordvik").values_list("event", flat=True))
    assert {
        "organisation.made",
        "organisation.confirmed",
        "invitation.made",
        "invitation.accepted",
        "term.ended",
    } <= told


def test_on_the_first_day_after_the_term_the_open_session_is_out(settings):
    make_kommune("4601")
    staff, leader = Client(), Client()
    with at(2027, 6, 20, 12):
        staff.force_login(UserFactory(role=RoleGroup.STAFF))
        staff.post("/admin/medlemslag/new/", FACTS)
        office = {"role": "leader", "title": "", "begins": "20.06.2027", "ends": "30.06.2027"}
        staff.post("/medlem/fjordvik/folk/inviter/", {"email": LEADER, **office})
        accept(leader, invitation_in(mails(settings, LEADER)[-1]), "Kari", "Fjord")
    with at(2027, 6, 30, 23, 59):
        assert leader.get("/medlem/fjordvik/").status_code == 200
    with at(2027, 7, 1, 0, 1):
        assert leader.get("/medlem/fjordvik/").status_code == 404
        assert leader.get("/medlem/fjordvik/folk/").status_code == 404
        assert leader.get("/medlem/").status_code == 200
    assert Term.objects.get().person.get_full_name() == "Kari Fjord"
