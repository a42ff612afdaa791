import re
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.throw_away import Place, browser, find_browser, keep, throw_away_portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EDITOR, PUBLISHER = "redaktor@demo.example", "au@demo.example"
DESK = {"width": 1180, "height": 860}
PHONE = {"width": 390, "height": 780}
# Times such as “for 2 minutter siden” would make each run's pictures differ.
STAND_STILL = """() => {
  for (const one of document.querySelectorAll("time, [data-controller~='w-tooltip'] span, td, p")) {
    if (!one.children.length && /\\bsiden$/.test(one.textContent.trim())) one.textContent = "i dag";
  }
}"""


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Takes the pictures of the editors' guide anew, with a real browser in a throw-away demo."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out",
            type=Path,
            default=settings.BASE_DIR / "docs" / "redigere",
            help=_("folder for the pictures"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        program = find_browser()
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="editor-guide-") as folder,
            throw_away_portal(Path(folder)) as place,
            browser(program) as window,
        ):
            tour = Tour(window, place, out)
            for name, scene in SCENES.items():
                size = tour.take(name, scene)
                self.stdout.write(f"  {name}.png  {size // 1024} kB")


class Tour:
    """The way through the admin, one picture after the other; what one makes, the next shows."""

    def __init__(self, window: "Browser", place: Place, out: Path) -> None:
        self.window = window
        self.place = place
        self.out = out

    def take(self, name: str, scene: Callable[["Tour"], "Page"]) -> int:
        """Plays `scene` and keeps what its page shows as `name`.png; returns the size in bytes.

        Raises CommandError when the admin no longer has what the scene looks for.
        """
        from playwright.sync_api import Error

        try:
            page = scene(self)
        except Error as error:
            raise CommandError(
                _("The picture %(name)s can't be taken any more: %(reason)s")
                % {"name": name, "reason": error.message}
            ) from error
        page.evaluate(STAND_STILL)
        size = keep(page, self.out / f"{name}.png")
        page.context.close()
        return size

    def page(self, **window: Any) -> "Page":
        """A new window, logged in as nobody."""
        context = self.window.new_context(
            base_url=self.place.address,
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
            **{"viewport": DESK} | window,
        )
        return context.new_page()

    def logged_in(self, who: str, address: str, **window: Any) -> "Page":
        page = self.page(**window)
        page.goto("/konto/logg-inn/passord/")
        page.fill("#id_login", who)
        page.fill("#id_password", self.place.password)
        page.click("form.form button")
        page.wait_for_url("**/admin/")
        return self.go(page, address)

    def go(self, page: "Page", address: str) -> "Page":
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return page


def show(page: "Page", selector: str) -> None:
    """Scrolls so that what is meant stands in the middle, as far as the form goes."""
    page.locator(selector).last.evaluate("one => one.scrollIntoView({ block: 'center' })")


def edit_page_of(page: "Page", title: str) -> str:
    """The address of the form of the page `title`."""
    page.goto(f"/admin/pages/search/?q={title}")
    link = page.get_by_role("link", name=re.compile(rf"^\s*{re.escape(title)}\s*$")).first
    return link.get_attribute("href") or ""


def set_date(page: "Page", selector: str, day: str) -> None:
    """Fills a date without the calendar, which would cover the form."""
    page.locator(selector).evaluate(
        "(one, day) => { one.value = day; one.dispatchEvent(new Event('change')); }", day
    )


def open_actions(page: "Page") -> None:
    page.get_by_role("button", name="Flere handlinger").last.click()
    page.wait_for_timeout(300)


def log_in(tour: Tour) -> "Page":
    page = tour.page(viewport={"width": DESK["width"], "height": 720})
    page.goto("/konto/logg-inn/")
    page.fill("#id_email", EDITOR)
    return page


def desk(tour: Tour) -> "Page":
    return tour.logged_in(EDITOR, "/admin/")


def priority(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/", viewport={"width": 1180, "height": 1240})
    return tour.go(page, edit_page_of(page, "Kommune- og fylkestingsvalget 2027"))


def progress(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/framdrift/ny/", viewport={"width": 1180, "height": 1000})
    page.get_by_role("link", name="2. Kommune- og fylkestingsvalget 2027").click()
    page.wait_for_load_state("networkidle")
    page.fill("#id_title", "Tre lokalpartier sier ja til kravene")
    set_date(page, "#id_date", "24.11.2026")
    page.fill(
        "#id_intro",
        "Partiene har vedtatt program, og alle fem kravene er med. "
        "Det er de første vedtakene i studiekommunene våre.",
    )
    page.locator("button.c-sf-add-button").last.click()
    page.get_by_role("option", name="Tekst", exact=True).click()
    page.locator("[data-contentpath='body'] [contenteditable='true']").first.click()
    page.keyboard.type("Programmene ble vedtatt forrige uke. Nå spør vi de andre partiene.")
    show(page, "#id_title")
    return page


def image(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/")
    tour.go(page, edit_page_of(page, "Studenthelse og SHoT"))
    page.locator("button.c-sf-add-button").last.click()
    page.get_by_role("option", name="Bilde", exact=True).click()
    block = page.locator("[data-contentpath='body']")
    block.locator("[data-chooser-action-choose]:visible").first.click()
    page.locator(".modal-content").get_by_role("link", name=re.compile("ett kort")).click()
    page.locator(".modal-content").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    show(page, "input[name$='alt_text']")
    return page


def new_status(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/", viewport={"width": 1180, "height": 1180})
    tour.go(page, edit_page_of(page, "Kommune- og fylkestingsvalget 2027"))
    page.get_by_role("link", name="Ny status").click()
    page.wait_for_load_state("networkidle")
    page.select_option("#id_status", "partly")
    page.fill("#id_reason_nb", "Tre lokalpartier har tatt med alle fem kravene i programmet.")
    page.select_option("#id_cause", "compromise")
    set_date(page, "#id_decided_on", "24.11.2026")
    page.select_option("#id_decided_by", "executive_committee")
    page.fill("#id_meeting", "AU-møte 15")
    page.fill("#id_case_number", "97/26")
    open_actions(page)
    show(page, "#id_priority")
    return page


def approve(tour: Tour) -> "Page":
    sender = new_status(tour)
    sender.get_by_role("button", name=re.compile("Send inn til")).click()
    sender.wait_for_load_state("networkidle")
    sender.context.close()
    page = tour.logged_in(PUBLISHER, "/admin/", viewport=PHONE, has_touch=True)
    page.locator("main a[href*='/statuschange/edit/']").first.click()
    page.wait_for_load_state("networkidle")
    open_actions(page)
    return page


def milestone(tour: Tour) -> "Page":
    page = tour.logged_in(PUBLISHER, "/admin/", viewport={"width": 1180, "height": 1000})
    tour.go(page, edit_page_of(page, "Kommune- og fylkestingsvalget 2027"))
    page.get_by_role("link", name="Oversikten over hva partiene svarer").click()
    page.wait_for_load_state("networkidle")
    set_date(page, "#id_planned_on", "10.05.2027")
    page.fill("#id_moved_reason_nb", "Flere partier vedtar program etter påske.")
    page.keyboard.press("Tab")
    return page


def corrections(tour: Tour) -> "Page":
    page = tour.page()
    return tour.go(page, "/framdrift/rettelser/")


def compare(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/")
    address = edit_page_of(page, "Velferdstilbudet")
    tour.go(page, address)
    page.fill("#id_title", "Velferdstilbudet der du studerer")
    page.get_by_role("button", name="Lagre kladd").click()
    page.wait_for_load_state("networkidle")
    return tour.go(page, address.replace("/edit/", "/revisions/compare/live...latest/"))


def schedule(tour: Tour) -> "Page":
    page = tour.logged_in(PUBLISHER, "/admin/")
    tour.go(page, edit_page_of(page, "Landsstyrehelgene"))
    page.locator("button[data-a11y-dialog-show='schedule-publishing-dialog']").first.evaluate(
        "one => one.click()"
    )
    set_date(page, "#id_go_live_at", "07.12.2026 08:00")
    page.wait_for_timeout(300)
    return page


def read_in(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/handlingsplan/les-inn/")
    text = (settings.BASE_DIR / "priorities/data/handlingsplan-2026-2027.md").read_text("utf-8")
    page.fill(
        "textarea", text.replace("statsbudsjettprioritering.", "prioriteringer i statsbudsjettet.")
    )
    page.get_by_role("button", name="Les dokumentet").click()
    page.wait_for_load_state("networkidle")
    return page


def translate(tour: Tour) -> "Page":
    page = tour.logged_in(EDITOR, "/admin/rapporter/oversettelser/", viewport=DESK)
    page.get_by_role("link", name="Oversett – Velferdstilbudet").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("main form [type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    editor = page.locator(".js-translation-editor")
    editor.get_by_role("button", name="Oversett", exact=True).first.click()
    editor.locator("textarea:visible").fill("Velferdstilbodet")
    editor.get_by_role("button", name="Lagre", exact=True).first.click()
    editor.locator("textarea").wait_for(state="detached")
    editor.get_by_role("button", name="Oversett", exact=True).first.click()
    editor.locator("textarea:visible").fill("Studentar lever ulike liv.")
    show(page, ".js-translation-editor textarea")
    return page


def translations(tour: Tour) -> "Page":
    return tour.logged_in(EDITOR, "/admin/rapporter/oversettelser/", viewport=DESK)


# File name → what the picture shows. The order matters: a status is proposed, then approved.
SCENES: dict[str, Callable[[Tour], "Page"]] = {
    "01-logg-inn": log_in,
    "02-skrivebordet": desk,
    "03-prioritering": priority,
    "04-framdrift": progress,
    "05-bilde": image,
    "06-status": new_status,
    "07-godkjenn": approve,
    "08-milepael": milestone,
    "09-rettelser": corrections,
    "10-sammenlign": compare,
    "11-planlegg": schedule,
    "12-les-inn": read_in,
    "13-oversettelser": translations,
    "14-oversett": translate,
}
