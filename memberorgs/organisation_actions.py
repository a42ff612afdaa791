"""What staff do to an organisation as a whole, and to the address of one of its people."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.actions import record
from foundation.intake.reading import read_csv
from memberorgs import mails, organisation_table
from memberorgs.access import is_staff
from memberorgs.actions import NotPossible
from memberorgs.choices import AddressCheck, SuccessionKind
from memberorgs.models import MemberOrganisation, OrganisationImport, Succession, Term, User
from memberorgs.people import end_all_log_ins
from outbox.choices import Lane


@transaction.atomic
def confirm(*, organisation: MemberOrganisation, by: User) -> None:
    """From now on the public and the statistics know it. Can run twice."""
    organisation = MemberOrganisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.is_confirmed:
        return
    organisation.confirmed_at, organisation.confirmed_by = timezone.now(), by
    organisation.save()
    record("organisation.confirmed", by=by, about=organisation, organisation=organisation.code)


@transaction.atomic
def take_confirmation_back(*, organisation: MemberOrganisation, by: User) -> None:
    """It was confirmed by mistake: staff alone know it again. Can run twice."""
    organisation = MemberOrganisation.objects.select_for_update().get(pk=organisation.pk)
    if not organisation.is_confirmed:
        return
    organisation.confirmed_at = organisation.confirmed_by = None
    organisation.save()
    record("organisation.unconfirmed", by=by, about=organisation, organisation=organisation.code)


@transaction.atomic
def tell_succession(
    *,
    predecessor: MemberOrganisation,
    successor: MemberOrganisation,
    kind: SuccessionKind,
    on: date,
    by: User,
) -> Succession:
    """Say what became of `predecessor` from the day `on`.

    What is merged into another leaves that day, where no other day is told.
    """
    predecessor = MemberOrganisation.objects.select_for_update().get(pk=predecessor.pk)
    if predecessor.pk == successor.pk:
        raise NotPossible(_("An organisation can't succeed itself."))
    if Succession.objects.filter(predecessor=successor, successor=predecessor).exists():
        raise NotPossible(_("It is told already that this one came after the other."))
    if Succession.objects.filter(predecessor=predecessor, successor=successor).exists():
        raise NotPossible(_("This is told already."))
    if kind == SuccessionKind.MERGER and predecessor.left_on is None:
        if predecessor.member_from is not None and on <= predecessor.member_from:
            raise NotPossible(_("It can't leave before it has joined."))
        predecessor.left_on = on
        predecessor.save()
    made = Succession.objects.create(predecessor=predecessor, successor=successor, kind=kind, on=on)
    record(
        "organisation.succeeded",
        by=by,
        about=predecessor,
        organisation=predecessor.code,
        successor=successor.code,
        kind=kind,
        on=on.isoformat(),
    )
    return made


@transaction.atomic
def remove_succession(*, succession: Succession, by: User) -> None:
    """It was told by mistake. The day on which the organisation left stays as it is."""
    record(
        "organisation.succession_removed",
        by=by,
        about=succession.predecessor,
        organisation=succession.predecessor.code,
        successor=succession.successor.code,
    )
    succession.delete()


def may_change_address_of(person: User, by: User) -> bool:
    """Staff help those who work for organisations; the address of anybody else is an admin's.

    Whoever chooses the address can log in with it, so nobody gets more rights in this way.
    """
    if not is_staff(by) or person.retired_at is not None or person.pk == by.pk:
        return False
    if by.is_superuser:
        return True
    # All rows, not "whether any": a list of people has them loaded.
    has_rights = person.groups.all() or person.user_permissions.all()
    return not (person.is_superuser or person.is_staff or has_rights)


@transaction.atomic
def change_address(*, person: User, email: str, checked: AddressCheck, by: User) -> User:
    """Give a person whose address is dead another one, after staff have checked who asks.

    Sessions, keys and second factors of the old address end. The new address, the old one, the
    organisations' mailboxes and their other leaders are told.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not may_change_address_of(person, by):
        raise NotPossible(_("Only an administrator can change this address."))
    old, email = person.email, User.objects.normalize_email(email)
    if email == old:
        raise NotPossible(_("This is the address that the person has now."))
    person.email = email
    try:
        person.full_clean()
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
    end_all_log_ins(person)
    person.shared_mailbox = False
    person.save()
    today = timezone.localdate()
    terms = list(Term.objects.filter(person=person).open_on(today).select_related("organisation"))
    organisations = list({term.organisation_id: term.organisation for term in terms}.values())
    for code in [organisation.code for organisation in organisations] or [""]:
        entry = record(
            "person.address_changed",
            by=by,
            person=person,
            about=person,
            organisation=code,
            checked=checked,
        )
    told = {old: person.language, email: person.language}
    for organisation in organisations:
        if organisation.mailbox:
            told.setdefault(organisation.mailbox.lower(), organisation.language)
        leaders = Term.objects.filter(organisation=organisation).active_on(today).leaders()
        told |= dict(
            leaders.of_people_who_can_log_in()
            .exclude(person=person)
            .values_list("person__email", "person__language")
        )
    for place, (address, language) in enumerate(told.items()):
        mails.send(
            "address_changed",
            key=f"{entry.pk}/{place}",
            to=address,
            language=language,
            context={
                # Never the address, which is nobody else's business.
                "name": person.get_full_name(),
                "organisations": organisations,
                "is_new": address == email,
                "is_old": address == old,
            },
            lane=Lane.FAST,
            by=by,
        )
    return person


@transaction.atomic
def store_import(*, filename: str, content: bytes, by: User) -> OrganisationImport:
    """Keep a file until somebody applies it."""
    return OrganisationImport.objects.create(
        filename=filename[:255], content=content, uploaded_by=by
    )


@transaction.atomic
def apply_import(*, upload_id: int, fingerprint: str, by: User) -> OrganisationImport:
    """Do what the file says, once, whoever presses twice.

    Raises TableRefused or TableChanged (see `organisation_table.apply`); then nothing is done.
    """
    upload = OrganisationImport.objects.select_for_update().get(pk=upload_id)
    if upload.applied_at is not None:
        return upload
    table = read_csv(bytes(upload.content))
    done = organisation_table.apply(table=table, by=by, fingerprint=fingerprint)
    upload.applied_at, upload.applied_by, upload.content = timezone.now(), by, b""
    upload.made, upload.changed = len(done.new), len(done.changed)
    upload.save()
    return upload
