"""The news on the page of a member organisation."""

from typing import Any

from django.utils.translation import get_language

from content.languages import SOURCE, address, query_of
from memberorgs.models import MemberOrganisation
from priorities.models import NewsIndexPage, ProgressUpdatePage
from priorities.models.news import with_rows

SHOWN = 5


def news_of(organisation: MemberOrganisation) -> dict[str, Any] | None:
    """The newest news that names it, and where there is more; None where there is none."""
    reader = get_language() or SOURCE
    found = ProgressUpdatePage.objects.for_readers().with_organisation(organisation)
    newest = list(found[: SHOWN + 1])
    if not newest:
        return None
    index = NewsIndexPage.objects.source().live().first() if len(newest) > SHOWN else None
    return {
        "news": with_rows(newest[:SHOWN], reader),
        "more": address(index, reader) + query_of(medlemslag=organisation.code) if index else "",
    }
