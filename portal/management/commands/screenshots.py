import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.throw_away import browser, find_browser, keep, throw_away_portal

PLAN = "/handlingsplan/2026-2027/"
# The paints of the brand must not bleed into each other.
COLOURS = 256


class Picture(NamedTuple):
    address: str
    width: int = 1280
    height: int = 860


# File name → what the picture shows.
PICTURES = {
    "forside": Picture("/"),
    "handlingsplan": Picture(PLAN),
    "prioritering": Picture(f"{PLAN}kommune-og-fylkestingsvalget-2027/"),
    "framdrift": Picture("/framdrift/"),
    "forside-telefon": Picture("/", 360, 740),
}


class Command(BaseCommand):
    help = gettext_lazy(  # type: ignore[assignment]
        "Takes the pictures of the public pages anew, with a real browser in a throw-away demo."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out",
            type=Path,
            default=settings.BASE_DIR / "docs" / "bilder",
            help=_("folder for the pictures"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        program = find_browser()
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="screenshots-") as folder,
            throw_away_portal(Path(folder)) as place,
            browser(program) as window,
        ):
            for name, picture in PICTURES.items():
                page = window.new_page(
                    base_url=place.address,
                    locale="nb-NO",
                    timezone_id="Europe/Oslo",
                    reduced_motion="reduce",
                    viewport={"width": picture.width, "height": picture.height},
                )
                answer = page.goto(picture.address)
                if answer is None or not answer.ok:
                    raise CommandError(
                        _("There is no page at %(address)s.") % {"address": picture.address}
                    )
                size = keep(page, out / f"{name}.png", colours=COLOURS)
                page.close()
                self.stdout.write(f"  {name}.png  {size // 1024} kB")
