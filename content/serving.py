"""Serves pages: finds them in few queries, in the reader's language or else in bokmål."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from wagtail import hooks
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site
from wagtail.views import serve_chain

from content.languages import LANGUAGES, SOURCE, address, in_language, reader_language, split
from content.memory import remembered
from content.querysets import closed
from content.translations import is_behind

# Deeper than any page lies; the tree has four levels below the front page.
DEEPEST = 12


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A published page at `path`, below the prefix of the language.

    Where the page has no translation, the bokmål page is served at the same place, in bokmål. An
    alias that wagtail-localize made is no translation. Raises `Http404`.
    """
    language = reader_language(request)
    steps = [step for step in path.split("/") if step]
    found = _find(steps)
    page = _readable(found.get(language))
    if page is None and language != SOURCE:
        page = _readable(found.get(SOURCE))
        elsewhere = _translation(page, language) if page else None
        if elsewhere is not None:
            return redirect(address(elsewhere, language))
        if page is None:
            return _moved(request, language)
    if page is None:
        raise Http404
    request.translated_to = [  # type: ignore[attr-defined]
        code for code in LANGUAGES if (chain := found.get(code)) and _is_own(chain[-1])
    ]
    # What a page says of itself, its own numbers and dates included, is said in its language.
    with translation.override(page.locale.language_code):
        response = _serve_page(page, request)
        if page.is_open:
            response.reader_keys = page.query_keys  # type: ignore[attr-defined]
        if isinstance(response, TemplateResponse):
            response.render()
        return response


def _find(steps: Sequence[str]) -> dict[str, list[Page]]:
    """Language → the pages from its front page down `steps`, where they lead to one.

    Front pages and those right below them are remembered: all others lie under them. One query.
    """
    if len(steps) > DEEPEST:
        return {}
    rows = remembered("upper pages", lambda: _rows(Q(depth__in=(2, 3))))
    if len(steps) > 1:
        lower = ((3 + place, step) for place, step in enumerate(steps) if place)
        wanted = reduce(or_, (Q(depth=depth, slug=step) for depth, step in lower))
        rows = [*rows, *_rows(wanted)]
    roots = remembered("roots", lambda: set(Site.objects.values_list("root_page", flat=True)))
    home = next((row for row in rows if row.pk in roots), None)
    chains: dict[str, list[Page]] = {}
    for root in rows:
        if home is None or root.depth != 2 or root.translation_key != home.translation_key:
            continue
        chain = _follow(root, steps, rows)
        if chain is not None:
            chains[root.locale.language_code] = chain
    return chains


def _rows(wanted: Q) -> list[Page]:
    """The pages that fit, in all languages, the highest first."""
    return list(
        Page.objects.filter(wanted)
        .annotate(closed=closed())
        .select_related("locale")
        .order_by("depth")
    )


def _follow(root: Page, steps: Sequence[str], rows: Iterable[Page]) -> list[Page] | None:
    chain = [root]
    for step in steps:
        above = chain[-1]
        below = next(
            (
                row
                for row in rows
                if row.depth == above.depth + 1
                and row.slug == step
                and row.path.startswith(above.path)
            ),
            None,
        )
        if below is None:
            return None
        chain.append(below)
    return chain


def _is_own(row: Page) -> bool:
    """Published, and no alias that poses as a translation."""
    return bool(row.live) and row.alias_of_id is None


def _readable(chain: list[Page] | None) -> Page | None:
    """The last page of `chain` as its own type, with the chain above it; None for an alias."""
    if not chain or not _is_own(chain[-1]):
        return None
    row = chain[-1]
    model = row.specific_class
    if model is None:
        return None
    rows = model.to_serve() if hasattr(model, "to_serve") else model._default_manager.all()
    if row.locale.language_code != SOURCE:
        rows = rows.annotate(behind=is_behind())
    try:
        page: Page = rows.get(pk=row.pk)
    except model.DoesNotExist:
        return None
    page.chain = chain[:-1]
    page.is_open = not row.closed
    page.is_behind = getattr(page, "behind", False)
    page.locale = row.locale
    return page


def _translation(page: Page, language: str) -> Page | None:
    """The translation of `page` when it lies at another place: its slug is not up to date."""
    return (
        Page.objects.filter(
            translation_key=page.translation_key,
            locale__language_code=language,
            live=True,
            alias_of=None,
        )
        .exclude(pk=page.pk)
        .first()
    )


def _moved(request: HttpRequest, language: str) -> HttpResponse:
    """Where the bokmål address leads by a redirect, the translated address leads as well."""
    _, bare = split(request.path_info)
    found = get_redirect(request, Redirect.normalise_path(bare))
    if found is None:
        raise Http404
    if found.redirect_page is not None:
        target = address(found.redirect_page, language)
    elif found.redirect_link.startswith("/"):
        target = in_language(found.redirect_link, language)
    else:
        target = found.redirect_link
    return redirect(target, permanent=found.is_permanent)


def _serve_page(page: Page, request: HttpRequest) -> HttpResponse:
    """As Wagtail's own view does it, with its hooks."""
    chain: Any = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        chain = hook(chain)
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(page, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    response: HttpResponse = chain(page, request, [], {})
    return response
