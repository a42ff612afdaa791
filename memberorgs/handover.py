"""The handover: when it begins and ends, the list that one ticks, the advice that is passed on.

Nothing here blocks anything: whoever ticks nothing keeps every right until the term is over.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from memberorgs import mails
from memberorgs.access import Standing
from memberorgs.actions import NotPossible
from memberorgs.choices import HandoverItem, HandoverStart, OwnDateKind, Role
from memberorgs.models import (
    Handover,
    HandoverTick,
    Invitation,
    MemberOrganisation,
    OrganisationDate,
    Term,
    User,
)
from memberorgs.models.handover import BEGINS_BEFORE
from memberorgs.models.terms import PROLONGING, TermQuerySet
from memberorgs.rooms import address_if_there
from memberorgs.sections import Task

# Days after an election in which the handover still begins by itself: beat may have been away.
AFTER_ELECTION = 14
# Days after the last of those who leave in which the handover stays open for those who came.
CLOSES_AFTER = 30
# Days after a handover has begun in which no other begins by itself, closed or not.
ONE_WITHIN = BEGINS_BEFORE + PROLONGING
ADVICE_LIMIT = 10_000


class ChangedMeanwhile(Exception):
    """Somebody else has saved the advice since it was read; `now` is what they wrote."""

    def __init__(self, now: str) -> None:
        super().__init__("the advice was changed meanwhile")
        self.now = now


@dataclass(frozen=True)
class Ensured:
    """How many handovers a run began and closed."""

    begun: int
    closed: int


def open_handover(organisation: MemberOrganisation) -> Handover | None:
    """The one that goes on."""
    return Handover.objects.filter(organisation=organisation, closed_at=None).first()


def ensure_handovers(day: date) -> Ensured:
    """Begin what is due on `day` and close what is over. Can run twice, and two at once."""
    begun = sum(_begin_unless_lately(organisation, start, day) for organisation, start in _due(day))
    closed = sum(_close_if_open(handover) for handover in _over(day))
    return Ensured(begun, closed)


@transaction.atomic
def begin(*, organisation: MemberOrganisation, by: User) -> Handover:
    """Somebody presses the button. The one that goes on already is given back as it is."""
    organisation = MemberOrganisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.has_left():
        raise NotPossible(_("The organisation has left NSO, so there is nothing to hand over."))
    return open_handover(organisation) or _begin(organisation, HandoverStart.BUTTON, by)


@transaction.atomic
def close(*, handover: Handover, by: User | None) -> None:
    """List and advice stay to be read. Can run twice."""
    handover = _locked(handover)
    if handover.closed_at is None:
        _close(handover, by)


@transaction.atomic
def tick(*, handover: Handover, item: HandoverItem, by: User) -> None:
    """Say that it is done. Whoever ticked first stays the one who did."""
    handover = _open_or_raise(handover)
    HandoverTick.objects.get_or_create(handover=handover, item=item, defaults={"ticked_by": by})


@transaction.atomic
def untick(*, handover: Handover, item: HandoverItem) -> None:
    handover = _open_or_raise(handover)
    HandoverTick.objects.filter(handover=handover, item=item).delete()


def version_of(advice: str) -> str:
    """What a form carries along, to tell whether somebody else has saved since."""
    return sha256(advice.encode()).hexdigest()[:24]


@transaction.atomic
def save_advice(*, handover: Handover, advice: str, read: str) -> None:
    """Save what those who leave want to say. `read` is the version that the writer began from.

    Raises ChangedMeanwhile where that is no longer the last one.
    """
    handover = _open_or_raise(handover)
    if handover.advice == advice:
        return
    if version_of(handover.advice) != read:
        raise ChangedMeanwhile(handover.advice)
    handover.advice = advice
    handover.save(update_fields=["advice"])


@dataclass(frozen=True)
class Point:
    """A point of the list. `known` are sentences about what the portal knows of it already."""

    item: HandoverItem
    tick: HandoverTick | None
    known: list[str]
    url: str

    @property
    def title(self) -> str:
        return str(self.item.label)


def points(at: Standing, handover: Handover) -> list[Point]:
    """The list as it stands, in four queries."""
    ticks = {tick.item: tick for tick in handover.ticks.select_related("ticked_by")}
    known = {
        HandoverItem.SUCCESSOR: _known_of_successors(at),
        HandoverItem.SECOND_LOGIN: _known_of_log_ins(at),
        HandoverItem.FACTS: _known_of_facts(at),
    }
    pages = {
        HandoverItem.SUCCESSOR: "member_people",
        HandoverItem.SECOND_LOGIN: "member_people",
        HandoverItem.FACTS: "member_facts",
        HandoverItem.ARCHIVE: "member_handover_note",
        HandoverItem.MEETING: "member_calendar",
    }
    return [
        Point(
            item,
            ticks.get(item),
            known.get(item, []),
            address_if_there(pages[item], at.organisation.code),
        )
        for item in HandoverItem
    ]


def tasks(at: Standing) -> Iterable[Task]:
    """On the home of those who hand over: that there is one, until it is closed."""
    if not at.may_hand_over:
        return []
    going = Handover.objects.filter(organisation=at.organisation, closed_at=None)
    done = going.annotate(done=Count("ticks")).values_list("done", flat=True).first()
    if done is None:
        return []
    number = len(HandoverItem)
    note = _("%(done)d of %(number)d points are done.") % {"done": done, "number": number}
    return [
        Task(
            title=_("Hand over to those who come"),
            url=address_if_there("member_handover", at.organisation.code),
            done=done == number,
            note=note,
        )
    ]


def _due(day: date) -> list[tuple[MemberOrganisation, HandoverStart]]:
    starts = {
        **dict.fromkeys(_after_election(day), HandoverStart.ELECTION),
        **dict.fromkeys(_before_the_end(day), HandoverStart.TERM_ENDS),
    }
    going = Handover.objects.filter(Q(closed_at=None) | Q(begun_at__gte=_lately(day)))
    organisations = MemberOrganisation.objects.here_on(day).filter(pk__in=starts)
    organisations = organisations.exclude(pk__in=going.values("organisation")).order_by("pk")
    return [(organisation, starts[organisation.pk]) for organisation in organisations]


def _before_the_end(day: date) -> set[int]:
    """Organisations whose last leader's term ends soon, and isn't followed by one of the same."""
    leading = Term.objects.active_on(day).leaders().of_people_who_can_log_in().order_by()
    last = leading.values("organisation").annotate(last=Max("ends"))
    ending = last.filter(last__lte=day + timedelta(days=BEGINS_BEFORE)).values("organisation")
    held = leading.filter(organisation__in=ending)
    going_on = set(
        Term.objects.incoming_on(day)
        .leaders()
        .filter(organisation__in=ending)
        .values_list("organisation", "person")
    )
    return {
        organisation
        for organisation, person in held.values_list("organisation", "person")
        if (organisation, person) not in going_on
    }


def _after_election(day: date) -> set[int]:
    elections = OrganisationDate.objects.there().filter(
        kind=OwnDateKind.ELECTION,
        ends__lt=day,
        ends__gte=day - timedelta(days=AFTER_ELECTION),
    )
    return set(elections.values_list("organisation", flat=True))


def _lately(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day - timedelta(days=ONE_WITHIN), time.min))


@transaction.atomic
def _begin_unless_lately(organisation: MemberOrganisation, start: HandoverStart, day: date) -> bool:
    # Two beats wait here for one another.
    organisation = MemberOrganisation.objects.select_for_update().get(pk=organisation.pk)
    held = Handover.objects.filter(organisation=organisation)
    if held.filter(Q(closed_at=None) | Q(begun_at__gte=_lately(day))).exists():
        return False
    _begin(organisation, start, None)
    return True


def _begin(organisation: MemberOrganisation, start: HandoverStart, by: User | None) -> Handover:
    handover = Handover.objects.create(organisation=organisation, start=start, begun_by=by)
    record(
        "handover.begun", by=by, about=handover, organisation=organisation.code, start=start.value
    )
    for term in _leaders_now_and_next(organisation):
        mails.send(
            "handover",
            key=f"{handover.pk}/{term.person_id}",
            to=term.person.email,
            language=term.person.language,
            context={
                "handover": handover,
                "organisation": organisation,
                "term": term,
                "comes": term.is_incoming(),
            },
            by=by,
        )
    return handover


def _leaders_now_and_next(organisation: MemberOrganisation) -> Iterable[Term]:
    """Of each person one term: the one that runs, else the one to come."""
    terms: TermQuerySet = Term.objects.filter(organisation=organisation)
    # Nobody gets a link to what they may not open.
    found = terms.open_on(timezone.localdate()).leaders()
    found = found.of_people_who_can_log_in().select_related("person").order_by("-begins", "pk")
    return {term.person_id: term for term in found}.values()


def _over(day: date) -> list[Handover]:
    """Those whose leavers have been gone for a while, with somebody new in their place."""
    going = list(Handover.objects.filter(closed_at=None).select_related("organisation"))
    terms = defaultdict(list)
    leaders = Term.objects.leaders().of_people_who_can_log_in()
    for term in leaders.filter(organisation__in=[one.organisation_id for one in going]):
        terms[term.organisation_id].append(term)
    return [one for one in going if _is_over(one, terms[one.organisation_id], day)]


def _is_over(handover: Handover, leaders: list[Term], day: date) -> bool:
    begun = timezone.localdate(handover.begun_at)
    before = [term for term in leaders if term.begins <= begun <= _last_day(term)]
    last_days = sorted(_last_day(term) for term in before)
    # With terms that overlap, the handover is about those that end next.
    soon = [last for last in last_days if last <= begun + timedelta(days=ONE_WITHIN)]
    left = max(soon or last_days[:1], default=begun)
    somebody_new = any(term.is_active(day) for term in leaders if term not in before)
    return somebody_new and day >= left + timedelta(days=CLOSES_AFTER)


def _last_day(term: Term) -> date:
    return min(term.ends, timezone.localdate(term.ended_at)) if term.ended_at else term.ends


@transaction.atomic
def _close_if_open(handover: Handover) -> bool:
    handover = _locked(handover)
    if handover.closed_at is not None:
        return False
    _close(handover, None)
    return True


def _close(handover: Handover, by: User | None) -> None:
    handover.closed_at, handover.closed_by = timezone.now(), by
    handover.save(update_fields=["closed_at", "closed_by"])
    record("handover.closed", by=by, about=handover, organisation=handover.organisation.code)


def _locked(handover: Handover) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=handover.pk)


def _open_or_raise(handover: Handover) -> Handover:
    handover = _locked(handover)
    if handover.closed_at is not None:
        raise NotPossible(_("This handover has been closed. What was written stays to be read."))
    return handover


def _known_of_successors(at: Standing) -> list[str]:
    told = []
    coming = Term.objects.filter(organisation=at.organisation).incoming_on(at.day).leaders()
    for term in coming.select_related("person").order_by("begins", "pk")[:3]:
        words = {"person": term.person, "day": date_format(term.begins)}
        told.append(_("%(person)s takes over on %(day)s.") % words)
    invited = Invitation.objects.filter(organisation=at.organisation, role=Role.LEADER)
    for sent in invited.open_at(timezone.now()).order_by("-sent_at")[:3]:
        day = date_format(timezone.localdate(sent.sent_at))
        told.append(_("An invitation was sent on %(day)s.") % {"day": day})
    return told


def _known_of_log_ins(at: Standing) -> list[str]:
    terms: TermQuerySet = Term.objects.filter(organisation=at.organisation)
    people = terms.open_on(at.day).of_people_who_can_log_in().order_by()
    number = people.values("person").distinct().count()
    words = ngettext("%(number)d person can log in.", "%(number)d people can log in.", number)
    return [words % {"number": number}]


def _known_of_facts(at: Standing) -> list[str]:
    told = []
    if at.organisation.mailbox:
        told.append(_("The mailbox is %(address)s.") % {"address": at.organisation.mailbox})
    else:
        told.append(_("No mailbox is written down."))
    changes = AuditEntry.objects.in_organisation(at.organisation.code)
    changed = changes.filter(event="organisation.changed").order_by("-at").first()
    if changed is not None:
        day = date_format(timezone.localdate(changed.at))
        told.append(_("The facts were last changed on %(day)s.") % {"day": day})
    return told
