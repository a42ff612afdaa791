"""A contact that is there, as the form holds it; and what it keeps of it."""

from collections import Counter
from typing import Any

from activity.forms.answers import key_of
from lobbying.choices import Grade
from lobbying.models import Answer, Contact, ContactParty
from lobbying.who_asked import Column

Kept = dict[tuple[str, str, int], Answer]


def list_names(typed: Any) -> list[str]:
    """Names of lists as they are typed, with `;` between them."""
    parts = (" ".join(part.split()) for part in str(typed or "").split(";"))
    return [part for part in parts if part]


def kept_answers(contact: Contact) -> Kept:
    """By party, name of the list, and demand."""
    return {
        (row.party_id, row.list_name, answer.demand_id): answer
        for row in contact.asked.all()
        for answer in row.answers.all()
    }


def again_of_contact(contact: Contact) -> dict[str, Any]:
    """With whom, where and how: what one more like it begins with."""
    place = contact.place
    lists: dict[str, list[str]] = {}
    for row in contact.asked.all():
        if row.list_name:
            lists.setdefault(f"list_{row.party_id}", []).append(row.list_name)
    others = [one for one in contact.organisations.all() if one.pk != contact.organisation_id]
    return {
        "counterpart": contact.counterpart,
        "contact_kind": contact.kind,
        "place": str(place.pk) if place is not None else "flere",
        "party": [row.party_id for row in contact.asked.all() if not row.list_name],
        **{name: "; ".join(names) for name, names in lists.items()},
        "together": others,
        "priorities": list(contact.priorities.all()),
    }


def initial_of_contact(contact: Contact) -> dict[str, Any]:
    """All of it, to change it. Answers of one set where all parties said the same."""
    rows = list(contact.asked.all())
    sets = [{answer.demand_id: answer.answer for answer in row.answers.all()} for row in rows]
    grades = [_usual_grade([row]) for row in rows if _has_grades(row)]
    differ = any(one != sets[0] for one in sets) or len(set(grades)) > 1
    usual = _usual_grade(rows)
    evidence = {answer.evidence for row in rows for answer in row.answers.all()}
    return {
        **again_of_contact(contact),
        "day": contact.day,
        "next_step": contact.next_step,
        "next_step_due": contact.next_step_due,
        "note": contact.note,
        "may_be_told": contact.may_be_told,
        "differ": differ,
        "grade": usual,
        "evidence": evidence.pop() if len(evidence) == 1 else "",
        **(_of_each(rows, usual) if differ else _of_all(rows[:1])),
    }


def _of_all(rows: list[ContactParty]) -> dict[str, str]:
    return {
        f"answer_{answer.demand_id}": answer.answer for row in rows for answer in row.answers.all()
    }


def _of_each(rows: list[ContactParty], usual: str) -> dict[str, str]:
    found = {}
    for row in rows:
        key = key_of(Column(row.party, row.list_name))
        for answer in row.answers.all():
            found[f"answer_{answer.demand_id}_{key}"] = answer.answer
        grade = _usual_grade([row])
        if _has_grades(row) and grade != usual:
            found[f"grade_{key}"] = grade
    return found


def _has_grades(row: ContactParty) -> bool:
    return any(answer.grade for answer in row.answers.all())


def _usual_grade(rows: list[ContactParty]) -> str:
    """Of most of the answers; `said` where none has any."""
    grades = Counter(answer.grade for row in rows for answer in row.answers.all() if answer.grade)
    return grades.most_common(1)[0][0] if grades else str(Grade.SAID)
