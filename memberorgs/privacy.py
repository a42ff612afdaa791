"""What the tables about people and organisations hold, and for how long."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.audit.personal_data import Holding, Row, by_number, exempt
from foundation.audit.retention import Rule
from memberorgs.erasure import purge_people
from memberorgs.models import (
    AccessRequest,
    CalendarLink,
    Invitation,
    OrganisationDate,
    OrganisationImport,
    Term,
    User,
)
from memberorgs.models.invitations import VALID_DAYS, AccessRequestQuerySet, InvitationQuerySet

HISTORY = _("It belongs to the organisation's history, held by «former elected representative».")


def _person(user: AbstractBaseUser) -> Iterator[Row]:
    person = User.objects.get(pk=user.pk)
    yield {
        _("first name"): person.first_name,
        _("last name"): person.last_name,
        _("e-mail address"): person.email if person.retired_at is None else "",
        _("language"): person.get_language_display(),
        _("shared mailbox"): person.shared_mailbox,
        _("log-in made"): person.date_joined,
        _("last log-in"): person.last_login,
        _("groups"): ", ".join(person.groups.order_by("name").values_list("name", flat=True)),
        _("log-in taken away"): person.retired_at,
    }


def _erased_with_the_log_in(user: AbstractBaseUser) -> int:
    """The person's row is emptied last of all: see `erasure.erase`."""
    return 0


def _terms(user: AbstractBaseUser) -> Iterator[Row]:
    terms = Term.objects.filter(person=user.pk).select_related("organisation", "campus__kommune")
    for term in terms.order_by("begins", "pk"):
        yield {
            _("organisation"): str(term.organisation),
            _("role"): term.get_role_display(),
            _("title"): term.title,
            _("campus"): str(term.campus or ""),
            _("first day"): term.begins,
            _("last day"): term.ends,
            _("accepted"): term.accepted_at,
            _("ended early"): term.ended_at,
            _("why it ended early"): term.ended_reason,
        }


def _forget_reasons(user: AbstractBaseUser) -> int:
    return Term.objects.filter(person=user.pk).exclude(ended_reason="").update(ended_reason="")


def _own_invitations(user: AbstractBaseUser) -> InvitationQuerySet:
    """Those that the person took; of a mailbox of one's own also the others to that address."""
    mine = Q(term__person=user.pk)
    if not _shares(user):
        mine |= Q(email=_address(user))
    return Invitation.objects.filter(mine)


def _shares(user: AbstractBaseUser) -> bool:
    return bool(getattr(user, "shared_mailbox", False))


def _address(user: AbstractBaseUser) -> str:
    return str(getattr(user, user.get_email_field_name()))


def _told(invitations: InvitationQuerySet) -> Iterator[Row]:
    for one in invitations.select_related("organisation").order_by("sent_at", "pk"):
        yield {
            _("organisation"): str(one.organisation),
            _("e-mail address"): one.email,
            _("role"): one.get_role_display(),
            _("title"): one.title,
            _("first day"): one.begins,
            _("last day"): one.ends,
            _("sent"): one.sent_at,
            _("accepted"): one.accepted_at,
            _("withdrawn"): one.revoked_at,
        }


def _forget(invitations: InvitationQuerySet) -> int:
    """What was taken stays, without the address; what was not goes."""
    numbers = list(invitations.values_list("pk", flat=True))
    invitations = Invitation.objects.filter(pk__in=numbers)
    unused = invitations.filter(accepted_at=None).delete()[1].get("memberorgs.Invitation", 0)
    return unused + invitations.exclude(email="").update(email="")


def _own_requests(user: AbstractBaseUser) -> AccessRequestQuerySet:
    mine = Q(invitation__term__person=user.pk)
    name = user.get_full_name() if isinstance(user, User) else ""
    if not _shares(user):
        mine |= Q(email=_address(user))
    elif name:
        mine |= Q(email=_address(user), name=name)
    return AccessRequest.objects.filter(mine)


def _asked(requests: AccessRequestQuerySet) -> Iterator[Row]:
    for one in requests.select_related("organisation").order_by("asked_at", "pk"):
        yield {
            _("organisation"): str(one.organisation),
            _("name"): one.name,
            _("e-mail address"): one.email,
            _("office"): one.title,
            _("minutes or link"): one.evidence,
            _("asked"): one.asked_at,
            _("answer"): one.get_decision_display(),
        }


def _drop(requests: AccessRequestQuerySet) -> int:
    numbers = list(requests.values_list("pk", flat=True))
    return AccessRequest.objects.filter(pk__in=numbers).delete()[0]


def _links(user: AbstractBaseUser) -> Iterator[Row]:
    for one in CalendarLink.objects.filter(person=user.pk).select_related("organisation"):
        yield {_("organisation"): str(one.organisation), _("made"): one.made_at}


def _drop_links(user: AbstractBaseUser) -> int:
    return CalendarLink.objects.filter(person=user.pk).delete()[0]


def _at(address: str) -> str:
    return User.objects.normalize_email(address)


HOLDINGS = (
    Holding(
        model="memberorgs.User",
        title=_("Your log-in"),
        fields=frozenset({"first_name", "last_name", "email"}),
        rows=_person,
        erase=_erased_with_the_log_in,
        why_kept=_("A number without name and address stays, so that the history holds together."),
        place=10,
    ),
    Holding(
        model="memberorgs.Term",
        title=_("Your offices"),
        fields=frozenset({"person", "given_by", "ended_by"}),
        rows=_terms,
        erase=_forget_reasons,
        why_kept=HISTORY,
        place=20,
    ),
    Holding(
        model="memberorgs.Invitation",
        title=_("Invitations to you"),
        fields=frozenset({"email", "invited_by", "revoked_by"}),
        rows=lambda user: _told(_own_invitations(user)),
        erase=lambda user: _forget(_own_invitations(user)),
        why_kept=_("That an invitation was accepted stays, without the address."),
        rows_at=lambda address: _told(Invitation.objects.filter(email=_at(address))),
        erase_at=lambda address: _forget(Invitation.objects.filter(email=_at(address))),
        place=30,
    ),
    Holding(
        model="memberorgs.AccessRequest",
        title=_("Where you asked for access"),
        fields=frozenset({"name", "email", "decided_by"}),
        rows=lambda user: _asked(_own_requests(user)),
        erase=lambda user: _drop(_own_requests(user)),
        rows_at=lambda address: _asked(AccessRequest.objects.filter(email=_at(address))),
        erase_at=lambda address: _drop(AccessRequest.objects.filter(email=_at(address))),
        place=31,
    ),
    Holding(
        model="memberorgs.CalendarLink",
        title=_("Your calendar links"),
        fields=frozenset({"person"}),
        rows=_links,
        erase=_drop_links,
        place=40,
    ),
    by_number(
        "memberorgs.Handover",
        "begun_by",
        "closed_by",
        title=_("Handovers that you began or closed"),
        shown=("begun_at", "closed_at"),
        why_kept=HISTORY,
    ),
    by_number(
        "memberorgs.HandoverTick",
        "ticked_by",
        title=_("Points of a handover that you ticked"),
        shown=("handover", "ticked_at"),
        why_kept=HISTORY,
    ),
    by_number(
        "memberorgs.OrganisationDate",
        "added_by",
        "removed_by",
        title=_("Dates that you put into the calendar or removed"),
        shown=("starts", "added_at"),
        why_kept=HISTORY,
    ),
    by_number(
        "memberorgs.OrganisationImport",
        "uploaded_by",
        "applied_by",
        title=_("Tables of organisations that you read in"),
        why_kept=HISTORY,
    ),
    by_number(
        "memberorgs.MemberOrganisation",
        "confirmed_by",
        title=_("Organisations that you confirmed"),
        shown=("confirmed_at",),
        why_kept=HISTORY,
    ),
)


def register_exemptions() -> None:
    """Names of organisations and places, and rows that only tie a person to a group."""
    exempt(
        "memberorgs.MemberOrganisation",
        "short_name",
        "mailbox",
        why="the organisation's own; its mailbox outlives its people",
    )
    exempt("memberorgs.OrganisationCampus", "name", why="the name of a place")
    for table in ("memberorgs.User_groups", "memberorgs.User_user_permissions"):
        exempt(table, "user", why="shown with the log-in, and gone with it")


def _purge_invitations(before: datetime, dry_run: bool) -> int:
    """Unused: counted from the sending, or from the first day of the term where that is later."""
    old = Invitation.objects.filter(accepted_at=None).filter(
        Q(expires_at__lt=before + timedelta(days=VALID_DAYS)) | Q(revoked_at__lt=before)
    )
    return old.count() if dry_run else old.delete()[1].get("memberorgs.Invitation", 0)


def _purge_requests(before: datetime, dry_run: bool) -> int:
    old = AccessRequest.objects.filter(
        Q(decided_at__lt=before) | Q(decided_at=None, asked_at__lt=before)
    )
    return old.count() if dry_run else old.delete()[0]


def _purge_dates(before: datetime, dry_run: bool) -> int:
    old = OrganisationDate.objects.removed_before(before)
    return old.count() if dry_run else old.delete()[0]


def _purge_imports(before: datetime, dry_run: bool) -> int:
    old = OrganisationImport.objects.unapplied_since(before)
    return old.count() if dry_run else old.delete()[0]


RULES = (
    Rule(
        code="invitation",
        what=_("An invitation that nobody took: address, role and days"),
        basis=_("Legitimate interest: to let the elected in, and to see who got no answer."),
        purge=_purge_invitations,
    ),
    Rule(
        code="access_request",
        what=_("A request for access: name, address, office and minutes"),
        basis=_("Legitimate interest: to check that those who ask are elected."),
        purge=_purge_requests,
    ),
    Rule(
        code="removed_date",
        what=_("A date that an organisation has taken out of its calendar"),
        basis=_("Legitimate interest: time to undo a slip."),
        purge=_purge_dates,
    ),
    Rule(
        code="organisation_import",
        what=_("A table of organisations that was handed in and never applied"),
        basis=_("Nobody needs it when the table has changed since."),
        purge=_purge_imports,
    ),
    Rule(
        code="ended_person",
        what=_("Address and log-in of somebody whose last office is over"),
        basis=_(
            "Legitimate interest: time to hand over. Name, office and year stay as the "
            "organisation's history."
        ),
        purge=purge_people,
    ),
)
