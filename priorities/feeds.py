"""Progress news as Atom, for feed readers and for those who build on it."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe
from wagtail.models import Page

from content.caching import for_readers
from content.feed_html import plain_html
from content.languages import SOURCE, address, in_language, language_of
from content.models import SiteFacts
from content.shell import shell_for
from content.texts import absolute, printable
from priorities.models import NewsIndexPage, Priority, PriorityPage, ProgressUpdatePage
from priorities.models.news import with_rows

MOST_ENTRIES = 30
# Since when the addresses of the site have meant what they mean, as tag addresses ask (RFC 4151).
TAGGED_SINCE = "2026"
NOON = time(12)


class NewsAtom(Atom1Feed):
    """Atom with the whole text, the language of each entry, and a date also while it is empty."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=self.feed["founded"])

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("summary", item["summary"], {"type": "text"})
        handler.addQuickElement("content", item["content"], {"type": "html"})
        for number, title in item["about"]:
            handler.addQuickElement("category", "", {"term": number, "label": title})


@require_safe
@for_readers()
def news_feed(request: HttpRequest) -> HttpResponse:
    """`/nyheter/feed/`: the newest news of all, in the language of the address."""
    index = NewsIndexPage.objects.for_readers().first()
    return _answer(
        request,
        ProgressUpdatePage.objects.for_readers(),
        title=gettext("News"),
        subtitle=gettext("What we do with the action plan, step by step."),
        page=index,
        own_address=reverse("news_feed"),
        key="nyheter",
        founded=index.first_published_at if index else None,
    )


@require_safe
@for_readers()
def priority_feed(request: HttpRequest, pk: str) -> HttpResponse:
    """`/nyheter/feed/prioritering/<key>/`: news of one priority, also when its page moves."""
    priority = Priority.objects.live().filter(pk=pk).first()
    page = PriorityPage.objects.of([int(pk)]).first()
    if priority is None or page is None:
        raise Http404
    return _answer(
        request,
        ProgressUpdatePage.objects.for_readers().about(priority),
        title=page.title,
        subtitle=page.summary or priority.adopted_text,
        page=page,
        own_address=reverse("priority_feed", args=[priority.pk]),
        key=f"prioritering/{priority.pk}",
        founded=priority.first_published_at,
    )


def _answer(
    request: HttpRequest,
    news: Any,
    *,
    title: str,
    subtitle: str,
    page: Page | None,
    own_address: str,
    key: str,
    founded: datetime | None,
) -> HttpResponse:
    organisation = printable((shell_for(request).facts or SiteFacts()).name)
    language = get_language() or SOURCE
    feed = NewsAtom(
        title=f"{printable(title)} – {organisation}",
        subtitle=printable(subtitle),
        description="",
        link=absolute(address(page) if page else in_language("/", language)),
        feed_url=absolute(own_address),
        feed_guid=_tag(key),
        language=language,
        author_name=organisation,
        founded=founded or _noon(date(2026, 1, 1)),
    )
    updates = with_rows(news[:MOST_ENTRIES], language)
    sources = _sources(updates)
    for update in updates:
        published = _moment(update)
        feed.add_item(
            title=printable(update.title),
            link=absolute(address(update, language_of(update))),
            description=None,  # type: ignore[arg-type]
            unique_id=_tag(f"nyheter/{sources.get(update.translation_key, update.pk)}"),
            pubdate=published,
            updateddate=max(published, update.last_published_at or published),
            language=language_of(update),
            summary=printable(update.intro),
            content=f"<p>{escape(printable(update.intro))}</p>\n{plain_html(update.body)}".strip(),
            about=[
                (str(row.page.priority_id), printable(f"{row.number}. {row.page.title}"))
                for row in update.rows
            ],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _sources(updates: list[ProgressUpdatePage]) -> dict[Any, int]:
    """The key of the bokmål page of each, which stays when a translation comes or goes."""
    keys = [update.translation_key for update in updates]
    found = ProgressUpdatePage.objects.source().filter(translation_key__in=keys).order_by()
    return dict(found.values_list("translation_key", "pk"))


def _moment(update: ProgressUpdatePage) -> datetime:
    """When the news came out: on its date, to the minute where that is known."""
    first = update.first_published_at
    if first is not None and timezone.localdate(first) == update.date:
        return first
    return _noon(update.date)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, NOON))


def _tag(key: str) -> str:
    """A name that stays, whatever the address becomes; each language has its own."""
    language = get_language() or SOURCE
    ending = "" if language == SOURCE else f"/{language}"
    return f"tag:{urlsplit(settings.BASE_URL).hostname},{TAGGED_SINCE}:{key}{ending}"
