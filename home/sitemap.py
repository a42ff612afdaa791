"""All public addresses, each language's own, for search engines."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import NamedTuple
from xml.sax.xmlreader import AttributesImpl

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe
from wagtail.models import Page

from content.caching import for_readers
from content.languages import LANGUAGES, SOURCE, address, in_language
from content.querysets import restricted
from content.texts import absolute
from memberorgs.models import MemberOrganisation
from priorities.models import (
    ActionPlanIndexPage,
    ActionPlanPage,
    Correction,
    Indicator,
    Milestone,
    PriorityPage,
    StatusChange,
)

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LINKS = "http://www.w3.org/1999/xhtml"
# More than that no search engine takes in one file.
MOST = 50_000


class Place(NamedTuple):
    """What one reads at one address of a page, and when it last changed."""

    address: str
    changed: datetime | None


# A page in its languages: language → place.
Group = dict[str, Place]


@require_safe
@for_readers()
def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: published, public pages and views; the number of queries is fixed.

    A page that is not translated stands here in bokmål only: under the other prefixes one reads
    the same.
    """
    out = BytesIO()
    xml = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": NAMESPACE, "xmlns:xhtml": LINKS}))
    written = 0
    facts = _facts_changed()
    for group in (*_pages(facts), *_views(facts)):
        for place in group.values():
            if written < MOST:
                _write(xml, place, group)
                written += 1
    xml.endElement("urlset")
    return HttpResponse(out.getvalue(), content_type="application/xml; charset=utf-8")


def _write(xml: SimplerXMLGenerator, place: Place, group: Group) -> None:
    xml.startElement("url", AttributesImpl({}))
    xml.addQuickElement("loc", absolute(place.address))
    if place.changed is not None:
        xml.addQuickElement("lastmod", timezone.localtime(place.changed).isoformat("T", "seconds"))
    if len(group) > 1:
        alternates = {language: other.address for language, other in group.items()}
        source = alternates.get(SOURCE)
        if source is not None:
            alternates["x-default"] = source
        for language, where in alternates.items():
            link = {"rel": "alternate", "hreflang": language, "href": absolute(where)}
            xml.addQuickElement("xhtml:link", "", link)
    xml.endElement("url")


def _pages(facts: dict[int, datetime]) -> Iterator[Group]:
    rows = list(
        Page.objects.live()
        .filter(~restricted(), depth__gt=1, alias_of=None)
        .select_related("locale", "content_type")
        .order_by("path")
    )
    kinds = [row.content_type.model_class() for row in rows]
    # While there is one plan only, the list of plans leads on to it.
    plans = {
        row.translation_key for row, kind in zip(rows, kinds, strict=True) if kind is ActionPlanPage
    }
    groups: dict[object, Group] = {}
    for row, kind in zip(rows, kinds, strict=True):
        if kind is ActionPlanIndexPage and len(plans) < 2:
            continue
        moments = [moment for moment in (row.last_published_at, facts.get(row.pk)) if moment]
        language = row.locale.language_code
        place = Place(address(row, language), max(moments, default=None))
        groups.setdefault(row.translation_key, {})[language] = place
    yield from groups.values()


def _facts_changed() -> dict[int, datetime]:
    """When a fact about the priority of a page was last published (key of the page → moment)."""
    latest: dict[int, datetime] = {}
    for model in (StatusChange, Milestone, Indicator):
        rows = (
            model.objects.live()
            .order_by()
            .values_list("priority")
            .annotate(Max("last_published_at"))
        )
        for priority, moment in rows:
            if moment and moment > latest.get(priority, moment.min.replace(tzinfo=moment.tzinfo)):
                latest[priority] = moment
    pages = PriorityPage.objects.order_by().values_list("pk", "priority")
    return {page: latest[priority] for page, priority in pages if priority in latest}


def _views(facts: dict[int, datetime]) -> Iterator[Group]:
    """What is no page: in every language, since its words are the portal's own."""
    changed: dict[str, datetime | None] = {
        "progress": max(facts.values(), default=None),
        "corrections": Correction.objects.aggregate(at=Max("corrected_at"))["at"],
        "privacy": None,
        "accessibility": None,
        "organisations": None,
    }
    for name, moment in changed.items():
        yield {
            language: Place(in_language(reverse(name), language), moment) for language in LANGUAGES
        }
    for code in MemberOrganisation.objects.confirmed().values_list("code", flat=True):
        where = reverse("organisation", args=[code])
        yield {language: Place(in_language(where, language), None) for language in LANGUAGES}
