"""Every write about requests for help, and the mails that they cause.

What is told wrongly raises ValidationError by field; what can't be done any more `NotPossible`,
with a sentence for the person who asked. Who may is asked before, at the door of each page.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.choices import HelpOwner
from activity.models import HelpRequest
from foundation.audit.actions import record
from memberorgs import mails
from memberorgs.actions import NotPossible
from memberorgs.models import MemberOrganisation, Term, User


@transaction.atomic
def ask(
    *,
    organisation: MemberOrganisation,
    topic: str,
    title: str,
    question: str = "",
    wanted_until: date | None = None,
    by: User,
) -> HelpRequest:
    """Keep the question, and tell the secretariat."""
    request = HelpRequest(
        organisation=organisation,
        topic=topic,
        title=title.strip(),
        question=question.strip(),
        wanted_until=wanted_until,
        asked_by=by,
    )
    request.full_clean(exclude=["organisation", "asked_by", "answered_by"])
    request.save()
    record("help.asked", by=by, about=request, organisation=organisation.code)
    for place, (address, language) in enumerate(mails.staff_addresses()):
        mails.send(
            "help_asked",
            key=f"{request.pk}/{place}",
            to=address,
            language=language,
            context={"asked": request, "organisation": organisation},
            by=by,
        )
    return request


@transaction.atomic
def answer(*, request: HelpRequest, text: str, by: User) -> None:
    """Answer it, once, and tell those who asked. Raises NotPossible for an answered one."""
    current = _locked(request)
    if current.answered_at is not None:
        raise NotPossible(_("Somebody has answered this already. Look at the answer first."))
    if not text.strip():
        raise ValidationError({"answer": _("Write the answer.")})
    current.answer = text.strip()
    current.answered_at, current.answered_by = timezone.now(), by
    current.full_clean(exclude=["organisation", "asked_by", "answered_by"])
    current.save(update_fields=["answer", "answered_at", "answered_by"])
    organisation = current.organisation
    record("help.answered", by=by, about=current, organisation=organisation.code)
    for place, (address, language) in enumerate(_readers_of(current)):
        mails.send(
            "help_answered",
            key=f"{current.pk}/{place}",
            to=address,
            language=language,
            context={"asked": current, "organisation": organisation},
            by=by,
        )
    request.refresh_from_db()


@transaction.atomic
def hand_on(*, request: HelpRequest, owner: str, by: User) -> bool:
    """Give it to another role at NSO; False where that one has it. Raises NotPossible for an
    answered one."""
    current = _locked(request)
    if current.owner == owner:
        return False
    if current.answered_at is not None:
        raise NotPossible(_("Somebody has answered this already. Look at the answer first."))
    current.owner = HelpOwner(owner)
    current.save(update_fields=["owner"])
    record(
        "help.handed_on",
        by=by,
        about=current,
        organisation=current.organisation.code,
        owner=str(current.owner),
    )
    request.refresh_from_db()
    return True


def _locked(request: HelpRequest) -> HelpRequest:
    rows = HelpRequest.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=request.pk)


def _readers_of(request: HelpRequest) -> list[tuple[str, str]]:
    """Address and language of who asked; of the leaders where that one holds no office there any
    more; of the mailbox where nobody leads."""
    terms = Term.objects.filter(organisation=request.organisation)
    terms = terms.active_on(timezone.localdate()).of_people_who_can_log_in()
    for found in (terms.filter(person=request.asked_by_id), terms.leaders()):
        people = found.order_by("person__email").values_list("person__email", "person__language")
        if people:
            return list(dict.fromkeys(people))
    organisation = request.organisation
    return [(organisation.mailbox, organisation.language)] if organisation.mailbox else []
