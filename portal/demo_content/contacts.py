"""The demo's contacts: made-up organisations that ask made-up parties, in real kommuner.

Real parties never get an answer here: they stand as not asked.
"""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from geography.models import Fylke, Kommune, Party
from lobbying.actions import let_count, log_contact
from lobbying.choices import ContactKind, Counterpart, Grade, Reply
from lobbying.facts import Asked, ContactFacts, Said
from lobbying.models import Contact, Demand, Election
from lobbying.parties import MADE_UP
from memberorgs.models import MemberOrganisation, Term, User
from priorities.models import ActionPlan, Priority

LETTERS = "ABCDEFGHI"
# After all real parties.
FIRST_PLACE = 1001
# A word of the adopted priority that contacts before the election belong to.
ABOUT = "fylkestingsvalget 2027"

YES, PARTLY, NO, SILENT = Reply.YES, Reply.PARTLY, Reply.NO, Reply.NO_ANSWER
SAID, WRITTEN, PROGRAMME, VOTE = Grade.SAID, Grade.WRITTEN, Grade.PROGRAMME, Grade.VOTE


class Talk(NamedTuple):
    """A contact `days` ago; `answers` by letter of the party and code of the demand."""

    organisation: str
    days: int
    kind: ContactKind
    number: str
    answers: dict[str, dict[str, tuple[Reply, str]]]
    counterpart: Counterpart = Counterpart.PARTY
    together: tuple[str, ...] = ()
    next_step: str = ""
    due_in: int = 0
    note: str = ""
    may_be_told: bool = False


TALKS = (
    Talk(
        "fjordvik",
        62,
        ContactKind.MEETING,
        "4602",
        {
            "A": {"k01": (YES, SAID), "k04": (PARTLY, SAID), "k13": (NO, SAID)},
            "B": {"k01": (YES, WRITTEN), "k13": (SILENT, "")},
            "C": {"k13": (PARTLY, SAID)},
        },
        next_step="Sende over tall på boligkøen",
        due_in=20,
        note="God tone. De vil gjerne møtes igjen før jul.",
        may_be_told=True,
    ),
    Talk(
        "prestoya",
        48,
        ContactKind.EMAIL,
        "4601",
        {
            "D": {"k01": (YES, WRITTEN), "k12": (YES, WRITTEN)},
            "E": {"k01": (SILENT, ""), "k12": (SILENT, "")},
        },
    ),
    Talk(
        "ospelia",
        40,
        ContactKind.DEBATE,
        "4601",
        {
            "A": {"k07": (YES, SAID), "k12": (PARTLY, SAID)},
            "D": {"k12": (PARTLY, SAID)},
            "F": {"k07": (NO, SAID)},
        },
        together=("prestoya",),
    ),
    Talk(
        "fjordvik",
        33,
        ContactKind.PROGRAMME,
        "4602",
        {
            "A": {"k01": (YES, PROGRAMME)},
            "D": {"k01": (PARTLY, PROGRAMME), "k08": (YES, PROGRAMME)},
            "G": {"k11": (YES, PROGRAMME), "k13": (YES, PROGRAMME)},
        },
    ),
    Talk(
        "fjordvik",
        14,
        ContactKind.HEARING,
        "4602",
        {
            "C": {"k13": (YES, VOTE)},
            "A": {"k13": (PARTLY, VOTE)},
            "B": {"k13": (NO, VOTE)},
        },
        counterpart=Counterpart.COUNCIL,
        may_be_told=True,
    ),
    Talk(
        "fjordvik",
        6,
        ContactKind.MEETING,
        "4602",
        {"B": {"k01": (PARTLY, SAID)}, "H": {"k01": (SILENT, "")}},
        note="Usikre på reguleringsplanen.",
    ),
    Talk("fjordvik", 9, ContactKind.PHONE, "4602", {}, counterpart=Counterpart.ADMINISTRATION),
    Talk(
        "ospelia",
        27,
        ContactKind.MEETING,
        "46",
        {
            "A": {"f01": (YES, SAID), "f02": (PARTLY, SAID)},
            "C": {"f01": (YES, WRITTEN)},
            "I": {"f01": (NO, WRITTEN), "f04": (YES, WRITTEN)},
        },
        together=("fjordvik", "prestoya"),
    ),
    Talk(
        "elvestad",
        21,
        ContactKind.MEETING,
        "3405",
        {
            "A": {"k01": (YES, SAID), "k10": (YES, SAID)},
            "E": {"k10": (PARTLY, SAID)},
        },
        next_step="Vise fram idrettshallen",
        due_in=30,
    ),
    Talk(
        "bjorkevik",
        17,
        ContactKind.STAND,
        "3909",
        {"B": {"k08": (YES, SAID)}, "F": {"k08": (YES, SAID)}},
    ),
    Talk(
        "bjorkevik",
        11,
        ContactKind.EMAIL,
        "0301",
        {"A": {"f01": (SILENT, "")}, "C": {"f01": (YES, WRITTEN), "k12": (YES, WRITTEN)}},
    ),
)
# Those that let their contacts be counted in public.
COUNTED = ("fjordvik", "elvestad", "bjorkevik")


def seed() -> int:
    """Makes the made-up parties and the contacts, where nobody has logged any; how many of them.

    Makes none where the demo organisations or the reference data are missing.
    """
    if not settings.DEMO:
        raise RuntimeError("demo contacts are made in demo mode only")
    with transaction.atomic():
        election = Election.objects.filter(code="2027").first()
        organisations = {one.code: one for one in MemberOrganisation.objects.all()}
        wanted = {talk.organisation for talk in TALKS}
        if election is None or Contact.objects.exists() or not wanted <= organisations.keys():
            return 0
        parties = make_parties()
        demands = {demand.code: demand for demand in election.demands.all()}
        people = {code: writer_of(organisations[code]) for code in wanted}
        priorities = _priorities()
        for talk in TALKS:
            log_contact(
                organisation=organisations[talk.organisation],
                facts=_facts(talk, parties, demands, organisations, priorities),
                by=people[talk.organisation],
            )
        for code in COUNTED:
            let_count(organisation=organisations[code], by=people[code])
    return len(TALKS)


def make_parties() -> dict[str, Party]:
    return {
        letter: Party.objects.get_or_create(
            code=f"{MADE_UP}{letter.lower()}",
            defaults={
                "kind": Party.Kind.PARTY,
                "name_nb": f"Demolista {letter}",
                "name_nn": f"Demolista {letter}",
                "name_en": f"Demolista {letter}",
                "short_name": f"Demolista {letter}",
                "in_storting_2025": False,
                "position": FIRST_PLACE + place,
            },
        )[0]
        for place, letter in enumerate(LETTERS)
    }


def writer_of(organisation: MemberOrganisation) -> User:
    """The leader of today, or whoever has held an office there."""
    terms = Term.objects.filter(organisation=organisation).select_related("person")
    today = timezone.localdate()
    return (terms.active_on(today).leaders().first() or terms.order_by("begins")[0]).person


def _priorities() -> tuple[Priority, ...]:
    plan = ActionPlan.objects.order_by("-pk").first()
    return tuple(Priority.objects.filter(plan=plan, adopted_text__contains=ABOUT)[:1])


def _facts(
    talk: Talk,
    parties: dict[str, Party],
    demands: dict[str, Demand],
    organisations: dict[str, MemberOrganisation],
    priorities: tuple[Priority, ...],
) -> ContactFacts:
    today = timezone.localdate()
    is_kommune = len(talk.number) == 4
    return ContactFacts(
        counterpart=talk.counterpart,
        kind=talk.kind,
        day=today - timedelta(days=talk.days),
        kommune=Kommune.objects.get(pk=talk.number) if is_kommune else None,
        fylke=None if is_kommune else Fylke.objects.get(pk=talk.number),
        asked=tuple(
            Asked(
                parties[letter],
                answers=tuple(
                    Said(demands[code], reply, grade) for code, (reply, grade) in said.items()
                ),
            )
            for letter, said in talk.answers.items()
        ),
        together_with=tuple(organisations[code] for code in talk.together),
        priorities=priorities,
        next_step=talk.next_step,
        next_step_due=today + timedelta(days=talk.due_in) if talk.due_in else None,
        note=talk.note,
        may_be_told=talk.may_be_told,
    )
