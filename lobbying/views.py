"""What members see of the parties: `/medlem/<org>/partiene/`."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from lobbying import access, place_choice, who_asked
from lobbying.models import Election
from memberorgs.access import Standing
from memberorgs.rooms import in_room, render_room


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
