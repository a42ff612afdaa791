"""Invitations to a term of office: make, send, withdraw, accept."""

from datetime import timedelta
from urllib.parse import quote

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.audit.actions import record
from foundation.audit.models import AuditEntry
from foundation.tokens.secret_links import digest, new_secret, tidy
from memberorgs import mails
from memberorgs.access import is_staff
from memberorgs.actions.refusals import NotForAll, NotPossible, TooMany, check
from memberorgs.actions.terms import Office
from memberorgs.mailboxes import looks_shared
from memberorgs.models import Invitation, MemberOrganisation, Term, User
from memberorgs.models.invitations import expiry
from memberorgs.people import retire
from outbox.choices import Lane

INVITATION = "invitation"
# Addresses that a leader may paste at once.
BULK = 20
# Mails with an invitation that an organisation may send in 24 hours, renewed ones included.
A_DAY = 60
SENDS_AN_INVITATION = ("invitation.made", "invitation.renewed", "invitation.moved")


@transaction.atomic
def invite(
    *,
    organisation: MemberOrganisation,
    email: str,
    office: Office,
    by: User,
    shared_mailbox: bool = False,
) -> Invitation:
    """Offer `office` to whoever reads `email`, by a mail with a link that works once.

    Raises NotPossible, and TooMany where the organisation has sent `A_DAY` of them since yesterday.
    """
    email, today = User.objects.normalize_email(email), timezone.localdate()
    _not_left_or_raise(organisation)
    if office.ends < today:
        raise NotPossible(_("The term is over already. Check the last day."))
    if email == by.email and not is_staff(by):
        # Else prolonging would have no limit.
        raise NotPossible(
            _(
                "You can't invite yourself. Were you elected again? Ask another leader, or NSO's "
                "secretariat, to invite you."
            )
        )
    _within_the_day(organisation)
    secret, now = new_secret(), timezone.now()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=office.role,
        title=office.title,
        campus=office.campus,
        begins=office.begins,
        ends=office.ends,
        shared_mailbox=shared_mailbox,
        digest=digest(INVITATION, secret),
        sent_at=now,
        expires_at=expiry(now, office.begins),
        invited_by=by,
    )
    check(invitation)
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:  # two at once
        raise NotPossible(_("This address has an invitation already. Renew that.")) from error
    record(
        "invitation.made",
        by=by,
        about=invitation,
        organisation=organisation.code,
        role=office.role,
        begins=office.begins.isoformat(),
        ends=office.ends.isoformat(),
    )
    _mail_invitation(invitation, secret, by)
    return invitation


@transaction.atomic
def invite_many(
    *, organisation: MemberOrganisation, emails: list[str], office: Office, by: User
) -> list[Invitation]:
    """Offer the same office to each of `emails`: all of them, or nobody.

    Raises NotForAll, with what is wrong for each address.
    """
    made, reasons = [], {}
    for email in emails:
        try:
            made.append(invite(organisation=organisation, email=email, office=office, by=by))
        except TooMany:
            raise
        except NotPossible as error:
            reasons[email] = str(error)
    if reasons:
        raise NotForAll(reasons)
    return made


@transaction.atomic
def renew(*, invitation: Invitation, by: User) -> Invitation:
    """Send a new link; the old one stops working."""
    invitation = _locked(invitation.pk)
    _unanswered_or_raise(invitation)
    if invitation.ends < timezone.localdate():
        raise NotPossible(_("The term is over already. Make a new invitation instead."))
    _not_left_or_raise(invitation.organisation)
    _within_the_day(invitation.organisation)
    secret = _with_new_link(invitation)
    record("invitation.renewed", by=by, about=invitation, organisation=invitation.organisation.code)
    _mail_invitation(invitation, secret, by)
    return invitation


@transaction.atomic
def move(*, invitation: Invitation, email: str) -> Invitation:
    """Whoever opened an invitation to a shared mailbox wants it at an own address instead.

    The link that they hold stops working; a new one goes there, and proves the new address.
    """
    invitation = _as_found(invitation)
    email = User.objects.normalize_email(email)
    if not invitation.shared_mailbox:
        raise NotPossible(_("This invitation is for one person's own address already."))
    if email == invitation.email or looks_shared(email, invitation.organisation):
        raise NotPossible(_("This looks like a mailbox that several people read too."))
    _within_the_day(invitation.organisation)
    invitation.email, invitation.shared_mailbox = email, False
    check(invitation)
    secret = _with_new_link(invitation)
    record("invitation.moved", about=invitation, organisation=invitation.organisation.code)
    _mail_invitation(invitation, secret, invitation.invited_by)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """The link stops working; whoever opens it reads that it was withdrawn. Can run twice."""
    invitation = _locked(invitation.pk)
    if invitation.revoked_at is not None:
        return
    _unanswered_or_raise(invitation)
    invitation.revoked_at, invitation.revoked_by = timezone.now(), by
    invitation.save()
    record("invitation.revoked", by=by, about=invitation, organisation=invitation.organisation.code)


def find_invitation(secret: str) -> Invitation | None:
    """The invitation that the link opens, whatever has become of it."""
    secret = tidy(secret)
    if not secret:
        return None
    found = Invitation.objects.filter(digest=digest(INVITATION, secret))
    return found.select_related("organisation", "campus__kommune", "invited_by").first()


def why_closed(invitation: Invitation) -> str:
    """A code for why it can't be accepted now, or an empty text.

    `used`, `revoked`, `organisation_closed`, `term_over` or `expired`.
    """
    if invitation.accepted_at is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "revoked"
    if invitation.organisation.has_left():
        return "organisation_closed"
    if invitation.ends < timezone.localdate():
        return "term_over"
    if not invitation.is_open():
        return "expired"
    return ""


CLOSED_WORDS = {
    "renewed": gettext_lazy("A newer mail with another link has been sent. Use that one."),
    "used": gettext_lazy("This invitation has been accepted already."),
    "revoked": gettext_lazy("This invitation was withdrawn."),
    "organisation_closed": gettext_lazy("The organisation is no member of NSO any more."),
    "term_over": gettext_lazy("The term that the invitation is for is over."),
    "expired": gettext_lazy("This invitation has expired."),
}


def holder_of(invitation: Invitation) -> User | None:
    """Who has a log-in with the invited address now."""
    return User.objects.filter(email=invitation.email, is_active=True).first()


@transaction.atomic
def accept(*, invitation: Invitation, by: User) -> Term:
    """The person who was invited takes the term. Works once, whoever presses twice.

    Raises NotPossible when it is closed, or for another's log-in.
    """
    invitation = _as_found(invitation)
    if by.email != invitation.email:
        raise NotPossible(_("The invitation is for another address than the one you log in with."))
    if invitation.shared_mailbox and not by.shared_mailbox:
        by.shared_mailbox = True
        by.save(update_fields=["shared_mailbox"])
    return _take(invitation, by)


@transaction.atomic
def accept_as_new(
    *, invitation: Invitation, first_name: str, last_name: str, language: str
) -> tuple[User, Term]:
    """Somebody without a log-in takes the term, and gets one.

    On a shared mailbox the one who had the address before is retired first: a new person begins
    with nothing of theirs. Raises NotPossible where a person of that address has a log-in.
    """
    invitation = _as_found(invitation)
    before = User.objects.select_for_update().filter(email=invitation.email).first()
    if before is not None:
        # Nobody takes the log-in of NSO's own people over.
        if not is_passed_on(invitation, before) or works_for_nso(before):
            raise NotPossible(_("This address has a log-in already. Log in, and accept then."))
        retire(before, by=None, event="person.replaced")
    person = User.objects.create_user(
        invitation.email,
        first_name=first_name,
        last_name=last_name,
        language=language,
        shared_mailbox=invitation.shared_mailbox or before is not None,
    )
    return person, _take(invitation, person)


def is_passed_on(invitation: Invitation, holder: User) -> bool:
    """Whether the address may have got a new reader since `holder` began to log in with it."""
    return invitation.shared_mailbox or holder.shared_mailbox


def works_for_nso(user: User) -> bool:
    """Has rights that come from no term: a link in a mail alone opens no such log-in."""
    return user.is_staff or user.is_superuser or user.groups.exists()


def _take(invitation: Invitation, person: User) -> Term:
    term = Term.objects.create(
        organisation=invitation.organisation,
        person=person,
        role=invitation.role,
        title=invitation.title,
        campus=invitation.campus,
        begins=invitation.begins,
        ends=invitation.ends,
        given_at=invitation.sent_at,
        given_by=invitation.invited_by,
    )
    invitation.accepted_at, invitation.term = term.accepted_at, term
    invitation.save()
    record(
        "invitation.accepted",
        by=person,
        person=person,
        about=term,
        organisation=invitation.organisation.code,
        role=term.role,
        begins=term.begins.isoformat(),
        ends=term.ends.isoformat(),
    )
    return term


def _locked(pk: int) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",))
    return rows.select_related("organisation").get(pk=pk)


def _as_found(invitation: Invitation) -> Invitation:
    """The locked row, if the link by which `invitation` was found still opens it."""
    locked = _locked(invitation.pk)
    if reason := why_closed(locked):
        raise NotPossible(str(CLOSED_WORDS[reason]))
    if locked.digest != invitation.digest:
        raise NotPossible(str(CLOSED_WORDS["renewed"]))
    return locked


def _with_new_link(invitation: Invitation) -> str:
    """Saves it with a new secret, which is returned."""
    secret = new_secret()
    invitation.digest = digest(INVITATION, secret)
    invitation.sendings += 1
    invitation.sent_at = timezone.now()
    invitation.expires_at = expiry(invitation.sent_at, invitation.begins)
    invitation.save()
    return secret


def _not_left_or_raise(organisation: MemberOrganisation) -> None:
    if organisation.has_left():
        raise NotPossible(_("The organisation has left NSO, so nobody can be invited to it."))


def _within_the_day(organisation: MemberOrganisation) -> None:
    since = timezone.now() - timedelta(days=1)
    sent = AuditEntry.objects.in_organisation(organisation.code).filter(
        event__in=SENDS_AN_INVITATION, at__gt=since
    )
    if sent.count() >= A_DAY:
        raise TooMany(
            _("The organisation has sent %(number)d invitations since yesterday. Go on tomorrow.")
            % {"number": A_DAY}
        )


def _unanswered_or_raise(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise NotPossible(str(CLOSED_WORDS["used"]))
    if invitation.revoked_at is not None:
        raise NotPossible(str(CLOSED_WORDS["revoked"]))


def _mail_invitation(invitation: Invitation, secret: str, by: User) -> None:
    mails.send(
        "invitation",
        key=f"{invitation.pk}/{invitation.sendings}",
        to=invitation.email,
        language=invitation.organisation.language,
        context={
            "invitation": invitation,
            "organisation": invitation.organisation,
            "inviter": by,
            "secret": quote(secret),
        },
        lane=Lane.FAST,
        sensitive=True,
        expires_at=invitation.expires_at,
        by=by,
    )
