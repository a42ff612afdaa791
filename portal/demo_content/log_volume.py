"""The members' log in quantity, to see that pages cost the same with a million entries.

For organisations that `volume` makes, and for tests and benchmarks: written in bulk, with details
and versions, without the audit log. The same organisation always gets the same entries, but for
their days, which lie before today. Only made-up parties answer.
"""

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from activity import versions
from activity.choices import (
    ElectionForm,
    EntryKind,
    HelpOwner,
    HelpTopic,
    LogKind,
    RecruitmentWay,
    RoutineState,
    RoutineTopic,
)
from activity.forms.base import usual_priorities
from activity.models import Entry, EntryVersion, HelpRequest, Recruitment, Routine, Turnout
from activity.semesters import Semester
from foundation.intake.numbers import NOT_APPLICABLE, UNKNOWN, Count
from geography.models import Party
from lobbying.choices import ContactKind, Counterpart, Grade, Level, Reply
from lobbying.models import Answer, Contact, ContactParty, ContactVersion, Demand
from memberorgs.models import MemberOrganisation, Term, User
from portal.demo_content.contacts import make_parties
from portal.demo_content.volume import PREFIX

# What an organisation logs in a year: fifty rows of the log, and a question to NSO.
CONTACTS = 10
ENTRIES = {
    EntryKind.RECRUITMENT: 12,
    EntryKind.TURNOUT: 2,
    EntryKind.ROUTINE: 8,
    EntryKind.OTHER: 18,
}
A_YEAR = CONTACTS + sum(ENTRIES.values())
DAYS = 365
# Organisations that are in memory at a time, and rows of a statement.
AT_ONCE, BATCH = 25, 2000
TOPICS = [topic for topic in RoutineTopic if topic != RoutineTopic.OWN]
TITLES = ("Kurs", "Allmøte", "Fadderuke", "Temakveld", "Samling", "Høring på campus")


class Writer(NamedTuple):
    """An organisation, who writes for it, its place, and chance of its own."""

    organisation: MemberOrganisation
    by: User
    campus: Any
    chance: random.Random


class Given(NamedTuple):
    """What all organisations choose among. `priorities` by kind of the log."""

    today: date
    years: int
    parties: Sequence[Party]
    demands: Sequence[Demand]
    priorities: dict[LogKind, list[int]]


def fill_log(*, years: int) -> int:
    """Fills the logs that are empty, and returns how many entries and contacts it made.

    Each batch of organisations is all or nothing; memory does not grow with their number.
    """
    if not settings.DEMO:
        raise RuntimeError("demo entries are made in demo mode only")
    given = Given(
        timezone.localdate(),
        years,
        list(make_parties().values()),
        list(Demand.objects.filter(level=Level.KOMMUNE).order_by("pk")),
        {kind: [one.pk for one in usual_priorities(kind)] for kind in LogKind},
    )
    wanted = MemberOrganisation.objects.filter(code__startswith=PREFIX)
    wanted = wanted.exclude(pk__in=Entry.objects.values("organisation"))
    numbers = iter(list(wanted.order_by("pk").values_list("pk", flat=True)))
    made = 0
    while part := list(islice(numbers, AT_ONCE)):
        with transaction.atomic():
            writers = _writers(part)
            _entries(writers, given)
            _contacts(writers, given)
            _help(writers, given)
        made += len(writers) * A_YEAR * years
    return made


def _writers(numbers: list[int]) -> list[Writer]:
    staff = User.objects.filter(is_superuser=True).order_by("pk")[0]
    terms = Term.objects.filter(organisation__in=numbers).select_related("person")
    people = {term.organisation_id: term.person for term in terms.order_by("-pk")}
    found = MemberOrganisation.objects.filter(pk__in=numbers).prefetch_related("campuses")
    return [
        Writer(one, people.get(one.pk, staff), one.campuses.all()[0], _chance(one.code))
        for one in found.order_by("pk")
    ]


def _chance(code: str) -> random.Random:
    """The same for the same code. Keeps no secret."""
    return random.Random(code)  # noqa: S311


def _day(chance: random.Random, given: Given) -> date:
    return given.today - timedelta(days=chance.randrange(given.years * DAYS))


def _evening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(18)))


def _key(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


def _count(chance: random.Random, most: int) -> Count:
    """Mostly a number; now and then one of what stands instead."""
    drawn = chance.random()
    if drawn < 0.1:
        return UNKNOWN
    return NOT_APPLICABLE if drawn < 0.15 else Count.of(chance.randrange(most))


def _new(writer: Writer, kind: EntryKind, given: Given) -> Entry:
    chance = writer.chance
    day = _day(chance, given)
    return Entry(
        key=_key(chance),
        organisation=writer.organisation,
        kind=kind,
        day=day,
        title=chance.choice(TITLES) if kind == EntryKind.OTHER else "",
        text="To setninger om hva som ble gjort. Og hvordan det gikk.",
        note="Husk nøkkelen til neste gang.",
        may_be_told=chance.random() < 0.2,
        logged_at=_evening(day),
        logged_by=writer.by,
    )


def _recruitment(entry: Entry, chance: random.Random) -> Recruitment:
    open_ = chance.randrange(4, 20)
    # Four-valued numbers are properties, which the type checker does not know of.
    counts: dict[str, Any] = {
        "open": Count.of(open_),
        "filled": Count.of(chance.randrange(open_ + 1)),
        "candidates": _count(chance, 40),
        "reached": _count(chance, 400),
        "interested": _count(chance, 60),
    }
    return Recruitment(
        entry=entry,
        way=chance.choice(RecruitmentWay.values),
        offices="tillitsvalgte",
        place="Kantina",
        **counts,
    )


def _turnout(entry: Entry, chance: random.Random) -> Turnout:
    eligible, seats = chance.randrange(500, 20000), chance.randrange(7, 30)
    counts: dict[str, Any] = {
        "eligible": Count.of(eligible),
        "votes": Count.of(chance.randrange(eligible // 3)),
        "candidates": _count(chance, 60),
        "seats": Count.of(seats),
        "contested": Count.of(chance.randrange(seats)),
    }
    return Turnout(
        entry=entry,
        form=chance.choice(ElectionForm.values),
        semester=Semester.of(entry.day).code,
        **counts,
    )


def _routine(entry: Entry, chance: random.Random) -> Routine:
    state = chance.choice(RoutineState.values)
    return Routine(
        entry=entry,
        topic=chance.choice(TOPICS),
        state=state,
        reviewed_on=entry.day if state == RoutineState.HAVE else None,
    )


DETAILS = {
    EntryKind.RECRUITMENT: (Recruitment, _recruitment),
    EntryKind.TURNOUT: (Turnout, _turnout),
    EntryKind.ROUTINE: (Routine, _routine),
}


def _entries(writers: list[Writer], given: Given) -> None:
    chances = {writer.organisation.pk: writer.chance for writer in writers}
    new = (
        _new(writer, kind, given)
        for writer in writers
        for kind, number in ENTRIES.items()
        for _place in range(number * given.years)
    )
    made = Entry.objects.bulk_create(new, batch_size=BATCH)
    for kind, (model, detail) in DETAILS.items():
        of_kind = (one for one in made if one.kind == kind)
        rows = [detail(one, chances[one.organisation_id]) for one in of_kind]
        model._default_manager.bulk_create(rows, batch_size=BATCH)
    tied = {
        kind: given.priorities.get(LogKind[EntryKind(kind).name], []) for kind in EntryKind.values
    }
    through = Entry.priorities.through
    through._default_manager.bulk_create(
        (through(entry_id=one.pk, priority_id=pk) for one in made for pk in tied[one.kind]),
        batch_size=BATCH,
    )
    EntryVersion.objects.bulk_create(
        (
            EntryVersion(
                entry=one,
                number=1,
                facts=versions.facts_with(one, tied[one.kind]),
                saved_at=one.logged_at,
                saved_by=one.logged_by,
            )
            for one in made
        ),
        batch_size=BATCH,
    )


def _contacts(writers: list[Writer], given: Given) -> None:
    made = Contact.objects.bulk_create(
        (_contact(writer, given) for writer in writers for _place in range(CONTACTS * given.years)),
        batch_size=BATCH,
    )
    chances = {writer.organisation.pk: writer.chance for writer in writers}
    through: Any = Contact.organisations.through
    through._default_manager.bulk_create(
        (through(contact_id=one.pk, memberorganisation_id=one.organisation_id) for one in made),
        batch_size=BATCH,
    )
    tied = given.priorities[LogKind.LOBBYING]
    through = Contact.priorities.through
    through._default_manager.bulk_create(
        (through(contact_id=one.pk, priority_id=pk) for one in made for pk in tied),
        batch_size=BATCH,
    )
    asked = ContactParty.objects.bulk_create(
        (
            ContactParty(contact=one, party=party)
            for one in made
            for party in chances[one.organisation_id].sample(given.parties, 2)
        ),
        batch_size=BATCH,
    )
    answers = list(_answers(asked, chances, given)) if given.demands else []
    Answer.objects.bulk_create(answers, batch_size=BATCH)
    ContactVersion.objects.bulk_create(_versions(made, asked, answers, tied), batch_size=BATCH)


def _contact(writer: Writer, given: Given) -> Contact:
    chance = writer.chance
    day = _day(chance, given)
    step = chance.random() < 0.2
    return Contact(
        key=_key(chance),
        organisation=writer.organisation,
        counterpart=Counterpart.PARTY,
        kind=chance.choice(ContactKind.values),
        kommune_id=writer.campus.kommune_id,
        day=day,
        next_step="Sende over tall" if step else "",
        next_step_due=day + timedelta(days=30) if step else None,
        note="God tone.",
        may_be_told=chance.random() < 0.2,
        logged_at=_evening(day),
        logged_by=writer.by,
    )


def _answers(
    asked: list[ContactParty], chances: dict[int, random.Random], given: Given
) -> Iterator[Answer]:
    for one in asked:
        chance = chances[one.contact.organisation_id]
        reply = chance.choice(Reply.values)
        grade = "" if reply == Reply.NO_ANSWER else chance.choice(Grade.values)
        yield Answer(asked=one, demand=chance.choice(given.demands), answer=reply, grade=grade)


def _versions(
    made: list[Contact], asked: list[ContactParty], answers: list[Answer], tied: list[int]
) -> Iterator[ContactVersion]:
    """As `lobbying.versions` would keep them."""
    said: dict[int, list[dict[str, Any]]] = {}
    for answer in answers:
        told = {
            "demand": answer.demand_id,
            "answer": str(answer.answer),
            "grade": str(answer.grade),
            "evidence": "",
        }
        said.setdefault(answer.asked_id, []).append(told)
    parties: dict[int, list[ContactParty]] = {}
    for one in asked:
        parties.setdefault(one.contact_id, []).append(one)
    for contact in made:
        of_contact = sorted(parties[contact.pk], key=lambda one: one.party.position)
        facts = {
            "counterpart": str(contact.counterpart),
            "kind": str(contact.kind),
            "day": contact.day.isoformat(),
            "kommune": contact.kommune_id,
            "fylke": None,
            "organisations": [contact.organisation.code],
            "priorities": sorted(tied),
            "next_step": contact.next_step,
            "next_step_due": contact.next_step_due.isoformat() if contact.next_step_due else None,
            "note": contact.note,
            "may_be_told": contact.may_be_told,
            "parties": [
                {"party": one.party_id, "list_name": "", "answers": said.get(one.pk, [])}
                for one in of_contact
            ],
        }
        yield ContactVersion(
            contact=contact,
            number=1,
            facts=facts,
            saved_at=contact.logged_at,
            saved_by=contact.logged_by,
        )


def _help(writers: list[Writer], given: Given) -> None:
    """A question a year; those that are older than a month have an answer."""
    staff = User.objects.filter(is_superuser=True).order_by("pk")[0]
    HelpRequest.objects.bulk_create(
        (
            _question(writer, staff, _day(writer.chance, given), given.today)
            for writer in writers
            for _year in range(given.years)
        ),
        batch_size=BATCH,
    )


def _question(writer: Writer, staff: User, day: date, today: date) -> HelpRequest:
    asked = _evening(day)
    answered = (today - day).days > 30
    return HelpRequest(
        organisation=writer.organisation,
        topic=writer.chance.choice(HelpTopic.values),
        title="Hvordan får vi flere til å stemme?",
        question="Vi trenger råd før neste valg.",
        owner=HelpOwner.SECRETARIAT,
        asked_at=asked,
        asked_by=writer.by,
        answer="Se malen for valgkomiteen." if answered else "",
        answered_at=asked + timedelta(days=5) if answered else None,
        answered_by=staff if answered else None,
    )
