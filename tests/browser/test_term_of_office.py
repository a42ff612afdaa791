"""A term of office in a real browser: invited, accepted, a passkey, a mailed code, and out."""

import re
from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
import time_machine
from django.utils import timezone

from memberorgs.choices import Role, RoleGroup
from memberorgs.models import Invitation, MemberOrganisation, Term
from outbox.delivery import deliver_due
from tests.browser.test_admin import log_in
from tests.browser.test_passkeys import log_out, make_key, plug_in
from tests.factories import UserFactory, make_kommune

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LEADER, REPORTER = "kari@lag.example", "ola@lag.example"


@pytest.fixture
def newest_mail(settings):
    def read(to):
        deliver_due()
        files = sorted(settings.MAIL_DIR.glob("*.eml"))
        mails = [BytesParser(policy=policy.default).parsebytes(one.read_bytes()) for one in files]
        return [mail for mail in mails if mail["To"] == to][-1].get_body().get_content()

    return read


def link_in(text):
    return "/konto/invitasjon/" + re.search(r"/konto/invitasjon/(\S+)", text)[1]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def accept(page, link, first, last):
    page.goto(link)
    assert fits(page)
    page.fill("#id_first_name", first)
    page.fill("#id_last_name", last)
    page.click("main form:has(#id_first_name) button")
    page.wait_for_url("**/medlem/fjordvik/")


def invite(page, email, role):
    page.goto("/medlem/fjordvik/folk/inviter/")
    assert fits(page)
    page.fill("#id_email", email)
    page.check(f"input[name=role][value={role}]")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/medlem/fjordvik/folk/"))
    assert Invitation.objects.filter(email=email).exists()


def test_a_term_from_the_invitation_to_the_end(
    published_plan, visit, settings, live_server, newest_mail
):
    settings.BASE_URL = live_server.url
    make_kommune("4601", "Bergen")
    desk = visit(width=1280, height=1000)
    page = log_in(desk, UserFactory(role=RoleGroup.STAFF))
    page.goto("/admin/medlemslag/new/")
    page.fill("#id_code", "fjordvik")
    page.fill("#id_name_nb", "Studentparlamentet i Fjordvik")
    page.fill("#id_short_name", "SP Fjordvik")
    page.select_option("#id_kind", "university_college")
    page.select_option("#id_campuses-0-kommune", "4601")
    page.locator("form button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    organisation = MemberOrganisation.objects.get(code="fjordvik")
    invite(page, LEADER, "leader")

    phone = visit(width=360, height=740)
    plug_in(phone)
    accept(phone.page, link_in(newest_mail(LEADER)), "Kari", "Fjord")
    make_key(phone.page)
    log_out(phone.page)
    phone.open("/konto/logg-inn/")
    phone.page.fill("#id_email", LEADER)
    phone.page.click("form.form button")
    phone.page.wait_for_url("**/konto/kode/bekreft/")
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", newest_mail(LEADER), re.M)[1]
    phone.page.fill("#id_code", code)
    phone.page.click("main form button")
    # Who has a passkey shows it after a code too.
    phone.page.wait_for_url(re.compile(r"/medlem/fjordvik/|/konto/totrinn/kode/"))
    if "totrinn" in phone.page.url:
        phone.page.click("form[data-passkey] button")
        phone.page.wait_for_url("**/medlem/fjordvik/")
    invite(phone.page, REPORTER, "reporter")

    other = visit(width=360, height=740)
    accept(other.page, link_in(newest_mail(REPORTER)), "Ola", "Vik")
    assert other.page.goto("/medlem/fjordvik/folk/inviter/").status == 404
    assert other.page.goto("/medlem/fjordvik/").status == 200
    assert fits(other.page)

    term = Term.objects.get(organisation=organisation, role=Role.REPORTER)
    days = (term.ends - timezone.localdate()).days + 1
    # The session lasts thirty days without use; what ends here is the term.
    Term.objects.filter(pk=term.pk).update(ends=timezone.localdate() + timedelta(days=2))
    assert days > 2
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        assert other.page.goto("/medlem/fjordvik/").status == 404
        assert other.page.goto("/medlem/").status == 200
        past = phone.page.goto("/medlem/fjordvik/folk/tidligere/")
        assert past.status == 200
        assert "Ola Vik" in phone.page.inner_text("main")
    assert desk.strangers == phone.strangers == other.strangers == []
