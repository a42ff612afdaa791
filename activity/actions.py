"""Every write about entries of the log.

What is told wrongly raises ValidationError by field; what can't be done any more `NotPossible`,
with a sentence for the person who asked. Who may is asked before, at `activity.access`.
"""

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import versions
from activity.facts import EntryFacts
from activity.models import Entry
from foundation.audit.actions import record
from memberorgs.actions import NotPossible
from memberorgs.models import MemberOrganisation, User


class ChangedMeanwhile(NotPossible):
    """Somebody else has saved the entry since it was opened."""


def log_entry(
    *, organisation: MemberOrganisation, facts: EntryFacts, by: User, key: UUID | None = None
) -> Entry:
    """Keeps what an organisation did.

    The same `key` of the same person and organisation once more gives the entry that is there,
    unchanged: a double tap is no second entry.
    """
    key = key or uuid4()
    same = Entry.objects.filter(key=key, organisation=organisation, logged_by=by)
    found = same.first()
    if found is not None:
        return found
    entry = Entry(key=key, organisation=organisation, logged_by=by, kind=facts.kind)
    try:
        with transaction.atomic():
            _fill(entry, facts)
            versions.keep(entry, versions.facts_of(entry), by=by)
            record(
                "entry.logged",
                by=by,
                about=entry,
                organisation=organisation.code,
                kind=str(facts.kind),
                day=facts.day.isoformat(),
            )
    except IntegrityError:
        # Two taps at once: the other one was first.
        found = same.first()
        if found is None:
            raise
        return found
    return entry


@transaction.atomic
def change_entry(*, entry: Entry, facts: EntryFacts, by: User, opened: int | None = None) -> bool:
    """Makes the entry say `facts`, and keeps how it was; False where nothing differs.

    `opened` is the version that the person saw. Raises ChangedMeanwhile where there is a newer
    one, NotPossible for one that was taken away.
    """
    current = Entry.objects.select_for_update().there().filter(pk=entry.pk).first()
    if current is None:
        raise NotPossible(_("This entry was taken away. Put it back first."))
    if current.kind != facts.kind:
        raise ValueError("an entry stays of its kind")
    if opened is not None and opened != current.version:
        raise ChangedMeanwhile(
            _("Somebody else has changed this entry since you opened it. Look at it first.")
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
            "entry.changed",
            by=by,
            about=current,
            organisation=current.organisation.code,
            fields=names,
        )
    entry.refresh_from_db()
    return bool(names)


@transaction.atomic
def remove_entry(*, entry: Entry, by: User) -> None:
    """Takes it away everywhere; it can be put back for some weeks. Twice is once."""
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    if current.removed_at is None:
        current.removed_at, current.removed_by = timezone.now(), by
        current.save(update_fields=["removed_at", "removed_by"])
        _tell("entry.removed", current, by)
    entry.refresh_from_db()


@transaction.atomic
def put_back(*, entry: Entry, by: User) -> None:
    """Undoes taking it away. Raises NotPossible when it is too late."""
    current = Entry.objects.select_for_update().filter(pk=entry.pk).first()
    if current is None or (current.removed_at is not None and not current.can_be_put_back):
        raise NotPossible(_("It was taken away too long ago to be put back."))
    if current.removed_at is not None:
        current.removed_at = current.removed_by = None
        current.save(update_fields=["removed_at", "removed_by"])
        _tell("entry.put_back", current, by)
    entry.refresh_from_db()


def _tell(event: str, entry: Entry, by: User) -> None:
    record(event, by=by, about=entry, organisation=entry.organisation.code)


def _fill(entry: Entry, facts: EntryFacts) -> None:
    entry.day, entry.campus = facts.day, facts.campus
    entry.title, entry.text = facts.title.strip(), facts.text.strip()
    entry.note, entry.may_be_told = facts.note.strip(), facts.may_be_told
    entry.reasons = dict(facts.reasons)
    if entry.campus is not None and entry.campus.organisation_id != entry.organisation_id:
        raise ValidationError({"campus": _("Choose one of your own campuses.")})
    entry.full_clean(exclude=["organisation", "logged_by", "removed_by"])
    entry.save()
    if facts.detail is not None:
        facts.detail.entry = entry
        facts.detail.full_clean(exclude=["entry"])
        facts.detail.save()
        setattr(entry, str(facts.kind), facts.detail)
    entry.priorities.set(facts.priorities)
