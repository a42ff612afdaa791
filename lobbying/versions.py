"""What a contact says, as plain values: kept at every save, and compared to see what changed."""

from typing import Any

from lobbying.models import Contact, ContactVersion
from memberorgs.models import User


def facts_of(contact: Contact) -> dict[str, Any]:
    """All that one can change, in an order of its own; a handful of queries.

    Codes and numbers of other rows, days as ISO text. `parties` is a list of `party`, `list_name`
    and `answers`, each with `demand` (its number), `answer`, `grade` and `evidence`.
    """
    asked = contact.asked.order_by("party__position", "list_name").prefetch_related("answers")
    return {
        "counterpart": str(contact.counterpart),
        "kind": str(contact.kind),
        "day": contact.day.isoformat(),
        "kommune": contact.kommune_id,
        "fylke": contact.fylke_id,
        "organisations": sorted(contact.organisations.values_list("code", flat=True)),
        "priorities": sorted(contact.priorities.values_list("pk", flat=True)),
        "next_step": contact.next_step,
        "next_step_due": contact.next_step_due.isoformat() if contact.next_step_due else None,
        "note": contact.note,
        "may_be_told": contact.may_be_told,
        "parties": [
            {
                "party": one.party_id,
                "list_name": one.list_name,
                "answers": [
                    {
                        "demand": answer.demand_id,
                        "answer": str(answer.answer),
                        "grade": str(answer.grade),
                        "evidence": answer.evidence,
                    }
                    for answer in sorted(one.answers.all(), key=lambda said: said.demand_id)
                ],
            }
            for one in asked
        ],
    }


def keep(contact: Contact, facts: dict[str, Any], *, by: User) -> ContactVersion:
    """Puts down how the contact is now."""
    return ContactVersion.objects.create(
        contact=contact, number=contact.version, facts=facts, saved_by=by
    )


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of what differs."""
    return [name for name, value in after.items() if before.get(name) != value]
