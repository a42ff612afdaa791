"""The facts that an organisation keeps right itself: leaders change them, staff may too.

Code, name, kind, dates of membership and confirmation are not among them: those are staff's.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from foundation.audit.actions import record
from geography.models import Kommune
from memberorgs.models import MemberOrganisation, User


@dataclass(frozen=True)
class CampusFact:
    """A campus as it shall be. `pk` None: a new one."""

    pk: int | None
    kommune: Kommune
    name: str
    is_main: bool


@dataclass(frozen=True)
class Facts:
    """All facts as they shall be.

    `usual_start` is (month, day) or None; `students` is (year, number), or None for no word on it.
    """

    mailbox: str
    website: str
    language: str
    usual_start: tuple[int, int] | None
    campuses: tuple[CampusFact, ...]
    social_links: tuple[tuple[str, str], ...]
    students: tuple[int, int] | None


@transaction.atomic
def change(*, organisation: MemberOrganisation, facts: Facts, by: User) -> list[str]:
    """Make the facts so. Returns which of them changed; nothing is recorded where none did."""
    organisation = MemberOrganisation.objects.select_for_update().get(pk=organisation.pk)
    month, day = facts.usual_start or (None, None)
    wanted = {
        "mailbox": facts.mailbox,
        "website": facts.website,
        "language": facts.language,
        "terms_begin_month": month,
        "terms_begin_day": day,
    }
    changed = [name for name, value in wanted.items() if getattr(organisation, name) != value]
    if changed:
        for name in changed:
            setattr(organisation, name, wanted[name])
        organisation.save()
    if _change_campuses(organisation, facts.campuses):
        changed.append("campuses")
    if _change_links(organisation, facts.social_links):
        changed.append("social_links")
    if facts.students and _change_students(organisation, *facts.students):
        changed.append("students")
    if changed:
        record(
            "organisation.changed",
            by=by,
            about=organisation,
            organisation=organisation.code,
            fields=changed,
        )
    return changed


def _change_campuses(organisation: MemberOrganisation, wanted: tuple[CampusFact, ...]) -> bool:
    held = {campus.pk: campus for campus in organisation.campuses.all()}
    before = [
        (campus.pk, campus.kommune_id, campus.name, campus.is_main) for campus in held.values()
    ]
    after = [(fact.pk, fact.kommune.pk, fact.name, fact.is_main) for fact in wanted]
    if sorted(before, key=str) == sorted(after, key=str):
        return False
    for pk in held.keys() - {fact.pk for fact in wanted}:
        held[pk].delete()
    # Two main ones, or two of the same name, are refused also for the moment between two rows.
    organisation.campuses.update(is_main=False)
    for fact in wanted:
        if fact.pk in held:
            held[fact.pk].name = f"…{fact.pk}"
            held[fact.pk].is_main = False
            held[fact.pk].save()
    for place, fact in enumerate(wanted):
        campus = held[fact.pk] if fact.pk in held else organisation.campuses.model()
        campus.organisation, campus.kommune = organisation, fact.kommune
        campus.name, campus.is_main, campus.position = fact.name, fact.is_main, place
        campus.save()
    return True


def _change_links(organisation: MemberOrganisation, wanted: tuple[tuple[str, str], ...]) -> bool:
    held = {(link.service, link.url): link for link in organisation.social_links.all()}
    if set(held) == set(wanted):
        return False
    for key in held.keys() - set(wanted):
        held[key].delete()
    for service, url in wanted:
        if (service, url) not in held:
            organisation.social_links.create(service=service, url=url)
    return True


def _change_students(organisation: MemberOrganisation, year: int, students: int) -> bool:
    held = organisation.student_counts.filter(campus=None, year=year).first()
    if held is not None and held.students == students:
        return False
    organisation.student_counts.update_or_create(
        campus=None,
        year=year,
        defaults={
            "students": students,
            "confidence": "",
            "source": f"{organisation.short_name}, {timezone.localdate():%Y-%m-%d}",
        },
    )
    return True
