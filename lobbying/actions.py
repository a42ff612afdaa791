"""Every write about contacts.

What is told wrongly raises ValidationError by field; what can't be done any more `NotPossible`,
with a sentence for the person who asked. Who may is asked before, at `lobbying.access`.
"""

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.actions import record
from lobbying import versions
from lobbying.choices import ANSWERS_DEMANDS, HAS_PARTIES, Counterpart, Reply
from lobbying.facts import Asked, ContactFacts
from lobbying.models import Answer, Contact, ContactParty, CountingConsent
from lobbying.models.contacts import NAMED_LISTS
from lobbying.places import Place
from memberorgs.actions import NotPossible
from memberorgs.models import MemberOrganisation, User


class ChangedMeanwhile(NotPossible):
    """Somebody else has saved the contact since it was opened."""


def log_contact(
    *, organisation: MemberOrganisation, facts: ContactFacts, by: User, key: UUID | None = None
) -> Contact:
    """Keeps a contact of `organisation`, and of those that took part.

    The same `key` of the same person and organisation once more gives the contact that is there,
    unchanged: a double tap is no second contact.
    """
    key = key or uuid4()
    same = Contact.objects.filter(key=key, organisation=organisation, logged_by=by)
    found = same.first()
    if found is not None:
        return found
    contact = Contact(key=key, organisation=organisation, logged_by=by)
    try:
        with transaction.atomic():
            _fill(contact, facts)
            now = versions.facts_of(contact)
            versions.keep(contact, now, by=by)
            record(
                "contact.logged",
                by=by,
                about=contact,
                organisation=organisation.code,
                counterpart=str(facts.counterpart),
                kind=str(facts.kind),
                day=facts.day.isoformat(),
            )
    except IntegrityError:
        # Two taps at once: the other one was first.
        found = same.first()
        if found is None:
            raise
        return found
    return contact


def check(*, facts: ContactFacts) -> None:
    """Raises ValidationError by field as logging `facts` would; writes nothing."""
    contact = Contact()
    _say(contact, facts)
    _check(contact, facts)
    for one in facts.asked:
        _check_answers(one)


@transaction.atomic
def change_contact(
    *, contact: Contact, facts: ContactFacts, by: User, opened: int | None = None
) -> bool:
    """Makes the contact say `facts`, and keeps how it was; False where nothing differs.

    `opened` is the version that the person saw. Raises ChangedMeanwhile where there is a newer one.
    """
    current = _locked(contact)
    if opened is not None and opened != current.version:
        raise ChangedMeanwhile(
            _("Somebody else has changed this contact since you opened it. Look at it first.")
        )
    before = versions.facts_of(current)
    _fill(current, facts)
    after = versions.facts_of(current)
    names = versions.changed(before, after)
    if names:
        current.version += 1
        current.save(update_fields=["version"])
        versions.keep(current, after, by=by)
        record(
            "contact.changed",
            by=by,
            about=current,
            organisation=current.organisation.code,
            fields=names,
        )
    contact.refresh_from_db()
    return bool(names)


@transaction.atomic
def remove_contact(*, contact: Contact, by: User) -> None:
    """Takes it away everywhere; it can be put back for some weeks. Twice is once."""
    current = Contact.objects.select_for_update().get(pk=contact.pk)
    if current.removed_at is None:
        current.removed_at, current.removed_by = timezone.now(), by
        current.save(update_fields=["removed_at", "removed_by"])
        _tell("contact.removed", current, by)
    contact.refresh_from_db()


@transaction.atomic
def put_back(*, contact: Contact, by: User) -> None:
    """Undoes taking it away. Raises NotPossible when it is too late."""
    current = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if current is None or (current.removed_at is not None and not current.can_be_put_back):
        raise NotPossible(_("It was taken away too long ago to be put back."))
    if current.removed_at is not None:
        current.removed_at = current.removed_by = None
        current.save(update_fields=["removed_at", "removed_by"])
        _tell("contact.put_back", current, by)
    contact.refresh_from_db()


@transaction.atomic
def let_count(*, organisation: MemberOrganisation, by: User) -> None:
    """The organisation says yes to its contacts being counted in public. Twice is once."""
    consent, made = CountingConsent.objects.get_or_create(
        organisation=organisation, defaults={"given_by": by}
    )
    if made:
        record("contact.count_allowed", by=by, about=consent, organisation=organisation.code)


@transaction.atomic
def stop_count(*, organisation: MemberOrganisation, by: User) -> None:
    """Takes the yes back, for all of its contacts."""
    consent = CountingConsent.objects.filter(organisation=organisation).first()
    if consent is not None:
        record("contact.count_stopped", by=by, about=consent, organisation=organisation.code)
        consent.delete()


def _locked(contact: Contact) -> Contact:
    """As it is now. Raises NotPossible for one that was taken away."""
    current = Contact.objects.select_for_update().there().filter(pk=contact.pk).first()
    if current is None:
        raise NotPossible(_("This contact was taken away. Put it back first."))
    return current


def _tell(event: str, contact: Contact, by: User) -> None:
    record(event, by=by, about=contact, organisation=contact.organisation.code)


def _fill(contact: Contact, facts: ContactFacts) -> None:
    _say(contact, facts)
    _check(contact, facts)
    contact.save()
    contact.organisations.set([contact.organisation, *facts.together_with])
    contact.priorities.set(facts.priorities)
    _save_asked(contact, facts.asked)


def _say(contact: Contact, facts: ContactFacts) -> None:
    contact.counterpart, contact.kind, contact.day = facts.counterpart, facts.kind, facts.day
    contact.kommune, contact.fylke = facts.kommune, facts.fylke
    contact.next_step, contact.next_step_due = facts.next_step.strip(), facts.next_step_due
    contact.note, contact.may_be_told = facts.note.strip(), facts.may_be_told


def _check(contact: Contact, facts: ContactFacts) -> None:
    contact.full_clean(exclude=["organisation", "logged_by", "removed_by"])
    _check_asked(contact, facts)


def _check_asked(contact: Contact, facts: ContactFacts) -> None:
    if facts.asked and contact.counterpart not in HAS_PARTIES:
        raise ValidationError({"asked": _("Only parties' bodies and councils have parties.")})
    if contact.counterpart == Counterpart.PARTY and not facts.asked:
        raise ValidationError({"asked": _("Choose at least one party.")})
    if len({(party, name.casefold()) for party, name in map(_key, facts.asked)}) < len(facts.asked):
        raise ValidationError({"asked": _("A party stands there twice.")})
    said = [said for one in facts.asked for said in one.answers]
    if said and contact.counterpart not in ANSWERS_DEMANDS:
        raise ValidationError(
            {"asked": _("Demands are answered by parties in municipalities and counties.")}
        )
    for one in facts.asked:
        named = one.party.kind in NAMED_LISTS
        if named and not one.list_name.strip():
            raise ValidationError({"asked": _("Write the name of the list.")})
        if not named and one.list_name.strip():
            raise ValidationError({"asked": _("Only local and joint lists have a name typed in.")})
    if said:
        levels = Place(contact.kommune, contact.fylke).levels
        if any(one.demand.level not in levels for one in said):
            raise ValidationError(
                {"asked": _("Municipalities and counties are asked about different demands.")}
            )


def _key(one: Asked) -> tuple[str, str]:
    return one.party.pk, " ".join(one.list_name.split())


def _save_asked(contact: Contact, asked: tuple[Asked, ...]) -> None:
    """Makes the rows equal to `asked`; what stays keeps its number."""
    there = {(one.party_id, one.list_name): one for one in contact.asked.all()}
    wanted = {_key(one): one for one in asked}
    for key, gone in there.items():
        if key not in wanted:
            gone.delete()
    for key, one in wanted.items():
        row = there.get(key)
        if row is None:
            row = ContactParty(contact=contact, party=one.party, list_name=key[1])
            row.full_clean(exclude=["contact", "party"])
            row.save()
        _check_answers(one)
        _save_answers(row, one)


def _check_answers(one: Asked) -> None:
    if len({said.demand.pk for said in one.answers}) < len(one.answers):
        raise ValidationError({"asked": _("A demand is answered twice by one party.")})
    for said in one.answers:
        answer = Answer(
            demand=said.demand,
            answer=said.answer,
            grade=said.grade,
            evidence=said.evidence.strip(),
        )
        try:
            # Not `full_clean`: it asks the database once for each answer, and there are many.
            answer.clean_fields(exclude=["asked", "demand"])
        except ValidationError as error:
            raise ValidationError({"asked": error.messages}) from error
        if bool(answer.grade) is (answer.answer == Reply.NO_ANSWER):
            raise ValidationError({"asked": _("Say how binding the answer is.")})


def _save_answers(row: ContactParty, one: Asked) -> None:
    there = {answer.demand_id: answer for answer in row.answers.all()}
    wanted = {said.demand.pk: said for said in one.answers}
    row.answers.exclude(demand__in=wanted).delete()
    for number, said in wanted.items():
        answer = there.get(number) or Answer(asked=row, demand=said.demand)
        answer.answer, answer.grade = said.answer, said.grade
        answer.evidence = said.evidence.strip()
        answer.save()
