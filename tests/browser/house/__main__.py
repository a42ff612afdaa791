"""What the demo lacks and a page may have: a priority without anything, every block, a page 2."""

import os
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.browser.house.settings")
django.setup()

from content.models import PortalDocument, PortalImage  # noqa: E402
from home.models import HomePage, StandardPage  # noqa: E402
from priorities.models import (  # noqa: E402
    Correction,
    Indicator,
    Milestone,
    NewsIndexPage,
    PriorityPage,
    ProgressUpdatePage,
    StatusChange,
)
from tests.browser.house.names import ALL_BLOCKS, BARE  # noqa: E402

NEWS = 12

TABLE = {
    "columns": [{"type": "text", "heading": "Sted"}, {"type": "number", "heading": "Boliger"}],
    "rows": [{"values": ["Fjordvik", "12"]}, {"values": ["Storskog", "1 204"]}],
    "caption": "Boliger i to studiekommuner",
}


def strip(page):
    """The priority as it is on the day it is adopted: its words, and nothing else."""
    for model in (StatusChange, Milestone, Indicator):
        for row in model.objects.filter(priority=page.priority):
            row.unpublish()
    Correction.objects.filter(priority=page.priority).delete()
    for update in ProgressUpdatePage.objects.filter(priorities=page.priority):
        update.delete()
    page.summary = page.owner_role = ""
    page.related = []
    page.save_revision().publish()


def every_block():
    picture = PortalImage.objects.first()
    paper = PortalDocument.objects.first()
    page = StandardPage(
        title="Personvernerklæring for arrangementsdeltakere",
        slug=ALL_BLOCKS,
        intro="Alt som en side kan ha, på én side.",
        body=[
            ("heading", "Slik jobber vi"),
            (
                "text",
                '<p>Les <a href="https://example.org/">mer</a>, og <b>husk</b> fristen.</p>'
                "<ul><li>Ett</li><li>To</li></ul><ol><li>Først</li><li>Så</li></ol>",
            ),
            ("quotation", {"quotation": "Vi står på.", "source": "Arbeidsutvalget"}),
            ("fact_box", {"heading": "Kort om", "text": "<p>Fakta.</p>"}),
            ("table", TABLE),
            ("documents", {"heading": "Last ned", "documents": [paper]}),
            ("call_to_action", {"text": "Svar nå", "url": "https://example.org/"}),
        ],
    )
    picture.contextual_alt_text = picture.description
    picture.decorative = False
    page.body.append(("image", {"image": picture, "caption": "Tegnet av kode."}))
    HomePage.objects.first().add_child(instance=page)


def more_news(count):
    index = NewsIndexPage.objects.source().get()
    for number in range(count):
        update = ProgressUpdatePage(
            title=f"Eldre nytt, del {number + 1}",
            slug=f"eldre-nytt-{number + 1}",
            intro="Skrevet før alt det andre.",
            date=date(2026, 5, 2) + timedelta(days=number),
        )
        index.add_child(instance=update)


strip(PriorityPage.objects.source().get(slug=BARE))
every_block()
more_news(NEWS)
