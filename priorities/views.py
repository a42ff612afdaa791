"""Public pages of the plan that no editor writes: progress as a whole, corrections."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from content.caching import for_readers
from content.languages import query_of
from priorities.models import ActionPlanPage, Correction, Priority, PriorityPage
from priorities.progress import progress_of

PER_PAGE = 30


@require_safe
@for_readers()
def progress(request: HttpRequest) -> HttpResponse:
    """`/framdrift/`: how the newest published plan goes as a whole."""
    page = ActionPlanPage.objects.newest_first().filter(plan__live=True).first()
    newest = Correction.objects.for_readers().filter(priority__live=True).select_related("priority")
    return render(
        request,
        "priorities/progress.html",
        {
            "plan_page": page,
            "progress": progress_of(page) if page else None,
            "corrected": newest.first(),
            "canonical": reverse("progress"),
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
    pages = {page.priority_id: page for page in PriorityPage.objects.of(shown)}
    return render(
        request,
        "priorities/corrections.html",
        {
            "part": part,
            "rows": [(one, pages.get(one.priority_id)) for one in part.object_list],
            "priority": priority,
            "about": pages.get(priority.pk) if priority else None,
            "unknown_priority": bool(wanted) and priority is None,
            "query": f"?prioritering={priority.pk}&" if priority else "?",
            "canonical": reverse("corrections"),
            "kept_query": query_of(prioritering=priority.pk if priority else None),
        },
    )
