"""Search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.caching import for_readers
from content.languages import SOURCE, in_language, query_of, reader_language
from home.search import Kind, find, read

# With fewer hits than these, a reader of another language is offered bokmål.
FEW = 3


@require_safe
@for_readers("q", "side", "type")
def search(request: HttpRequest) -> HttpResponse:
    """`/sok/`: public pages in the language of the address, documents, and organisations by name.

    `?q=` is what was typed, `?type=` a kind, `?side=` the part of the list.
    """
    language = reader_language(request)
    asked = read(request.GET.get("q", ""))
    wanted = request.GET.get("type", "")
    kind = Kind(wanted) if wanted in Kind.values else None
    found = find(asked, language, kind, request.GET.get("side"))
    here = query_of(q=asked.typed or None, type=kind)
    return render(
        request,
        "home/search.html",
        {
            "asked": asked,
            "found": found,
            "kind": kind,
            "kinds": [
                (one, found.counts[one], query_of(q=asked.typed, type=one))
                for one in Kind
                if one in found.counts
            ],
            "all_kinds": query_of(q=asked.typed),
            "query": f"{here}&" if here else "?",
            "kept_query": here,
            "in_source": in_language(request.path, SOURCE) + query_of(q=asked.typed)
            if language != SOURCE and asked.words and found.total < FEW
            else "",
        },
    )
