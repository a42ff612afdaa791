"""What the members' home shows of people and dates, with as many queries whatever there is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from memberorgs.access import Standing
from memberorgs.choices import Role
from memberorgs.models import (
    AccessRequest,
    Invitation,
    OrganisationCampus,
    StudentCount,
    Term,
)
from memberorgs.rooms import address_if_there
from memberorgs.sections import Shown, Task, home, tasks_of, top

# Rows of people and of invitations that the home shows; the rest is behind a link.
PEOPLE, INVITATIONS = 8, 5
# Rows that are read at most; an organisation has a dozen or two.
COUNTED = 200
# Days ahead in which what ends is told.
AHEAD = 120


@dataclass(frozen=True)
class Ending:
    """Something that begins or ends on a day."""

    on: date
    what: str
    soon: bool


@dataclass(frozen=True)
class Overview:
    """Of one room, for one reader. Invitations and requests are there for those who lead."""

    people: list[Term]
    invitations: list[Invitation]
    invitations_in_all: int
    campuses: list[OrganisationCampus]
    students: StudentCount | None
    endings: list[Ending]
    tasks: list[Task]
    top: list[Shown]
    sections: list[Shown]

    @property
    def left_to_do(self) -> int:
        return len([task for task in self.tasks if not task.done])


def overview(at: Standing) -> Overview:
    """Everything on the home of `at`, in at most four queries beside those of the sections."""
    now = timezone.now()
    terms = Term.objects.filter(organisation=at.organisation).running().filter(ends__gte=at.day)
    # Leaders first, then those who stay longest; the few that end soon come from the same rows.
    requests = AccessRequest.objects.filter(organisation=at.organisation).undecided()
    terms = terms.select_related("person", "campus__kommune").order_by("ends", "pk")
    if at.may_lead:
        # Rides on the rows of people: an organisation that nobody leads has nobody to ask.
        counted_requests = requests.order_by().values("organisation").annotate(all=Count("pk"))
        terms = terms.annotate(asked=Coalesce(Subquery(counted_requests.values("all")), 0))
    terms = terms.annotate(newest_students=_newest_students(at))
    people: list[Any] = list(terms[:COUNTED])
    invitations: list[Invitation] = []
    asked = 0
    if at.may_lead:
        unanswered = Invitation.objects.filter(organisation=at.organisation).unanswered()
        invitations = list(unanswered.order_by("-sent_at", "pk")[:COUNTED])
        asked = people[0].asked if people else requests.count()
    waiting = len([one for one in invitations if one.has_waited_long(now)])
    campuses = OrganisationCampus.objects.filter(organisation=at.organisation)
    return Overview(
        people=sorted(people, key=lambda term: (-term.rank, term.begins, term.pk))[:PEOPLE],
        invitations=invitations[:INVITATIONS],
        invitations_in_all=len(invitations),
        campuses=list(campuses.select_related("kommune")),
        students=_students(at, people),
        endings=_endings(at, people),
        tasks=[*_own_tasks(at, people, waiting, asked), *tasks_of(at)],
        top=top.of(at),
        sections=home.of(at),
    )


def _newest_students(at: Standing) -> Subquery:
    """Students and year of the newest number, as one JSON value for a query of something else."""
    rows = StudentCount.objects.filter(organisation=at.organisation, campus=None)
    told = rows.annotate(told=JSONObject(students="students", year="year")).values("told")
    return Subquery(told[:1])


def _students(at: Standing, people: list[Any]) -> StudentCount | None:
    if not people:
        return StudentCount.objects.filter(organisation=at.organisation, campus=None).first()
    told = people[0].newest_students
    return StudentCount(**told) if told else None


def _endings(at: Standing, people: list[Term]) -> list[Ending]:
    until = at.day + timedelta(days=AHEAD)
    found = []
    for term in people:
        who = {"person": str(term.person), "office": term.title or term.get_role_display()}
        if term.is_incoming(at.day) and term.begins <= until:
            found.append((term.begins, _("%(person)s begins as %(office)s") % who))
        if term.ends <= until:
            found.append((term.ends, _("The term of %(person)s, %(office)s, ends") % who))
    return [
        Ending(on, what, soon=on <= at.day + timedelta(days=30)) for on, what in sorted(found)[:8]
    ]


def _own_tasks(at: Standing, people: list[Term], waiting: int, asked: int) -> list[Task]:
    """What a leader ought to do about people."""
    if not at.may_lead:
        return []
    url = address_if_there("member_people", at.organisation.code)
    tasks = []
    if asked:
        title = ngettext(
            "%(number)d person asks for access", "%(number)d people ask for access", asked
        )
        tasks.append(
            Task(title % {"number": asked}, f"{url}#sporsmal", note=_("They wait for an answer."))
        )
    if waiting:
        title = ngettext(
            "%(number)d invitation has not been answered for a week",
            "%(number)d invitations have not been answered for a week",
            waiting,
        )
        tasks.append(
            Task(
                title % {"number": waiting},
                f"{url}#invitasjoner",
                note=_("Send it again, or ask whether the address is right."),
            )
        )
    leaders = [term for term in people if term.role == Role.LEADER and term.person.is_active]
    if leaders and (last := max(leader.ends for leader in leaders)) <= at.day + timedelta(days=60):
        tasks.append(
            Task(
                _("Invite those who take over"),
                address_if_there("member_invite", at.organisation.code),
                due=last,
                note=_("Then old and new share the portal for a while."),
            )
        )
    return tasks
