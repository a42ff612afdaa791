"""«Your first week»: three things for whoever has just got a term, or soon begins one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists
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


@dataclass(frozen=True)
class _Known:
    """What the tables tell of whoever is new. `safe` is None without second factors."""

    goes_on: bool
    checked: bool
    safe: bool | None


def first_week(at: Standing) -> dict[str, Any] | None:
    """For the members' home; None for whoever isn't new. One query, and none for most."""
    term = _new_term(at)
    known = _known(at, term) if term else None
    if known is None or known.goes_on:
        return None
    code = at.organisation.code
    return {
        "things": [
            Thing(
                _("Log in safely"),
                _("Add a passkey or a second step, so that nobody gets in with a password alone."),
                address_if_there("mfa_index")
                or address_if_there("account_overview")
                or reverse("account_change_password"),
                known.safe,
            ),
            Thing(
                _("Read the handover note"),
                _("People, deadlines and what those before you wish that somebody had told them."),
                reverse("member_handover_note", args=[code]),
            ),
            Thing(
                _("Check facts and people"),
                _("Is the mailbox right? Do all who need it have a log-in, and nobody else?"),
                address_if_there("member_facts", code),
                # Who doesn't lead only looks, and the portal can't know.
                known.checked if at.leads or known.checked else None,
            ),
        ]
    }


def _new_term(at: Standing) -> Term | None:
    """The first of the terms that let one write, unless another has run for long."""
    since = _since(at)
    if any(term.begins <= since for term in at.active):
        return None
    new = [term for term in at.terms if term.writes and term.begins > since]
    return min(new, key=lambda term: (term.begins, term.pk), default=None)


def _since(at: Standing) -> date:
    return at.day - timedelta(days=SHOWN_DAYS)


def _known(at: Standing, term: Term) -> _Known:
    before = Term.objects.filter(organisation=at.organisation, person=term.person_id)
    ticked = HandoverTick.objects.filter(
        handover__organisation=at.organisation,
        item=HandoverItem.FACTS,
        ticked_by=term.person_id,
    )
    changed = AuditEntry.objects.in_organisation(at.organisation.code).by(term.person_id)
    has_factors = apps.is_installed("allauth.mfa")
    told: dict[str, Any] = {
        "goes_on": Exists(before.filter(begins__lte=_since(at))),
        "ticked": Exists(ticked),
        "changed": Exists(changed.filter(event="organisation.changed")),
    }
    if has_factors:
        label = "mfa.Authenticator"
        factors = apps.get_model(label)._default_manager.filter(user=term.person_id)
        told["safe"] = Exists(factors.exclude(type="recovery_codes"))
    row: dict[str, Any] = dict(Term.objects.filter(pk=term.pk).values(**told).get())
    return _Known(row["goes_on"], row["ticked"] or row["changed"], row.get("safe"))
