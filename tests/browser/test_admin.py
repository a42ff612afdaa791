"""Wagtail's admin under its content security policy, as an editor uses it."""

import re

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from wagtail.models import TaskState

from content.models import PortalImage
from memberorgs.account import second_factor
from memberorgs.choices import RoleGroup
from priorities.models import Indicator, PriorityPage, StatusChange
from tests.factories import PASSWORD, OrganisationFactory, UserFactory, app_code

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def log_in(window, person):
    page = window.open("/konto/logg-inn/passord/")
    page.fill("#id_login", person.email)
    page.fill("#id_password", PASSWORD)
    page.click("form.form button")
    if second_factor.is_demanded_of(person):
        page.fill("#id_code", app_code())
        page.click("form.form button")
    page.wait_for_url("**/admin/")
    return page


@pytest.fixture
def desk(published_plan, visit):
    """An editor at the desk: the window, its page, and the page of the second priority."""
    editor = UserFactory(role=RoleGroup.EDITOR)
    window = visit(width=1280, height=1000)
    page = log_in(window, editor)
    return window, page, PriorityPage.objects.get(priority__position=2)


def quiet(window):
    """No inline code was refused, no stranger was asked."""
    assert window.strangers == []
    assert window.page.evaluate("window.violations") == []
    assert [one for one in window.complaints if "Content Security Policy" in one] == []


def save(page):
    page.get_by_role("button", name="Lagre kladd").click()
    page.wait_for_load_state("networkidle")


def test_a_date_picker_opens_and_fills_the_norwegian_way(desk):
    window, page, target = desk
    window.open(f"/admin/snippets/priorities/statuschange/add/?priority={target.priority_id}")
    page.select_option("#id_status", "under_way")
    page.fill("#id_reason_nb", "Kravlista er ute.")
    page.select_option("#id_decided_by", "executive_committee")
    page.click("#id_decided_on")
    picker = page.locator(".xdsoft_datetimepicker:visible")
    picker.locator("td.xdsoft_date:not(.xdsoft_other_month)").first.click()
    assert re.fullmatch(r"01\.\d\d\.20\d\d", page.input_value("#id_decided_on"))
    save(page)
    assert StatusChange.objects.get().decided_on.day == 1
    quiet(window)


def test_an_inline_item_is_added(desk):
    window, page, target = desk
    window.open(f"/admin/snippets/priorities/indicator/add/?priority={target.priority_id}")
    page.fill("#id_name_nb", "Kommuner med møte")
    page.fill("#id_unit_nb", "kommuner")
    page.fill("#id_baseline", "0")
    page.fill("#id_baseline_on", "01.08.2026")
    page.fill("#id_target", "58")
    page.click("#id_values-ADD")
    page.fill("#id_values-0-measured_on", "01.11.2026")
    page.fill("#id_values-0-value", "41")
    page.fill("#id_values-0-source_title", "Egen telling")
    save(page)
    assert [value.value for value in Indicator.objects.get().values.all()] == [41]
    quiet(window)


def add_block(page, name):
    page.locator("button.c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def test_an_image_is_picked_and_a_table_is_edited(desk, tmp_path):
    picture = tmp_path / "kort.png"
    Image.new("RGB", (40, 40), "#ffc93c").save(picture)
    PortalImage.objects.create(
        title="Et kort", file=ContentFile(picture.read_bytes(), name="kort.png")
    )
    window, page, target = desk
    window.open(f"/admin/pages/{target.pk}/edit/")
    add_block(page, "Bilde")
    page.locator("[data-chooser-action-choose]").first.click()
    page.locator(
        ".modal-content a.image-choice, .modal-content [data-chooser-modal-choice]"
    ).first.click()
    page.locator("input[name$='alt_text']").fill("Et gult stemmekort")
    add_block(page, "Tabell")
    page.locator(
        "[data-contentpath='body'] button", has_text=re.compile("kolonne|column", re.I)
    ).first.click()
    page.get_by_role("button", name="Tekst", exact=True).or_(
        page.get_by_role("option", name="Tekst", exact=True)
    ).last.click()
    page.locator("[data-contentpath='body'] table input:visible").first.fill("Kommune")
    save(page)
    draft = PriorityPage.objects.get(pk=target.pk).get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == ["image", "table"]
    assert draft.body[0].value["image"].contextual_alt_text == "Et gult stemmekort"
    table = draft.body[1].value
    assert [column["heading"] for column in table.columns] == ["Kommune"]
    quiet(window)


def test_fields_are_no_wider_than_a_phone(published_plan, visit):
    """Wagtail hides what sticks out, so the page itself never seems too wide."""
    old = OrganisationFactory()
    OrganisationFactory(name_nb="Studentparlamentet ved Norges nordligste høgskole og universitet")
    window = visit(width=360, height=800)
    page = log_in(window, UserFactory(role=RoleGroup.STAFF))
    window.open(f"/admin/medlemslag/{old.pk}/etterfolger/")
    fields = page.locator("main").locator("select, input:visible, textarea")
    ends = fields.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert len(ends) >= 3
    assert max(ends) <= 360


def test_a_page_is_submitted_and_its_revisions_are_compared(desk):
    window, page, target = desk
    window.open(f"/admin/pages/{target.pk}/edit/")
    page.fill("#id_title", "Valget i 2027")
    page.get_by_role("button", name=re.compile("Flere|More|Vis", re.I)).last.click()
    page.get_by_role("button", name=re.compile("Godkjenning")).first.click()
    page.wait_for_load_state("networkidle")
    assert TaskState.objects.filter(status="in_progress").count() == 1
    window.open(f"/admin/pages/{target.pk}/revisions/compare/live...latest/")
    assert "Valget i 2027" in page.content()
    quiet(window)


def test_a_page_is_translated_sent_in_and_published(desk, visit):
    window, page, target = desk
    window.open("/admin/rapporter/oversettelser/")
    page.get_by_role("link", name=f"Oversett – {target.title}").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("main form [type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    while page.get_by_role("button", name="Oversett", exact=True).count():
        page.get_by_role("button", name="Oversett", exact=True).first.click()
        page.locator(".js-translation-editor textarea:visible").first.fill("Kommunevalet i 2027")
        page.get_by_role("button", name="Lagre", exact=True).first.click()
        page.locator(".js-translation-editor textarea").first.wait_for(state="detached")
    page.get_by_role("button", name="Send inn til godkjenning").click()
    page.wait_for_load_state("networkidle")
    assert "Sendt inn" in page.locator(".messages").inner_text()
    quiet(window)

    other = visit(width=1280, height=1000)
    page = log_in(other, UserFactory(role=RoleGroup.PUBLISHER))
    page.locator("main a[href*='/edit/']", has_text="Kommunevalet i 2027").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("footer button[value=publish]").click()
    page.wait_for_load_state("networkidle")
    assert "Godkjent og publisert" in page.locator(".messages").inner_text()
    quiet(other)

    reader = visit()
    page = reader.open(f"/nn{target.url}")
    assert page.locator("h1").inner_text() == "Kommunevalet i 2027"
    assert page.locator("html").get_attribute("lang") == "nn"
    reader.all_quiet()
