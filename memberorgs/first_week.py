"""«Your first week»: three things for whoever has just got a term, or soon begins one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.audit.models import AuditEntry
from memberorgs.access import Standing
from memberorgs.choices import HandoverItem
from memberorgs.models import HandoverTick, Term
from memberorgs.rooms import address_if_there

# Days from the first of the term in which it is shown.
SHOWN_DAYS = 21


@dataclass(frozen=True)
class Thing:
    """Something to do. `done` is None where the portal can't know."""

    title: str
    why: str
    url: str
    done: bool | None = None


def first_week(at: Standing) -> dict[str, Any] | None:
    """For the members' home; None for whoever isn't new, with no query for most."""
    term = _new_term(at)
    if term is None:
        return None
    return {"things": [_log_in_safely(term), _read_the_note(at), _check_the_facts(at, term)]}


def _new_term(at: Standing) -> Term | None:
    since = at.day - timedelta(days=SHOWN_DAYS)
    if any(term.begins <= since for term in at.active):
        return None
    new = [term for term in at.terms if term.writes and term.begins > since]
    if not new:
        return None
    first = min(new, key=lambda term: (term.begins, term.pk))
    before = Term.objects.filter(organisation=at.organisation, person=first.person_id)
    return None if before.filter(begins__lte=since).exists() else first


def _log_in_safely(term: Term) -> Thing:
    done = None
    if apps.is_installed("allauth.mfa"):
        label = "mfa.Authenticator"
        factors = apps.get_model(label)._default_manager
        done = factors.filter(user=term.person_id).exclude(type="recovery_codes").exists()
    return Thing(
        _("Log in safely"),
        _("Add a passkey or a second step, so that nobody gets in with a password alone."),
        address_if_there("mfa_index")
        or address_if_there("account_overview")
        or reverse("account_change_password"),
        done,
    )


def _read_the_note(at: Standing) -> Thing:
    return Thing(
        _("Read the handover note"),
        _("People, deadlines and what those before you wish that somebody had told them."),
        reverse("member_handover_note", args=[at.organisation.code]),
    )


def _check_the_facts(at: Standing, term: Term) -> Thing:
    ticked = HandoverTick.objects.filter(
        handover__organisation=at.organisation,
        item=HandoverItem.FACTS,
        ticked_by=term.person_id,
    )
    changed = AuditEntry.objects.in_organisation(at.organisation.code).by(term.person_id)
    done = ticked.exists() or changed.filter(event="organisation.changed").exists()
    return Thing(
        _("Check facts and people"),
        _("Is the mailbox right? Do all who need it have a log-in, and nobody else?"),
        address_if_there("member_facts", at.organisation.code),
        # Who leads can correct them; others look, and the portal can't know.
        done if at.leads or done else None,
    )
