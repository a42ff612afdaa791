"""Who gave whom which right in an organisation, read from the audit log.

The log holds numbers; names are looked up when it is shown, so that an erased person has none.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.audit.events import words_of
from foundation.audit.models import AuditEntry
from memberorgs.access import Standing
from memberorgs.choices import Role
from memberorgs.events import EVENTS
from memberorgs.models import Invitation, Term, User

ABOUT_PEOPLE = tuple(
    event for event in EVENTS if event.partition(".")[0] in {"invitation", "term", "access"}
)


@dataclass(frozen=True)
class Row:
    """One line. `by` and `to` are empty where nobody is known; `details` in words."""

    at: datetime
    what: str
    by: str
    to: str
    details: str


def history_of(at: Standing, page: str | None, size: int) -> tuple[Page[AuditEntry], list[Row]]:
    """A part of it, the newest first. Six queries, whatever there is."""
    codes = list(at.organisation.codes.values_list("code", flat=True)) or [at.organisation.code]
    entries = AuditEntry.objects.filter(organisation__in=codes, event__in=ABOUT_PEOPLE)
    part = Paginator(entries.newest_first(), size).get_page(page)
    shown = list(part.object_list)
    terms = Term.objects.in_bulk(_numbers(shown, "memberorgs.term"))
    invited = Invitation.objects.in_bulk(_numbers(shown, "memberorgs.invitation"))
    wanted = {number for entry in shown for number in (entry.actor_id, entry.person_id) if number}
    names = {pk: str(user) for pk, user in User.objects.in_bulk(wanted).items()}
    return part, [_row(entry, names, terms, invited, at.may_lead) for entry in shown]


def _numbers(entries: list[AuditEntry], kind: str) -> set[int]:
    return {int(entry.subject_id) for entry in entries if entry.subject_type == kind}


def _row(
    entry: AuditEntry,
    names: dict[int, str],
    terms: dict[int, Term],
    invited: dict[int, Invitation],
    leads: bool,
) -> Row:
    number = int(entry.subject_id or 0)
    to = names.get(entry.person_id or 0, "")
    invitation = invited.get(number) if entry.subject_type == "memberorgs.invitation" else None
    # An address is for those who invite; others see the office.
    if not to and invitation is not None and leads:
        to = invitation.email
    office: Any = terms.get(number) if entry.subject_type == "memberorgs.term" else invitation
    details = [office.title] if office is not None and office.title else []
    return Row(
        at=entry.at,
        what=words_of(entry.event),
        by=names.get(entry.actor_id or 0, ""),
        to=to if to != names.get(entry.actor_id or 0, "") else "",
        details=", ".join(details + _facts(entry.facts)),
    )


def _facts(facts: dict[str, Any]) -> list[str]:
    told = []
    if facts.get("role") in Role.values:
        told.append(str(Role(facts["role"]).label))
    begins, ends = _day(facts.get("begins")), _day(facts.get("ends"))
    if begins and ends:
        told.append(f"{begins} – {ends}")
    elif begins:
        told.append(_("from %(day)s") % {"day": begins})
    elif ends:
        told.append(_("until %(day)s") % {"day": ends})
    return told


def _day(text: Any) -> str:
    try:
        return date_format(date.fromisoformat(text))
    except (TypeError, ValueError):
        return ""
