"""Public pages of the plan that no editor writes: progress as a whole, corrections."""

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from content.caching import for_readers
from content.languages import query_of, reader_language
from priorities.cards import PlanCard
from priorities.models import Correction, Priority
from priorities.models.pages import current_plan_page, rows_of
from priorities.progress import progress_of

PER_PAGE = 30


@require_safe
@for_readers()
def progress(request: HttpRequest) -> HttpResponse:
    """`/framdrift/`: how the newest published plan goes as a whole."""
    page = current_plan_page()
    newest = Correction.objects.for_readers().filter(priority__live=True).select_related("priority")
    found = progress_of(page, reader_language(request)) if page else None
    return render(
        request,
        "priorities/progress.html",
        {
            "plan_page": page,
            "progress": found,
            "corrected": newest.first(),
            "canonical": reverse("progress"),
            "share_title": gettext("Progress"),
            "share_card": partial(PlanCard.of, page.plan, [(None, found.rows)])
            if page and found
            else None,
        },
    )


@require_safe
@for_readers("prioritering", "side")
def corrections(request: HttpRequest) -> HttpResponse:
    """`/framdrift/rettelser/`: what published facts said and say, the newest first.

    `?prioritering=` names one priority, `?side=` the part of the list.
    """
    wanted = request.GET.get("prioritering", "")
    priority = None
    # Longer numbers are no keys, and some databases refuse them.
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        priority = Priority.objects.live().filter(pk=wanted).first()
    found = Correction.objects.for_readers().filter(priority__live=True)
    if priority is not None:
        found = found.filter(priority=priority)
    part = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    shown = {one.priority_id for one in part.object_list} | ({priority.pk} if priority else set())
    found_rows = rows_of(shown, reader_language(request))
    return render(
        request,
        "priorities/corrections.html",
        {
            "part": part,
            "rows": [(one, found_rows.get(one.priority_id)) for one in part.object_list],
            "priority": priority,
            "about": found_rows.get(priority.pk) if priority else None,
            "unknown_priority": bool(wanted) and priority is None,
            "query": f"?prioritering={priority.pk}&" if priority else "?",
            "canonical": reverse("corrections"),
            "share_title": gettext("Corrections"),
            "kept_query": query_of(prioritering=priority.pk if priority else None),
        },
    )
