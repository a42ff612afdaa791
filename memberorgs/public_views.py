"""What everybody may read about the member organisations."""

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from content.caching import for_readers
from content.languages import query_of
from geography.map import draw
from memberorgs import sections
from memberorgs.models import MemberOrganisation, OrganisationCampus, StudentCount
from memberorgs.models.organisations import MemberOrganisationQuerySet
from memberorgs.statistics import members_by_fylke

PER_PAGE = 50


def _with_campuses(
    rows: MemberOrganisationQuerySet,
) -> MemberOrganisationQuerySet:
    campuses = OrganisationCampus.objects.select_related("kommune__fylke")
    counts = StudentCount.objects.filter(campus=None)
    return rows.prefetch_related(Prefetch("campuses", campuses), Prefetch("student_counts", counts))


@require_safe
@for_readers("fylke", "side")
def organisations(request: HttpRequest) -> HttpResponse:
    """`/medlemslag/`: the members on a map, in a table that says the same, and as a list.

    `?fylke=` names a county, `?side=` the part of the list.
    """
    today = timezone.localdate()
    by_fylke = members_by_fylke(today)
    members = MemberOrganisation.objects.members_on(today)
    wanted = request.GET.get("fylke", "")
    fylke = next((one.fylke for one in by_fylke if one.fylke.number == wanted), None)
    listed = members.in_fylke(fylke.number) if fylke else members
    part = Paginator(_with_campuses(listed), PER_PAGE).get_page(request.GET.get("side"))
    partners = MemberOrganisation.objects.confirmed().here_on(today).partners()
    kept = query_of(fylke=fylke.number if fylke else None)
    total = members.count()

    def words(name: str, count: int) -> str:
        return ngettext(
            "%(name)s: %(count)d member organisation",
            "%(name)s: %(count)d member organisations",
            count,
        ) % {"name": name, "count": count}

    return render(
        request,
        "memberorgs/organisations.html",
        {
            "part": part,
            "total": total,
            "by_fylke": by_fylke,
            "map": draw(
                {one.fylke.number: (one.fylke.name, one.count) for one in by_fylke},
                words=words,
                address=lambda number: f"#fylke-{number}",
            )
            if total
            else None,
            "fylke": fylke,
            "unknown_fylke": bool(wanted) and fylke is None,
            "partners": _with_campuses(partners)[:PER_PAGE],
            "query": f"{kept}&" if kept else "?",
            "kept_query": kept,
            "canonical": reverse("organisations"),
            "share_title": gettext("Member organisations"),
        },
    )


@require_safe
@for_readers("side")
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """`/medlemslag/<org>/`: one that staff have confirmed; an old code leads to the new one."""
    found = (
        _with_campuses(MemberOrganisation.objects.confirmed())
        .filter(Q(code=code) | Q(codes__code=code))
        .select_related("logo")
        .prefetch_related(
            "institutions",
            "social_links",
            "successions__successor",
            "origins__predecessor",
        )
        .distinct()
        .first()
    )
    if found is None:
        raise Http404
    if found.code != code:
        return redirect(found.public_url, permanent=True)
    counts = list(found.student_counts.all())
    by_campus = StudentCount.objects.filter(organisation=found).exclude(campus=None)
    latest = counts[0] if counts else None
    return render(
        request,
        "memberorgs/organisation.html",
        {
            "organisation": found,
            "left": found.has_left(),
            "students": latest,
            "campus_students": {one.campus_id: one for one in by_campus.filter(year=latest.year)}
            if latest
            else {},
            "successions": [one for one in found.successions.all() if one.successor.is_confirmed],
            "origins": [one for one in found.origins.all() if one.predecessor.is_confirmed],
            "sections": sections.public.of(found),
            "canonical": found.public_url,
            "share_title": found.name,
        },
    )
