"""What members see of the parties: `/medlem/<org>/partiene/`."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from lobbying import access, place_choice, statistics, who_asked
from lobbying.brief import briefs
from lobbying.models import Contact, Election
from memberorgs.access import Standing, is_staff, standings
from memberorgs.rooms import in_room, render_room, to_log_in
from priorities.models import Priority

PER_PAGE = 50


@require_safe
@in_room()
def member_who_asked(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/partiene/`: who has asked which party what in `?sted=` (number of a kommune or fylke).

    Without it, or where it makes no sense, the main campus.
    """
    choice = place_choice.of(at.organisation, request.GET.get("sted", ""))
    election = Election.objects.current(at.day)
    table = None
    if choice.chosen is not None and election is not None:
        table = who_asked.table(
            place=choice.chosen, election=election, answers=access.answers_in_room(at)
        )
    context = {"choice": choice, "table": table}
    return render_room(request, at, "lobbying/who_asked.html", context)


@require_safe
def contacts_behind(request: HttpRequest, pk: int) -> HttpResponse:
    """`/medlem/tall/kontakter/<priority>/`: the rows behind the public number on a priority's page,
    those of them that the reader may see. 404 for who is in no organisation and no secretariat."""
    if not request.user.is_authenticated:
        return to_log_in(request)
    if not standings(request.user) and not is_staff(request.user):
        raise Http404
    priority = get_object_or_404(Priority, pk=pk)
    counted = Contact.objects.counted_in_public().about(priority)
    seen = access.contacts_visible_to(request.user).filter(pk__in=counted.values("pk"))
    page = Paginator(seen.newest_first().values_list("pk", flat=True), PER_PAGE).get_page(
        request.GET.get("side")
    )
    context = {
        "priority": priority,
        "numbers": statistics.public_of_priority(priority),
        "page": page,
        "lines": briefs(Contact.objects.filter(pk__in=list(page.object_list))),
    }
    return render(request, "lobbying/contacts_behind.html", context)
