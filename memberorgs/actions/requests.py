"""Whoever was elected and got no invitation asks for one."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.actions import record
from memberorgs import mails
from memberorgs.actions.invitations import invite
from memberorgs.actions.refusals import NotPossible
from memberorgs.actions.terms import Office
from memberorgs.choices import RequestDecision
from memberorgs.models import AccessRequest, Invitation, MemberOrganisation, Term, User


@transaction.atomic
def ask_for_access(
    *, organisation: MemberOrganisation, name: str, email: str, title: str, evidence: str
) -> AccessRequest:
    """Keep the request and tell the leaders, the mailbox and staff. A second one is the first."""
    email = User.objects.normalize_email(email)
    request, made = AccessRequest.objects.get_or_create(
        organisation=organisation,
        email=email,
        decided_at=None,
        defaults={"name": name, "title": title, "evidence": evidence},
    )
    if not made:
        return request
    record("access.asked", about=request, organisation=organisation.code)
    today = timezone.localdate()
    leaders = Term.objects.filter(organisation=organisation).active_on(today).leaders()
    told = dict(leaders.of_people_who_can_log_in().values_list("person__email", "person__language"))
    told |= dict(mails.staff_addresses())
    if organisation.mailbox:
        told.setdefault(organisation.mailbox, organisation.language)
    for place, (address, language) in enumerate(sorted(told.items())):
        mails.send(
            "access_request",
            key=f"{request.pk}/{place}",
            to=address,
            language=language,
            context={"asked": request, "organisation": organisation},
        )
    return request


@transaction.atomic
def confirm_access(*, asked: AccessRequest, office: Office, by: User) -> Invitation:
    """Send whoever asked an ordinary invitation."""
    asked = _undecided_or_raise(asked)
    invitation = invite(organisation=asked.organisation, email=asked.email, office=office, by=by)
    asked.decision, asked.decided_at, asked.decided_by = (
        RequestDecision.CONFIRMED,
        timezone.now(),
        by,
    )
    asked.invitation = invitation
    asked.save()
    record("access.confirmed", by=by, about=asked, organisation=asked.organisation.code)
    return invitation


@transaction.atomic
def refuse_access(*, asked: AccessRequest, by: User) -> None:
    """Say no, kindly, by mail."""
    asked = _undecided_or_raise(asked)
    asked.decision, asked.decided_at, asked.decided_by = (
        RequestDecision.REFUSED,
        timezone.now(),
        by,
    )
    asked.save()
    record("access.refused", by=by, about=asked, organisation=asked.organisation.code)
    mails.send(
        "access_refused",
        key=str(asked.pk),
        to=asked.email,
        language=asked.organisation.language,
        context={"asked": asked, "organisation": asked.organisation},
        by=by,
    )


def _undecided_or_raise(asked: AccessRequest) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",)).select_related("organisation")
    asked = rows.get(pk=asked.pk)
    if asked.decided_at is not None:
        raise NotPossible(_("Somebody has answered this request already."))
    return asked
