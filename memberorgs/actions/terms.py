"""Terms of office: change, end, prolong; and what a form begins with."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.audit.actions import record
from memberorgs.access import is_staff
from memberorgs.actions.refusals import NotPossible, check
from memberorgs.choices import Role
from memberorgs.models import MemberOrganisation, Term, User
from memberorgs.models.organisations import OrganisationCampus
from memberorgs.models.terms import TermQuerySet

# Days before the usual start in which one who is invited is probably one for the coming term.
SOON = 183


@dataclass(frozen=True)
class Office:
    """What somebody is offered: role, title and dates."""

    role: Role
    begins: date
    ends: date
    title: str = ""
    campus: OrganisationCampus | None = None


@transaction.atomic
def change_term(*, term: Term, office: Office, by: User) -> Term:
    """Give the term another role, title, campus or other days.

    A leader gives nobody's last leader an earlier end, nor the own term a later one (see
    `prolong`).
    """
    before = Term.objects.select_for_update().get(pk=term.pk)
    if before.is_over():
        raise NotPossible(_("The term is over. Invite the person again instead."))
    if before.person_id == by.pk and not is_staff(by) and office.ends > before.ends:
        raise NotPossible(_("You can't give yourself a longer term. Use «Prolong» instead."))
    after = Term.objects.get(pk=term.pk)
    after.role, after.title, after.campus = office.role, office.title, office.campus
    after.begins, after.ends = office.begins, office.ends
    check(after)
    if before.role == Role.LEADER and (
        after.role != Role.LEADER
        or after.is_over()
        or (before.is_active() and not after.is_active())
        or (after.ends < before.ends and not is_staff(by))
    ):
        _not_the_last_leader(before, by)
    after.save()
    changes = {
        name: str(getattr(after, name))
        for name in ("role", "begins", "ends")
        if getattr(after, name) != getattr(before, name)
    }
    record(
        "term.changed",
        by=by,
        person=after.person,
        about=after,
        organisation=after.organisation.code,
        title_changed=after.title != before.title,
        **changes,
    )
    return after


@transaction.atomic
def end_term(*, term: Term, by: User, reason: str = "") -> None:
    """End it now: the next click of that person is a 404. Can run twice.

    The last leader stays until a successor is there; staff may end it all the same, and give
    `reason`.
    """
    term = (
        Term.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=term.pk)
    )
    if term.is_over():
        return
    if term.role == Role.LEADER:
        _not_the_last_leader(term, by, reason)
    term.ended_at, term.ended_by, term.ended_reason = timezone.now(), by, reason
    term.save()
    record(
        "term.ended",
        by=by,
        person=term.person,
        about=term,
        organisation=term.organisation.code,
        with_reason=bool(reason),
    )


@transaction.atomic
def prolong(*, term: Term, until: date, by: User) -> Term:
    """A leader whose successor is not elected stays on, by 60 days at the most, all in all."""
    term = (
        Term.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=term.pk)
    )
    if term.person_id != by.pk or term.role != Role.LEADER or not term.is_active():
        raise NotPossible(_("Only a leader can prolong a term, and only the own one."))
    if is_relieved(term):
        raise NotPossible(_("Another leader takes over, so the term isn't prolonged."))
    days = (until - term.ends).days
    if days < 1:
        raise NotPossible(_("Choose a day after the present last day."))
    if days > term.days_left_to_prolong:
        raise NotPossible(
            ngettext(
                "You can prolong by %(days)d more day.",
                "You can prolong by %(days)d more days.",
                term.days_left_to_prolong,
            )
            % {"days": term.days_left_to_prolong}
        )
    term.ends, term.prolonged_days = until, term.prolonged_days + days
    term.save()
    record(
        "term.prolonged",
        by=by,
        person=by,
        about=term,
        organisation=term.organisation.code,
        days=days,
        ends=until.isoformat(),
    )
    return term


def is_relieved(term: Term) -> bool:
    """Whether another leader stays, or comes, beyond the last day of the term."""
    return _other_leaders(term).filter(ends__gt=term.ends).exists()


def is_last_leader(term: Term) -> bool:
    """Whether no other leader is there or on the way."""
    return term.role == Role.LEADER and not term.is_over() and not _other_leaders(term).exists()


def _other_leaders(term: Term) -> TermQuerySet:
    """Leaders that are there or on the way, without this term."""
    others = Term.objects.filter(organisation=term.organisation_id).exclude(pk=term.pk)
    today = timezone.localdate()
    return others.running().leaders().filter(ends__gte=today).of_people_who_can_log_in()


def _not_the_last_leader(term: Term, by: User, reason: str = "") -> None:
    # Two leaders who end each other's terms at once wait here for one another.
    MemberOrganisation.objects.select_for_update().get(pk=term.organisation_id)
    if _other_leaders(term).exists():
        return
    if not is_staff(by):
        raise NotPossible(
            _(
                "This is the only leader. Invite a successor first; when the invitation is "
                "accepted, the term can end."
            )
        )
    if not reason:
        raise NotPossible(_("This is the only leader. Give a reason for ending the term."))


def suggested_term(organisation: MemberOrganisation, day: date) -> tuple[date, date]:
    """First and last day that a form for an invitation on `day` begins with.

    In the half year before the usual start it is the coming term; else what is left of this one.
    """
    begins, ends = organisation.usual_term(day)
    if begins <= day + timedelta(days=SOON):
        return begins, ends
    return day, begins - timedelta(days=1)


def end_of_a_usual_term(organisation: MemberOrganisation, begins: date) -> date:
    """The last day of a term from `begins`: the day before the next usual start after it."""
    usual_begins, usual_ends = organisation.usual_term(begins)
    if usual_begins <= begins <= usual_ends - timedelta(days=30):
        return usual_ends
    return organisation.usual_term(begins + timedelta(days=31))[1]
