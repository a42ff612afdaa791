"""The members' rooms: which there are, the home of one, the facts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from content.languages import query_of
from memberorgs import facts
from memberorgs.access import Standing, is_staff, standings
from memberorgs.facts_forms import AllFacts
from memberorgs.models import MemberOrganisation, SocialLink
from memberorgs.overview import overview
from memberorgs.rooms import address_if_there, in_room, person, posted, render_room, to_log_in

PER_PAGE = 50


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """`/medlem/`: straight into the room where there is one; else the choice.

    Staff choose among all, `?q=` searches. Whose terms are all over reads what is left to them.
    """
    if not request.user.is_authenticated:
        return to_log_in(request)
    own = standings(request.user)
    staff = is_staff(request.user)
    if len(own) == 1 and not staff:
        return redirect("member_home", own[0].organisation.code)
    context = {"own": own, "is_staff": staff, "my_data": address_if_there("my_data")}
    if staff:
        asked = " ".join(request.GET.get("q", "").replace("\0", "").split())[:80]
        found = MemberOrganisation.objects.order_by("name_nb", "pk")
        if asked:
            found = found.filter(
                Q(name_nb__icontains=asked)
                | Q(name_nn__icontains=asked)
                | Q(name_en__icontains=asked)
                | Q(short_name__icontains=asked)
                | Q(code__icontains=asked)
            )
        here = query_of(q=asked or None)
        context |= {
            "asked": asked,
            "part": Paginator(found, PER_PAGE).get_page(request.GET.get("side")),
            "query": f"{here}&" if here else "?",
        }
    return render(request, "memberorgs/member_list.html", context)


@require_safe
@in_room()
def member_home(request: HttpRequest, at: Standing) -> HttpResponse:
    """`/medlem/<org>/`: what remains to be done, who we are, our people, what ends when."""
    return render_room(request, at, "memberorgs/member_home.html", {"overview": overview(at)})


@require_http_methods(["GET", "HEAD", "POST"])
@in_room()
def member_facts(request: HttpRequest, at: Standing) -> HttpResponse:
    """`…/opplysninger/`: all read, leaders and staff correct."""
    if not at.may_lead:
        if request.method == "POST":
            raise Http404
        return render_room(request, at, "memberorgs/member_facts.html", _facts_to_read(at))
    filled = AllFacts(at.organisation, posted(request))
    if request.method == "POST" and filled.is_valid():
        if facts.change(organisation=at.organisation, facts=filled.facts, by=person(request)):
            messages.success(request, _("The facts about you are saved."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("member_facts", at.organisation.code)
    return render_room(request, at, "memberorgs/member_facts_form.html", {"filled": filled})


def _facts_to_read(at: Standing) -> dict[str, object]:
    return {
        "campuses": at.organisation.campuses.select_related("kommune"),
        "social_links": SocialLink.objects.filter(organisation=at.organisation),
        "students": at.organisation.student_counts.filter(campus=None).first(),
    }
